"""Wanted and seen: what the switch does not show in time is asked, tried again, and given up without anybody being left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti_server.domain import switch as sw
from cti_server.engine.kernel.messages import Effect, SwitchEffect, SwitchInput
from tests.engine.test_talk import talking
from tests.engine.world import NODE, World


def orders(w: World, *kinds: type[sw.SwitchCommand]) -> list[str]:
    """The names of what was ordered; without ``kinds`` all that moves legs."""
    wanted = kinds or (sw.ParkLeg, sw.BridgeLegs, sw.KillLeg, sw.DescribeLeg, sw.TransferLeg)
    return [type(c).__name__ for c in w.commands if isinstance(c, wanted)]


def test_a_hold_that_nobody_hears_of_is_asked_for() -> None:
    w = World()
    leg, offer = talking(w)
    w.commands.clear()
    w.silent = True  # the order is done, its events are lost
    assert w.command("HoldCall", agent_id="1001") is None
    w.silent = False
    assert w.state("1001") == "talking", "nothing is booked that was not seen"
    w.wait(0.3)
    assert orders(w) == ["ParkLeg"], "it has time"
    w.wait(0.2)
    assert orders(w) == ["ParkLeg", "DescribeLeg", "DescribeLeg"], "no second order before the switch was asked"
    assert w.state("1001") == "holding"
    assert w.channels[leg].playing
    assert w.channels[offer].playing, "who holds hears silence that is sent"
    assert [reply.ok for reply in w.replies.values()][-1]


def test_an_order_that_was_not_done_is_given_again() -> None:
    w = World()
    leg, offer = talking(w)
    w.command("HoldCall", agent_id="1001")
    w.commands.clear()
    execute = w._execute

    def all_but_the_first_bridge(command: sw.SwitchCommand) -> str:
        first = isinstance(command, sw.BridgeLegs) and orders(w, sw.BridgeLegs) == ["BridgeLegs"]
        return "+OK" if first else execute(command)

    w._execute = all_but_the_first_bridge  # type: ignore[method-assign]
    assert w.command("ResumeCall", agent_id="1001") is None
    w.wait(1)
    assert orders(w) == ["BridgeLegs", "DescribeLeg", "DescribeLeg", "BridgeLegs"]
    assert w.channels[leg].bridged_to == offer
    assert w.state("1001") == "talking"
    assert [reply.ok for reply in w.replies.values()][-1]


def test_an_order_that_the_switch_has_not_come_to_is_neither_asked_for_nor_given_again() -> None:
    w = World()
    leg, offer = talking(w)
    w.command("HoldCall", agent_id="1001")
    w.commands.clear()
    collect, kept = w._collect, list[Effect]()

    def not_yet(effect: Effect) -> None:
        (kept.append if isinstance(effect, SwitchEffect) and isinstance(effect.command, sw.BridgeLegs) else collect)(effect)

    w._collect = not_yet  # type: ignore[method-assign]
    w.command("ResumeCall", agent_id="1001")
    w.wait(3)
    assert (len(kept), orders(w)) == (1, []), "what it shows before would be what was before"
    w._collect = collect  # type: ignore[method-assign]
    collect(kept[0])
    w.wait(1)
    assert orders(w) == ["BridgeLegs"]
    assert w.channels[leg].bridged_to == offer
    assert w.state("1001") == "talking"


def test_a_command_that_another_overtakes_is_told_so() -> None:
    w = World()
    talking(w)
    w.agent("1002", ready=False)
    execute = w._execute
    w._execute = lambda command: "+OK" if isinstance(command, sw.ParkLeg) else execute(command)  # type: ignore[method-assign]
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.command("ReturnToCaller", agent_id="1001")
    w.wait(1)
    consult, back = list(w.replies.values())[-2:]
    assert (consult.error_id, back.ok) == ("wrong-state", True)


def test_a_leg_that_its_bridge_has_left_in_limbo_parks_anew() -> None:
    """Its partner died as they were bridged: the switch says nothing more of it, and it hears nothing."""
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.channels[offer].answered_ms = w.now
    w.tell(sw.LegAnswered(NODE, 0, offer))
    channel = w.channels[leg]
    channel.parked, channel.playing = False, ""
    w.tell(sw.LegUnparked(NODE, 0, leg))
    w.end(offer, "NORMAL_CLEARING")
    w.drain()
    w.commands.clear()
    limbo = w.snapshot

    def snapshot() -> tuple[sw.ChannelSnapshot, ...]:
        return tuple(replace(one, state="CS_RESET") if one.leg == leg and not channel.parked else one for one in limbo())

    w.snapshot = snapshot  # type: ignore[method-assign]
    w.wait(0.3)
    assert orders(w)[:2] == ["DescribeLeg", "ParkLeg"]
    assert channel.parked
    assert channel.playing, "and it hears music again"


@pytest.mark.parametrize(("age_ms", "taken"), [(-1, False), (0, True), (1, True), (-1_000_000, True)])
def test_an_event_from_before_the_answer_changes_nothing(age_ms: int, taken: bool) -> None:
    """By the switch's clock; an event without a time is always news."""
    w = World()
    leg, _ = talking(w)
    w.engine._core.legs[leg].seen.switch_ms = 1_000_000
    w.commands.clear()
    w.give(SwitchInput(w.now, replace(w._parked(w.channels[leg]), switch_ms=1_000_000 + age_ms)))
    w.wait(1)
    wanted = ["DescribeLeg", "BridgeLegs"] if taken else []
    assert orders(w) == wanted, "taken: the other one is asked where it is, and they are joined again"


def test_a_switch_that_does_not_do_it_is_not_asked_for_ever() -> None:
    """Three times, then the agent stands aside; the caller goes on hearing music."""
    w = World()
    leg, offer = talking(w)
    w.command("HoldCall", agent_id="1001")
    w.commands.clear()
    w.refusals[sw.BridgeLegs] = "-ERR no"
    assert w.command("ResumeCall", agent_id="1001").error_id == "switch-refused"  # type: ignore[union-attr]
    assert orders(w, sw.BridgeLegs) == ["BridgeLegs"] * 3
    w.wait(60)
    assert orders(w, sw.BridgeLegs) == ["BridgeLegs"] * 3
    w.refusals.clear()
    assert w.command("ResumeCall", agent_id="1001").ok  # type: ignore[union-attr]
    assert w.channels[leg].bridged_to == offer


def test_a_leg_that_does_not_end_is_ended_again_and_again_but_not_at_once() -> None:
    w = World()
    leg, offer = talking(w)
    w.refusals[sw.KillLeg] = "-ERR no"
    w.command("HangupCall", agent_id="1001")
    tries = len(orders(w, sw.KillLeg))
    assert tries <= 3
    w.wait(10)
    assert tries < len(orders(w, sw.KillLeg)) < 30
    w.refusals.clear()
    w.wait(3)
    assert offer not in w.channels
    assert leg not in w.channels


def test_what_plays_and_ends_at_once_is_not_begun_at_once() -> None:
    w = World()
    leg = w.call()
    w.commands.clear()
    for _ in range(5):
        if w.channels[leg].playing:
            w.music_ends(leg)
    assert len([c for c in w.commands if isinstance(c, sw.Execute)]) == 0
    w.wait(1)
    assert w.channels[leg].playing


def test_two_who_talk_are_not_cut_when_their_bridge_was_not_heard_of() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    say = w._say
    w._say = lambda event: None if isinstance(event, sw.LegsBridged) else say(event)  # type: ignore[method-assign]
    w.pick_up(offer)
    w._say = say  # type: ignore[method-assign]
    w.wait(3)
    assert w.state("1001") == "talking"
    w.wait(10)
    assert w.channels[leg].bridged_to == offer

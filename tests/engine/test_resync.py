"""The link to a switch breaks while things happen there: what nobody heard is settled when it is back, and nobody is harmed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import QueueConfig
from tests.engine.test_ivr import with_flow
from tests.engine.world import NODE, World, centre, with_queue


def ringing(w: World) -> tuple[str, str]:
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.ring(offer)
    w.wait(3)
    return leg, offer


def talking(w: World) -> tuple[str, str]:
    leg, offer = ringing(w)
    w.pick_up(offer)
    w.wait(10)
    return leg, offer


def killed(w: World) -> list[str]:
    return [c.leg for c in w.commands if isinstance(c, sw.KillLeg)]


@pytest.mark.parametrize("away_s", [1, 40])
def test_a_phone_that_answered_meanwhile_talks_on(away_s: int) -> None:
    w = World()
    leg, offer = ringing(w)
    w.agent("1002", ready=False)
    w.lose_link()
    w.pick_up(offer)
    w.wait(away_s)
    w.command("ReadyAgent", agent_id="1002")
    w.link()
    assert w.the_call(leg)["phase"] == "connected"
    w.wait(30)
    assert (w.state("1001"), w.channels[leg].bridged_to, killed(w)) == ("talking", offer, [])


def test_a_phone_that_rings_on_is_still_offered_and_one_that_gave_up_is_not() -> None:
    w = World()
    leg, offer = ringing(w)
    w.lose_link()
    w.wait(2)
    w.link()
    w.pick_up(offer)
    assert w.state("1001") == "talking"
    w.hang_up(leg)
    w.command("EndWrapUp", agent_id="1001")
    leg = w.call()
    w.lose_link()
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    w.wait(2)
    w.link()
    w.wait(10)
    again = w.offered_leg()
    w.pick_up(again)
    assert w.the_call(leg)["phase"] == "connected"


def test_a_caller_who_hung_up_meanwhile_rings_nobody() -> None:
    w = World()
    leg = w.call()
    w.agent("1001", ready=False)
    w.lose_link()
    w.hang_up(leg)
    w.wait(3)
    w.command("ReadyAgent", agent_id="1001")
    w.link()
    assert w.view("trunks", f"{NODE}:carrier")["calls_in"] == 0
    assert not [c for c in w.commands if isinstance(c, sw.Originate)]
    (call,) = w.of_kind("call")
    assert (call["outcome"], call["estimated"], call["ended_ms"]) == ("abandoned", True, w.now - 3000)


def test_a_conversation_that_ended_meanwhile_frees_its_agent() -> None:
    w = World()
    leg, _ = talking(w)
    w.lose_link()
    w.hang_up(leg)
    w.wait(5)
    assert w.state("1001") == "talking"
    w.link()
    assert w.state("1001") == "wrap_up"
    (talk,) = w.segments("talk")
    assert (talk["ended_ms"], talk["estimated"]) == (w.now - 5000, True)


def test_a_flow_goes_on_where_it_was() -> None:
    w = World(with_flow())
    leg = w.call()
    played = w.channels[leg].playing
    assert played
    w.lose_link()
    w.done(leg)  # nobody hears that the prompt is over
    w.wait(2)
    assert not w.channels[leg].playing
    w.link()
    assert w.channels[leg].playing not in ("", played)
    assert w.the_call(leg)["phase"] == "ivr"
    assert killed(w) == []


def test_an_outcome_that_nobody_knows_runs_no_flow_away() -> None:
    w = World(with_flow())
    w.linked = False  # asked for, and then the link breaks
    leg = w.call()
    w.lose_link()
    w.wait(1)
    w.link()
    assert w.the_call(leg)["phase"] == "ivr"
    assert w.channels[leg].playing


def test_a_hold_that_was_done_although_nobody_heard_so() -> None:
    w = World()
    leg, offer = talking(w)
    w.silent = True
    w.linked = False
    reply = w.command("HoldCall", agent_id="1001")
    assert reply is not None
    assert reply.error_id == "outcome-unknown"
    w._park(sw.ParkLeg(offer))
    w.silent = False
    w.lose_link()
    w.link()
    assert (w.state("1001"), w.the_call(leg)["phase"], w.channels[leg].application) == ("holding", "on_hold", "playback")
    assert killed(w) == []
    w.command("ResumeCall", agent_id="1001")
    assert w.state("1001") == "talking"


def test_the_longest_wait_that_ends_meanwhile() -> None:
    w = World(with_queue(centre(), "sales", max_wait_s=30))
    leg = w.call()
    w.wait(28)
    w.lose_link()
    w.wait(10)
    assert leg in w.channels
    w.link()
    w.wait(1)
    assert leg not in w.channels


def test_an_end_that_could_not_be_asked_for_is_asked_for_again() -> None:
    w = World(with_queue(centre(), "sales", max_wait_s=30))
    leg = w.call()
    w.wait(29)
    w.linked = False  # the link dies just now and nobody knows yet
    w.wait(2)
    w.lose_link()
    w.wait(20)
    w.link()
    w.wait(6)
    assert leg not in w.channels
    assert w.of_kind("call")[0]["outcome"] == "overflowed"


def test_a_switch_that_stays_away_gives_its_agents_back() -> None:
    w = World()
    leg, offer = talking(w)
    w.lose_link()
    gone_ms = w.now
    w.wait(59)
    assert w.state("1001") == "talking"
    w.wait(2)
    assert w.state("1001") == "idle"
    (call,) = w.of_kind("call")
    assert (call["outcome"], call["estimated"], call["ended_ms"]) == ("switch-lost", True, gone_ms)
    w.link()  # it was the network: they still talk
    assert w.channels[leg].bridged_to == offer
    assert w.the_call(leg)["phase"] == "connected"
    assert w.state("1001") == "talking"
    w.hang_up(leg)
    assert w.doubles == []
    assert [c["outcome"] for c in w.of_kind("call")] == ["switch-lost", "answered"]


def test_a_switch_that_restarted_has_lost_its_calls() -> None:
    w = World()
    talking(w)
    w.lose_link()
    w.channels.clear()
    w.wait(3)
    w.link("core-2")
    assert w.state("1001") == "wrap_up"
    assert w.of_kind("call")[0]["outcome"] == "switch-lost"
    assert w.view("trunks", f"{NODE}:carrier")["calls_in"] == 0


def test_calls_whose_end_only_the_reconciler_saw_leave_their_trunk() -> None:
    w = World()
    leg = w.call()
    w.silent = True
    w.hang_up(leg)
    w.silent = False
    for _ in range(4):
        w.reconcile()
        w.wait(1)
    assert w.view("trunks", f"{NODE}:carrier")["calls_in"] == 0


def test_a_ringing_whose_outcome_nobody_knows_is_ended() -> None:
    w = World()
    w.agent("1001")
    w.unanswered = sw.Originate  # its answer is late
    w.call()
    offer = w.offered_leg()
    assert offer not in w.channels, "the switch took its time, but it rang"
    assert w.state("1001") == "idle"


def test_an_agent_beside_whom_another_is_served_gets_the_next_call() -> None:
    config = centre(2)
    queues = {"sales": 1, "repair": 1}
    agents = {"1001": replace(config.agents["1001"], queues=queues), "1002": replace(config.agents["1002"], queues={"sales": 1})}
    w = World(replace(config, agents=agents, queues={**config.queues, "repair": QueueConfig("repair", "Repair", wrap_up_s=30)}))
    w.agent("1001")
    w.agent("1002")
    first = [w.call() for _ in range(2)]
    for leg in [c.leg for c in w.commands if isinstance(c, sw.Originate)]:
        w.pick_up(leg)
    sales, repair = w.call("4000"), w.call("4001")
    w.engine._core.calls[w.the_call(sales)["id"]].not_again = "1001"  # as after an offer that failed there
    for leg in first:
        w.hang_up(leg)
    w.wait(30)  # both wrap-ups end in the same moment
    assert (w.the_call(sales)["agent"], w.the_call(repair)["agent"]) == ("1002", "1001")


# ---------------------------------------------------------------- while we were away the switch acted by itself


def by_the_fallback_queue(w: World, leg: str) -> str:
    """The watchdog moves the caller, and an agent of the switch's own queue picks up; gives that agent's leg."""
    w.to_fallback(leg)
    channel = w.channels["fallback-1"] = replace(w.channels[leg], leg="fallback-1", direction="outbound", variables={})
    channel.bridged_to, w.channels[leg].bridged_to = leg, "fallback-1"
    channel.parked = False
    return "fallback-1"


@pytest.mark.parametrize("doing", ["waiting", "ivr", "held", "offered"])
def test_a_caller_whom_the_fallback_queue_connected_talks_on(doing: str) -> None:
    w = World(with_flow() if doing == "ivr" else None)
    if doing == "held":
        leg, _ = talking(w)
        w.command("HoldCall", agent_id="1001")
    elif doing == "offered":
        leg, _ = ringing(w)
    else:
        leg = w.call()
    w.agent("1002", ready=False)
    w.lose_link()
    w.wait(8)
    partner = by_the_fallback_queue(w, leg)
    w.wait(10)
    w.command("ReadyAgent", agent_id="1002")
    w.link()
    for _ in range(4):
        w.reconcile()
        w.wait(5)
    assert (w.channels[leg].bridged_to, w.channels[leg].playing) == (partner, "")
    assert w.the_call(leg)["phase"] == "connected"
    assert w.state("1001") not in ("talking", "holding", "ringing")
    w.hang_up(leg)
    w.wait(6)
    assert [c["outcome"] for c in w.of_kind("call")] == ["answered"]


def test_a_held_caller_in_the_fallback_queue_comes_back_into_line() -> None:
    w = World()
    leg, offer = talking(w)
    w.command("HoldCall", agent_id="1001")
    w.agent("1002", ready=False)
    w.lose_link()
    w.wait(6)
    w.end(offer, "ORIGINATOR_CANCEL")
    w.to_fallback(leg)
    w.link()
    assert leg in w.channels
    w.command("ReadyAgent", agent_id="1002")
    assert w.the_call(leg)["agent"] == "1002"
    w.pick_up(w.offered_leg())
    assert w.the_call(leg)["phase"] == "connected"
    assert w.view("queues", "sales")["today"]["offered"] == 1


def test_a_conversation_that_is_not_ours_outlives_links_and_reconcilers() -> None:
    w = World(with_queue(centre(), "sales", wrap_up_s=120))
    leg, offer = talking(w)
    w.lose_link()
    w.wait(61)
    w.link()
    assert w.state("1001") == "talking", "wrap-up of a call that was not over ends"
    for _ in range(3):
        w.lose_link()
        w.wait(1)
        w.link()
        for _ in range(4):
            w.reconcile()
            w.wait(2)
    assert w.channels[leg].bridged_to == offer


@pytest.mark.parametrize("comeback", [False, True])
def test_a_blip_shortens_nobodys_wait(comeback: bool) -> None:
    config = with_queue(centre(), "sales", max_wait_s=60, overflow_queue="" if comeback else "repair")
    w = World(with_queue(config, "repair", max_wait_s=60))
    if comeback:
        leg, offer = talking(w)
        w.wait(120)
        w.unregister("1001")
        w.hang_up(offer, "MEDIA_TIMEOUT")
    else:
        leg = w.call()
        w.wait(70)
    w.lose_link()
    w.wait(1)
    w.link()
    w.wait(10)
    assert leg in w.channels


def test_no_command_is_taken_for_a_phone_that_cannot_be_reached() -> None:
    w = World()
    leg, offer = ringing(w)
    w.lose_link()
    reply = w.command("RejectCall", agent_id="1001")
    assert reply is not None
    assert reply.error_id == "no-switch"
    w.pick_up(offer)
    w.link()
    assert w.the_call(leg)["phase"] == "connected"


def test_a_ghost_that_was_picked_up_meanwhile_talks_on() -> None:
    w = World()
    leg, offer = ringing(w)
    w.linked = False
    w.command("RejectCall", agent_id="1001")
    w.lose_link()
    w.pick_up(offer)
    w.wait(5)
    w.link()
    w.wait(20)
    assert w.channels[leg].bridged_to == offer


def test_an_answer_that_was_lost_is_given_again() -> None:
    w = World()
    w.linked = False
    leg = w.call()
    w.lose_link()
    w.wait(1)
    w.link()
    assert w.channels[leg].answered_ms
    assert w.channels[leg].playing


def test_a_link_that_flaps_gives_up_once() -> None:
    w = World()
    leg, _ = talking(w)
    for _ in range(3):
        w.lose_link()
        w.wait(25)
        w.away.clear()
        w.tell(sw.LinkUp(NODE, 0, "core-1"))
    assert w.state("1001") != "talking"
    w.lose_link()
    w.wait(1)
    w.link()
    w.hang_up(leg)
    w.wait(6)
    assert w.doubles == []
    assert len(w.of_kind("call")) == 2


def test_callers_who_came_to_a_restarted_switch_before_us_stay() -> None:
    w = World()
    w.call()
    w.channels.clear()
    w.silent = True
    leg = w.call()
    w.restart(8)
    w.tell(sw.LinkUp(NODE, 0, "core-2"))
    assert w.the_call(leg)["phase"] == "queued"

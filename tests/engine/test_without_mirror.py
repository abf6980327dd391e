"""The mirror is lost, or older than the channels: what is wanted of every party is on its own channel."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest

from cti_server.domain import switch as sw
from cti_server.engine.graph import wanted
from tests.engine.test_away import parked, world
from tests.engine.test_conference import all_hear_all, party, three
from tests.engine.test_consult_queue import floor as queue_floor
from tests.engine.test_consult_queue import waiting
from tests.engine.test_operations import consulting, do, nobody_in_silence
from tests.engine.test_outside import floor
from tests.engine.test_supervision import lead, listening
from tests.engine.test_talk import talking
from tests.engine.world import World

Begin = Callable[[], World]
NUMBER = "13900139000"


def _held() -> World:
    w = World()
    talking(w)
    do(w, "HoldCall")
    return w


def _consult() -> World:
    w = World()
    consulting(w)
    return w


def _swapped() -> World:
    w = _consult()
    do(w, "SwapCalls")
    return w


def _conference() -> World:
    w = World()
    leg, _offer, _other = three(w)
    do(w, "MuteParty", party=party(w, leg, "1002"), muted=True)
    return w


def _aside() -> World:
    w = World()
    three(w)
    do(w, "HoldCall")
    return w


def _whispered() -> World:
    w = World()
    listening(w, mode="whisper")
    return w


def _slot() -> World:
    w = World()
    parked(w)
    return w


def _flow() -> World:
    w = world()
    talking(w)
    w.wait(10)
    do(w, "SendToFlow", flow="pin")
    return w


def _outside() -> World:
    w = World(floor())
    talking(w)
    do(w, "ConsultNumber", number=NUMBER)
    w.answers(w.offered_leg())
    return w


def _asking() -> World:
    w = World(queue_floor())
    waiting(w)
    w.wait(3)
    return w


STATES: dict[str, Begin] = {
    "held": _held,
    "consult": _consult,
    "swapped": _swapped,
    "asks a queue": _asking,
    "conference": _conference,
    "aside": _aside,
    "whispered": _whispered,
    "slot": _slot,
    "flow": _flow,
    "outside": _outside,
}


def _heard(w: World) -> dict[str, Any]:
    return {leg: (w.hears(leg), bool(one.playing or one.application)) for leg, one in w.channels.items()}


def _people(w: World) -> dict[str, str]:
    after_call = ("wrap_up", "idle")  # is lost with the mirror
    return {name: "free" if w.state(name) in after_call else w.state(name) for name in ("1001", "1002")}


@pytest.mark.parametrize("how", ["lost", "older"])
@pytest.mark.parametrize("state", STATES)
def test_the_next_engine_finds_everybody_where_they_were(state: str, how: str) -> None:
    w = STATES[state]()
    heard, people = _heard(w), _people(w)
    (call,) = w.engine.snapshot()["calls"].values()
    w.wait(3)
    w.commands.clear()
    if how == "older":
        leg = next(one.leg for one in w.channels.values() if one.direction == "inbound")
        w.mirror = _of_the_talk(w, leg)
    w.restart(8, mirror=how == "older")
    w.wait(2)
    assert not [c for c in w.commands if isinstance(c, sw.KillLeg | sw.BridgeLegs | sw.ParkLeg | sw.JoinRoom | sw.Listen)]
    assert _heard(w) == heard
    assert _people(w) == people
    (after,) = w.engine.snapshot()["calls"].values()
    assert (after["id"], after["phase"]) == (call["id"], call["phase"])
    assert [(one["party"], one["agent"]) for one in after["legs"]] == [(one["party"], one["agent"]) for one in call["legs"]]
    nobody_in_silence(w)


def _of_the_talk(w: World, leg: str) -> dict[str, dict[str, Any]]:
    """What the mirror had when the two began to talk: Redis was away since."""
    before = World(w.config)
    assert talking(before)[0] == leg
    return deepcopy(before.mirror)


def test_what_comes_next_works_as_before() -> None:
    w = World()
    leg, offer, other = consulting(w)
    w.restart(8, mirror=False)
    w.wait(2)
    do(w, "JoinCalls")
    all_hear_all(w, leg, offer, other)
    w.restart(9, mirror=False)
    w.wait(2)
    do(w, "HangupCall")
    w.wait(1)
    assert w.hears(leg) == {other}
    w.hang_up(leg)
    assert w.channels == {}


def test_a_leader_goes_on_and_takes_the_call() -> None:
    w = World()
    leg, offer, phone = listening(w)
    w.restart(8, mirror=False)
    w.wait(2)
    assert w.engine.snapshot()["listeners"]["2001"]["person"] == "user:9"
    lead(w, "TakeOverCall", agent_id="1001")
    assert w.hears(leg) == {phone}
    assert offer not in w.channels


def test_the_customer_comes_back_from_the_flow() -> None:
    w = _flow()
    (leg,) = (one.leg for one in w.channels.values() if one.direction == "inbound")
    w.restart(8, mirror=False)
    w.wait(1)
    w.done(leg, "_none_", "1234")
    w.done(leg)
    w.wait(1)
    assert w.state("1001") == "talking"


def test_an_ordinary_call_tells_its_channels_nothing_more() -> None:
    w = World()
    leg, _offer = talking(w)
    w.wait(5)
    w.hang_up(leg)
    assert not [c for c in w.commands if isinstance(c, sw.SetVariable) and c.name == wanted.NAME]


@pytest.mark.parametrize("text", ["", "v=x", "&&=", "group=%00", "v=" + 20 * "9", "as=no&sound=9&mode=x&kind=y&group=g"])
def test_what_cannot_be_read_is_passed_over(text: str) -> None:
    w = World()
    leg, offer, _other = consulting(w)
    w.channels[offer].variables[wanted.NAME] = text
    w.restart(8, mirror=False)
    w.wait(3)
    assert leg in w.channels
    nobody_in_silence(w)


def test_who_was_put_together_again_is_not_taken_apart_by_an_older_mirror() -> None:
    w = World()
    leg, offer, other = consulting(w)
    older = deepcopy(w.mirror)
    do(w, "ReturnToCaller")
    assert other not in w.channels
    w.wait(3)
    w.mirror = older
    w.commands.clear()
    w.restart(8)
    w.wait(2)
    assert w.hears(leg) == {offer}
    assert not [c for c in w.commands if isinstance(c, sw.ParkLeg | sw.BridgeLegs | sw.KillLeg)]
    assert w.state("1001") == "talking"


def test_a_channel_that_was_not_told_any_more_is_told_after_the_restart() -> None:
    w = World()
    _leg, offer, _other = consulting(w)
    stale = w.channels[offer].variables[wanted.NAME]
    do(w, "ReturnToCaller")
    w.channels[offer].variables[wanted.NAME] = stale  # the daemon died before this order went out
    w.restart(8)
    w.wait(1)
    assert wanted.names(w.channels[offer].variables) == {}


def test_no_talk_is_booked_twice() -> None:
    w = World()
    leg, _offer, _other = three(w)
    w.wait(5)
    w.restart(8, mirror=False)
    w.wait(5)
    w.hang_up(leg)
    for agent in ("1001", "1002"):
        mine = [s for s in w.of_kind("segment") if s["agent"] == agent and s["segment"] != "offer"]
        spans = sorted((s["started_ms"], s["ended_ms"]) for s in mine)
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), spans


# ---------------------------------------------------------------- a call that no engine remembers, and whose customer has gone


def forgotten(w: World) -> World:
    """The customer leaves while two engines in a row know nothing of the call: the first has no mirror and does not reach the
    switch, the second has the first one's mirror."""
    customer = next(one.leg for one in w.channels.values() if one.direction == "inbound")
    w.restart(8, mirror=False, away=w.nodes)
    w.mirror.clear()
    w.end(customer, "NORMAL_CLEARING")
    w.restart(9)
    w.reconcile()
    w.wait(2)
    w.reconcile()
    w.wait(2)
    return w


def test_two_agents_whose_call_nobody_remembers_talk_to_its_end() -> None:
    w = World()
    _customer, offer, other = three(w)
    forgotten(w)
    assert (w.hears(offer), w.hears(other)) == ({other}, {offer})
    for agent in ("1001", "1002"):
        w.agent(agent)
    assert (w.state("1001"), w.state("1002")) == ("own_call", "own_call")
    w.hang_up(offer)
    assert w.state("1001") == "idle"
    for _ in range(2):
        w.reconcile()
        w.wait(2)
    assert not w.channels
    assert w.state("1002") == "idle"


def test_an_outside_party_of_a_forgotten_call_is_not_left_alone_on_the_line() -> None:
    w = _outside()
    do(w, "JoinCalls")
    offer, outside = (one.leg for one in w.channels.values() if one.direction == "outbound")
    forgotten(w)
    assert (w.hears(offer), w.hears(outside)) == ({outside}, {offer})
    w.hang_up(offer)
    for _ in range(2):
        w.reconcile()
        w.wait(2)
    assert not w.channels


def test_two_outside_parties_of_a_forgotten_call_are_ended() -> None:
    w = _outside()
    do(w, "JoinCalls")
    do(w, "ConsultNumber", number="13900139001")
    w.answers(w.offered_leg())
    do(w, "JoinCalls")
    agent = next(one.leg for one in w.channels.values() if one.destination == "1001")
    w.end(agent, "NORMAL_CLEARING")
    assert len(w.channels) == 3
    forgotten(w)
    assert not w.channels

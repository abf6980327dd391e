"""Conferences up to six: joined, added, muted, dropped; the others talk on whoever leaves."""

from __future__ import annotations

from collections import Counter

import pytest

from cti_server.domain import switch as sw
from tests.engine.test_operations import consulting, do, lengths, nobody_in_silence, ok
from tests.engine.test_talk import talking
from tests.engine.world import World, centre

MANY = 500


def all_hear_all(w: World, *legs: str) -> None:
    for leg in legs:
        assert w.hears(leg) == set(legs) - {leg}, leg


def three(w: World) -> tuple[str, str, str]:
    """Customer, agent 1001 and agent 1002 in one conference."""
    leg, offer, other = consulting(w)
    w.wait(5)
    do(w, "JoinCalls")
    return leg, offer, other


def test_customer_agent_and_colleague_talk_all_three() -> None:
    w = World()
    leg, offer, other = three(w)
    all_hear_all(w, leg, offer, other)
    view = w.the_call(leg)
    assert view["phase"] == "conference"
    assert w.channels[leg].variables["cti_phase"] == "talking"
    assert (w.state("1001"), w.state("1002")) == ("talking", "talking")
    assert [one["hears"] for one in view["legs"]] == [1, 1, 1]
    assert view["agent"] == "1001"
    w.wait(20)
    w.hang_up(leg)
    assert offer not in w.channels
    assert other not in w.channels
    assert sorted(lengths(w, "conference")) == [("1001", 20), ("1002", 20)]
    assert lengths(w, "talk") == [("1001", 10)]
    (recording,) = w.of_kind("recording")
    assert (recording["talk_ms"], recording["agents"], recording["problem"]) == (30_000, ["1001", "1002"], "")
    today = w.view("queues", "sales")["today"]
    assert (today["talk_ms"], today["handled"]) == (30_000, 1), "the customer is talked with once"
    assert w.view("agents", "1002")["today"]["talk_ms"] == 20_000
    (call,) = w.of_kind("call")
    assert (call["first_agent"], call["last_agent"]) == ("1001", "1001"), "whose call it was to the end"


@pytest.mark.parametrize("who", ["convener", "colleague"])
def test_the_others_talk_on_when_one_leaves(who: str) -> None:
    w = World()
    leg, offer, other = three(w)
    w.wait(10)
    gone, left, agent = (offer, other, "1002") if who == "convener" else (other, offer, "1001")
    w.hang_up(gone)
    assert w.hears(leg) == {left}
    assert w.state(agent) == "talking"
    assert w.the_call(leg)["agent"] == agent
    w.wait(3)
    w.hang_up(left)
    assert leg not in w.channels
    assert sorted(lengths(w, "conference")) == [("1001", 10), ("1002", 10)]
    assert lengths(w, "talk")[-1] == (agent, 3)
    assert w.of_kind("call")[0]["outcome"] == "answered"


def test_who_joins_somebody_who_leaves_in_that_moment_is_told_so() -> None:
    w = World()
    leg, offer, other = consulting(w)
    w.silent = True  # asked for, and not yet seen
    assert w.command("JoinCalls", agent_id="1001") is None
    w.silent = False
    w.hang_up(other)
    w.wait(3)
    (reply,) = [reply for reply in w.replies.values() if not reply.ok]
    assert reply.error_id == "wrong-state"
    assert (w.state("1001"), w.hears(leg)) == ("talking", {offer})


def test_a_caller_who_comes_into_the_room_unrecorded_is_recorded_from_then_on() -> None:
    w = World()
    w.slow_to_record = True
    leg, _, _ = three(w)
    w.wait(20)
    w.hang_up(leg)
    (file,) = w.of_kind("recording")
    assert file["length_ms"] == 20_000
    w = World()
    three(w)
    assert not [c for c in w.commands if isinstance(c, sw.StartRecording)], "it runs already"


def test_one_is_added_while_the_others_talk() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    do(w, "AddAgent", colleague_id="1002")
    other = w.offered_leg()
    assert w.channels[leg].bridged_to == offer, "they talk on while it rings"
    w.wait(3)
    w.answers(other)
    all_hear_all(w, leg, offer, other)


def test_six_and_no_more() -> None:
    w = World(centre(agents=7))
    leg, offer = talking(w)
    legs = [leg, offer]
    for n in range(1002, 1006):
        w.agent(str(n), ready=False)
        do(w, "AddAgent", colleague_id=str(n))
        legs.append(w.offered_leg())
        w.answers(legs[-1])
    all_hear_all(w, *legs)
    w.agent("1006", ready=False)
    assert w.command("AddAgent", agent_id="1001", colleague_id="1006").error_id == "wrong-state"  # type: ignore[union-attr]
    w.hang_up(leg)
    assert w.channels == {}


def test_who_does_not_come_into_the_conversation_leaves_it_as_it_was() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    do(w, "AddAgent", colleague_id="1002")
    w.refuse_offer(w.offered_leg(), "USER_BUSY")
    assert w.channels[leg].bridged_to == offer
    assert (w.state("1001"), w.state("1002")) == ("talking", "idle")
    assert not [c for c in w.commands if isinstance(c, sw.JoinRoom)]


def party(w: World, leg: str, agent: str) -> int:
    return next(one["no"] for one in w.the_call(leg)["legs"] if one["agent"] == agent)


def test_one_is_muted_and_heard_again() -> None:
    w = World()
    leg, offer, other = three(w)
    no = party(w, leg, "1002")
    do(w, "MuteParty", party=no, muted=True)
    assert w.hears(leg) == {offer}
    assert w.hears(other) == {leg, offer}, "it hears the others all the same"
    assert [one["muted"] for one in w.the_call(leg)["legs"]] == [False, False, True]
    do(w, "MuteParty", party=no, muted=False)
    all_hear_all(w, leg, offer, other)
    assert w.command("MuteParty", agent_id="1001", party=99, muted=True).error_id == "no-such-party"  # type: ignore[union-attr]


def test_of_two_who_are_left_nobody_is_muted() -> None:
    w = World()
    leg, offer, other = three(w)
    do(w, "MuteParty", party=party(w, leg, ""), muted=True)
    assert w.hears(other) == {offer}
    w.hang_up(offer)
    assert w.hears(other) == {leg}, "who had muted the customer has gone"
    reply = w.command("MuteParty", agent_id="1002", party=party(w, leg, ""), muted=True)
    assert reply is not None
    assert reply.error_id == "wrong-state"


def test_one_is_dropped_but_never_the_customer() -> None:
    w = World()
    leg, offer, other = three(w)
    do(w, "DropParty", party=party(w, leg, "1002"))
    assert other not in w.channels
    assert w.hears(leg) == {offer}
    assert w.command("DropParty", agent_id="1001", party=party(w, leg, "")).error_id == "wrong-state"  # type: ignore[union-attr]


def test_who_is_still_rung_is_dropped() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    do(w, "AddAgent", colleague_id="1002")
    do(w, "DropParty", party=party(w, leg, "1002"))
    assert w.state("1002") == "idle"
    assert w.channels[leg].bridged_to == offer


def test_one_stands_aside_and_the_others_talk_on() -> None:
    w = World()
    leg, offer, other = three(w)
    w.wait(5)
    do(w, "HoldCall")
    assert w.hears(leg) == {other}
    assert w.channels[offer].playing
    assert w.the_call(leg)["phase"] == "connected"
    w.wait(4)
    do(w, "ResumeCall")
    all_hear_all(w, leg, offer, other)
    assert lengths(w, "hold") == [("1001", 4)]
    assert w.segments("hold")[0]["queue"] == "", "the customer was not on hold"


def test_somebody_is_asked_out_of_the_conference() -> None:
    w = World()
    leg, offer, other = three(w)
    w.agent("1003", ready=False)
    do(w, "ConsultAgent", colleague_id="1003")
    asked = w.offered_leg()
    w.answers(asked)
    assert w.hears(offer) == {asked}
    assert w.hears(leg) == {other}
    do(w, "JoinCalls")
    all_hear_all(w, leg, offer, other, asked)


@pytest.mark.parametrize("mirror", [True, False])
def test_a_conference_outlives_the_engine(mirror: bool) -> None:
    w = World()
    leg, offer, _other = three(w)
    do(w, "MuteParty", party=party(w, leg, "1002"), muted=True)
    w.wait(5)
    w.commands.clear()
    w.restart(8, mirror)
    w.wait(1)
    assert not [c for c in w.commands if isinstance(c, sw.JoinRoom | sw.BridgeLegs | sw.ParkLeg | sw.KillLeg)]
    assert w.hears(leg) == {offer}
    assert w.the_call(leg)["phase"] == "conference"
    w.wait(5)
    w.hang_up(leg)
    booked = 11 if mirror else 6  # what was before the restart is lost with the mirror
    assert sorted(lengths(w, "conference")) == [("1001", booked), ("1002", booked)]
    assert lengths(w, "talk") == [("1001", 10)]
    assert w.channels == {}


def test_the_reconciler_sees_nothing_wrong_in_it() -> None:
    w = World()
    three(w)
    for _ in range(4):
        w.wait(10)
        w.reconcile()
    assert w.engine.repairs == 0


@pytest.mark.parametrize("refused", [sw.JoinRoom, sw.MuteMember])
def test_a_switch_that_refuses_leaves_nobody_in_silence(refused: type[sw.SwitchCommand]) -> None:
    w = World()
    leg, _offer, _other = consulting(w)
    w.refusals = {refused: "-ERR no"}
    w.command("JoinCalls", agent_id="1001")
    w.wait(30)
    nobody_in_silence(w)
    assert leg in w.channels


def test_the_caller_is_left_in_the_room_without_anybody_and_hears_something() -> None:
    w = World()
    leg, offer, other = three(w)
    w.last_seen = w.now
    w.silent = True
    w.hang_up(offer)
    w.hang_up(other)
    w.restart(8)
    w.wait(1)
    assert leg not in w.channels or w.channels[leg].playing


def test_five_hundred_conferences_of_six_at_once_and_a_take_over_among_them() -> None:
    w = World(centre(agents=5 * MANY))
    rooms: dict[str, set[str]] = {}
    for n in range(MANY):
        people = [str(1001 + 5 * n + k) for k in range(5)]
        w.agent(people[0])
        customer = w.call()
        legs = [customer, w.offered_leg()]
        w.pick_up(legs[1])
        for colleague in people[1:]:
            w.agent(colleague, ready=False)
            ok(w.command("AddAgent", agent_id=people[0], colleague_id=colleague))
            legs.append(w.offered_leg())
            w.answers(legs[-1])
        rooms[customer] = set(legs)

    def together() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for channel in w.channels.values():
            found.setdefault(channel.room, set()).add(channel.leg)
        return {customer: found[w.channels[customer].room] for customer in rooms}

    assert together() == rooms
    w.wait(10)
    w.restart(8)
    w.wait(10)
    assert together() == rooms, "nobody notices"
    calls = w.engine.snapshot()["calls"].values()
    assert [call["phase"] for call in calls] == ["conference"] * MANY
    for customer in rooms:
        w.hang_up(customer)
    assert w.channels == {}
    booked = Counter(segment["call_id"] for segment in w.segments("conference"))
    assert (len(booked), set(booked.values())) == (MANY, {5})
    assert not w.doubles

"""The customer between two people: passed on, in a slot, given back. What is seen of it, what the switch does without a daemon,
and what the books have of those who were rung by name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.test_conference import three
from tests.engine.test_operations import consulting, do
from tests.engine.test_outside import FULL, NUMBER, floor, outside
from tests.engine.test_talk import talking
from tests.engine.world import World

Rings = list[tuple[str, str, str, int]]


def passed_on(w: World) -> str:
    """The customer's leg: ten seconds of talk with 1001, and 1002 is rung."""
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    w.wait(10)
    do(w, "TransferToAgent", colleague_id="1002")
    return leg


def by_name(w: World) -> Rings:
    """(agent, outcome, queue, seconds) of rings that count nothing."""
    found = [one for one in w.segments("offer") if one["detail"].get("named")]
    return [(one["agent"], one["outcome"], one["queue"], (one["ended_ms"] - one["started_ms"]) // 1000) for one in found]


def seconds(w: World, segment: str) -> list[int]:
    return [(one["ended_ms"] - one["started_ms"]) // 1000 for one in w.segments(segment)]


def holes(w: World) -> list[tuple[int, int]]:
    """Of the call's time, what none of the customer's stretches has: the rings of agents and who listens are none."""
    (call,) = w.of_kind("call")
    at, found = call["arrived_ms"], []
    stretches = [one for one in w.of_kind("segment") if one["segment"] not in ("offer", "dial", "listen", "wrap_up")]
    for one in sorted(stretches, key=lambda one: one["started_ms"]):
        if one["started_ms"] > at:
            found.append((at, one["started_ms"]))
        at = max(at, one["ended_ms"])
    return found if at >= call["ended_ms"] else [*found, (at, call["ended_ms"])]


def figures(w: World) -> Any:
    return [w.view("queues", "sales")["today"], *(w.view("agents", a)["today"] for a in ("1001", "1002"))]


# ---------------------------------------------------------------- seen, and without a daemon


def test_it_is_being_transferred_to_whom_it_rings_at() -> None:
    w = World()
    leg = passed_on(w)
    assert (w.the_call(leg)["phase"], w.the_call(leg)["agent"]) == ("transferring", "1002")
    assert w.channels[leg].variables["cti_phase"] == "held"
    w.refuse_offer(w.offered_leg(), "CALL_REJECTED")
    assert (w.the_call(leg)["phase"], w.the_call(leg)["agent"]) == ("transferring", "1001"), "back to who passed it on"
    assert w.channels[leg].variables["cti_phase"] == "held"
    w.answers(w.offered_leg())
    assert (w.the_call(leg)["phase"], w.the_call(leg)["agent"]) == ("connected", "1001")
    assert w.channels[leg].variables["cti_phase"] == "talking"


def test_to_a_number_outside_and_while_a_colleague_who_was_asked_is_still_rung() -> None:
    w = World(floor())
    leg, _offer = talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    assert (w.the_call(leg)["phase"], w.channels[leg].variables["cti_phase"]) == ("transferring", "held")
    w.answers(outside(w))
    assert (w.the_call(leg)["phase"], w.channels[leg].variables["cti_phase"]) == ("connected", "talking")
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    do(w, "ConsultAgent", colleague_id="1002")
    do(w, "CompleteTransfer")
    assert (w.the_call(leg)["phase"], w.the_call(leg)["agent"]) == ("transferring", "1002")
    assert w.channels[leg].variables["cti_phase"] == "held"


def test_it_comes_back_and_says_from_where_and_why() -> None:
    def said(w: World, leg: str) -> tuple[str, str, str]:
        view = w.the_call(leg)
        return view["passed_by"], view["back_from"], view["back_why"]

    w = World()
    leg = passed_on(w)
    assert said(w, leg) == ("1001", "", "")
    w.refuse_offer(w.offered_leg(), "CALL_REJECTED")
    assert said(w, leg) == ("", "1002", "rejected")
    w.restart(8)
    assert said(w, leg) == ("", "1002", "rejected")
    w.answers(w.offered_leg())
    assert said(w, leg) == ("", "", "")
    do(w, "ParkCall", slot="7")
    assert said(w, leg) == ("1001", "", "")
    w.wait(121)
    assert said(w, leg) == ("", "7", "not-retrieved")
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    assert said(w, leg) == ("", "", ""), "back in its line"
    w = World(floor())
    leg, _offer = talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    w.refuse_offer(outside(w), "USER_BUSY")
    assert said(w, leg) == ("", FULL, "busy")


def test_the_switch_knows_before_the_agent_has_left() -> None:
    """A daemon that dies just then has said it."""
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.silent = True
    w.command("TransferToAgent", agent_id="1001", colleague_id="1002")
    w.silent = False
    orders = [type(one).__name__ for one in w.commands if getattr(one, "leg", "") in (leg, offer)]
    phase = next(i for i, one in enumerate(w.commands) if getattr(one, "name", "") == "cti_phase" and one.value == "held")  # type: ignore[attr-defined]
    kill = next(i for i, one in enumerate(w.commands) if type(one).__name__ == "KillLeg" and one.leg == offer)  # type: ignore[attr-defined]
    assert phase < kill, orders


def test_who_hangs_up_alone_leaves_a_customer_for_whom_nobody_comes() -> None:
    w = World()
    leg, offer = talking(w)
    w.silent = True
    w.hang_up(offer)
    w.silent = False
    assert w.channels[leg].variables["cti_phase"] == "talking", "the watchdog ends it"


@pytest.mark.parametrize("mirror", [True, False])
def test_the_watchdog_moves_the_customer_and_the_next_daemon_goes_on(mirror: bool) -> None:
    w = World()
    leg = passed_on(w)
    rung = w.offered_leg()
    w.agent("1003", ready=False)
    w.silent = True
    w.to_fallback(leg)
    w.end(rung, "ORIGINATOR_CANCEL")
    w.wait(9)
    w.restart(8, mirror=mirror)
    w.wait(1)
    assert leg in w.channels
    assert w.channels[leg].playing
    assert w.the_call(leg)["phase"] == ("transferring" if mirror else "queued")
    if mirror:  # back to who passed it on
        assert w.the_call(leg)["agent"] == "1001"
        w.command("PauseAgent", agent_id="1001", reason="lunch")
        w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    w.command("ReadyAgent", agent_id="1003")
    w.wait(1)
    if not mirror:
        w.agent("1003")
    w.pick_up(w.offered_leg())
    assert w.the_call(leg)["agent"] == "1003"


# ---------------------------------------------------------------- the books


def test_rings_by_name_that_failed_are_in_the_books_and_in_no_figure() -> None:
    w = World()
    leg = passed_on(w)
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    before = [today["answered"] for today in figures(w)]
    w.wait(25)
    w.refuse_offer(w.offered_leg(), "CALL_REJECTED")
    w.wait(22)
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    assert by_name(w) == [("1002", "rejected", "", 25), ("1001", "no-answer", "", 22)]
    w.agent("1003")
    w.pick_up(w.offered_leg())
    w.wait(5)
    w.hang_up(leg)
    assert seconds(w, "between") == [47]
    assert holes(w) == []
    assert [today["answered"] for today in figures(w)] == before
    assert [today["rona"] for today in figures(w)[1:]] == [0, 0]
    queue = w.view("queues", "sales")["today"]
    assert (queue["offered"], queue["talk_ms"], queue["hold_ms"]) == (1, 15_000, 0)


def test_who_gets_a_call_back_was_rung_and_has_it_once() -> None:
    w = World()
    leg = passed_on(w)
    w.wait(7)
    w.refuse_offer(w.offered_leg(), "USER_BUSY")
    w.wait(3)
    w.answers(w.offered_leg())
    w.hang_up(leg)
    assert by_name(w) == [("1002", "busy", "", 7), ("1001", "answered", "", 3)]
    assert w.view("agents", "1001")["today"]["answered"] == 1
    assert (seconds(w, "between"), holes(w)) == ([10], [])


def test_the_time_in_a_slot_is_the_customers() -> None:
    w = World()
    leg, _offer = talking(w)
    w.wait(10)
    do(w, "ParkCall", slot="7")
    w.wait(40)
    w.hang_up(leg)
    assert (seconds(w, "between"), holes(w)) == ([40], [])


@pytest.mark.parametrize("cause", ["NO_ANSWER", "CALL_REJECTED"])
def test_a_consult_ring_and_an_invitation_that_failed(cause: str) -> None:
    why = {"NO_ANSWER": "no-answer", "CALL_REJECTED": "rejected"}[cause]
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    do(w, "ConsultAgent", colleague_id="1002")
    w.wait(6)
    w.refuse_offer(w.offered_leg(), cause)
    do(w, "AddAgent", colleague_id="1002")
    w.wait(24)
    w.refuse_offer(w.offered_leg(), cause)
    assert by_name(w) == [("1002", why, "", 6), ("1002", why, "", 24)]
    do(w, "AddAgent", colleague_id="1002")
    w.wait(2)
    do(w, "DropParty", party=next(one["no"] for one in w.the_call(leg)["legs"] if one["agent"] == "1002"))
    do(w, "ConsultAgent", colleague_id="1002")
    w.wait(3)
    w.hang_up(leg)
    assert by_name(w)[2:] == [("1002", "withdrawn", "", 2), ("1002", "caller-left", "", 3)]


def test_one_of_a_queue_who_was_asked_and_rejected_it() -> None:
    w = World()
    talking(w)
    w.agent("1002")
    do(w, "ConsultQueue", queue_id="sales")
    w.wait(4)
    w.refuse_offer(w.offered_leg(), "CALL_REJECTED")
    assert by_name(w) == [("1002", "rejected", "", 4)]
    assert w.view("queues", "sales")["today"]["offered"] == 1


@pytest.mark.parametrize("killed", [False, True])
def test_who_was_asked_has_answered(killed: bool) -> None:
    w = World()
    leg, _offer, _other = consulting(w)
    if killed:
        w.wait(1)
        w.restart(8)
    do(w, "ReturnToCaller")
    w.hang_up(leg)
    assert by_name(w) == [("1002", "answered", "", 4)]
    assert w.view("agents", "1002")["today"]["answered"] == 0


def test_an_own_call_has_no_ring_by_name() -> None:
    w = World(floor())
    w.agent("1001", ready=False)
    do(w, "DialNumber", number=NUMBER)
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    assert by_name(w) == []


# ---------------------------------------------------------------- who ended it, and since when


def test_the_convener_leaves_the_others_talk_on_and_the_customer_hangs_up() -> None:
    w = World()
    leg, _offer, _other = three(w)
    do(w, "HangupCall")
    w.wait(20)
    w.hang_up(leg)
    assert w.of_kind("call")[0]["hung_up_by"] == "customer"


def test_who_asked_a_colleague_hangs_up_and_the_colleague_has_the_customer() -> None:
    w = World()
    leg, _offer, other = consulting(w)
    do(w, "HangupCall")
    assert w.channels[leg].bridged_to == other
    w.hang_up(leg)
    assert w.of_kind("call")[0]["hung_up_by"] == "customer"


def test_the_last_one_hangs_up() -> None:
    w = World()
    three(w)
    do(w, "HangupCall")
    assert w.command("HangupCall", agent_id="1002").ok  # type: ignore[union-attr]
    assert w.of_kind("call")[0]["hung_up_by"] == "agent"


def test_a_conversation_has_one_beginning_whoever_joins_or_gets_it() -> None:
    w = World()
    leg, _offer, _other = consulting(w)
    began = w.the_call(leg)["connected_ms"]
    w.wait(5)
    do(w, "JoinCalls")
    assert w.the_call(leg)["connected_ms"] == began
    do(w, "HangupCall")
    w.wait(5)
    assert w.the_call(leg)["connected_ms"] == began


def test_who_was_muted_may_speak_again_by_themselves_also_after_the_muter_has_left() -> None:
    w = World()
    leg, _offer, _other = three(w)
    w.agent("1003", ready=False)
    do(w, "AddAgent", colleague_id="1003")
    w.answers(w.offered_leg())
    no = next(one["no"] for one in w.the_call(leg)["legs"] if one["agent"] == "1002")
    do(w, "MuteParty", party=no, muted=True)
    do(w, "HangupCall")
    assert next(one for one in w.the_call(leg)["legs"] if one["agent"] == "1002")["muted"]
    assert w.command("MuteParty", agent_id="1002", party=no, muted=False).ok  # type: ignore[union-attr]
    assert not next(one for one in w.the_call(leg)["legs"] if one["agent"] == "1002")["muted"]


def test_what_has_silence_is_not_shown_as_recorded() -> None:
    w = World()
    leg, _offer = talking(w)
    assert w.the_call(leg)["recording"]
    do(w, "SetCallPrivate", private=True)
    assert w.the_call(leg)["recording"] == ""
    do(w, "SetCallPrivate", private=False)
    assert w.the_call(leg)["recording"]


def test_it_is_explained_what_the_customer_hears() -> None:
    w = World()
    leg, _offer, _other = consulting(w)
    reply = w.command("DescribeCall", call_id=w.the_call(leg)["id"])
    assert reply is not None
    assert {"id": "hears-music"} in reply.data["why"]

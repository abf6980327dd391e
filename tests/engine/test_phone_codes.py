"""Codes that agents dial at their phones: done as commands of theirs, confirmed or refused by a tone, and no call of anybody."""

from __future__ import annotations

import pytest

from cti_server.domain import switch as sw
from cti_server.engine.kernel.messages import SwitchInput
from tests.engine.test_operations import consulting
from tests.engine.test_talk import talking
from tests.engine.world import NODE, World, centre


def dials(w: World, code: str, extension: str = "1001") -> str:
    """The tone that it hears; '' none."""
    return w.tones.get(w.dial_code(extension, code), "")


def test_ready_and_not_ready() -> None:
    w = World()
    w.agent("1001", ready=False)
    assert dials(w, "*10") == "done"
    assert w.view("agents", "1001")["status"] == "ready"
    for code, reason in (("*11", "lunch"), ("*112", "meeting")):
        assert dials(w, code) == "done"
        assert (w.view("agents", "1001")["status"], w.view("agents", "1001")["reason"]) == ("not_ready", reason)
    assert dials(w, "*113") == "refused"
    assert dials(w, "*10", "1002") == "refused", "who is off shift"
    assert dials(w, "*99") == "refused"
    assert dials(w, "*10", "7777") == "refused"


def test_it_makes_nobody_busy_and_is_audited_as_the_phones() -> None:
    w = World()
    w.agent("1001", ready=False)
    dials(w, "*10")
    w.tell(sw.LegCreated(NODE, 0, "own", "inbound", "1001", "", "*99", "agents", "internal", ""))
    w.wait(1)
    states = {interval["state"] for interval in w.of_kind("agent_interval")}
    assert "own_call" not in states
    assert (w.state("1001"), w.engine._core.own_calls) == ("idle", {})
    (audit,) = w.of_kind("audit")
    assert (audit["issuer"], audit["action"], audit["subject"]) == ("phone:1001", "ReadyAgent", "agent:1001")


def test_a_code_that_is_told_twice_is_done_once() -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002")
    parked = sw.LegParked(
        NODE, 0, "code", "inbound", True, "1001", "", "*31002", "agents", "", {"cti_role": "code", "cti_extension": "1001"}
    )
    w.channels["code"] = w.channels[leg].__class__("code", "inbound", "*31002", "1001", "", w.now, w.now, parked=True)
    w.silent = True  # the end of the leg is told later
    w.give(SwitchInput(w.now, parked))
    w.give(SwitchInput(w.now, parked))
    assert w.tones == {"code": "done"}
    assert len([command for command in w.commands if isinstance(command, sw.TransferLeg)]) == 1


def test_consult_complete_with_the_phones_own_hold_key() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.hold_key(offer, True)
    assert dials(w, "*21002") == "done"
    other = w.offered_leg()
    w.ring(other)
    w.answers(other)
    w.hold_key(offer, False)
    assert w.hears(offer) == {other}
    assert (w.state("1001"), w.state("1002")) == ("consulting", "consulting")
    w.hold_key(offer, True)
    assert w.state("1001") == "consulting", "the customer waits already"
    assert dials(w, "*5") == "done"
    assert w.hears(leg) == {other}
    assert w.state("1001") == "wrap_up"


def test_back_to_a_customer_who_hears_music_until_the_phone_is_back() -> None:
    w = World()
    leg, offer, other = consulting(w)
    w.hold_key(offer, True)
    assert dials(w, "*6") == "done"
    assert other not in w.channels
    assert (w.state("1001"), bool(w.channels[leg].playing)) == ("holding", True)
    w.hold_key(offer, False)
    assert w.hears(leg) == {offer}


def test_back_at_once_when_the_phone_holds_nothing() -> None:
    w = World()
    leg, offer, _other = consulting(w)
    assert dials(w, "*6") == "done"
    assert w.hears(leg) == {offer}
    assert dials(w, "*6") == "refused", "it consults nobody"
    assert dials(w, "*5") == "refused"
    assert w.state("1001") == "talking"


@pytest.mark.parametrize("held", [False, True])
def test_passed_on_without_a_word(held: bool) -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.hold_key(offer, held)
    assert dials(w, "*31002") == "done"
    other = w.offered_leg()
    assert (w.state("1001"), w.state("1002")) == ("wrap_up", "reserved")
    w.answers(other)
    assert w.hears(leg) == {other}


def test_a_number_outside_by_the_class_of_service() -> None:
    w = World()
    talking(w)
    assert dials(w, "*213900139000") == "refused", "the agent's class of service grants nothing"
    assert dials(w, "*24000") == "refused", "a number of our own"


@pytest.mark.parametrize("code", ["*8", "*81001"])
def test_picked_up_on_the_very_leg(code: str) -> None:
    w = World(centre(3))
    w.agent("1001")
    leg = w.call()
    rung = w.offered_leg()
    w.ring(rung)
    w.agent("1002", ready=False)
    assert dials(w, "*81003", "1002") == "refused", "nothing rings there"
    answer = w.dial_code("1002", code)
    assert w.hears(leg) == {answer}
    assert (w.state("1001"), w.state("1002")) == ("idle", "talking")
    assert rung not in w.channels
    assert w.the_call(leg)["recording"]
    assert w.channels[answer].variables["cti_agent"] == "1002"
    assert [audit["issuer"] for audit in w.of_kind("audit")] == ["phone:1002"]
    w.restart(8)
    assert w.hears(leg) == {answer}
    w.hold_key(answer, True)
    assert w.state("1002") == "holding"
    w.hold_key(answer, False)
    w.hang_up(leg)
    assert answer not in w.channels
    assert w.state("1002") == "wrap_up"
    assert [(s["agent"], s["outcome"]) for s in w.segments("offer")] == [("1001", "withdrawn"), ("1002", "answered")]
    assert [s["agent"] for s in w.segments("talk")] == ["1002", "1002"]


def test_who_picks_up_and_hangs_up_at_once_leaves_the_call_in_its_line() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.ring(w.offered_leg())
    w.agent("1002", ready=False)
    w.refusals[sw.BridgeLegs] = "-ERR Invalid uuid"
    answer = w.dial_code("1002", "*8")
    w.refusals.clear()
    w.hang_up(answer)
    assert w.the_call(leg)["agent"] == "1001", "it rings there again"
    assert w.state("1002") == "idle"


def test_one_that_nobody_did_ends_with_the_next_daemon() -> None:
    w = World()
    w.agent("1001", ready=False)
    w.silent = True
    leg = w.dial_code("1001", "*10")
    w.restart(8)
    assert leg not in w.channels
    assert w.state("1001") == "idle"

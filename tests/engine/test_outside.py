"""Calls to the outside: an agent's own, asking and adding somebody there, passing a customer on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig, ClassOfService, ShortNumber, TrunkConfig, TrunkGroup
from cti_server.engine.kernel.messages import Reply
from tests.engine.test_operations import do, lengths, ok
from tests.engine.test_talk import talking
from tests.engine.world import NODE, World, centre

NUMBER, FULL = "138-0013-9000", "+8613800139000"
ALL = ("local", "national", "international", "premium")


def floor(**limits: Any) -> CentreConfig:
    """1001 may everything; a good trunk and one for when it fails."""
    config = centre(3)
    granted = ClassOfService("all", "All", ALL, ALL, **limits)  # type: ignore[arg-type]
    agents = {**config.agents, "1001": replace(config.agents["1001"], class_of_service="all")}
    trunks = {
        "carrier": TrunkConfig("carrier", "carrier"),
        "backup": TrunkConfig("backup", "backup", position=2, caller_id="9000"),
    }
    return replace(config, agents=agents, classes_of_service={"all": granted}, trunks=trunks)


def world(**limits: Any) -> World:
    w = World(floor(**limits))
    w.agent("1001", ready=False)
    return w


def outside(w: World, gateway: str = "carrier") -> str:
    """The leg that was called last, by this trunk."""
    order = next(c for c in reversed(w.commands) if isinstance(c, sw.Originate))
    assert order.contact.startswith(f"gw:{gateway}/"), order.contact
    return order.leg


def refused(reply: Reply | None) -> str:
    assert reply is not None
    assert not reply.ok
    return str(reply.error_id)


def dialling(w: World, number: str = NUMBER) -> tuple[str, str]:
    """(the agent's leg, the customer's): the agent has picked up."""
    ok(w.command("DialNumber", agent_id="1001", number=number))
    own = w.offered_leg()
    assert w.state("1001") == "dialing"
    w.ring(own)
    w.wait(1)
    w.answers(own)
    return own, outside(w)


def connected(w: World) -> tuple[str, str]:
    own, customer = dialling(w)
    w.ring(customer)
    w.wait(5)
    w.answers(customer)
    assert w.channels[customer].bridged_to == own
    return own, customer


# ---------------------------------------------------------------- an agent's own call


def test_an_agent_calls_a_customer() -> None:
    w = world()
    own, customer = dialling(w)
    call = w.the_call(own)
    assert (call["phase"], call["direction"], call["number"]) == ("dialing", "outbound", FULL)
    assert "tone_stream" in next(c.argument for c in reversed(w.commands) if isinstance(c, sw.Execute) and c.leg == own)
    order = next(c for c in reversed(w.commands) if isinstance(c, sw.Originate))
    assert order.contact == "gw:carrier/13800139000"
    assert order.variables["cti_trunk"] == "carrier"
    w.ring(customer)
    w.wait(5)
    w.answers(customer)
    assert w.channels[customer].bridged_to == own
    assert (w.state("1001"), w.the_call(own)["phase"], w.the_call(own)["agent"]) == ("talking", "connected", "1001")
    assert w.the_call(own)["recording"]
    w.wait(20)
    w.hang_up(customer)
    assert own not in w.channels
    assert w.state("1001") == "wrap_up"
    (call_fact,) = w.of_kind("call")
    assert (call_fact["direction"], call_fact["number"], call_fact["outcome"]) == ("outbound", FULL, "answered")
    assert (call_fact["last_agent"], call_fact["hung_up_by"], call_fact["service_number"]) == ("1001", "customer", "")
    assert lengths(w, "dial") == [("1001", 5)]
    assert w.segments("dial")[0]["outcome"] == "answered"
    assert lengths(w, "talk") == [("1001", 20)]
    (recording,) = w.of_kind("recording")
    assert (recording["talk_ms"], recording["problem"]) == (20_000, "")
    assert "call.dialled" in w.names()
    w.wait(31)
    assert w.state("1001") == "idle"


def test_the_own_phone_may_answer_by_itself_and_shows_the_number() -> None:
    w = world()
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    (order,) = [c for c in w.commands if isinstance(c, sw.Originate)]
    assert (order.contact, order.caller_number) == ("ext:1001", FULL)
    assert "answer-after=0" in order.variables["sip_h_Call-Info"]


def test_the_answer_has_the_calls_id() -> None:
    w = world()
    reply = w.command("DialNumber", agent_id="1001", number=NUMBER)
    assert reply is not None
    assert w.view("calls", str(reply.data["call_id"]))["phase"] == "dialing"


def test_a_call_that_is_not_to_be_recorded_is_not() -> None:
    w = world(record=False)
    own, customer = connected(w)
    assert not w.the_call(own)["recording"]
    w.hang_up(customer)
    assert w.of_kind("recording") == []


@pytest.mark.parametrize(
    ("cause", "status", "why"),
    [
        ("USER_BUSY", 486, "busy"),
        ("CALL_REJECTED", 603, "rejected"),
        ("UNALLOCATED_NUMBER", 404, "no-such-number"),
        ("NO_USER_RESPONSE", 480, "unreachable"),
        ("NO_ANSWER", 487, "no-answer"),
        ("NORMAL_TEMPORARY_FAILURE", 486, "busy"),
    ],
)
def test_who_is_not_reached_is_told_why(cause: str, status: int, why: str) -> None:
    w = world()
    own, customer = dialling(w)
    w.ring(customer)
    w.refuse_offer(customer, cause, status)
    assert w.channels == {}
    assert w.state("1001") == "idle", "no conversation, no after-call work"
    told = next(event for event in w.published if event.name == "call.dial_failed")
    assert {key: told.data[key] for key in ("agent_id", "number", "why")} == {"agent_id": "1001", "number": FULL, "why": why}
    assert [(c["outcome"], c["cause"]) for c in w.of_kind("call")] == [(why, cause)]
    assert [(s["agent"], s["outcome"]) for s in w.segments("dial")] == [("1001", why)]
    assert own not in w.channels


def test_a_far_phone_that_rings_for_ever() -> None:
    w = world()
    _own, customer = dialling(w)
    w.ring(customer)
    w.wait(63)
    assert w.channels == {}
    assert [c["outcome"] for c in w.of_kind("call")] == ["no-answer"]
    assert w.state("1001") == "idle"


@pytest.mark.parametrize("cause", ["NO_ANSWER", "USER_BUSY", "CALL_REJECTED"])
def test_an_agent_who_does_not_pick_up_the_own_phone_calls_nobody(cause: str) -> None:
    w = world()
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    w.refuse_offer(w.offered_leg(), cause)
    assert w.channels == {}
    assert w.state("1001") == "idle"
    assert not [c for c in w.commands if isinstance(c, sw.Originate) and c.contact.startswith("gw:")]
    assert [c["outcome"] for c in w.of_kind("call")] == ["cancelled"]
    assert w.view("agents", "1001")["call_id"] == ""


def test_an_own_phone_that_rings_for_ever() -> None:
    w = world()
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    w.wait(28)
    assert w.channels == {}
    assert w.state("1001") == "idle"


@pytest.mark.parametrize("how", ["phone", "page", "page-early", "admin"])
def test_it_is_called_off(how: str) -> None:
    w = world()
    if how == "page-early":
        w.command("DialNumber", agent_id="1001", number=NUMBER)
        ok(w.command("HangupCall", agent_id="1001"))
    else:
        own, customer = dialling(w)
        w.ring(customer)
        w.wait(2)
        if how == "phone":
            w.hang_up(own)
        elif how == "page":
            ok(w.command("HangupCall", agent_id="1001"))
        else:
            ok(w.command("HangupCall", issuer="user:1", call_id=w.the_call(own)["id"]))
    assert w.channels == {}
    assert w.state("1001") == "idle"
    w.wait(6)
    (call,) = w.of_kind("call")
    assert call["outcome"] == ("failed" if how == "admin" else "cancelled")
    assert "call.dial_failed" not in w.names(), "who called it off knows"


def test_the_agents_phone_dies_as_the_customer_answers() -> None:
    w = world()
    own, customer = dialling(w)
    w.end(own, "NORMAL_CLEARING")
    w.answers(customer)
    w.wait(6)
    assert w.channels == {}
    assert w.state("1001") == "idle"
    assert [c["outcome"] for c in w.of_kind("call")] == ["cancelled"]


@pytest.mark.parametrize("state", ["talking", "wrap_up", "logged_out", "no-phone"])
def test_only_who_is_idle_at_a_phone_can_dial(state: str) -> None:
    w = World(floor())
    if state in ("talking", "wrap_up"):
        leg, _ = talking(w)
        if state == "wrap_up":
            w.hang_up(leg)
    elif state == "no-phone":
        w.command("LoginAgent", agent_id="1001")
    error = {"logged_out": "agent-not-logged-in"}.get(state, "wrong-state")
    assert refused(w.command("DialNumber", agent_id="1001", number=NUMBER)) == error


def test_an_agent_who_dials_gets_no_call() -> None:
    w = world()
    w.command("ReadyAgent", agent_id="1001")
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"
    ok(w.command("HangupCall", agent_id="1001"))
    assert w.the_call(leg)["phase"] == "offered"


def test_an_own_call_can_do_what_every_call_can() -> None:
    w = world()
    own, customer = connected(w)
    w.agent("1002", ready=False)
    ok(w.command("HoldCall", agent_id="1001"))
    assert w.channels[customer].playing
    ok(w.command("ResumeCall", agent_id="1001"))
    do(w, "TransferToAgent", colleague_id="1002")
    w.answers(w.offered_leg())
    assert own not in w.channels
    assert w.state("1002") == "talking"
    w.hang_up(customer)
    assert [(c["last_agent"], c["direction"]) for c in w.of_kind("call")] == [("1002", "outbound")]


# ---------------------------------------------------------------- trunks


@pytest.mark.parametrize(
    ("cause", "status"), [("NORMAL_TEMPORARY_FAILURE", 503), ("CALL_REJECTED", 403), ("NETWORK_OUT_OF_ORDER", 0)]
)
def test_another_trunk_is_tried_when_one_fails(cause: str, status: int) -> None:
    w = world()
    own, customer = dialling(w)
    w.refuse_offer(customer, cause, status)
    other = outside(w, "backup")
    assert other != customer
    assert next(c for c in reversed(w.commands) if isinstance(c, sw.Originate)).caller_number == "9000"
    assert w.state("1001") == "dialing"
    w.ring(other)
    w.answers(other)
    assert w.channels[other].bridged_to == own
    assert w.view("trunks", f"{NODE}:carrier")["failures"] == 1
    assert w.view("trunks", f"{NODE}:carrier")["calls_out"] == 0
    assert w.view("trunks", f"{NODE}:backup")["calls_out"] == 1
    w.hang_up(other)
    assert len(w.of_kind("call")) == len(w.segments("dial")) == 1
    assert w.of_kind("call")[0]["outcome"] == "answered"


def test_a_trunk_that_makes_no_channel_is_followed_by_another() -> None:
    w = world()
    w.dead_trunks.add("main:carrier")
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    w.answers(w.offered_leg())
    w.answers(outside(w, "backup"))
    assert w.state("1001") == "talking"
    assert w.view("trunks", f"{NODE}:carrier")["failures"] == 1


def test_when_all_trunks_fail_it_is_told() -> None:
    w = world()
    w.dead_trunks |= {"main:carrier", "main:backup"}
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    w.answers(w.offered_leg())
    assert w.channels == {}
    assert w.state("1001") == "idle"
    assert [c["outcome"] for c in w.of_kind("call")] == ["no-line"]
    told = next(event for event in w.published if event.name == "call.dial_failed")
    assert told.data["why"] == "no-line"


def test_nobody_is_rung_twice_by_two_trunks() -> None:
    w = world()
    _own, customer = dialling(w)
    w.ring(customer)
    w.refuse_offer(customer, "NORMAL_TEMPORARY_FAILURE", 503)
    assert w.channels == {}
    assert [c["outcome"] for c in w.of_kind("call")] == ["no-line"]


def test_a_talk_that_the_trunk_tears_is_not_dialled_again() -> None:
    w = world()
    _own, customer = connected(w)
    w.hang_up(customer, "NORMAL_TEMPORARY_FAILURE")
    assert w.channels == {}
    assert [c["outcome"] for c in w.of_kind("call")] == ["answered"]


def test_without_a_trunk_the_command_is_refused() -> None:
    w = world()
    for name in ("carrier", "backup"):
        w.tell(sw.GatewayChanged(NODE, 0, name, "FAILED", ""))
    assert refused(w.command("DialNumber", agent_id="1001", number=NUMBER)) == "no-trunk"
    assert w.state("1001") == "idle"


def test_the_trunks_fail_while_the_own_phone_rings() -> None:
    w = world()
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    for name in ("carrier", "backup"):
        w.tell(sw.GatewayChanged(NODE, 0, name, "FAILED", ""))
    w.answers(w.offered_leg())
    assert w.channels == {}
    assert [c["outcome"] for c in w.of_kind("call")] == ["no-line"]
    assert w.state("1001") == "idle"


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    ("number", "error"),
    [("1002", "own-number"), ("4000", "own-number"), ("xyz", "not-dialable"), ("0138", "not-dialable")],
)
@pytest.mark.parametrize("name", ["DialNumber", "ConsultNumber", "AddNumber", "TransferToNumber"])
def test_what_is_no_number_outside_is_refused(number: str, error: str, name: str) -> None:
    w = World(floor())
    if name == "DialNumber":
        w.agent("1001")
    else:
        talking(w)
    assert refused(w.command(name, agent_id="1001", number=number)) == error


@pytest.mark.parametrize("name", ["DialNumber", "ConsultNumber", "AddNumber", "TransferToNumber"])
def test_nobody_calls_outside_who_was_not_granted_it(name: str) -> None:
    w = World(replace(floor(), classes_of_service={}, agents=centre(3).agents))
    if name == "DialNumber":
        w.agent("1001")
    else:
        talking(w)
    assert refused(w.command(name, agent_id="1001", number=NUMBER)) == "number-not-allowed"
    if name != "TransferToNumber":
        assert w.command(name, agent_id="1001", number="110") is None or w.command("Ping") is not None
        assert outside(w) if name != "DialNumber" else w.state("1001") == "dialing"


def test_what_is_taken_away_is_gone_at_once() -> None:
    w = world()
    w.reconfigure(replace(floor(), forbidden_numbers=("138",)))
    assert refused(w.command("DialNumber", agent_id="1001", number=NUMBER)) == "number-not-allowed"
    w.reconfigure(replace(floor(), agents=centre(3).agents))
    assert refused(w.command("DialNumber", agent_id="1001", number="139 0013 9000")) == "number-not-allowed"


def test_a_customer_is_brought_outside_by_the_group_of_the_line_and_then_by_the_next_one() -> None:
    config = floor()
    line = replace(config.service_numbers["4000"], trunk_group="mobile")
    w = World(
        replace(
            config,
            service_numbers={"4000": line},
            trunk_groups={"mobile": TrunkGroup("mobile", "Mobile", "fixed"), "fixed": TrunkGroup("fixed", "Fixed")},
            trunks={
                **config.trunks,
                "f": TrunkConfig("f", "f", group="fixed", position=0),
                "m": TrunkConfig("m", "m", group="mobile"),
            },
        )
    )
    talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    w.refuse_offer(outside(w, "m"), "NETWORK_OUT_OF_ORDER", 503)
    w.answers(outside(w, "f"))
    w.command("EndWrapUp", agent_id="1001")
    ok(w.command("DialNumber", agent_id="1001", number=NUMBER))
    w.answers(w.offered_leg())
    assert outside(w, "f"), "no group holds for it: the smallest position"


SHORT = {"81": ShortNumber("81", "Control room", "138 0013 9000"), "82": ShortNumber("82", "Abroad", "0049 30 1234567")}


def test_a_short_number_calls_and_books_what_it_stands_for() -> None:
    w = World(replace(floor(), short_numbers=SHORT))
    w.agent("1001", ready=False)
    own, customer = dialling(w, "81")
    assert (w.channels[customer].destination, w.the_call(own)["number"]) == ("13800139000", FULL)
    w.hang_up(own)
    assert [fact["number"] for fact in w.of_kind("call")] == [FULL]


@pytest.mark.parametrize("name", ["ConsultNumber", "AddNumber", "TransferToNumber"])
def test_a_customer_is_brought_to_a_short_number(name: str) -> None:
    w = World(replace(floor(), short_numbers=SHORT))
    leg, _offer = talking(w)
    w.command(name, agent_id="1001", number="81")
    assert w.channels[outside(w)].destination == "13800139000"
    assert FULL in [one["number"] for one in w.the_call(leg)["legs"]]


def test_a_phone_consults_a_short_number_by_code() -> None:
    w = World(replace(floor(), short_numbers=SHORT))
    talking(w)
    w.dial_code("1001", "*281")
    assert w.channels[outside(w)].destination == "13800139000"


def test_a_short_number_goes_around_no_class_of_service() -> None:
    inland = ClassOfService("all", "All", ("national",), ("national",))
    w = World(replace(floor(), short_numbers=SHORT, classes_of_service={"all": inland}))
    w.agent("1001", ready=False)
    assert refused(w.command("DialNumber", agent_id="1001", number="82")) == "number-not-allowed"
    assert refused(w.command("DialNumber", agent_id="1001", number="83")) == "not-dialable"


def test_so_many_outside_calls_at_once_whoever_talks_in_them() -> None:
    w = World(floor(at_once=1))
    leg, _offer = talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    w.answers(outside(w))
    w.command("EndWrapUp", agent_id="1001")
    assert refused(w.command("DialNumber", agent_id="1001", number="010-62345678")) == "too-many-dialled"
    assert "dials-too-much:1001" in w.engine.snapshot()["alarms"]
    w.hang_up(leg)
    ok(w.command("DialNumber", agent_id="1001", number="010-62345678"))


def test_so_many_outside_calls_a_minute() -> None:
    w = world(per_minute=2)
    for _ in range(2):
        _own, customer = dialling(w)
        w.refuse_offer(customer, "USER_BUSY", 486)
    assert refused(w.command("DialNumber", agent_id="1001", number=NUMBER)) == "too-many-dialled"
    _own, customer = dialling(w, "110")
    w.refuse_offer(customer, "USER_BUSY", 486)
    w.wait(58)
    _own, customer = dialling(w)


# ---------------------------------------------------------------- a customer is brought to a number


def test_a_number_is_asked_and_gets_the_customer() -> None:
    w = World(floor())
    leg, offer = talking(w)
    w.command("ConsultNumber", agent_id="1001", number=NUMBER)
    other = outside(w)
    assert w.channels[leg].playing
    assert w.channels[offer].playing
    assert w.state("1001") == "consulting"
    w.ring(other)
    w.wait(3)
    w.answers(other)
    assert w.channels[offer].bridged_to == other
    assert [(p["party"], p["number"]) for p in w.the_call(leg)["legs"]][-1] == ("outside", FULL)
    w.wait(9)
    do(w, "CompleteTransfer")
    assert w.channels[leg].bridged_to == other
    assert w.state("1001") == "wrap_up"
    w.wait(30)
    w.hang_up(other)
    assert w.channels == {}
    (call,) = w.of_kind("call")
    assert (call["outcome"], call["last_agent"], call["direction"]) == ("answered", "1001", "inbound")
    assert lengths(w, "dial") == [("1001", 3)]
    assert [(s["agent"], s["queue"]) for s in w.segments("talk")] == [("1001", "sales"), ("", "sales")]
    (recording,) = w.of_kind("recording")
    assert recording["problem"] == ""


def test_swap_and_return() -> None:
    w = World(floor())
    leg, offer = talking(w)
    w.command("ConsultNumber", agent_id="1001", number=NUMBER)
    other = outside(w)
    w.answers(other)
    do(w, "SwapCalls")
    assert w.channels[leg].bridged_to == offer
    assert w.channels[other].playing
    do(w, "SwapCalls")
    do(w, "ReturnToCaller")
    assert other not in w.channels
    assert w.channels[leg].bridged_to == offer


@pytest.mark.parametrize(("cause", "status", "why"), [("USER_BUSY", 486, "busy"), ("NO_ANSWER", 0, "no-answer")])
def test_a_number_that_is_asked_and_does_not_answer(cause: str, status: int, why: str) -> None:
    w = World(floor())
    leg, offer = talking(w)
    w.command("ConsultNumber", agent_id="1001", number=NUMBER)
    w.refuse_offer(outside(w), cause, status)
    assert w.channels[leg].bridged_to == offer
    assert w.state("1001") == "talking"
    told = next(event for event in w.published if event.name == "call.dial_failed")
    assert (told.data["agent_id"], told.data["why"]) == ("1001", why)
    assert [s["outcome"] for s in w.segments("dial")] == [why]


def test_a_consult_tries_the_next_trunk_and_the_agent_notices_nothing() -> None:
    w = World(floor())
    leg, offer = talking(w)
    w.command("ConsultNumber", agent_id="1001", number=NUMBER)
    w.refuse_offer(outside(w), "NORMAL_TEMPORARY_FAILURE", 503)
    other = outside(w, "backup")
    assert w.state("1001") == "consulting"
    assert w.channels[leg].playing
    w.answers(other)
    assert w.channels[offer].bridged_to == other


def test_a_customer_is_passed_on_to_a_number() -> None:
    w = World(floor())
    leg, offer = talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    assert offer not in w.channels
    assert w.state("1001") == "wrap_up"
    assert "tone_stream" in next(c.argument for c in reversed(w.commands) if isinstance(c, sw.Execute) and c.leg == leg)
    other = outside(w)
    w.ring(other)
    w.answers(other)
    assert w.channels[leg].bridged_to == other
    w.hang_up(leg)
    assert w.channels == {}
    assert w.of_kind("call")[0]["outcome"] == "answered"


def test_who_passed_it_on_is_rung_when_the_number_is_busy() -> None:
    w = World(floor())
    leg, _offer = talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    w.refuse_offer(outside(w), "USER_BUSY", 486)
    back = w.offered_leg()
    assert w.state("1001") == "reserved"
    w.answers(back)
    assert w.channels[leg].bridged_to == back
    assert w.state("1001") == "talking"


def test_an_emergency_number_is_not_for_passing_on() -> None:
    w = World(floor())
    leg, offer = talking(w)
    assert refused(w.command("TransferToNumber", agent_id="1001", number="110")) == "emergency-number"
    assert w.channels[leg].bridged_to == offer
    do(w, "AddNumber", number="110")
    assert outside(w)


def test_a_number_is_added_to_the_conversation() -> None:
    w = World(floor())
    leg, offer = talking(w)
    do(w, "AddNumber", number=NUMBER)
    other = outside(w)
    assert w.channels[leg].bridged_to == offer, "they talk on while it rings"
    assert w.mirror["agents"]["1001"]["core"]["dialled_ms"] == [w.now], "a restarted engine counts it, too"
    w.ring(other)
    assert w.mirror["calls"][w.the_call(leg)["id"]]["core"]["legs"][other]["dial"]["rang"], "no other trunk dials it again"
    w.answers(other)
    call = w.the_call(leg)
    assert call["phase"] == "conference"
    party = next(one["no"] for one in call["legs"] if one["party"] == "outside")
    do(w, "DropParty", party=party)
    assert other not in w.channels
    assert {"1001"} == {s["agent"] for s in w.segments("dial")}
    w.hang_up(leg)
    assert w.channels == {}


def test_who_is_outside_ends_the_call_and_stands_in_its_books() -> None:
    w = World(floor())
    _leg, offer = talking(w)
    do(w, "AddNumber", number=NUMBER)
    other = outside(w)
    w.ring(other)
    w.answers(other)
    w.wait(5)
    w.hang_up(offer)
    w.wait(7)
    w.hang_up(other)
    assert w.channels == {}
    (call,) = w.of_kind("call")
    assert (call["hung_up_by"], call["outcome"], call["last_agent"]) == ("outside", "answered", "1001")
    theirs = [(one["segment"], one["detail"]["number"]) for kind in ("dial", "conference", "talk") for one in w.segments(kind)
              if "number" in one["detail"]]  # fmt: skip
    assert theirs == [("dial", FULL), ("conference", FULL), ("talk", FULL)]


def test_the_customer_hangs_up_while_the_number_is_rung() -> None:
    w = World(floor())
    leg, _offer = talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    other = outside(w)
    w.ring(other)
    w.hang_up(leg)
    assert other not in w.channels
    assert [s["outcome"] for s in w.segments("dial")] == ["cancelled"]
    assert len(w.of_kind("call")) == 1


# ---------------------------------------------------------------- restarts


def test_a_daemon_that_starts_while_the_far_phone_rings() -> None:
    w = world()
    own, customer = dialling(w)
    w.ring(customer)
    w.restart(8)
    assert w.state("1001") == "dialing"
    assert w.view("trunks", f"{NODE}:carrier")["calls_out"] == 1
    w.answers(customer)
    assert w.channels[customer].bridged_to == own
    assert w.state("1001") == "talking"
    w.hang_up(customer)
    assert [c["outcome"] for c in w.of_kind("call")] == ["answered"]


def test_a_daemon_that_starts_in_an_own_call_or_after_a_transfer() -> None:
    w = world()
    own, customer = connected(w)
    w.restart(8)
    assert (w.state("1001"), w.the_call(own)["direction"]) == ("talking", "outbound")
    w.hang_up(customer)
    assert w.channels == {}

    w = World(floor())
    leg, _offer = talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    other = outside(w)
    w.answers(other)
    w.restart(8)
    assert w.channels[leg].bridged_to == other
    w.hang_up(leg)
    assert w.channels == {}


@pytest.mark.parametrize("how", ["restart", "link"])
@pytest.mark.parametrize("then", ["answers", "gone", "never"])
def test_a_daemon_that_starts_while_the_own_phone_rings(how: str, then: str) -> None:
    w = world()
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    own = w.offered_leg()
    w.lose_link()
    if then == "gone":
        w.end(own, "NORMAL_CLEARING")
    if how == "link":
        w.link()
    else:
        w.restart(8)
    if then == "answers":
        w.answers(own)
        w.answers(outside(w))
        assert w.state("1001") == "talking"
    else:
        w.wait(28 if then == "never" else 1)
        assert w.channels == {}
        assert w.state("1001") == "idle"
        assert [c["outcome"] for c in w.of_kind("call")] == ["cancelled"]


def test_without_a_mirror_nobody_is_left_in_silence() -> None:
    w = world()
    own, customer = connected(w)
    w.restart(8, mirror=False)
    assert w.the_call(customer)["direction"] == "outbound"
    assert w.the_call(customer)["number"] == FULL
    assert w.state("1001") == "talking"
    w.hang_up(own)
    assert w.channels == {}

    w = World(floor())
    leg, _offer = talking(w)
    do(w, "TransferToNumber", number=NUMBER)
    other = outside(w)
    w.answers(other)
    w.restart(8, mirror=False)
    assert w.channels[leg].bridged_to == other
    w.hang_up(leg)
    assert w.channels == {}


def test_a_daemon_that_has_sent_the_order_and_not_remembered_it_does_not_call_twice() -> None:
    w = world()
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    before = {kind: dict(table) for kind, table in w.mirror.items()}
    own = w.offered_leg()
    w.answers(own)
    customer = outside(w)
    w.mirror = before
    w.restart(8)
    assert outside(w) == customer
    w.answers(customer)
    assert w.channels[customer].bridged_to == own


def test_the_hold_key_of_a_phone_that_waits_for_the_number_holds_nobody() -> None:
    w = world()
    own, customer = dialling(w)
    w.hold_key(own, True)
    assert w.state("1001") == "dialing"
    w.hold_key(own, False)
    w.answers(customer)
    assert w.channels[customer].bridged_to == own


def test_a_link_that_blinks_while_it_rings() -> None:
    w = world()
    own, customer = dialling(w)
    w.lose_link()
    w.link()
    assert w.state("1001") == "dialing"
    w.answers(customer)
    assert w.channels[customer].bridged_to == own


def test_the_reconciler_leaves_a_number_alone_that_is_not_called_yet() -> None:
    w = world()
    w.command("DialNumber", agent_id="1001", number=NUMBER)
    for _ in range(4):
        w.reconcile()
        w.wait(1.5)
    assert w.state("1001") == "dialing"
    w.answers(w.offered_leg())
    w.answers(outside(w))
    assert w.state("1001") == "talking"

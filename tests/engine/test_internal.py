"""Calls between two agents, by the desk: shown and booked as what they are, and nobody's customer."""

from __future__ import annotations

import pytest

from cti_server.domain import switch as sw
from tests.engine.test_operations import ok
from tests.engine.world import World, centre


def calling(w: World) -> tuple[str, str]:
    """(1001's leg, id of the call): 1001's phone rings."""
    w.agent("1001", ready=False)
    w.agent("1002", ready=False)
    reply = w.command("CallAgent", agent_id="1001", colleague_id="1002")
    ok(reply)
    return w.offered_leg(), reply.data["call_id"]  # type: ignore[union-attr]


def ringing(w: World) -> tuple[str, str, str]:
    """(1001's leg, 1002's leg, id of the call): 1001 hears that it rings at 1002."""
    leg, call = calling(w)
    w.answers(leg)
    other = w.offered_leg()
    assert other != leg
    w.ring(other)
    return leg, other, call


def talking(w: World) -> tuple[str, str, str]:
    leg, other, call = ringing(w)
    w.answers(other)
    return leg, other, call


def states(w: World) -> tuple[str, str]:
    return w.state("1001"), w.state("1002")


def test_own_phone_first_then_the_colleague_and_both_talk() -> None:
    w = World()
    leg, call = calling(w)
    assert states(w) == ("dialing", "idle")
    w.wait(2)
    w.answers(leg)
    other = w.offered_leg()
    order = next(c for c in reversed(w.commands) if isinstance(c, sw.Originate))
    assert (order.contact, order.caller_number, order.caller_name) == ("ext:1002", "1001", "Agent 0")
    assert w.channels[leg].playing, "it hears that it rings"
    w.ring(other)
    assert states(w) == ("dialing", "ringing")
    view = w.view("calls", call)
    assert (view["phase"], view["direction"], view["number"], view["name"], view["agent"]) == (
        "dialing", "internal", "1002", "Agent 1", "1001",
    )  # fmt: skip
    assert {one["agent"]: one["party"] for one in view["legs"]} == {"1001": "agent", "1002": "agent"}
    w.wait(3)
    w.answers(other)
    assert w.hears(leg) == {other}
    assert states(w) == ("internal", "internal")
    assert w.view("calls", call)["phase"] == "connected"
    assert {one["agent"]: one["hears"] for one in w.view("calls", call)["legs"]} == {"1001": 1, "1002": 1}
    w.wait(40)
    w.hang_up(leg)
    assert states(w) == ("idle", "idle")
    assert not w.channels
    assert {(s["agent"], s["ended_ms"] - s["started_ms"], s["queue"]) for s in w.segments("internal")} == {
        ("1001", 40_000, ""), ("1002", 40_000, ""),
    }  # fmt: skip
    (fact,) = w.of_kind("call")
    assert (fact["direction"], fact["outcome"], fact["number"], fact["last_agent"], fact["hung_up_by"]) == (
        "internal", "answered", "1002", "1001", "agent",
    )  # fmt: skip
    assert not w.segments("talk"), "no customer was talked with"
    assert not w.segments("wrap_up")
    for agent in ("1001", "1002"):
        today = w.view("agents", agent)["today"]
        assert (today["answered"], today["talk_ms"]) == (0, 0)


def test_the_desk_of_who_calls_has_the_call_at_once_and_sees_the_own_phone_picked_up() -> None:
    w = World()
    leg, call = calling(w)

    def legs() -> dict[str, str]:
        return {one["agent"]: one["state"] for one in w.view("calls", call)["legs"]}

    assert any(event.data.get("call", {}).get("id") == call for event in w.published), "before anybody has picked up"
    assert legs() == {"1001": "alerting", "1002": "alerting"}
    w.answers(leg)
    assert legs() == {"1001": "connected", "1002": "alerting"}


def test_the_colleague_hangs_up() -> None:
    w = World()
    _leg, other, _call = talking(w)
    w.hang_up(other)
    assert (states(w), w.channels) == (("idle", "idle"), {})
    assert w.of_kind("call")[0]["hung_up_by"] == "agent"


@pytest.mark.parametrize("who", ["1001", "1002"])
def test_either_ends_it_by_command(who: str) -> None:
    w = World()
    talking(w)
    ok(w.command("HangupCall", agent_id=who))
    assert (states(w), w.channels) == (("idle", "idle"), {})
    assert w.of_kind("call")[0]["hung_up_by"] == "agent"


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        ("USER_BUSY", "busy"),
        ("NO_ANSWER", "no-answer"),
        ("CALL_REJECTED", "rejected"),
        ("NORMAL_TEMPORARY_FAILURE", "unreachable"),
    ],
)
def test_a_colleague_who_does_not_take_it(cause: str, why: str) -> None:
    w = World()
    _leg, other, _call = ringing(w)
    w.refuse_offer(other, cause)
    assert (states(w), w.channels) == (("idle", "idle"), {})
    assert [fact["outcome"] for fact in w.of_kind("call")] == [why]
    assert [event.data["why"] for event in w.published if event.name == "call.dial_failed"] == [why]
    assert w.view("agents", "1002")["reason"] != why, "nobody is made not ready for it"


def test_the_colleague_rejects_on_the_desk() -> None:
    w = World()
    ringing(w)
    ok(w.command("RejectCall", agent_id="1002"))
    assert (states(w), w.channels) == (("idle", "idle"), {})
    assert [fact["outcome"] for fact in w.of_kind("call")] == ["rejected"]


def test_nobody_answers() -> None:
    w = World()
    ringing(w)
    w.wait(30)
    assert (states(w), w.channels) == (("idle", "idle"), {})
    assert [fact["outcome"] for fact in w.of_kind("call")] == ["no-answer"]


def test_who_calls_hangs_up_before_it_is_answered() -> None:
    w = World()
    leg, other, _call = ringing(w)
    w.hang_up(leg)
    assert other not in w.channels
    assert states(w) == ("idle", "idle")
    assert [fact["outcome"] for fact in w.of_kind("call")] == ["cancelled"]


def test_a_colleague_who_has_got_a_call_meanwhile() -> None:
    w = World()
    leg, _call = calling(w)
    w.command("ReadyAgent", agent_id="1002")
    w.call()
    w.answers(leg)
    assert leg not in w.channels
    assert states(w) == ("idle", "reserved")
    assert [fact["outcome"] for fact in w.of_kind("call")] == ["busy"]


def test_what_is_refused() -> None:
    w = World(centre(4))
    talking(w)
    refused = [
        ("CallAgent", {"colleague_id": "1003"}, "wrong-state"),
        ("HoldCall", {}, "wrong-state"),
        ("ConsultAgent", {"colleague_id": "1003"}, "wrong-state"),
        ("TransferToQueue", {"queue_id": "sales"}, "wrong-state"),
        ("ParkCall", {"slot": "1"}, "wrong-state"),
    ]
    for name, more, error in refused:
        for who in ("1001", "1002"):
            assert w.command(name, agent_id=who, **more).error_id == error, (name, who)  # type: ignore[union-attr]
    w.agent("1003")
    for colleague in ("1003", "1001", "1004"):
        assert w.command("CallAgent", agent_id="1003", colleague_id=colleague).error_id == "agent-busy"  # type: ignore[union-attr]
    w.unregister("1003")
    assert w.state("1003") == "idle"
    assert w.command("CallAgent", agent_id="1003", colleague_id="1004").error_id == "phone-not-there"  # type: ignore[union-attr]


def test_a_leader_listens_and_cannot_take_over() -> None:
    w = World()
    leg, other, _call = talking(w)
    w.register("2001")
    ok(w.command("ListenToCall", issuer="user:9", agent_id="1002", extension="2001"))
    listener = w.offered_leg()
    w.answers(listener)
    assert w.hears(listener) == {leg, other}
    assert w.command("TakeOverCall", issuer="user:9", agent_id="1002", extension="2001").error_id == "wrong-state"  # type: ignore[union-attr]
    w.hang_up(other)
    assert not w.channels


@pytest.mark.parametrize("mirror", [True, False])
def test_it_goes_on_through_a_restart(mirror: bool) -> None:
    w = World()
    leg, other, _call = talking(w)
    w.restart(8, mirror)
    assert w.hears(leg) == {other}
    if mirror:
        assert states(w) == ("internal", "internal")
    else:
        w.agent("1001")
        w.agent("1002")
        assert states(w) == ("own_call", "own_call")
        w.call()
    w.hang_up(leg)
    w.hang_up(other)
    assert {w.state("1001"), w.state("1002")} <= {"idle", "reserved"}


@pytest.mark.parametrize("answered", [False, True])
def test_it_rings_on_through_a_restart(answered: bool) -> None:
    w = World()
    leg, _call = calling(w)
    if answered:
        w.answers(leg)
    w.restart(8)
    if not answered:
        w.answers(leg)
    other = w.offered_leg()
    w.ring(other)
    w.answers(other)
    assert w.hears(leg) == {other}
    assert states(w) == ("internal", "internal")


def test_the_phones_own_hold_key_changes_nothing() -> None:
    w = World()
    leg, other, _call = talking(w)
    for one in (leg, other):
        w.hold_key(one, True)
    assert w.hears(leg) == {other}
    assert states(w) == ("internal", "internal")


def test_its_agent_may_be_put_elsewhere_after_it() -> None:
    w = World()
    leg, _other, _call = talking(w)
    ok(w.command("LogoutAgent", agent_id="1002"))
    assert w.view("agents", "1002")["pending"] == "logged_out"
    w.hang_up(leg)
    assert w.view("agents", "1002")["status"] == "logged_out"

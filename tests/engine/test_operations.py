"""Asking a colleague, going back and forth, passing a call on; and everybody hanging up at every step."""

from __future__ import annotations

from typing import Any

import pytest

from cti_server.domain import switch as sw
from cti_server.engine.kernel.messages import Reply
from tests.engine.test_talk import talking
from tests.engine.world import World


def ok(reply: Reply | None) -> None:
    assert reply is not None
    assert reply.ok, reply


def do(w: World, name: str, **args: Any) -> None:
    ok(w.command(name, agent_id="1001", **args))


def consulting(w: World) -> tuple[str, str, str]:
    """(caller's, agent's, colleague's leg): ten seconds of talk, four of ringing, and the colleague has answered."""
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.wait(10)
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    other = w.offered_leg()
    w.ring(other)
    w.wait(4)
    w.answers(other)
    return leg, offer, other


def lengths(w: World, segment: str) -> list[tuple[str, int]]:
    return [(s["agent"], (s["ended_ms"] - s["started_ms"]) // 1000) for s in w.segments(segment)]


def test_a_colleague_is_asked_and_the_call_comes_back() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.wait(10)
    assert w.command("ConsultAgent", agent_id="1001", colleague_id="1002").ok  # type: ignore[union-attr]
    other = w.offered_leg()
    assert w.channels[leg].playing, "the customer hears music"
    assert w.channels[offer].playing, "the agent hears that it rings"
    assert (w.state("1001"), w.state("1002")) == ("consulting", "reserved")
    w.ring(other)
    assert w.state("1002") == "ringing"
    w.wait(4)
    w.answers(other)
    assert w.channels[offer].bridged_to == other
    assert (w.state("1001"), w.state("1002")) == ("consulting", "consulting")
    assert w.the_call(leg)["phase"] == "on_hold"
    assert [leg["asked_by"] for leg in w.the_call(leg)["legs"]] == [0, 0, 2]
    assert {leg["agent"]: leg["hears"] for leg in w.the_call(leg)["legs"]} == {"": 0, "1001": 2, "1002": 2}
    assert w.channels[leg].variables["cti_phase"] == "held", "without a daemon the customer goes to the switch's own queue"
    w.wait(20)
    do(w, "SwapCalls")
    assert w.channels[leg].bridged_to == offer
    assert w.channels[other].playing, "now the colleague hears music"
    assert {leg["agent"]: leg["hears"] for leg in w.the_call(leg)["legs"]} == {"": 1, "1001": 1, "1002": 0}
    assert w.state("1001") == "talking"
    w.wait(5)
    do(w, "SwapCalls")
    assert w.channels[offer].bridged_to == other
    w.wait(1)
    do(w, "ReturnToCaller")
    assert other not in w.channels
    assert w.channels[leg].bridged_to == offer
    assert (w.state("1001"), w.state("1002")) == ("talking", "idle")
    assert "call.offer_failed" not in w.names(), "who was asked has answered"
    w.wait(7)
    w.hang_up(leg)
    assert lengths(w, "talk") == [("1001", 10), ("1001", 5), ("1001", 7)]
    assert sorted(lengths(w, "consult")) == [("1001", 1), ("1001", 24), ("1002", 26)]
    (call,) = w.of_kind("call")
    assert (call["outcome"], call["last_agent"]) == ("answered", "1001")
    assert w.view("queues", "sales")["today"]["answered"] == 1, "it is one call"
    (recording,) = w.of_kind("recording")
    assert (recording["talk_ms"], recording["agents"], recording["problem"]) == (22_000, ["1001"], "")
    assert w.view("agents", "1002")["today"]["answered"] == 0


def test_a_colleague_gets_the_customer() -> None:
    w = World()
    leg, offer, other = consulting(w)
    w.wait(20)
    do(w, "CompleteTransfer")
    assert w.channels[leg].bridged_to == other
    assert offer not in w.channels
    assert (w.state("1001"), w.state("1002")) == ("wrap_up", "talking")
    view = w.the_call(leg)
    assert view["agent"] == "1002"
    (mine,) = [one for one in view["legs"] if one["agent"] == "1002"]
    assert (w.now - mine["connected_ms"], w.now - view["connected_ms"]) == (0, 34_000), "the customer's conversation goes on"
    w.wait(30)
    assert w.command("HoldCall", agent_id="1002").ok  # type: ignore[union-attr]
    assert w.command("ResumeCall", agent_id="1002").ok  # type: ignore[union-attr]
    w.hang_up(other)
    assert leg not in w.channels
    assert w.state("1002") == "wrap_up"
    (call,) = w.of_kind("call")
    assert (call["outcome"], call["last_agent"], call["hung_up_by"]) == ("answered", "1002", "agent")
    assert lengths(w, "talk") == [("1001", 10), ("1002", 30), ("1002", 0)]
    assert len(w.of_kind("recording")) == 1
    assert w.of_kind("recording")[0]["agents"] == ["1001", "1002"]


def test_who_gets_a_customer_that_was_passed_on_has_taken_a_call_and_who_was_asked_has_not() -> None:
    w = World()
    _leg, _offer, _other = consulting(w)
    do(w, "ReturnToCaller")
    assert [w.view("agents", agent)["today"]["answered"] for agent in ("1001", "1002")] == [1, 0]
    do(w, "TransferToAgent", colleague_id="1002")
    w.wait(3)
    w.answers(w.offered_leg())
    assert [w.view("agents", agent)["today"]["answered"] for agent in ("1001", "1002")] == [1, 1]
    w.wait(20)
    w.command("EndWrapUp", agent_id="1001")
    ok(w.command("TransferToAgent", agent_id="1002", colleague_id="1001"))
    w.answers(w.offered_leg())
    assert [w.view("agents", agent)["today"]["answered"] for agent in ("1001", "1002")] == [1, 1], "each call once"
    assert w.view("queues", "sales")["today"]["answered"] == 1
    named = [one for one in w.segments("offer") if not one["queue"] and not one["detail"].get("named")]
    assert [(one["agent"], one["outcome"], one["ended_ms"] - one["started_ms"]) for one in named] == [("1002", "answered", 3000)]


def test_how_long_the_customer_waited_for_the_queue_stays() -> None:
    w = World()
    leg = w.call()
    w.wait(15)
    w.agent("1001")
    w.pick_up(w.offered_leg())
    assert w.the_call(leg)["waited_ms"] == 15_000
    w.agent("1002", ready=False)
    w.wait(40)
    do(w, "TransferToAgent", colleague_id="1002")
    w.answers(w.offered_leg())
    view = w.the_call(leg)
    assert (view["agent"], view["waited_ms"]) == ("1002", 15_000)


def test_it_is_passed_on_while_the_colleague_is_still_rung() -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    other = w.offered_leg()
    do(w, "CompleteTransfer")
    assert w.state("1001") == "wrap_up"
    assert w.channels[leg].playing
    assert "tone_stream" in next(c.argument for c in reversed(w.commands) if isinstance(c, sw.Execute) and c.leg == leg)
    w.answers(other)
    assert w.channels[leg].bridged_to == other
    assert w.state("1002") == "talking"


@pytest.mark.parametrize("cause", ["USER_BUSY", "NO_ANSWER", "CALL_REJECTED"])
def test_a_colleague_who_does_not_answer(cause: str) -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.refuse_offer(w.offered_leg(), cause)
    assert w.channels[leg].bridged_to == offer, "the agent is with the customer again"
    assert (w.state("1001"), w.state("1002")) == ("talking", "idle")
    assert "call.offer_failed" in w.names()


def test_a_phone_that_rings_for_ever_is_given_up() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    other = w.offered_leg()
    w.wait(28)
    assert other not in w.channels
    assert w.channels[leg].bridged_to == offer
    assert w.state("1002") == "idle"


def test_passed_on_to_an_agent() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.wait(10)
    do(w, "TransferToAgent", colleague_id="1002")
    assert offer not in w.channels
    assert w.state("1001") == "wrap_up"
    other = w.offered_leg()
    w.wait(3)
    w.answers(other)
    assert w.channels[leg].bridged_to == other
    w.wait(5)
    w.hang_up(leg)
    assert lengths(w, "talk") == [("1001", 10), ("1002", 5)]
    assert w.of_kind("call")[0]["last_agent"] == "1002"


def test_passed_on_to_an_agent_who_does_not_answer_it_goes_back_to_its_line() -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    place = w.the_call(leg)["queued_ms"]
    w.wait(10)
    do(w, "TransferToAgent", colleague_id="1002")
    w.command("LogoutAgent", agent_id="1001")
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    call = w.the_call(leg)
    assert (call["phase"], call["queue"], call["queued_ms"]) == ("queued", "sales", place)
    assert w.channels[leg].playing
    w.agent("1003")
    w.pick_up(w.offered_leg())
    assert w.the_call(leg)["agent"] == "1003"
    w.hang_up(leg)
    assert (w.view("queues", "sales")["today"]["offered"], w.view("queues", "sales")["today"]["answered"]) == (1, 1)


@pytest.mark.parametrize("again", ["answers", "does not answer"])
def test_nobody_takes_it_who_passed_it_on_is_rung_before_it_goes_back_to_its_line(again: str) -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    w.wait(10)
    do(w, "TransferToAgent", colleague_id="1002")
    assert w.state("1001") == "wrap_up"
    w.refuse_offer(w.offered_leg(), "USER_BUSY")
    back = w.offered_leg()
    assert (w.channels[back].destination, w.state("1001"), w.state("1002")) == ("1001", "reserved", "idle")
    assert w.channels[leg].playing
    w.wait(5)
    if again == "answers":
        w.answers(back)
        assert w.channels[leg].bridged_to == back
        assert w.state("1001") == "talking"
        w.hang_up(leg)
        assert lengths(w, "talk") == [("1001", 10), ("1001", 0)]
    else:
        w.command("PauseAgent", agent_id="1001", reason="lunch")
        w.refuse_offer(back, "NO_ANSWER")
        assert w.the_call(leg)["phase"] == "queued"


def test_passed_on_to_a_queue() -> None:
    w = World()
    leg, _offer = talking(w)
    w.wait(10)
    do(w, "TransferToQueue", queue_id="repair")
    assert w.state("1001") == "wrap_up"
    call = w.the_call(leg)
    assert (call["phase"], call["queue"], call["queued_ms"]) == ("queued", "repair", w.now)
    assert w.channels[leg].playing
    w.agent("1003")
    w.pick_up(w.offered_leg())
    w.wait(5)
    w.hang_up(leg)
    assert [(s["queue"], s["outcome"]) for s in w.segments("queue")] == [("sales", "answered"), ("repair", "answered")]
    assert lengths(w, "talk") == [("1001", 10), ("1003", 5)]
    assert w.view("queues", "repair")["today"]["answered"] == 1


def test_what_is_not_possible_from_here_changes_nothing() -> None:
    w = World()
    leg, offer = talking(w)
    for name in ("SwapCalls", "CompleteTransfer", "ReturnToCaller"):
        assert w.command(name, agent_id="1001").error_id == "wrong-state"  # type: ignore[union-attr]
    assert w.command("ConsultAgent", agent_id="1001", colleague_id="1002").error_id == "agent-busy"  # type: ignore[union-attr]
    assert w.command("ConsultAgent", agent_id="1001", colleague_id="9").error_id == "no-such-agent"  # type: ignore[union-attr]
    assert w.command("TransferToQueue", agent_id="1001", queue_id="9").error_id == "no-such-queue"  # type: ignore[union-attr]
    w.agent("1002", ready=False)
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.agent("1003", ready=False)
    assert w.command("ConsultAgent", agent_id="1001", colleague_id="1003").error_id == "wrong-state"  # type: ignore[union-attr]
    assert w.command("SwapCalls", agent_id="1001").error_id == "wrong-state", "nobody has answered"  # type: ignore[union-attr]
    assert w.command("TransferToQueue", agent_id="1001", queue_id="repair").error_id == "wrong-state"  # type: ignore[union-attr]
    assert w.state("1003") == "idle"
    assert w.command("ReturnToCaller", agent_id="1001").ok  # type: ignore[union-attr]
    assert w.channels[leg].bridged_to == offer


STEPS = ("ConsultAgent", "ring", "answer", "SwapCalls", "SwapCalls", "CompleteTransfer")


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("at", range(len(STEPS) + 1))
@pytest.mark.parametrize("who", ["customer", "agent", "colleague"])
def test_whoever_hangs_up_whenever_nobody_is_left_in_silence_and_no_leg_is_left_over(who: str, at: int, restart: bool) -> None:
    w = World()
    w.forgiving = False
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.wait(2)
    other = ""
    for step in STEPS[:at]:
        if step == "ConsultAgent":
            w.command(step, agent_id="1001", colleague_id="1002")
            other = w.offered_leg()
        elif step == "ring":
            w.ring(other)
        elif step == "answer":
            w.answers(other)
        else:
            w.command(step, agent_id="1001")
        w.wait(1)
    if restart:
        w.last_seen = w.now
        w.restart(8)
        w.wait(1)
    gone = {"customer": leg, "agent": offer, "colleague": other}[who]
    if gone in w.channels:
        w.hang_up(gone)
    w.wait(4)
    nobody_in_silence(w)
    for one in (leg, offer, other):
        if one in w.channels:
            w.hang_up(one)
            w.wait(4)
            nobody_in_silence(w)
    assert w.channels == {}
    w.wait(120)
    assert {w.state(agent) for agent in ("1001", "1002")} == {"idle"}
    assert len(w.of_kind("call")) == 1
    assert w.doubles == []
    open_legs = [leg.id for leg in w.engine._core.legs.values()]
    assert open_legs == []


def nobody_in_silence(w: World) -> None:
    for channel in w.channels.values():
        rings = not channel.answered_ms
        assert rings or w.hears(channel.leg) or channel.playing, (channel, w.engine._core.calls)
        assert not (rings and not channel.number and not channel.job), channel

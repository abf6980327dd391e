"""Asking a colleague and passing calls on, with the bytes of the simulated switch."""

from __future__ import annotations

from typing import Any

from tests.engine.world import centre
from tests.simulator.centre import Centre


def connected() -> tuple[Centre, dict[str, Any]]:
    w = Centre(centre(), phones=[{"extensions": "1001-1003", "answer_after_s": 1}])
    w.ready("1001")
    w.desk.call(SERVICE="4000", PATIENCE_S="500", TALK_S="500")
    w.passes(3)
    return w, the_call(w)


def the_call(w: Centre) -> dict[str, Any]:
    (call,) = w.engine.snapshot()["calls"].values()
    return dict(call)


def legs(w: Centre) -> dict[str, str]:
    """agent, '' for the customer -> leg."""
    return {leg["agent"]: leg["id"] for leg in the_call(w)["legs"]}


def partner(w: Centre, agent: str) -> str:
    """With whom the switch has this party bridged; '-' nobody."""
    found = legs(w)
    other = w.desk.switch.channels[found[agent]].peer
    return next((who for who, leg in found.items() if other is not None and leg == other.uuid), "-")


def states(w: Centre) -> dict[str, str]:
    return {agent["id"]: agent["state"] for agent in w.engine.snapshot()["agents"].values()}


def test_there_and_back() -> None:
    w, call = connected()
    assert (call["phase"], partner(w, "")) == ("connected", "1001")
    w.command("LoginAgent", agent_id="1002")
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.passes(2)
    assert (partner(w, "1001"), partner(w, "")) == ("1002", "-")
    assert states(w)["1002"] == "consulting"
    w.command("SwapCalls", agent_id="1001")
    w.passes(1)
    assert (partner(w, ""), partner(w, "1002")) == ("1001", "-")
    w.command("SwapCalls", agent_id="1001")
    w.passes(1)
    w.command("ReturnToCaller", agent_id="1001")
    w.passes(1)
    assert partner(w, "") == "1001"
    assert set(legs(w)) == {"", "1001"}
    assert states(w)["1002"] == "idle"


def test_the_colleague_gets_the_customer() -> None:
    w, _ = connected()
    w.command("LoginAgent", agent_id="1002")
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.passes(2)
    w.command("CompleteTransfer", agent_id="1001")
    w.passes(1)
    assert partner(w, "") == "1002"
    assert set(legs(w)) == {"", "1002"}
    assert (states(w)["1001"], states(w)["1002"]) == ("wrap_up", "talking")


def test_passed_on() -> None:
    w, _ = connected()
    w.command("LoginAgent", agent_id="1002")
    w.command("TransferToAgent", agent_id="1001", colleague_id="1002")
    w.passes(3)
    assert partner(w, "") == "1002"
    w.ready("1003")
    w.command("TransferToQueue", agent_id="1002", queue_id="repair")
    w.passes(4)
    assert (the_call(w)["queue"], partner(w, "")) == ("repair", "1003")


def test_a_conversation_may_be_held_as_often_as_people_like() -> None:
    w, _ = connected()
    for _ in range(80):
        w.command("HoldCall", agent_id="1001")
        w.passes(1)
        w.command("ResumeCall", agent_id="1001")
        w.passes(1)
    assert partner(w, "") == "1001"

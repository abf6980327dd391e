"""Calls to the outside, with the bytes of the simulated switch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain.config import CentreConfig, ClassOfService, TrunkConfig
from tests.engine.world import centre
from tests.simulator.centre import Centre

TRUNKS: list[dict[str, Any]] = [
    {
        "name": "telco",
        "answer_after_s": 2,
        "talk_s": 500,
        "results": [{"number": "486$", "cause": "USER_BUSY"}, {"number": "503$", "cause": "NORMAL_TEMPORARY_FAILURE"},
                    {"number": "111$", "cause": "NO_ANSWER"}],
    },
    {"name": "backup", "answer_after_s": 2, "talk_s": 500},
    {"name": "dead", "state": "down"},
]  # fmt: skip


def config(**trunks: TrunkConfig) -> CentreConfig:
    base = centre()
    granted = ClassOfService("all", "All", ("national",), ("national",))
    agents = {key: replace(agent, class_of_service="all") for key, agent in base.agents.items()}
    telco = {"telco": TrunkConfig("telco", "telco", position=2)}
    return replace(base, agents=agents, classes_of_service={"all": granted}, trunks={**telco, **trunks})


def floor(**trunks: TrunkConfig) -> Centre:
    w = Centre(config(**trunks), phones=[{"extensions": "1001-1003", "answer_after_s": 1}], trunks=TRUNKS)
    w.command("LoginAgent", agent_id="1001")
    return w


def state(w: Centre, agent: str = "1001") -> str:
    return str(w.engine.snapshot()["agents"][agent]["state"])


def legs(w: Centre) -> dict[str, str]:
    """party -> leg, of the only call."""
    (call,) = w.engine.snapshot()["calls"].values()
    return {leg["party"]: leg["id"] for leg in call["legs"]}


def together(w: Centre, one: str, other: str) -> bool:
    found = legs(w)
    peer = w.desk.switch.channels[found[one]].peer
    return peer is not None and peer.uuid == found[other]


def test_an_agent_calls_and_the_call_is_recorded() -> None:
    w = floor()
    w.command("DialNumber", agent_id="1001", number="13900139000")
    w.passes(2)
    assert state(w) == "dialing"
    w.passes(3)
    assert state(w) == "talking"
    assert together(w, "customer", "agent")
    w.passes(5)
    w.command("HangupCall", agent_id="1001")
    w.passes(2)
    (call,) = w.of_kind("call")
    assert (call["outcome"], call["direction"], call["number"], call["hung_up_by"]) == (
        "answered", "outbound", "+8613900139000", "agent",
    )  # fmt: skip
    (recording,) = w.of_kind("recording")
    assert recording["problem"] == ""
    assert recording["length_ms"] > 3_000
    assert w.desk.switch.channels == {}


@pytest.mark.parametrize(
    ("number", "outcome"), [("13900139486", "busy"), ("13900139503", "no-line"), ("13900139111", "no-answer")]
)
def test_who_is_not_reached(number: str, outcome: str) -> None:
    w = floor()
    w.command("DialNumber", agent_id="1001", number=number)
    w.passes(70)
    assert [call["outcome"] for call in w.of_kind("call")] == [outcome]
    assert state(w) == "idle"
    assert w.desk.switch.channels == {}


@pytest.mark.parametrize("number", ["13900139000", "13900139503"])
def test_the_next_trunk_when_one_is_down_or_refuses(number: str) -> None:
    w = floor(dead=TrunkConfig("dead", "dead", position=1), backup=TrunkConfig("backup", "backup", position=3))
    w.command("DialNumber", agent_id="1001", number=number)
    w.passes(6)
    assert state(w) == "talking"
    trunks = {trunk["gateway"]: (trunk["failures"], trunk["calls_out"]) for trunk in w.engine.snapshot()["trunks"].values()}
    assert trunks == {
        "dead": (1, 0),
        "telco": (1, 0) if number.endswith("503") else (0, 1),
        "backup": (0, 1) if number.endswith("503") else (0, 0),
    }


def talking() -> Centre:
    w = floor()
    w.command("ReadyAgent", agent_id="1001")
    w.desk.call(SERVICE="4000", PATIENCE_S="500", TALK_S="500")
    w.passes(3)
    assert together(w, "customer", "agent")
    return w


def test_a_number_is_asked_and_gets_the_customer() -> None:
    w = talking()
    w.command("ConsultNumber", agent_id="1001", number="13900139000")
    w.passes(4)
    assert together(w, "agent", "outside")
    w.command("CompleteTransfer", agent_id="1001")
    w.passes(1)
    assert together(w, "customer", "outside")
    assert state(w) == "wrap_up"


def test_a_number_comes_into_the_conversation() -> None:
    w = talking()
    w.command("AddNumber", agent_id="1001", number="13900139000")
    w.passes(5)
    (call,) = w.engine.snapshot()["calls"].values()
    assert call["phase"] == "conference"
    assert {leg["party"] for leg in call["legs"]} == {"customer", "agent", "outside"}


def test_a_customer_is_passed_on_and_comes_back_when_it_is_busy() -> None:
    w = talking()
    w.command("TransferToNumber", agent_id="1001", number="13900139000")
    w.passes(5)
    assert together(w, "customer", "outside")
    w = talking()
    w.command("TransferToNumber", agent_id="1001", number="13900139486")
    w.passes(5)
    assert together(w, "customer", "agent")
    assert state(w) == "talking"

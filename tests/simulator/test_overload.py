"""A machine that is full: twice the calls that it can connect, and none is lost."""

from __future__ import annotations

from typing import Any

import pytest

from cti_server.engine.network import admission
from tests.engine.world import centre, with_queue
from tests.simulator.centre import Centre

AGENTS = 200
LOOKS_PER_S = 40  # a call takes some six looks at its legs: about 7 calls a second
CALLS_PER_S = 14
SECONDS = 30


def crowded() -> Centre:
    config = with_queue(centre(AGENTS), "sales", wrap_up_s=0, record=False)
    one = Centre(
        config,
        looks_per_s=LOOKS_PER_S,
        sessions_per_second=10_000,
        phones=[{"extensions": f"1001-{1000 + AGENTS}", "answer_after_s": 1}],
        callers={"patience_s": 600, "talk_s": 20, "hangup_by_caller": 1.0},
        recordings="none",
    )
    for agent in range(1001, 1001 + AGENTS):
        one.ready(str(agent))
    for _ in range(SECONDS):
        for _ in range(CALLS_PER_S):
            assert one.desk.api("sim call SERVICE=4000").startswith("+OK")
            one.passes(1 / CALLS_PER_S)
    one.passes(300)
    return one


def offers(one: Centre) -> dict[str, int]:
    found: dict[str, int] = {}
    for segment in one.of_kind("segment"):
        if segment["segment"] == "offer":
            found[segment["outcome"]] = found.get(segment["outcome"], 0) + 1
    return found


@pytest.fixture(scope="module")
def day() -> Centre:
    return crowded()


def test_every_call_is_answered(day: Centre) -> None:
    outcomes = [call["outcome"] for call in day.of_kind("call")]
    assert outcomes == ["answered"] * CALLS_PER_S * SECONDS
    assert set(offers(day)) == {"answered"}, "no phone that was picked up heard nobody"


def test_it_was_twice_what_the_machine_can_connect(day: Centre) -> None:
    begun = [s["started_ms"] for s in day.of_kind("segment") if s["segment"] == "talk"]
    assert max(begun) - min(begun) >= 2 * SECONDS * 1000


def test_the_page_is_told_and_it_is_over_when_it_is_over(day: Centre) -> None:
    raised = [e.data["alarm"]["id"] for e in day.published if e.name == "alarm.raised"]
    cleared = [e.data["alarm"]["id"] for e in day.published if e.name == "alarm.cleared"]
    assert "switch-slow:main" in raised
    assert "switch-slow:main" in cleared
    views: list[Any] = [e.data["switch"] for e in day.published if e.name == "switch.linked"]
    assert any(view["slow"] and view["delay_ms"] >= admission.SLOW_MS for view in views)
    assert (views[-1]["slow"], views[-1]["delay_ms"]) == (False, 0)

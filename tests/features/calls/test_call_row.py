"""The row of a call, put together from its fact and its segments."""

from __future__ import annotations

from typing import Any

from cti_server.features.calls.service import CallParts, call_row

CALL = {
    "direction": "inbound", "number": "13800138000", "name": "", "service_number": "95598", "arrived_ms": 0, "ended_ms": 90_000,
    "outcome": "answered", "last_queue": "billing", "last_agent": "1001",
}  # fmt: skip


def row(call: dict[str, Any], *segments: tuple[str, str, int, int]) -> dict[str, Any]:
    """``segments``: kind, agent, from, to (s)."""
    parts = [
        {"segment": kind, "agent": agent, "queue": "", "started_ms": 1000 * start, "ended_ms": 1000 * end, "detail": {}}
        for kind, agent, start, end in segments
    ]
    return call_row("c1", CallParts({"c1": call}, {"c1": parts}, {}, {}))


def times(*segments: tuple[str, str, int, int]) -> tuple[int, int]:
    found = row(CALL, *segments)
    return found["talk_ms"] // 1000, found["hold_ms"] // 1000


def test_who_hears_music_while_a_colleague_is_asked_is_on_hold() -> None:
    assert times(("talk", "1001", 0, 10), ("consult", "1001", 10, 16), ("consult", "1002", 12, 16), ("talk", "1001", 16, 20)) == (
        14,
        6,
    )
    assert times(("talk", "1001", 0, 10), ("hold", "1001", 10, 13), ("consult", "1001", 13, 15)) == (10, 5)


def test_nobody_is_on_hold_while_somebody_talks_with_the_customer() -> None:
    assert times(("conference", "1001", 0, 10), ("consult", "1001", 10, 20), ("talk", "1002", 10, 20)) == (20, 0)


def test_an_internal_call_has_its_time_of_talk() -> None:
    found = row(
        {**CALL, "direction": "internal"}, ("dial", "1001", 0, 3), ("internal", "1001", 3, 16), ("internal", "1002", 3, 16)
    )
    assert (found["talk_ms"], found["talk_by_agent"]) == (13_000, {"1001": 13_000, "1002": 13_000})


def test_a_call_that_nobody_took_is_its_dialler_s() -> None:
    found = row({**CALL, "direction": "outbound", "outcome": "busy", "last_agent": ""}, ("dial", "1001", 0, 3))
    assert (found["agent"], found["talk_ms"], found["hold_ms"]) == ("1001", 0, 0)

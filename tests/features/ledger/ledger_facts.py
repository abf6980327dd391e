"""Facts as the engine writes them, for tests."""

from __future__ import annotations

from typing import Any

from cti_server.events.facts import Party, encode_line
from cti_server.features.ledger.fallback import Line


def call(call_id: str = "c1", **more: Any) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "node": "main",
        "direction": "inbound",
        "number": "13812345678",
        "name": "张三",
        "service_number": "95598",
        "arrived_ms": 1000,
        "ended_ms": 90_000,
        "outcome": "answered",
        "last_queue": "repair",
        "first_agent": "1001",
        "first_team": "day",
        "last_agent": "1001",
        "last_team": "day",
        "hung_up_by": "customer",
        "cause": "NORMAL_CLEARING",
        "data": {"account": "12345678"},
        "ivr_path": [{"node": "menu", "pressed": "2", "label": "repair"}],
        "estimated": False,
        **more,
    }


def segment(kind: str, started_ms: int, ended_ms: int, outcome: str = "", **more: Any) -> dict[str, Any]:
    return {
        "call_id": "c1",
        "segment": kind,
        "queue": "repair",
        "agent": "",
        "team": "",
        "leg": "leg-1",
        "started_ms": started_ms,
        "ended_ms": ended_ms,
        "outcome": outcome,
        "estimated": False,
        "detail": {},
        **more,
    }


def interval(agent: str, status: str, state: str, started_ms: int, ended_ms: int, **more: Any) -> dict[str, Any]:
    return {
        "agent": agent,
        "team": "day",
        "status": status,
        "state": state,
        "reason": "",
        "queue": "",
        "call_id": "",
        "started_ms": started_ms,
        "ended_ms": ended_ms,
        "estimated": False,
        **more,
    }


def recording(recording_id: str = "r1", **more: Any) -> dict[str, Any]:
    return {
        "recording_id": recording_id,
        "call_id": "c1",
        "node": "main",
        "recorded": "call",
        "path": f"/recordings/{recording_id}.wav",
        "queue": "repair",
        "agents": ["1001"],
        "started_ms": 10_000,
        "ended_ms": 40_000,
        "length_ms": 30_000,
        "talk_ms": 30_000,
        "holds": 0,
        "size": 480_044,
        "problem": "",
        **more,
    }


def disposition(code: str, at_ms: int, **more: Any) -> dict[str, Any]:
    return {"call_id": "c1", "agent": "1001", "code": code, "note": "客户满意", "at_ms": at_ms, **more}


def audit(action: str = "HangupCall", **more: Any) -> dict[str, Any]:
    return {"at_ms": 5000, "issuer": "user:9", "action": action, "subject": "c1", "detail": {"why": "test"}, **more}


def raw(fact_id: str, kind: str, data: dict[str, Any]) -> bytes:
    return encode_line(fact_id, kind, data)


def fallback_line(answered_ms: int, ended_ms: int, hung_up_by: Party) -> Line:
    """Of the call c1."""
    return Line(
        uuid="u1",
        call_id="c1",
        number="",
        name="",
        dialled="",
        queue="",
        queued_ms=0,
        started_ms=0,
        answered_ms=answered_ms,
        ended_ms=ended_ms,
        agent="",
        cause="NORMAL_CLEARING",
        hung_up_by=hung_up_by,
        recording="",
    )

"""The ledger's lines: shapes of the facts on the ``facts`` stream and of their SQL rows.

A fact is written when its interval closes; its id was made when it opened and never changes, so the persister can drop
doubles. Times are UTC ms. ``estimated`` marks an end that nobody saw (after a blind gap).
"""

from __future__ import annotations

from typing import TypedDict

import orjson

from cti_server.domain import border


class CallFact(TypedDict):
    """kind 'call': one call, when it ended."""

    call_id: str
    node: str
    direction: str
    number: str
    name: str
    service_number: str
    arrived_ms: int
    ended_ms: int
    outcome: str  # answered, abandoned, overflowed, voicemail, ivr, failed, switch-lost, unknown-number
    last_queue: str
    last_agent: str
    hung_up_by: str  # customer, agent, system
    cause: str
    data: dict[str, str]
    ivr_path: list[dict[str, str]]
    estimated: bool


class SegmentFact(TypedDict):
    """kind 'segment': a stretch of one call.

    segment  ivr, queue, offer, talk, hold, survey, voicemail, wrap_up
    outcome  queue: answered, abandoned, overflowed, failed, switch-lost
             offer: answered, no-answer, rejected, busy, unreachable, caller-left, withdrawn
             others: '' or their own word
    queue segments run from the *original* place in line to the connection of caller and agent (ring time included).
    detail   offer: {"score": ..., "best": [[agent, score], ...], "excluded": {"reason": count}}; ivr: {"flow", "version"}
    """

    call_id: str
    segment: str
    queue: str
    agent: str
    team: str
    leg: str
    started_ms: int
    ended_ms: int
    outcome: str
    estimated: bool
    detail: dict[str, object]


class AgentIntervalFact(TypedDict):
    """kind 'agent_interval': an agent in one (status, state, reason). Intervals of one agent never overlap and leave no gap
    while logged in: their sum is the logged-in time exactly."""

    agent: str
    team: str
    status: str
    state: str
    reason: str
    queue: str
    call_id: str
    started_ms: int
    ended_ms: int
    estimated: bool


class RecordingFact(TypedDict):
    """kind 'recording': one file. ``problem`` '' or missing, short, empty."""

    recording_id: str
    call_id: str
    node: str
    path: str
    queue: str
    agents: list[str]
    started_ms: int
    ended_ms: int
    length_ms: int
    talk_ms: int
    holds: int
    size: int
    problem: str


class DispositionFact(TypedDict):
    """kind 'disposition': the agent's verdict; a later one for the same call and agent replaces it."""

    call_id: str
    agent: str
    code: str
    note: str
    at_ms: int


class AuditFact(TypedDict):
    """kind 'audit': what a person did to somebody else's agent or call, and every repair by the reconciler."""

    at_ms: int
    issuer: str
    action: str
    subject: str
    detail: dict[str, object]


FACT_KINDS = ("call", "segment", "agent_interval", "recording", "disposition", "audit")


def encode_fact(fact_id: str, kind: str, data: object) -> bytes:
    return orjson.dumps({"id": fact_id, "kind": kind, "data": data})


def decode_fact(raw: bytes) -> tuple[str, str, dict[str, object]]:
    """JSON bytes -> (id, kind, data). Raises BadInput (a ValueError) for anything that is not a fact."""
    d = border.document(raw, "fact")
    kind = border.text(d, "kind")
    if kind not in FACT_KINDS:
        raise border.BadInput(f"unknown kind of fact {kind!r}")
    return border.text(d, "id"), kind, border.mapping(d, "data")

"""The demo's calls: those that nothing but the demo had a part in. They go with what was made of them, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from cti_server.events.facts import AgentIntervalFact, CallFact, DispositionFact, RecordingFact, SegmentFact
from cti_server.features.ledger.model import GONE_FILES, TABLES
from cti_server.features.ledger.quarters import quarters_of
from cti_server.features.ledger.service import Row
from cti_server.features.ledger.sql import mark_stale
from cti_server.features.messages.model import MessageRow
from cti_server.features.start.contract import DemoTraces

CALLS, SEGMENTS, INTERVALS, RECORDINGS = (TABLES[fact].c for fact in (CallFact, SegmentFact, AgentIntervalFact, RecordingFact))
AT_ONCE = 500
COUNTS = {SegmentFact: ("counted_ms",), CallFact: ("last_agent", "arrived_ms")}
"""What says in which quarter of an hour a fact counts."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Keys of what the demo made, and when it began to (ms; 0: it was there first)."""

    numbers: Collection[str]
    queues: Collection[str]
    agents: Collection[str]
    since_ms: int


def count(session: Session, demo: Demo) -> DemoTraces:
    """What would go."""
    calls = _calls(demo).subquery()
    recordings = select(func.count()).select_from(RECORDINGS.id.table).where(RECORDINGS.call_id.in_(select(calls.c.call_id)))
    return DemoTraces(
        calls=session.scalar(select(func.count()).select_from(calls)) or 0,
        recordings=session.scalar(recordings) or 0,
        intervals=sum(1 for _ in _intervals(session, demo, {*session.scalars(_calls(demo))})),
    )


def remove(session: Session, demo: Demo) -> DemoTraces:
    """Calls, stretches, results and recordings of them, and the agents' time; the quarters of an hour of all that are stale, and
    the worker deletes the files."""
    calls = [*session.scalars(_calls(demo))]
    changed: list[Row] = []
    recordings = 0
    for some in _slices(calls):
        paths = session.scalars(select(RECORDINGS.path).where(RECORDINGS.call_id.in_(some))).all()
        recordings += len(paths)
        if paths:
            session.execute(insert(GONE_FILES), [{"path": path} for path in paths])
        for fact, names in COUNTS.items():
            table = TABLES[fact]
            found = session.execute(select(*(table.c[name] for name in names)).where(table.c.call_id.in_(some))).mappings()
            changed += [Row("", fact, dict(row)) for row in found]
        for fact in (SegmentFact, DispositionFact, RecordingFact, CallFact):
            session.execute(delete(TABLES[fact]).where(TABLES[fact].c.call_id.in_(some)))
        session.execute(delete(MessageRow).where(MessageRow.call_id.in_(some)))
    intervals = [*_intervals(session, demo, set(calls))]
    changed += [Row("", AgentIntervalFact, one) for one in intervals]
    for rows in _slices([one["id"] for one in intervals]):
        session.execute(delete(INTERVALS.id.table).where(INTERVALS.id.in_(rows)))
    mark_stale(session, quarters_of(changed))
    return DemoTraces(calls=len(calls), recordings=recordings, intervals=len(intervals))


def _calls(demo: Demo) -> Select[Any]:
    """Not one that also came to, waited in or was rung at something else."""
    numbers, queues, agents = ({"", *keys} for keys in (demo.numbers, demo.queues, demo.agents))
    own = or_(SEGMENTS.queue.in_(demo.queues), SEGMENTS.agent.in_(demo.agents))
    others = exists().where(SEGMENTS.call_id == CALLS.call_id, or_(SEGMENTS.queue.not_in(queues), SEGMENTS.agent.not_in(agents)))
    of_demo = (
        CALLS.arrived_ms >= demo.since_ms,
        CALLS.service_number.in_(numbers),
        CALLS.last_queue.in_(queues),
        CALLS.first_agent.in_(agents),
        CALLS.last_agent.in_(agents),
        or_(
            *(CALLS[name] != "" for name in ("service_number", "last_queue", "first_agent", "last_agent")),
            exists().where(SEGMENTS.call_id == CALLS.call_id, own),  # one that an agent dialled, and nobody answered
        ),
    )
    return select(CALLS.call_id).where(*of_demo, ~others).distinct()


def _intervals(session: Session, demo: Demo, calls: Collection[str]) -> Iterator[dict[str, Any]]:
    """Of its agents, but at calls that stay."""
    names = ("id", "status", "call_id", "started_ms", "ended_ms")
    asked = select(*(INTERVALS[name] for name in names))
    asked = asked.where(INTERVALS.agent.in_(demo.agents), INTERVALS.started_ms >= demo.since_ms)
    return (dict(row) for row in session.execute(asked).mappings() if not row["call_id"] or row["call_id"] in calls)


def _slices(items: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some

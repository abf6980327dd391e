"""Who had the customer first, teams of calls, what a recording is of, and the figures of agents that follow from them.

Old calls: first is whose talk began first; without a talk in the books (internal calls, segments that are deleted already) who
was last, the best that is known. A call whose last agent is unknown has none. Teams are those of the talks. Old recordings are
what their files are named for. The quarters of an hour with such calls are rolled up anew by the worker, the newest first; so
are those with conferences and consultations, whose time was in no report of queues.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

QUARTER_MS = 15 * 60_000
_NAMES: dict[str, dict[str, Any]] = {
    "calls": dict.fromkeys(("first_agent", "first_team", "last_team"), sa.String(32)),
    "recordings": {"recorded": sa.String(16)},
    "report_agents": dict.fromkeys(("first_in", "last_in", "passed_on"), sa.BigInteger()),
}
_EMPTY = {"recorded": "call", **dict.fromkeys(_NAMES["report_agents"], "0")}
_CALLS = sa.table("calls", *map(sa.column, ("call_id", "direction", "arrived_ms", "last_agent", *_NAMES["calls"])))
_OF_SEGMENTS = ("id", "call_id", "segment", "queue", "agent", "team", "started_ms", "counted_ms")
_SEGMENTS = sa.table("segments", *map(sa.column, _OF_SEGMENTS))
_RECORDINGS = sa.table("recordings", sa.column("path", sa.String), sa.column("recorded"))
_STALE = sa.table("report_stale", sa.column("quarter_ms", sa.BigInteger), sa.column("changes", sa.BigInteger))


def upgrade() -> None:
    for table, names in _NAMES.items():
        for name, kind in names.items():
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=_EMPTY.get(name, "")))
    _fill()
    for table, names in _NAMES.items():
        with op.batch_alter_table(table) as batch:
            for name, kind in names.items():
                batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    op.create_index("ix_calls_first_agent_arrived_ms", "calls", ["first_agent", "arrived_ms"])


def _fill() -> None:
    call, talk = _CALLS.c, _SEGMENTS.c
    of_last = talk.agent == call.last_agent
    who = {
        call.first_agent: sa.func.coalesce(_talk(talk.agent, talk.started_ms, talk.id), call.last_agent),
        call.first_team: sa.func.coalesce(_talk(talk.team, talk.started_ms, talk.id), ""),
        call.last_team: sa.func.coalesce(_talk(talk.team, talk.started_ms.desc(), talk.id.desc(), where=of_last), ""),
    }
    op.execute(sa.update(_CALLS).where(call.last_agent != "").values(who))
    for recorded, end in (("voicemail", "-message.wav"), ("consult", "-consult.wav")):
        named = _RECORDINGS.c.path.endswith(end)
        op.execute(sa.update(_RECORDINGS).where(named).values(recorded=recorded))
    customers = sa.select(_quarter(call.arrived_ms)).where(call.last_agent != "", call.direction != "internal")
    regrouped = sa.select(_quarter(talk.counted_ms)).where(talk.segment.in_(("conference", "consult")), talk.queue != "")
    bind = op.get_bind()
    found = {int(at) for select in (customers, regrouped) for at in bind.scalars(select.distinct()) if at >= 0}
    new = sorted(found - {int(at) for at in bind.scalars(sa.select(_STALE.c.quarter_ms))})
    if new:
        op.bulk_insert(_STALE, [{"quarter_ms": at, "changes": 1} for at in new])


def _quarter(at_ms: Any) -> Any:
    return at_ms - at_ms % QUARTER_MS


def _talk(what: Any, *order: Any, where: Any = True) -> Any:
    """Of one talk of the call with an agent."""
    talk = _SEGMENTS.c
    of_call = sa.select(what).where(talk.call_id == _CALLS.c.call_id, talk.agent != "", talk.segment.in_(("talk", "conference")))
    return of_call.where(where).order_by(*order).limit(1).correlate(_CALLS).scalar_subquery()


def downgrade() -> None:
    op.drop_index("ix_calls_first_agent_arrived_ms", "calls")
    for table, names in _NAMES.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.drop_column(name)

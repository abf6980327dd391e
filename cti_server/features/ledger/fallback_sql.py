"""The tables as features.ledger.fallback needs them. Implements its port Books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Table, select, update
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.events.facts import CAUSE, CallFact, SegmentFact
from cti_server.features.ledger.fallback import Known, Line
from cti_server.features.ledger.model import TABLES
from cti_server.features.ledger.quarters import quarter
from cti_server.features.ledger.sql import SqlLedger, mark_stale

UNSERVED = frozenset({"abandoned", "failed", "switch-lost"})
"""Guesses about a call that nobody saw end; any other outcome was earned before and stays."""

_CALLS, _SEGMENTS = TABLES[CallFact], TABLES[SegmentFact]


class SqlFallback(SqlLedger):
    def known(self, call_id: str) -> Known | None:
        with transaction(self._engine) as session:
            if session.scalar(select(_CALLS.c.id).where(_CALLS.c.call_id == call_id).limit(1)) is None:
                return None
            last = select(_SEGMENTS).where(_SEGMENTS.c.call_id == call_id, _SEGMENTS.c.segment == "queue")
            row = session.execute(last.order_by(_SEGMENTS.c.started_ms.desc()).limit(1)).first()
            return Known(row.queue, row.started_ms) if row else Known("", 0)

    def mend(self, line: Line, agent: str, team: str) -> bool:
        with transaction(self._engine) as session:
            stretches = _estimated(session, _SEGMENTS, line.call_id, _SEGMENTS.c.segment == "queue")
            calls = _estimated(session, _CALLS, line.call_id)
            mark_stale(session, {quarter(at) for at in (*(s.counted_ms for s in stretches), *(c.arrived_ms for c in calls))})
            for stretch in stretches:
                ended = max(line.waited_until_ms, stretch.started_ms)
                _settle(session, _SEGMENTS, stretch, outcome=line.outcome, ended_ms=ended)
            for call in calls:
                _settle(
                    session,
                    _CALLS,
                    call,
                    outcome=line.outcome if call.outcome in UNSERVED else call.outcome,
                    ended_ms=max(line.ended_ms, call.arrived_ms),
                    **_who(call, agent, team),
                    hung_up_by=line.hung_up_by,
                    cause=line.cause[:CAUSE],
                )
            return bool(stretches or calls)


def _who(call: Row[Any], agent: str, team: str) -> dict[str, str]:
    """Who answered the line had the customer last, and first if nobody had before."""
    if not agent:
        return {}
    last = {"last_agent": agent, "last_team": team}
    return last if call.first_agent else {"first_agent": agent, "first_team": team, **last}


def _estimated(session: Session, table: Table, call_id: str, *where: Any) -> Sequence[Row[Any]]:
    return session.execute(select(table).where(table.c.call_id == call_id, table.c.estimated, *where)).all()


def _settle(session: Session, table: Table, row: Row[Any], **columns: object) -> None:
    session.execute(update(table).where(table.c.id == row.id).values(estimated=False, **columns))

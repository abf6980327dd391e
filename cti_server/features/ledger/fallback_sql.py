"""The tables as features.ledger.fallback needs them. Implements its port Books."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, select

from cti_server.adapters.sql.database import transaction
from cti_server.features.ledger import model
from cti_server.features.ledger.fallback import Known, Mending
from cti_server.features.ledger.quarters import quarter
from cti_server.features.ledger.service import Fact
from cti_server.features.ledger.sql import SqlLedger, mark_stale

UNSERVED = frozenset({"abandoned", "failed", "switch-lost"})
"""Guesses about a call that nobody saw end; any other outcome was earned before and stays."""


class SqlFallback:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ledger = SqlLedger(engine)

    def as_of_ms(self) -> int:
        return self._ledger.as_of_ms()

    def write(self, batch: Sequence[Fact], as_of_ms: int) -> int:
        return self._ledger.write(batch, as_of_ms)

    def known(self, call_id: str) -> Known | None:
        with transaction(self._engine) as session:
            if session.scalar(select(model.Call.id).where(model.Call.call_id == call_id).limit(1)) is None:
                return None
            segment = model.Segment
            last = (
                select(segment).where(segment.call_id == call_id, segment.segment == "queue").order_by(segment.started_ms.desc())
            )
            row = session.scalar(last.limit(1))
            return Known(row.queue, row.started_ms) if row else Known("", 0)

    def mend(self, mending: Mending) -> bool:
        with transaction(self._engine) as session:
            segment = model.Segment
            stretches = session.scalars(
                select(segment).where(segment.call_id == mending.call_id, segment.segment == "queue", segment.estimated)
            ).all()
            calls = session.scalars(select(model.Call).where(model.Call.call_id == mending.call_id, model.Call.estimated)).all()
            mark_stale(session, {quarter(stretch.counted_ms) for stretch in stretches})
            for stretch in stretches:
                stretch.outcome = mending.outcome
                stretch.ended_ms = max(mending.queue_ended_ms, stretch.started_ms)
                stretch.estimated = False
            for call in calls:
                call.outcome = mending.outcome if call.outcome in UNSERVED else call.outcome
                call.ended_ms = max(mending.ended_ms, call.arrived_ms)
                call.last_agent = mending.agent or call.last_agent
                call.hung_up_by, call.cause = mending.hung_up_by, mending.cause[:64]
                call.estimated = False
            return bool(stretches or calls)

    def mark(self, name: str) -> int:
        with transaction(self._engine) as session:
            return int(session.scalar(select(model.Mark.at_ms).where(model.Mark.name == name)) or 0)

    def set_mark(self, name: str, value: int) -> None:
        with transaction(self._engine) as session:
            session.merge(model.Mark(name=name, at_ms=value))

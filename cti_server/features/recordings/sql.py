"""Recordings in SQL. Implements features.recordings.service.RecordingStore."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select, update

from cti_server.adapters.sql.database import transaction
from cti_server.events.facts import RecordingFact
from cti_server.features.ledger.model import TABLES
from cti_server.features.ledger.sql import RECORDING_ROW
from cti_server.features.recordings.service import Checked

_TABLE = TABLES[RecordingFact]


class SqlRecordings:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, recording_id: str) -> dict[str, Any] | None:
        with transaction(self._engine) as session:
            statement = select(*RECORDING_ROW).where(_TABLE.c.recording_id == recording_id)
            row = session.execute(statement.order_by(_TABLE.c.id.desc()).limit(1)).mappings().first()
            return dict(row) if row else None

    def unchecked(self, ended_before_ms: int, after_row_id: int, count: int) -> list[dict[str, Any]]:
        statement = (
            select(*RECORDING_ROW, _TABLE.c.id.label("row_id"))
            .where(
                _TABLE.c.checked_ms == 0,
                _TABLE.c.ended_ms <= ended_before_ms,
                _TABLE.c.id > after_row_id,
            )
            .order_by(_TABLE.c.id)
            .limit(count)
        )
        with transaction(self._engine) as session:
            return [dict(row) for row in session.execute(statement).mappings()]

    def set_checked(self, found: list[Checked], at_ms: int) -> None:
        with transaction(self._engine) as session:
            for item in found:
                session.execute(
                    update(_TABLE)
                    .where(_TABLE.c.id == item.id)
                    .values(problem=item.problem, size=item.size, sha256=item.sha256, checked_ms=at_ms)
                )

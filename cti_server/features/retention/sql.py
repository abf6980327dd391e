"""Deletes what is too old, a little at a time. Implements the port OldRows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, and_, delete, exists, func, or_, select
from sqlalchemy.orm import aliased

from cti_server.adapters.sql.database import transaction
from cti_server.events.facts import AuditFact, RecordingFact
from cti_server.features.centre.model import ConfigVersion
from cti_server.features.entities.model import EntityVersion
from cti_server.features.ledger import model as ledger_model
from cti_server.features.ledger.service import Row
from cti_server.features.ledger.sql import KEPT, SqlLedger
from cti_server.features.messages.model import MessageRow
from cti_server.features.reports import model as reports_model

# table: its rows' moment, and what tells them apart
_MOMENTS: Mapping[str, tuple[Any, Any]] = {
    **{fact.table: (table.c[fact.aged], table.c.id) for fact, table in ledger_model.TABLES.items()},
    "config_versions": (ConfigVersion.at_ms, ConfigVersion.version),
    "entity_versions": (EntityVersion.at_ms, EntityVersion.id),
}
_RECORDINGS = ledger_model.TABLES[RecordingFact]
_ROLLED: Mapping[str, Table] = {"report_queues": reports_model.REPORT_QUEUES, "report_agents": reports_model.REPORT_AGENTS}
_ROLLED_STEP_MS = 24 * 3_600_000


class SqlOldRows(SqlLedger):
    def delete(self, table: str, before_ms: int, count: int) -> int:
        """Of rolled-up rows a day at a time; of configurations never the newest; of the history neither what came after the
        oldest configuration that is kept nor the last change of anything."""
        with transaction(self._engine) as session:
            if table in _ROLLED:
                quarters = _ROLLED[table].c.quarter_ms
                oldest = session.scalar(select(func.min(quarters)))
                if oldest is None or oldest >= before_ms:
                    return 0
                until = min(before_ms, oldest + _ROLLED_STEP_MS)
                return _gone(session.execute(delete(_ROLLED[table]).where(quarters < until)))
            moment, key = _MOMENTS[table]
            old = select(key).where(moment < before_ms)
            if table == "config_versions":
                old = old.where(key < select(func.max(key)).scalar_subquery())
            if table == "entity_versions":
                published = select(func.coalesce(func.min(ConfigVersion.at_ms), before_ms)).scalar_subquery()
                old = old.where(moment < published, _is_followed()).order_by(key)
            keys = session.scalars(old.order_by(moment).limit(count)).all()
            return _gone(session.execute(delete(key.table).where(key.in_(keys)))) if keys else 0

    def recordings(self, before_ms: int, after: tuple[int, int], count: int) -> list[Mapping[str, Any]]:
        row, (ended_ms, row_id) = _RECORDINGS.c, after
        behind = or_(row.ended_ms > ended_ms, and_(row.ended_ms == ended_ms, row.id > row_id))
        found = select(row.id.label("row_id"), row.path, row.ended_ms).where(row.ended_ms < before_ms, behind)
        with transaction(self._engine) as session:
            return [dict(one) for one in session.execute(found.order_by(row.ended_ms, row.id).limit(count)).mappings()]

    def delete_recordings(self, row_ids: list[int]) -> None:
        gone = _RECORDINGS.c.id.in_(row_ids)
        with transaction(self._engine) as session:
            session.execute(delete(MessageRow).where(MessageRow.recording_id.in_(select(_RECORDINGS.c.recording_id).where(gone))))
            session.execute(delete(_RECORDINGS).where(gone))

    def gone_files(self, after_id: int, count: int) -> list[tuple[int, str]]:
        """Files that nobody needs any more, from behind this row: row and path on the switch."""
        row = ledger_model.GONE_FILES.c
        with transaction(self._engine) as session:
            return [
                (one.id, one.path)
                for one in session.execute(select(row.id, row.path).where(row.id > after_id).order_by(row.id).limit(count))
            ]

    def files_deleted(self, row_ids: list[int]) -> None:
        with transaction(self._engine) as session:
            session.execute(delete(ledger_model.GONE_FILES).where(ledger_model.GONE_FILES.c.id.in_(row_ids)))

    def oldest_stale_ms(self) -> int:
        kept = self.kept_ms()
        with transaction(self._engine) as session:
            column = ledger_model.REPORT_STALE.c.quarter_ms
            return int(session.scalar(select(func.min(column)).where(column >= kept)) or 0)

    def expire_audit(self, before_ms: int, now_ms: int) -> None:
        detail = {"before_ms": before_ms}
        fact = AuditFact(at_ms=now_ms, issuer="system:worker", action="audit.expired", subject="audit", detail=detail)
        self.write([Row(f"audit.expired-{before_ms}", AuditFact, vars(fact))], 0)
        self.set_kept("audit", before_ms)

    def set_kept(self, kind: str, at_ms: int) -> None:
        self.set_mark(KEPT + kind, at_ms)


def _is_followed() -> Any:
    """The same thing was changed once more."""
    newer = aliased(EntityVersion)
    same = (newer.entity == EntityVersion.entity, newer.key == EntityVersion.key)
    return exists().where(*same, newer.version > EntityVersion.version)


def _gone(result: Any) -> int:
    return int(result.rowcount)

"""The rolled-up rows of reports in SQL. Implements services.rollup.RolledStore."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Double, Engine, Table, and_, cast, delete, func, insert, select
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from cti_server.adapters.sql import models
from cti_server.adapters.sql.database import transaction
from cti_server.domain.kpi import AGENT_PARTS, QUEUE_PARTS
from cti_server.services.quarters import Rolled

CHUNK = 2000
_STALE, _QUEUES, _AGENTS = models.REPORT_STALE, models.REPORT_QUEUES, models.REPORT_AGENTS


def mark_stale(session: Session, quarters: Iterable[int]) -> None:
    """In the transaction that changes what counts in these quarters; in their order, so that two never lock each other out."""
    rows = [{"quarter_ms": at, "changes": 1} for at in sorted(quarters)]
    if rows:
        session.execute(_MARK[session.get_bind().dialect.name == "sqlite"], rows)


def _marks() -> dict[bool, Any]:
    lite, maria = sqlite.insert(_STALE), mysql.insert(_STALE)
    more = _STALE.c.changes + lite.excluded.changes
    return {
        True: lite.on_conflict_do_update(index_elements=["quarter_ms"], set_={"changes": more}),
        False: maria.on_duplicate_key_update(changes=_STALE.c.changes + maria.inserted.changes),
    }


_MARK = _marks()


class SqlRolledRows:
    """``pause``: as of adapters.sql.reading.SqlLedgerReader."""

    def __init__(self, engine: Engine, pause: Callable[[], object] = lambda: None) -> None:
        self._engine = engine
        self._pause = pause

    def stale(self, start_ms: int, end_ms: int) -> list[int]:
        with transaction(self._engine) as session:
            where = and_(_STALE.c.quarter_ms >= start_ms, _STALE.c.quarter_ms < end_ms)
            return list(session.scalars(select(_STALE.c.quarter_ms).where(where).order_by(_STALE.c.quarter_ms)))

    def changes(self) -> dict[int, int]:
        with transaction(self._engine) as session:
            return {row.quarter_ms: row.changes for row in session.execute(select(_STALE))}

    def queues(self, start_ms: int, end_ms: int, queue: str, summed: bool) -> Iterator[Rolled]:
        where = [_QUEUES.c.queue == queue] if queue else []
        return self._rows(_QUEUES, "queue", QUEUE_PARTS, start_ms, end_ms, where, summed)

    def agents(self, start_ms: int, end_ms: int, agent: str, team: str, summed: bool) -> Iterator[Rolled]:
        where = [_AGENTS.c[name] == value for name, value in (("agent", agent), ("team", team)) if value]
        return self._rows(_AGENTS, "agent", AGENT_PARTS, start_ms, end_ms, where, summed)

    def replace(self, changes: Mapping[int, int], queues: Sequence[Rolled], agents: Sequence[Rolled]) -> int:
        with transaction(self._engine) as session:
            done = {at for at, count in sorted(changes.items()) if self._settle(session, at, count)}
            for table, name, rows, names in (
                (_QUEUES, "queue", queues, QUEUE_PARTS),
                (_AGENTS, "agent", agents, AGENT_PARTS),
            ):
                if done:
                    session.execute(delete(table).where(table.c.quarter_ms.in_(done)))
                written = [_row(table, name, row, names) for row in rows if row.quarter_ms in done]
                if written:
                    session.execute(insert(table), written)
            return len(done)

    def mark(self, quarters: Iterable[int]) -> None:
        with transaction(self._engine) as session:
            mark_stale(session, quarters)

    def _settle(self, session: Session, at: int, count: int) -> bool:
        """False: facts have come since its rows were added up."""
        gone: Any = session.execute(delete(_STALE).where(_STALE.c.quarter_ms == at, _STALE.c.changes == count))
        return bool(gone.rowcount)

    def _rows(
        self, table: Table, name: str, names: Sequence[str], start_ms: int, end_ms: int, where: Sequence[Any], summed: bool
    ) -> Iterator[Rolled]:
        keys = [table.c[key] for key in (name, "team") if key in table.c]
        parts = [table.c[part] for part in names]
        within = and_(table.c.quarter_ms >= start_ms, table.c.quarter_ms < end_ms, *where)
        if summed:
            # MariaDB adds whole numbers up as decimals, a third slower; these sums are far below 2^53
            whole = parts if self._engine.dialect.name == "sqlite" else [cast(part, Double) for part in parts]
            statement = select(func.min(table.c.quarter_ms), *keys, *map(func.sum, whole)).where(within).group_by(*keys)
        else:
            statement = select(table.c.quarter_ms, *keys, *parts).where(within).order_by(table.c.quarter_ms)
        with transaction(self._engine) as session:
            for found in session.execute(statement, execution_options={"yield_per": CHUNK}).partitions():
                for at, *values in found:
                    names_of, parts_of = values[: len(keys)], values[len(keys) :]
                    yield Rolled(at, names_of[0], names_of[1] if len(keys) > 1 else "", tuple(map(int, parts_of)))
                self._pause()


def _row(table: Table, name: str, row: Rolled, names: Sequence[str]) -> dict[str, Any]:
    team = {"team": row.team} if "team" in table.c else {}
    return {"quarter_ms": row.quarter_ms, name: row.name, **team, **dict(zip(names, row.parts, strict=True))}

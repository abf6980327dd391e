"""Writes facts into the ledger tables: one transaction per batch, one statement per table. Implements the port Ledger.

A row whose fact id is there already is skipped; of facts of which there is ``one_per`` something, a newer one replaces it. What
does not fit a column is refused (never silently changed by the server).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Engine, Insert, Table, func, select
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import away, transaction
from cti_server.errors import BadFact
from cti_server.events.fact import Fact
from cti_server.events.facts import RecordingFact
from cti_server.features.ledger import model
from cti_server.features.ledger.model import TABLES
from cti_server.features.ledger.quarters import quarters_of
from cti_server.features.ledger.service import Row

MARK, KEPT = "ledger", "kept:"


class SqlLedger:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lite = engine.dialect.name == "sqlite"

    def write(self, batch: Sequence[Row], as_of_ms: int) -> int:
        rows: dict[type[Fact], list[dict[str, Any]]] = defaultdict(list)
        for row in batch:
            rows[row.fact].append({"fact_id": row.fact_id, **row.columns})
        try:
            with transaction(self._engine) as session:
                changed = sum(self._add(session, fact, rows[fact]) for fact in TABLES if fact in rows)
                if changed:
                    mark_stale(session, quarters_of(batch))
                if as_of_ms:
                    session.execute(_MARK[self._lite], [{"name": MARK, "at_ms": as_of_ms}])
                return changed
        except (DataError, IntegrityError) as error:
            raise BadFact(f"the database refuses it: {str(error.orig)[:300]}") from error
        except SQLAlchemyError as error:
            raise away(error) from error

    def as_of_ms(self) -> int:
        """Until when the ledger has everything; 0 before the first batch. Raises DatabaseAway."""
        return read_mark(self._engine, MARK)

    def kept_ms(self, *kinds: str) -> int:
        """The moment before which facts of ``kinds`` ('calls', 'agents'; none: of both) may be gone; 0: none are."""
        return max(read_mark(self._engine, KEPT + kind) for kind in kinds or ("calls", "agents"))

    def _add(self, session: Session, fact: type[Fact], rows: list[dict[str, Any]]) -> int:
        """How many rows came in (counted, as drivers do not tell for many rows at once)."""
        table = TABLES[fact]
        before = session.scalar(select(func.max(table.c.id))) or 0
        session.execute(_INSERT[self._lite][fact], rows)
        return int(session.scalar(select(func.count()).select_from(table).where(table.c.id > before)) or 0)


def read_mark(engine: Engine, name: str) -> int:
    """0: there is none. Raises DatabaseAway."""
    with transaction(engine) as session:
        return int(session.scalar(select(model.Mark.at_ms).where(model.Mark.name == name)) or 0)


def set_mark(engine: Engine, name: str, value: int) -> None:
    with transaction(engine) as session:
        session.merge(model.Mark(name=name, at_ms=value))


def columns(fact: type[Fact]) -> list[Column[Any]]:
    """Those that the fact declares."""
    return [TABLES[fact].c[name] for name in fact.declared]


RECORDING_ROW = [
    TABLES[RecordingFact].c.recording_id.label("id"),
    *[column for column in columns(RecordingFact) if column.name != "recording_id"],
    TABLES[RecordingFact].c.sha256,
]


# ---------------------------------------------------------------- statements


def _sqlite(fact: type[Fact], table: Table) -> Insert:
    row = sqlite.insert(table)
    if not fact.one_per:
        return row.on_conflict_do_nothing(index_elements=["fact_id"])
    newer = row.excluded[fact.newest] >= table.c[fact.newest]
    changes = {name: row.excluded[name] for name in _replaced(fact, table)}
    return row.on_conflict_do_update(index_elements=fact.one_per, set_=changes, where=newer)


def _mysql(fact: type[Fact], table: Table) -> Insert:
    """``id = id`` keeps a double as it is; unlike INSERT IGNORE it does not hide data that does not fit."""
    row = mysql.insert(table)
    if not fact.one_per:
        return row.on_duplicate_key_update(id=table.c.id)
    newer = row.inserted[fact.newest] >= table.c[fact.newest]
    changes: list[tuple[str, Any]] = [
        (name, func.if_(newer, row.inserted[name], table.c[name])) for name in _replaced(fact, table)
    ]
    return row.on_duplicate_key_update(changes)


def _replaced(fact: type[Fact], table: Table) -> list[str]:
    """MariaDB assigns from left to right, and all compare with what ``newest`` was."""
    names = (column.name for column in table.c if column.name not in ("id", *fact.one_per))
    return sorted(names, key=lambda name: name == fact.newest)


_INSERT: Mapping[bool, Mapping[type[Fact], Insert]] = {
    True: {fact: _sqlite(fact, table) for fact, table in TABLES.items()},
    False: {fact: _mysql(fact, table) for fact, table in TABLES.items()},
}
_mark_lite = sqlite.insert(model.Mark.__table__)  # type: ignore[arg-type]
_mark_maria = mysql.insert(model.Mark.__table__)  # type: ignore[arg-type]
_MARK: Mapping[bool, Insert] = {
    True: _mark_lite.on_conflict_do_update(index_elements=["name"], set_={"at_ms": _mark_lite.excluded.at_ms}),
    False: _mark_maria.on_duplicate_key_update(at_ms=_mark_maria.inserted.at_ms),
}


# ---------------------------------------------------------------- quarters of an hour


def mark_stale(session: Session, quarters: Iterable[int]) -> None:
    """In the transaction that changes what counts in these quarters; in their order, so that two never lock each other out."""
    rows = [{"quarter_ms": at, "changes": 1} for at in sorted(quarters)]
    if rows:
        session.execute(_STALE[session.get_bind().dialect.name == "sqlite"], rows)


def _stale_statements() -> dict[bool, Any]:
    lite, maria = sqlite.insert(model.REPORT_STALE), mysql.insert(model.REPORT_STALE)
    more = model.REPORT_STALE.c.changes + lite.excluded.changes
    return {
        True: lite.on_conflict_do_update(index_elements=["quarter_ms"], set_={"changes": more}),
        False: maria.on_duplicate_key_update(changes=model.REPORT_STALE.c.changes + maria.inserted.changes),
    }


_STALE = _stale_statements()

"""Writes facts into the ledger tables: one transaction per batch, one statement per table. Implements the port Ledger.

A row whose fact id is there already is skipped; of facts of which there is ``one_per`` something, a newer one replaces it. What
does not fit a column is refused (never silently changed by the server).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Column, Engine, Insert, Select, Table, case, func, select
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from cti_server.adapters.sql.base import TENANT
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
        self._dialect = engine.dialect.name
        self._newest: dict[type[Fact], int] = {}

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
                    session.execute(_MARK[self._dialect], [{"name": MARK, "at_ms": as_of_ms}])
                return changed
        except (DataError, IntegrityError) as error:
            raise BadFact(f"the database refuses it: {str(error.orig)[:300]}") from error
        except SQLAlchemyError as error:
            raise away(error) from error

    def as_of_ms(self) -> int:
        """Until when the ledger has everything; 0 before the first batch. Raises DatabaseAway."""
        return self.mark(MARK)

    def kept_ms(self, *kinds: str) -> int:
        """The moment before which facts of ``kinds`` ('calls', 'agents'; none: of both) may be gone; 0: none are."""
        return max(self.mark(KEPT + kind) for kind in kinds or ("calls", "agents"))

    def mark(self, name: str) -> int:
        """0: there is none. Raises DatabaseAway."""
        with transaction(self._engine) as session:
            return int(session.scalar(select(model.Mark.at_ms).where(model.Mark.name == name)) or 0)

    def set_mark(self, name: str, value: int) -> None:
        with transaction(self._engine) as session:
            session.merge(model.Mark(name=name, at_ms=value))

    def _add(self, session: Session, fact: type[Fact], rows: list[dict[str, Any]]) -> int:
        """How many rows came in (counted, as drivers do not tell for many rows at once)."""
        table = TABLES[fact]
        before = self._newest[fact] = self._newest_of(session, fact)
        session.execute(_INSERT[fact][self._dialect], rows)
        return int(session.scalar(_by_number(select(func.count()).select_from(table), table).where(table.c.id > before)) or 0)

    def _newest_of(self, session: Session, fact: type[Fact]) -> int:
        """From the one that was the newest before: a tenant's newest row may lie behind millions of others' rows. When it is
        gone (SQLite gives the numbers of the newest rows again) all are looked at."""
        key = TABLES[fact].c.id
        newest = select(func.max(key))
        near = _by_number(newest, TABLES[fact]).where(key >= self._newest.get(fact, 0))
        return session.scalar(near) or session.scalar(newest) or 0


def columns(fact: type[Fact]) -> list[Column[Any]]:
    """Those that the fact declares."""
    return [TABLES[fact].c[name] for name in fact.declared]


RECORDING_ROW = [
    TABLES[RecordingFact].c.recording_id.label("id"),
    *[column for column in columns(RecordingFact) if column.name != "recording_id"],
    TABLES[RecordingFact].c.sha256,
]


# ---------------------------------------------------------------- statements


def _by_number(statement: Select[Any], table: Table) -> Select[Any]:
    """SQLite, which knows no statistics, would take a tenant for few rows and go through all of them."""
    return statement.with_hint(table, "NOT INDEXED", "sqlite")


def _upsert(table: Any, keys: Sequence[str], changed: Callable[[Any, Any], Mapping[str, Any]]) -> Mapping[str, Insert]:
    """For each dialect. ``changed(new, old)``: what becomes of a row that has these ``keys``; MariaDB assigns from left to
    right. Unlike INSERT IGNORE it hides no data that do not fit."""
    lite, maria = sqlite.insert(table), mysql.insert(table)
    of_lite = lite.on_conflict_do_update(index_elements=[TENANT, *keys], set_=changed(lite.excluded, table.c))
    of_server = maria.on_duplicate_key_update([*changed(maria.inserted, table.c).items()])
    return {"sqlite": of_lite, "mysql": of_server, "mariadb": of_server}


def _changed(fact: type[Fact], new: Any, old: Any) -> Mapping[str, Any]:
    """A double stays as it is; a newer one replaces what it can, last of all ``newest``, with which all compare."""
    if not fact.one_per:
        return {"id": old.id}
    newer = new[fact.newest] >= old[fact.newest]
    names = (column.name for column in old if column.name not in ("id", TENANT, *fact.one_per))
    in_order = sorted(names, key=lambda name: name == fact.newest)
    return {name: case((newer, new[name]), else_=old[name]) for name in in_order}


_INSERT = {fact: _upsert(table, fact.one_per or ("fact_id",), partial(_changed, fact)) for fact, table in TABLES.items()}
_MARK = _upsert(model.Mark.__table__, ("name",), lambda new, old: {"at_ms": new.at_ms})
_STALE = _upsert(model.REPORT_STALE, ("quarter_ms",), lambda new, old: {"changes": old.changes + new.changes})


# ---------------------------------------------------------------- quarters of an hour


def mark_stale(session: Session, quarters: Iterable[int]) -> None:
    """In the transaction that changes what counts in these quarters; in their order, so that two never lock each other out."""
    rows = [{"quarter_ms": at, "changes": 1} for at in sorted(quarters)]
    if rows:
        session.execute(_STALE[session.get_bind().dialect.name], rows)

"""Writes facts into the ledger tables: one transaction per batch, one statement per table. Implements the port Ledger.

A row whose fact id is there already is skipped; a disposition replaces an older one of the same call and agent. Texts from
outside are cut to their column, everything else that does not fit is refused (never silently changed by the server).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Engine, Insert, String, Table, func, select
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import away, transaction
from cti_server.errors import BadFact
from cti_server.features.ledger import model
from cti_server.features.ledger.quarters import quarters_of
from cti_server.features.ledger.service import SHAPES, Fact

TABLES: dict[str, Table] = {
    kind: table.__table__  # type: ignore[misc]
    for kind, table in (
        ("call", model.Call),
        ("segment", model.Segment),
        ("agent_interval", model.AgentInterval),
        ("recording", model.Recording),
        ("disposition", model.Disposition),
        ("audit", model.Audit),
    )
}
FREE_TEXT = {
    "call": ("number", "name", "service_number", "cause"),
    "audit": ("subject", "action", "issuer"),
}
"""Columns that carry text from outside: cut instead of refused."""
MARK = "ledger"


class SqlLedger:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = _MYSQL if engine.dialect.name in ("mysql", "mariadb") else _SQLITE

    def write(self, batch: Sequence[Fact], as_of_ms: int) -> int:
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for fact in batch:
            rows[fact.kind].append({"fact_id": fact.id, **fact.row, **_cut(fact)})
        try:
            with transaction(self._engine) as session:
                changed = sum(self._add(session, kind, rows[kind]) for kind in TABLES if kind in rows)
                if changed:
                    mark_stale(session, quarters_of(batch))
                if as_of_ms:
                    session.execute(self._insert["mark"], [{"name": MARK, "at_ms": as_of_ms}])
                return changed
        except (DataError, IntegrityError) as error:
            raise BadFact(f"the database refuses it: {str(error.orig)[:300]}") from error
        except SQLAlchemyError as error:
            raise away(error) from error

    def as_of_ms(self) -> int:
        """Until when the ledger has everything; 0 before the first batch. Raises DatabaseAway."""
        with transaction(self._engine) as session:
            return int(session.scalar(select(model.Mark.at_ms).where(model.Mark.name == MARK)) or 0)

    def _add(self, session: Session, kind: str, rows: list[dict[str, Any]]) -> int:
        """How many rows came in (counted, as drivers do not tell for many rows at once)."""
        table = TABLES[kind]
        before = session.scalar(select(func.max(table.c.id))) or 0
        session.execute(self._insert[kind], rows)
        return int(session.scalar(select(func.count()).select_from(table).where(table.c.id > before)) or 0)


def _cut(fact: Fact) -> dict[str, str]:
    table = TABLES[fact.kind]
    cut = {}
    for name in FREE_TEXT.get(fact.kind, ()):
        kind = table.c[name].type
        if isinstance(kind, String) and kind.length is not None and len(fact.row[name]) > kind.length:
            cut[name] = fact.row[name][: kind.length]
    return cut


def columns(kind: str) -> list[Column[Any]]:
    """The columns with the keys of events.facts."""
    return [TABLES[kind].c[name] for name in SHAPES[kind].__annotations__]


RECORDING_ROW = [
    TABLES["recording"].c.recording_id.label("id"),
    *[column for column in columns("recording") if column.name != "recording_id"],
    TABLES["recording"].c.sha256,
]


# ---------------------------------------------------------------- statements


def _sqlite_statements() -> dict[str, Insert]:
    found: dict[str, Insert] = {
        kind: sqlite.insert(table).on_conflict_do_nothing(index_elements=["fact_id"])
        for kind, table in TABLES.items()
        if kind != "disposition"
    }
    table = TABLES["disposition"]
    verdict = sqlite.insert(table)
    found["disposition"] = verdict.on_conflict_do_update(
        index_elements=["call_id", "agent"],
        set_={name: verdict.excluded[name] for name in ("fact_id", "code", "note", "at_ms")},
        where=verdict.excluded.at_ms >= table.c.at_ms,
    )
    mark = sqlite.insert(model.Mark.__table__)  # type: ignore[arg-type]
    found["mark"] = mark.on_conflict_do_update(index_elements=["name"], set_={"at_ms": mark.excluded.at_ms})
    return found


def _mysql_statements() -> dict[str, Insert]:
    """``id = id`` keeps a double as it is; unlike INSERT IGNORE it does not hide data that does not fit."""
    found: dict[str, Insert] = {
        kind: mysql.insert(table).on_duplicate_key_update(id=table.c.id)
        for kind, table in TABLES.items()
        if kind != "disposition"
    }
    table = TABLES["disposition"]
    verdict = mysql.insert(table)
    newer = verdict.inserted.at_ms >= table.c.at_ms
    # the assignments run from left to right, so at_ms comes last
    changes: list[tuple[str, Any]] = [
        (name, func.if_(newer, verdict.inserted[name], table.c[name])) for name in ("fact_id", "code", "note", "at_ms")
    ]
    found["disposition"] = verdict.on_duplicate_key_update(changes)
    mark = mysql.insert(model.Mark.__table__)  # type: ignore[arg-type]
    found["mark"] = mark.on_duplicate_key_update(at_ms=mark.inserted.at_ms)
    return found


_SQLITE: Mapping[str, Insert] = _sqlite_statements()
_MYSQL: Mapping[str, Insert] = _mysql_statements()


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

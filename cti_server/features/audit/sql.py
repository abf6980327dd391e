"""The audit's rows and their chain in the database. Implements the port AuditRows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Engine, and_, func, insert, or_, select, type_coerce
from sqlalchemy.exc import IntegrityError

from cti_server.adapters.sql.database import limited, transaction
from cti_server.adapters.sql.types import LongText
from cti_server.events.facts import AuditFact
from cti_server.features.audit.chain import START, Link, Row, fingerprint, linked
from cti_server.features.audit.model import AuditLink
from cti_server.features.audit.service import AuditQuery
from cti_server.features.ledger.model import TABLES

SEARCH_S = 10.0
LATE = 10_000
"""A row may come in so many behind the newest one: two transactions at once end in any order."""
_ROW = TABLES[AuditFact].c
_SHOWN = [_ROW.id, _ROW.at_ms, _ROW.issuer, _ROW.action, _ROW.subject, _ROW.detail]
_WHOLE = [*_SHOWN, _ROW.fact_id]
_LINK = [AuditLink.n, AuditLink.audit_id, AuditLink.at_ms.label("linked_ms"), AuditLink.fingerprint, AuditLink.hash]
EXPIRED = "audit.expired"


class SqlAudit:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(self, query: AuditQuery, from_ms: int, to_ms: int) -> tuple[int, list[Mapping[str, Any]]]:
        where = and_(True, *_conditions(query, from_ms, to_ms))
        first = (query.page - 1) * query.per_page
        page = select(*_SHOWN).where(where).order_by(_ROW.at_ms.desc(), _ROW.id.desc()).limit(query.per_page).offset(first)
        with transaction(self._engine) as session, limited(session, SEARCH_S):
            total = session.scalar(select(func.count()).select_from(TABLES[AuditFact]).where(where)) or 0
            return total, [dict(row) for row in session.execute(page).mappings()]

    def link_new(self, key: bytes, most: int) -> Link | None:
        """Links at most ``most`` rows that have none; the newest link (None: there is none). Two at once: one does it."""
        with transaction(self._engine) as session:
            last = session.scalars(select(AuditLink).order_by(AuditLink.n.desc()).limit(1)).first()
            newest = session.scalar(select(func.max(AuditLink.audit_id))) or 0
            end = Link(last.n, last.audit_id, last.at_ms, last.fingerprint, last.hash) if last else None
            of_row = and_(AuditLink.audit_id == _ROW.id)
            fresh = select(*_WHOLE).outerjoin(AuditLink, of_row).where(_ROW.id > newest - LATE, AuditLink.n.is_(None))
            made: list[Link] = []
            for row in map(dict, session.execute(fresh.order_by(_ROW.id).limit(most)).mappings()):
                end = linked(end.hash if end else START, row, end.n + 1 if end else 1, key)
                made.append(end)
            try:
                if made:
                    session.execute(insert(AuditLink), [_columns(link) for link in made])
            except IntegrityError:
                session.rollback()
                return None
            return end

    def hash_of(self, n: int) -> str:
        """Of link ``n``; '' there is none."""
        with transaction(self._engine) as session:
            return session.scalar(select(AuditLink.hash).where(AuditLink.n == n)) or ""

    def chain(self, after: int, most: int) -> list[tuple[Link, Row | None]]:
        """So many links behind link ``after``, each with its row."""
        found = (
            select(*_LINK, *_WHOLE)
            .outerjoin(TABLES[AuditFact], AuditLink.audit_id == _ROW.id)
            .where(AuditLink.n > after)
            .order_by(AuditLink.n)
            .limit(most)
        )
        with transaction(self._engine) as session:
            rows = session.execute(found).all()
        size, names = len(_LINK), [column.name for column in _WHOLE]
        whole = [(Link._make(row[:size]), dict(zip(names, row[size:], strict=True))) for row in rows]
        return [(link, row if row["id"] is not None else None) for link, row in whole]

    def expired_ms(self) -> int:
        """Rows from before may be gone: the newest moment that a row tells which is as it was when linked, or not linked yet."""
        told = (
            select(AuditLink.fingerprint, *_WHOLE)
            .select_from(TABLES[AuditFact])
            .outerjoin(AuditLink, AuditLink.audit_id == _ROW.id)
        )
        with transaction(self._engine) as session:
            rows = [dict(row) for row in session.execute(told.where(_ROW.action == EXPIRED)).mappings()]
        true = (row for row in rows if row["fingerprint"] in (None, fingerprint(row)))
        return max((int(row["detail"].get("before_ms", 0)) for row in true), default=0)

    def unlinked(self, most: int) -> list[tuple[int, int]]:
        """(id, at_ms) of rows that came too late to be linked: nothing of the product writes such."""
        late = select(func.max(AuditLink.audit_id) - LATE).scalar_subquery()
        beside = select(_ROW.id, _ROW.at_ms).outerjoin(AuditLink, AuditLink.audit_id == _ROW.id)
        with transaction(self._engine) as session:
            found = session.execute(beside.where(_ROW.id <= late, AuditLink.n.is_(None)).order_by(_ROW.id).limit(most))
            return [(row.id, row.at_ms) for row in found]


def _columns(link: Link) -> dict[str, Any]:
    columns = link._asdict()
    return {**columns, "audit_id": columns.pop("row")}


def _conditions(query: AuditQuery, from_ms: int, to_ms: int) -> Iterator[Any]:
    if from_ms:
        yield _ROW.at_ms >= from_ms
    if to_ms:
        yield _ROW.at_ms < to_ms
    if query.action:
        yield _ROW.action.startswith(query.action, autoescape=True)
    if query.whom:
        yield func.lower(_ROW.subject).contains(query.whom.lower(), autoescape=True)
    detail: Any = func.lower(type_coerce(_ROW.detail, LongText))
    if query.who:
        login = f'"login":"{query.who.lower()}'
        yield or_(func.lower(_ROW.issuer).contains(query.who.lower(), autoescape=True), detail.contains(login, autoescape=True))
    if query.text:
        yield detail.contains(query.text.lower(), autoescape=True)

"""Reads the ledger's calls. Implements the port CallStore."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Engine, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import limited, transaction
from cti_server.domain.numbers import NumberSearch
from cti_server.events.facts import CallFact, DispositionFact, RecordingFact, SegmentFact
from cti_server.features.calls.service import PART, TALK, CallParts, CallQuery
from cti_server.features.ledger.model import TABLES
from cti_server.features.ledger.sql import RECORDING_ROW, columns
from cti_server.rights import Reach

_CALL, _SEGMENT = TABLES[CallFact], TABLES[SegmentFact]
_RECORDING, _DISPOSITION = TABLES[RecordingFact], TABLES[DispositionFact]


SEARCH_S = 10.0
"""A search that takes longer is stopped: it keeps the database from others, and who asked can narrow it by days."""
NAMED_AT_ONCE = 5000
MARKS = "-._"
_NEWEST = (_CALL.c.arrived_ms.desc(), _CALL.c.id.desc())


class SqlCalls:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(
        self, query: CallQuery, from_ms: int, to_ms: int, number: NumberSearch | None, reach: Reach
    ) -> tuple[int, list[str]]:
        where = and_(True, *_conditions(query, number, from_ms, to_ms), *_within(reach))
        first = (query.page - 1) * query.per_page
        with transaction(self._engine) as session, limited(session, SEARCH_S):
            if number is not None:
                found = session.execute(_in_one_pass(where).limit(query.per_page).offset(first)).all()
                if found or not first:
                    return (found[0].total if found else 0), [row.call_id for row in found]
            page = select(_CALL.c.call_id).where(where).order_by(*_NEWEST).limit(query.per_page).offset(first)
            total = session.scalar(select(func.count()).select_from(_CALL).where(where)) or 0
            return total, list(session.scalars(page))

    def parts(self, call_ids: Collection[str]) -> CallParts:
        ids = list(call_ids)
        with transaction(self._engine) as session:
            calls = _by_call(session, select(*columns(CallFact)).where(_CALL.c.call_id.in_(ids)))
            return CallParts(
                {call_id: rows[-1] for call_id, rows in calls.items()},
                *(
                    _by_call(session, select(*wanted).where(table.c.call_id.in_(ids)).order_by(*order))
                    for table, wanted, order in (
                        (_SEGMENT, columns(SegmentFact), (_SEGMENT.c.started_ms, _SEGMENT.c.id)),
                        (_RECORDING, RECORDING_ROW, (_RECORDING.c.started_ms, _RECORDING.c.id)),
                        (_DISPOSITION, columns(DispositionFact), (_DISPOSITION.c.at_ms,)),
                    )
                ),
            )

    def arrivals(self, call_ids: Collection[str]) -> dict[str, int]:
        wanted = list(call_ids)
        found: dict[str, int] = {}
        first = select(_SEGMENT.c.call_id, func.min(_SEGMENT.c.started_ms)).group_by(_SEGMENT.c.call_id)
        with transaction(self._engine) as session:
            for at in range(0, len(wanted), NAMED_AT_ONCE):
                ids = wanted[at : at + NAMED_AT_ONCE]
                found.update(session.execute(select(_CALL.c.call_id, _CALL.c.arrived_ms).where(_CALL.c.call_id.in_(ids))).all())
                running = [call_id for call_id in ids if call_id not in found]
                found.update(session.execute(first.where(_SEGMENT.c.call_id.in_(running))).all())
        return found


def _conditions(query: CallQuery, number: NumberSearch | None, from_ms: int, to_ms: int) -> Iterator[Any]:
    if from_ms:
        yield _CALL.c.arrived_ms >= from_ms
    if to_ms:
        yield _CALL.c.arrived_ms < to_ms
    if number is not None:
        yield or_(*_number_conditions(number))
    if query.outcome:
        yield _CALL.c.outcome == query.outcome
    if query.queue:
        yield or_(_CALL.c.last_queue == query.queue, _has_segment(_SEGMENT.c.queue == query.queue))
    if query.agent:
        yield _has_segment(and_(_SEGMENT.c.agent == query.agent, _SEGMENT.c.segment.in_((*TALK, "dial"))))


def _within(reach: Reach) -> Iterator[Any]:
    """As ``service.is_within``."""
    if reach.whole:
        return
    talked = and_(_SEGMENT.c.segment.in_(PART), _SEGMENT.c.agent != "")
    mine = or_(false(), *([_SEGMENT.c.agent == reach.agent] if reach.agent else []), _SEGMENT.c.team.in_(reach.teams - {""}))
    nobodys = and_(_CALL.c.last_queue.in_(reach.queues - {""}), ~_has_segment(talked)) if reach.teams else false()
    yield or_(_has_segment(and_(talked, mine)), nobodys)


def _in_one_pass(where: Any) -> Select[Any]:
    """A page with the total beside it: a part of a number means to look at each number, which is done once."""
    return select(_CALL.c.call_id, func.count().over().label("total")).where(where).order_by(*_NEWEST)


def _number_conditions(number: NumberSearch) -> Iterator[Any]:
    if not number.written or "\0" in number.written:  # for SQLite a pattern ends at NUL; nothing that is stored has one
        yield false()
        return
    written, part = number.written.lower(), number.part.lower()
    bare: Any = _CALL.c.number
    if any(map(str.isalpha, written + part)):
        bare = func.lower(bare)  # MariaDB compares by bytes, SQLite's LIKE does not
    stored = bare
    for mark in MARKS:
        bare = func.replace(bare, mark, "")
    if part:
        yield bare.contains(part, autoescape=True)
    if not part or "".join(character for character in written if character not in MARKS) != part:
        yield stored.contains(written, autoescape=True)
    for start in map(str.lower, number.starts):
        if not part or part not in start:  # else it is among those that contain the part
            yield bare.startswith(start, autoescape=True)


def _has_segment(condition: Any) -> Any:
    return exists().where(_SEGMENT.c.call_id == _CALL.c.call_id, condition)


def _by_call(session: Session, statement: Select[Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(statement).mappings():
        found[row["call_id"]].append(dict(row))
    return dict(found)

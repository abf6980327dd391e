"""Reads the ledger for calls and reports. Implements services.calls.CallStore and services.reports.LedgerReader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Engine, Select, String, and_, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import limited, transaction
from cti_server.adapters.sql.ledger import TABLES, SqlLedger
from cti_server.domain.numbers import NumberSearch
from cti_server.services.calls import CallParts, CallQuery
from cti_server.services.ledger import SHAPES

CHUNK = 2000
_CALL, _SEGMENT = TABLES["call"], TABLES["segment"]
_INTERVAL, _RECORDING, _DISPOSITION = TABLES["agent_interval"], TABLES["recording"], TABLES["disposition"]


def columns(kind: str) -> list[Column[Any]]:
    """The columns with the keys of events.facts."""
    return [TABLES[kind].c[name] for name in SHAPES[kind].__annotations__]


SEARCH_S = 10.0
"""A search that takes longer is stopped: it keeps the database from others, and who asked can narrow it by days."""
MARKS = "-._"
_NEWEST = (_CALL.c.arrived_ms.desc(), _CALL.c.id.desc())

SEGMENT_KEYS = ("call_id", "segment", "queue", "agent", "team", "started_ms", "ended_ms", "outcome", "detail")
INTERVAL_KEYS = ("call_id", "agent", "team", "status", "state", "started_ms", "ended_ms")
"""What domain.kpi reads of a fact."""
_INTERVAL_COLUMNS = [_INTERVAL.c[name] for name in INTERVAL_KEYS]

USUAL_MS = 24 * 3_600_000
"""Agents' intervals are shorter; the few longer ones are looked for one by one."""

RECORDING_ROW = [
    _RECORDING.c.recording_id.label("id"),
    *[column for column in columns("recording") if column.name != "recording_id"],
    _RECORDING.c.sha256,
]


class SqlCalls:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(self, query: CallQuery, from_ms: int, to_ms: int, number: NumberSearch | None = None) -> tuple[int, list[str]]:
        if query.number and number is None:
            number = NumberSearch(query.number, "", ())
        where = and_(True, *_conditions(query, number, from_ms, to_ms))
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
            calls = _by_call(session, select(*columns("call")).where(_CALL.c.call_id.in_(ids)))
            return CallParts(
                {call_id: rows[-1] for call_id, rows in calls.items()},
                _by_call(
                    session,
                    select(*columns("segment")).where(_SEGMENT.c.call_id.in_(ids)).order_by(_SEGMENT.c.started_ms, _SEGMENT.c.id),
                ),
                _by_call(
                    session,
                    select(*RECORDING_ROW)
                    .where(_RECORDING.c.call_id.in_(ids))
                    .order_by(_RECORDING.c.started_ms, _RECORDING.c.id),
                ),
                _by_call(
                    session, select(*columns("disposition")).where(_DISPOSITION.c.call_id.in_(ids)).order_by(_DISPOSITION.c.at_ms)
                ),
            )


class SqlLedgerReader:
    """Facts come in chunks; a report does not hold a whole day in memory. ``pause`` is called between chunks.

    An event loop gives its ``sleep`` there, so that a long report leaves the others their turn.
    """

    def __init__(self, engine: Engine, pause: Callable[[], object] = lambda: None) -> None:
        self._engine = engine
        self._pause = pause

    def segments(
        self, start_ms: int, end_ms: int, kinds: tuple[str, ...], queue: str = "", agent: str = "", team: str = ""
    ) -> Iterator[Mapping[str, Any]]:
        table = _SEGMENT.c
        statement = (
            select(*[_SEGMENT.c[name] for name in SEGMENT_KEYS])
            .where(table.counted_ms >= start_ms, table.counted_ms < end_ms, table.segment.in_(kinds))
            .order_by(table.counted_ms, table.id)
        )
        return self._stream(_only(statement, _SEGMENT, queue=queue, agent=agent, team=team))

    def intervals(self, start_ms: int, end_ms: int, agent: str = "", team: str = "") -> Iterator[Mapping[str, Any]]:
        table = _INTERVAL.c
        statement = (
            select(*_INTERVAL_COLUMNS)
            .where(table.started_ms >= start_ms - USUAL_MS, table.started_ms < end_ms, table.ended_ms > start_ms)
            .order_by(table.started_ms, table.id)
        )
        longer = _over(start_ms - USUAL_MS, agent, self._engine.dialect.name == "sqlite").where(table.ended_ms > start_ms)
        yield from self._stream(_only(longer, _INTERVAL, agent=agent, team=team))
        yield from self._stream(_only(statement, _INTERVAL, agent=agent, team=team))

    def as_of_ms(self) -> int:
        return SqlLedger(self._engine).as_of_ms()

    def _stream(self, statement: Select[Any]) -> Iterator[Mapping[str, Any]]:
        names = tuple(statement.selected_columns.keys())
        with transaction(self._engine) as session:
            for rows in session.execute(statement, execution_options={"yield_per": CHUNK}).partitions():
                for row in rows:
                    yield dict(zip(names, row, strict=True))
                self._pause()


def _over(at_ms: int, agent: str, lite: bool) -> Select[Any]:
    """Each agent's last interval that began before ``at_ms``. An agent is in one state at a time, so of the intervals from before
    only this one can reach over it. One look into the index (agent, started_ms) an agent, however long the history is:
    MariaDB does that by itself, SQLite has to be led from agent to agent."""
    if not lite:
        table, last_start = _INTERVAL.c, func.max(_INTERVAL.c.started_ms).label("last_start")
        latest = _only(select(table.agent, last_start).where(table.started_ms < at_ms), _INTERVAL, agent=agent)
        last = latest.group_by(table.agent).subquery("latest")
        same = and_(table.agent == last.c.agent, table.started_ms == last.c.last_start)
        return select(*_INTERVAL_COLUMNS).select_from(last.join(_INTERVAL, same))
    first = select(_INTERVAL.c.agent).order_by(_INTERVAL.c.agent).limit(1)
    if agent:
        people = select(literal(agent, String(32)).label("agent")).cte("people")
    else:
        people = select(first.scalar_subquery().label("agent")).cte("people", recursive=True)
        following = first.where(_INTERVAL.c.agent > people.c.agent).correlate(people)
        people = people.union_all(select(following.scalar_subquery()).where(people.c.agent.is_not(None)))
    earlier = _INTERVAL.alias("earlier")
    found = (
        select(earlier.c.id)
        .where(earlier.c.agent == people.c.agent, earlier.c.started_ms < at_ms)
        .order_by(earlier.c.started_ms.desc())
        .limit(1)
        .correlate(people)
    )
    return select(*_INTERVAL_COLUMNS).select_from(people.join(_INTERVAL, _INTERVAL.c.id == found.scalar_subquery()))


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
        yield _has_segment(and_(_SEGMENT.c.agent == query.agent, _SEGMENT.c.segment == "talk"))


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


def _only(statement: Select[Any], table: Any, **wanted: str) -> Select[Any]:
    for name, value in wanted.items():
        if value:
            statement = statement.where(table.c[name] == value)
    return statement


def _by_call(session: Session, statement: Select[Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(statement).mappings():
        found[row["call_id"]].append(dict(row))
    return dict(found)

"""Reports in SQL: reading the ledger's facts and the rolled-up rows. Implements the ports LedgerReader and RolledStore."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Double, Engine, Select, String, Table, and_, cast, delete, func, insert, literal, or_, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.domain.kpi import AGENT_PARTS, QUEUE_PARTS
from cti_server.events.facts import AgentIntervalFact, CallFact, SegmentFact
from cti_server.features.ledger.model import REPORT_STALE, TABLES
from cti_server.features.ledger.quarters import Rolled
from cti_server.features.ledger.sql import SqlLedger, mark_stale
from cti_server.features.reports.model import REPORT_AGENTS, REPORT_QUEUES

CHUNK = 2000
_SEGMENT, _INTERVAL, _CALL = TABLES[SegmentFact], TABLES[AgentIntervalFact], TABLES[CallFact]

SEGMENT_KEYS = ("call_id", "segment", "queue", "agent", "team", "started_ms", "ended_ms", "outcome", "detail")
INTERVAL_KEYS = ("call_id", "agent", "team", "status", "state", "started_ms", "ended_ms")
CALL_KEYS = ("call_id", "direction", "arrived_ms", "ended_ms", "first_agent", "first_team", "last_agent", "last_team")
"""What domain.kpi reads of a fact."""
_INTERVAL_COLUMNS = [_INTERVAL.c[name] for name in INTERVAL_KEYS]

USUAL_MS = 24 * 3_600_000
"""Agents' intervals are shorter; the few longer ones are looked for one by one."""

_STALE, _QUEUES, _AGENTS = REPORT_STALE, REPORT_QUEUES, REPORT_AGENTS


@dataclass(eq=False)
class SqlRolledRows:
    """``pause``: as of SqlLedgerReader."""

    _engine: Engine
    pause: Callable[[], object] = lambda: None

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
                self.pause()


def _row(table: Table, name: str, row: Rolled, names: Sequence[str]) -> dict[str, Any]:
    team = {"team": row.team} if "team" in table.c else {}
    return {"quarter_ms": row.quarter_ms, name: row.name, **team, **dict(zip(names, row.parts, strict=True))}


@dataclass(eq=False)
class SqlLedgerReader:
    """Facts come in chunks; a report does not hold a whole day in memory. ``pause`` is called between chunks.

    An event loop gives its ``sleep`` there, so that a long report leaves the others their turn.
    """

    _engine: Engine
    pause: Callable[[], object] = lambda: None

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

    def calls(self, start_ms: int, end_ms: int, agent: str = "", team: str = "") -> Iterator[Mapping[str, Any]]:
        table = _CALL.c
        statement = (
            select(*[table[name] for name in CALL_KEYS])
            .where(table.arrived_ms >= start_ms, table.arrived_ms < end_ms, table.last_agent != "")
            .order_by(table.arrived_ms, table.id)
        )
        for first, last, value in ((table.first_agent, table.last_agent, agent), (table.first_team, table.last_team, team)):
            if value:
                statement = statement.where(or_(first == value, last == value))
        return self._stream(statement)

    def as_of_ms(self) -> int:
        return SqlLedger(self._engine).as_of_ms()

    def _stream(self, statement: Select[Any]) -> Iterator[Mapping[str, Any]]:
        names = tuple(statement.selected_columns.keys())
        with transaction(self._engine) as session:
            for rows in session.execute(statement, execution_options={"yield_per": CHUNK}).partitions():
                for row in rows:
                    yield dict(zip(names, row, strict=True))
                self.pause()


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


def _only(statement: Select[Any], table: Any, **wanted: str) -> Select[Any]:
    for name, value in wanted.items():
        if value:
            statement = statement.where(table.c[name] == value)
    return statement

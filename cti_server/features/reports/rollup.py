"""Rolled-up rows: the parts of each queue and agent by quarter of an hour, so that a report adds up rows instead of facts.

A quarter is *stale* from the transaction in which a fact of it is stored or mended until its rows are made anew from the ledger;
the rows of every other quarter are right. Making them again changes nothing. Reports read the facts of stale quarters themselves.
Parts are sums of domain.kpi, so rows of any local day, in any zone whose offset is in quarters of an hour, add up to its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cti_server.domain.config import CentreConfig
from cti_server.domain.kpi import AGENT_PARTS, QUEUE_PARTS, QUEUE_SEGMENTS, AgentRow, QueueRow, agents_of, attributed_ms
from cti_server.features.ledger.quarters import QUARTER_MS, Rolled, RolledRows, quarter, spans
from cti_server.features.reports.service import LedgerReader, queue_row

SETTLED_MS = 60_000
"""A quarter without a new fact for so long is rolled up."""
OVERDUE_MS = 10 * 60_000
"""So is one that never rests, from time to time."""
SPAN = 16
"""Quarters that are rolled up together at most."""
FACTS_A_ROUND = 50_000
SPANS_A_ROUND = 100
CHECKED_DAYS = 8

_Facts = Iterator[Mapping[str, Any]]


class RolledStore(RolledRows, Protocol):
    """The port of the roller."""

    def changes(self) -> dict[int, int]:
        """Stale quarter -> how often facts came into it since it became stale."""
        ...

    def replace(self, changes: Mapping[int, int], queues: Sequence[Rolled], agents: Sequence[Rolled]) -> int:
        """In one transaction the rows of these quarters become those given, where no fact has come since; how many did."""
        ...

    def mark(self, quarters: Iterable[int]) -> None:
        """These are stale."""
        ...


def rolled(
    start_ms: int,
    end_ms: int,
    segments: Iterable[Mapping[str, Any]],
    intervals: Iterable[Mapping[str, Any]],
    calls: Iterable[Mapping[str, Any]],
    config: CentreConfig,
) -> tuple[list[Rolled], list[Rolled]]:
    """The rows of the quarters in [start_ms, end_ms): of queues, of agents. The facts are all that count there."""
    queues: dict[tuple[int, str], QueueRow] = {}
    agents: dict[tuple[int, str, str], AgentRow] = {}
    for fact in segments:
        at = quarter(attributed_ms(fact))
        if fact["segment"] == "offer":
            row = agents.setdefault((at, fact["agent"], fact["team"]), AgentRow(fact["agent"]))
            row.add_segment(fact)
        elif fact["queue"]:
            queues.setdefault((at, fact["queue"]), queue_row(config, fact["queue"])).add_segment(fact)
    for fact in intervals:
        if fact["status"] == "logged_out":
            continue
        first, last = max(quarter(fact["started_ms"]), start_ms), min(quarter(fact["ended_ms"] - 1), end_ms - QUARTER_MS)
        for at in range(first, last + 1, QUARTER_MS):
            clipped = {**fact, "started_ms": max(fact["started_ms"], at), "ended_ms": min(fact["ended_ms"], at + QUARTER_MS)}
            agents.setdefault((at, fact["agent"], fact["team"]), AgentRow(fact["agent"])).add_interval(clipped)
    for fact in calls:
        for agent, team in agents_of(fact).items():
            agents.setdefault((quarter(fact["arrived_ms"]), agent, team), AgentRow(agent)).add_call(fact)
    return (
        [Rolled(at, name, "", _parts(row, QUEUE_PARTS)) for (at, name), row in sorted(queues.items())],
        [Rolled(at, name, team, _parts(row, AGENT_PARTS)) for (at, name, team), row in sorted(agents.items())],
    )


def _parts(row: QueueRow | AgentRow, names: Sequence[str]) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in names)


@dataclass(eq=False)
class Roller:
    """``round`` rolls up what has settled, the newest first. ``on_wrong(quarter)`` is told where rows were not the ledger's sums.

    ``kept_ms`` gives the moment before which facts may be deleted already: quarters before it stay as they are.
    """

    _store: RolledStore
    _reader: LedgerReader
    _now_ms: Callable[[], int]
    _on_wrong: Callable[[int], None]
    _kept_ms: Callable[[], int] = lambda: 0
    _seen: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # quarter -> changes, since when so, since when stale
    _next_check: int = 0
    rolled: int = 0
    stale: int = 0
    wrong: int = 0

    def round(self, config: CentreConfig) -> int:
        """How many quarters were rolled up. Raises DatabaseAway."""
        now, changes = self._now_ms(), self._store.changes()
        self._seen = {at: self._look(at, count, now) for at, count in changes.items()}
        ready = [at for at, (_, quiet, first) in self._seen.items() if now - quiet >= SETTLED_MS or now - first >= OVERDUE_MS]
        kept = self._kept_ms()
        gone = {at: changes[at] for at in ready if at < kept}
        if gone:
            self._forget(gone)
        done, facts = 0, 0
        for span in reversed(spans((at for at in ready if at >= kept), SPAN)[-SPANS_A_ROUND:]):
            made, read = self._roll(span, {at: changes[at] for at in span}, config)
            done, facts = done + made, facts + read
            if facts > FACTS_A_ROUND:
                break
        self.rolled += done
        self.stale = len(changes) - done
        return done

    def check(self, config: CentreConfig) -> bool:
        """Compare the rows of one quarter of the last days with the ledger, another one each time; wrong ones become stale."""
        newest = quarter(self._now_ms()) - QUARTER_MS
        oldest = max(newest - CHECKED_DAYS * 96 * QUARTER_MS, quarter(self._kept_ms()) + QUARTER_MS)
        at = self._next_check if oldest <= self._next_check <= newest else newest
        self._next_check = at - QUARTER_MS
        if any(self._agrees(at, config) for _ in range(2)):  # a fact may come, or be rolled up, between the two readings
            return True
        self.wrong += 1
        self._on_wrong(at)
        self._store.mark([at])
        return False

    def _agrees(self, at: int, config: CentreConfig) -> bool:
        end = at + QUARTER_MS
        stored = [*self._store.queues(at, end, "", False), *self._store.agents(at, end, "", "", False)]
        queues, agents = rolled(at, end, *self._facts(at, end), config)
        return sorted(stored, key=_key) == sorted([*queues, *agents], key=_key) or bool(self._store.stale(at, end))

    def _look(self, at: int, count: int, now: int) -> tuple[int, int, int]:
        before, quiet, first = self._seen.get(at, (count, now, now))
        return count, quiet if count == before else now, first

    def _roll(self, span: list[int], changes: Mapping[int, int], config: CentreConfig) -> tuple[int, int]:
        start, end = span[0], span[-1] + QUARTER_MS
        segments, intervals, calls = self._facts(start, end)
        counted = _Counted(segments)
        queues, agents = rolled(start, end, counted, intervals, calls, config)
        return self._store.replace(changes, queues, agents), counted.count

    def _facts(self, start: int, end: int) -> tuple[_Facts, _Facts, _Facts]:
        """Segments, intervals, calls."""
        reader = self._reader
        return reader.segments(start, end, (*QUEUE_SEGMENTS, "offer")), reader.intervals(start, end), reader.calls(start, end)

    def _forget(self, gone: Mapping[int, int]) -> None:
        """Stale quarters of which facts may be gone already keep the rows that they have."""
        start, end = min(gone), max(gone) + QUARTER_MS
        queues = [row for row in self._store.queues(start, end, "", False) if row.quarter_ms in gone]
        agents = [row for row in self._store.agents(start, end, "", "", False) if row.quarter_ms in gone]
        self._store.replace(gone, queues, agents)


def _key(row: Rolled) -> tuple[int, int, str, str]:
    return len(row.parts), row.quarter_ms, row.name, row.team


class _Counted:
    def __init__(self, facts: Iterable[Mapping[str, Any]]) -> None:
        self._facts = facts
        self.count = 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for fact in self._facts:
            self.count += 1
            yield fact

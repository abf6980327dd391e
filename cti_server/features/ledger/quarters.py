"""Quarters of an hour: the grain of the rolled-up rows. A quarter is *stale* while its rows may not be the sums of its facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from cti_server.events.facts import AgentIntervalFact, CallFact, SegmentFact
from cti_server.features.ledger.service import Row

QUARTER_MS = 15 * 60_000
LONGEST_QUARTERS = 31 * 96
"""Of an agent's interval no more than the last month counts."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """Rows of one quarter or of several summed up. ``quarter_ms``: the first. ``name``: queue or agent."""

    quarter_ms: int
    name: str
    team: str
    parts: tuple[int, ...]


class RolledRows(Protocol):
    """The port to rows for reports. ``summed``: one row per name instead of one per name and quarter."""

    def stale(self, start_ms: int, end_ms: int) -> list[int]:
        """Quarters in [start_ms, end_ms) whose rows may not be right, in order."""
        ...

    def queues(self, start_ms: int, end_ms: int, queue: str, summed: bool) -> Iterator[Rolled]: ...

    def agents(self, start_ms: int, end_ms: int, agent: str, team: str, summed: bool) -> Iterator[Rolled]: ...


def quarter(at_ms: int) -> int:
    return at_ms - at_ms % QUARTER_MS


def quarters_of(batch: Iterable[Row]) -> list[int]:
    """The quarters in which these facts count, in order."""
    found: set[int] = set()
    for row in batch:
        if row.fact is SegmentFact:
            found.add(quarter(int(row.columns["counted_ms"])))
        elif row.fact is CallFact and row.columns["last_agent"]:
            found.add(quarter(int(row.columns["arrived_ms"])))
        elif row.fact is AgentIntervalFact and row.columns["status"] != "logged_out":
            last = quarter(int(row.columns["ended_ms"]))
            first = max(quarter(int(row.columns["started_ms"])), last - LONGEST_QUARTERS * QUARTER_MS)
            found.update(range(first, last + 1, QUARTER_MS))
    return sorted(found)


def spans(quarters: Iterable[int], longest: int = 1 << 30) -> list[list[int]]:
    """Quarters that follow each other, together; at most ``longest``."""
    found: list[list[int]] = []
    for at in sorted(quarters):
        if found and found[-1][-1] + QUARTER_MS == at and len(found[-1]) < longest:
            found[-1].append(at)
        else:
            found.append([at])
    return found

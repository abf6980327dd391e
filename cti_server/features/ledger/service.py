"""From the stream of facts into the ledger: each fact is stored once, or set aside with its reason; none is lost.

A batch is one transaction; its entries leave the stream only after the commit, and the ledger is "as of" the oldest one that is
still there. With the database away the batch is kept and tried again. A fact that cannot be read or stored goes to the rejected
ones and holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from cti_server.errors import BadFact
from cti_server.events.fact import Fact
from cti_server.events.facts import decode_fact

BATCH = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact as it lies on the stream: its place there, when it was put there (UTC ms), its bytes."""

    id: str
    at_ms: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A fact for its table: ``columns`` are all of them but its id."""

    fact_id: str
    fact: type[Fact]
    columns: Mapping[str, Any]


class FactSource(Protocol):
    """The port to the stream. Every method raises RedisAway when Redis does not answer."""

    def read(self, count: int) -> list[Entry]:
        """The next entries, also those that a dead reader took and never finished; [] after a short wait."""
        ...

    def unstored_since_ms(self, besides: Sequence[str]) -> int:
        """When the oldest fact that is not stored yet was put there, ``besides`` these; 0: there is no other."""
        ...

    def complete_ms(self) -> int:
        """Until when every fact that was made has been put there; later ones may wait in the daemon's journal, or the daemon is
        away. 0: nobody has said so yet."""
        ...

    def done(self, ids: Sequence[str]) -> None:
        """These are stored: take them off the stream."""
        ...

    def reject(self, entry: Entry, why: str) -> None:
        """Set this one aside with its reason and take it off the stream."""
        ...


class Ledger(Protocol):
    """The port to the tables."""

    def write(self, batch: Sequence[Row], as_of_ms: int) -> int:
        """All of them or none, doubles are dropped; gives how many rows are new or changed.

        ``as_of_ms``: from now on the ledger has everything up to then; 0: not known. Raises DatabaseAway, BadFact.
        """
        ...


@dataclass(slots=True)
class Counts:
    """What this persister did since it started."""

    stored: int = 0
    doubles: int = 0
    rejected: int = 0
    batches: int = 0


@dataclass(eq=False)
class Persister:
    """``step`` moves one batch. ``now_ms``: by the clock that dates the entries. ``on_reject(entry, why)`` is told of every fact
    that is set aside, ``on_stored`` of those that are stored, before they leave the stream: the same may come twice."""

    _source: FactSource
    _ledger: Ledger
    _now_ms: Callable[[], int]
    _on_reject: Callable[[Entry, str], None]
    _on_stored: Callable[[Sequence[Row]], object] = len
    _held: list[Entry] | None = None
    _read_ms: int = 0
    counts: Counts = field(default_factory=Counts)

    def step(self) -> int:
        """Read one batch (or take the one that failed before), store it, take it off the stream; how many entries it had.

        Raises DatabaseAway or RedisAway; nothing is lost then, call it again later.
        """
        if self._held is None:
            self._read_ms = self._now_ms()
            self._held = self._source.read(BATCH)
        batch = self._held
        self._store(batch, self._as_of_ms(batch))
        self._held = None
        return len(batch)

    def _as_of_ms(self, batch: list[Entry]) -> int:
        """Until when the ledger has everything with this batch: before the oldest fact that waits or that another worker has, and
        before what the daemon has not put there yet."""
        lacking_ms = self._source.unstored_since_ms([entry.id for entry in batch])
        limits = (self._read_ms, lacking_ms - 1 if lacking_ms else 0, self._source.complete_ms())
        return min(limit for limit in limits if limit)

    def _store(self, batch: list[Entry], as_of_ms: int) -> None:
        good: list[tuple[Entry, Row]] = []
        bad: list[tuple[Entry, str]] = []
        for entry in batch:
            try:
                good.append((entry, read_fact(entry.raw)))
            except ValueError as error:
                bad.append((entry, str(error)))
        try:
            self._count(len(good), self._ledger.write([row for _, row in good], as_of_ms))
        except BadFact:
            good = self._one_by_one(good, bad)
        self._on_stored([row for _, row in good])
        for entry, why in bad:
            self._source.reject(entry, why)
            self._on_reject(entry, why)
        self.counts.rejected += len(bad)
        self.counts.batches += 1
        if good:
            self._source.done([entry.id for entry, _ in good])

    def _one_by_one(self, batch: list[tuple[Entry, Row]], bad: list[tuple[Entry, str]]) -> list[tuple[Entry, Row]]:
        """The batch as a whole was refused: store each for itself and add the refused ones to ``bad``."""
        stored = []
        for entry, row in batch:
            try:
                self._count(1, self._ledger.write([row], 0))
                stored.append((entry, row))
            except BadFact as error:
                bad.append((entry, error.message))
        return stored

    def _count(self, given: int, new: int) -> None:
        self.counts.stored += new
        self.counts.doubles += given - new


def read_fact(raw: bytes) -> Row:
    """Bytes of the stream -> row. Raises ValueError that says what is wrong with it."""
    fact_id, fact = decode_fact(raw)
    return Row(fact_id, type(fact), fact.row())

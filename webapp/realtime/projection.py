"""What this process knows of the centre: the views of the mirror, kept current by events in (epoch, seq) order.

Pure: no Redis, no sockets. A view in an event replaces the one with its id, and the end of a thing that is declared with its kind
takes it away. A missing seq is a gap and a higher epoch a new engine; both mean "build anew from the mirror".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from cti_server.events.envelope import Envelope
from cti_server.events.live import Change, Kind, Removal, V
from cti_server.events.views import AGENT, EVENTS, KINDS

NO_ROOMS: frozenset[str] = frozenset()


class Verdict(Enum):
    """What an event is to the projection."""

    NEXT = "next"
    OLD = "old"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """One row of a mirror hash."""

    kind: str
    id: str
    epoch: int
    seq: int
    view: Mapping[str, Any]


@dataclass(slots=True)
class _Row:
    view: Mapping[str, Any]
    rooms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Applied:
    """What an event did. ``rooms``: who gets it. ``moved``: agents whose team or queues changed: they see other things now."""

    verdict: Verdict
    rooms: frozenset[str] = NO_ROOMS
    moved: tuple[str, ...] = ()


@dataclass(slots=True)
class Projection:
    epoch: int = 0
    seq: int = 0
    _tables: dict[str, dict[str, _Row]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    _index: dict[str, dict[tuple[str, str], _Row]] = field(default_factory=dict)

    # ------------------------------------------------------------ building

    def rebuild(self, rows: Iterable[MirrorRow], position: tuple[int, int]) -> None:
        """Replace everything. ``position``: (epoch, seq) of the newest thing read with the rows."""
        self._tables = {kind: {} for kind in KINDS}
        self._index = {}
        for row in rows:
            self._put(KINDS[row.kind], row.id, row.view)
        self.epoch, self.seq = position

    def apply(self, event: Envelope) -> Applied:
        """Take the next event; an old one or one behind a gap changes nothing. Whoever saw a thing hears that it has gone."""
        if (event.epoch, event.seq) <= (self.epoch, self.seq):
            return Applied(Verdict.OLD)
        if event.epoch != self.epoch or event.seq != self.seq + 1:
            return Applied(Verdict.GAP)
        self.seq = event.seq
        declared = EVENTS[event.name]
        if isinstance(declared, Change):
            kind, view = declared.kind, event.data[declared.kind.word]
            thing = view["id"]
            moved = kind is AGENT and self._sees_other_things(view)
            before = self._drop(kind, thing)  # who loses sight of a thing hears of it once more
            rooms = before | (frozenset(kind.rooms(view)) if declared.last else self._put(kind, thing, view))
        elif isinstance(declared, Removal):
            thing = event.data["removed"]["id"]
            moved = declared.kind is AGENT
            rooms = self._drop(declared.kind, thing)
        else:
            return Applied(Verdict.NEXT, frozenset(declared.rooms(event.data)))
        return Applied(Verdict.NEXT, rooms, (thing,) if moved else ())

    def _sees_other_things(self, agent: Mapping[str, Any]) -> bool:
        before = self.view(AGENT, agent["id"])
        return before is None or any(before.get(key) != agent.get(key) for key in ("team", "queues"))

    def _put(self, kind: Kind[Any], thing: str, view: Mapping[str, Any]) -> frozenset[str]:
        row = _Row(view, frozenset(kind.rooms(view)))
        self._tables[kind.table][thing] = row
        for room in row.rooms:
            self._index.setdefault(room, {})[kind.table, thing] = row
        return row.rooms

    def _drop(self, kind: Kind[Any], thing: str) -> frozenset[str]:
        row = self._tables[kind.table].pop(thing, None)
        if row is None:
            return NO_ROOMS
        for room in row.rooms:
            seen = self._index[room]
            del seen[kind.table, thing]
            if not seen:
                del self._index[room]
        return row.rooms

    # ------------------------------------------------------------ reading

    def snapshot(self, rooms: frozenset[str]) -> dict[str, Any]:
        """{epoch, seq, one list for each kind}: what somebody in these rooms sees, sorted by id."""
        seen: dict[tuple[str, str], _Row] = {}
        for room in rooms:
            seen.update(self._index.get(room, {}))
        found: dict[str, Any] = {"epoch": self.epoch, "seq": self.seq, **{kind: [] for kind in KINDS}}
        for (kind, _), row in sorted(seen.items(), key=lambda item: item[0]):
            found[kind].append(row.view)
        return found

    def view(self, kind: Kind[V], thing: str) -> V | None:
        row = self._tables[kind.table].get(thing)
        return None if row is None else cast("V", row.view)

    def views(self, kind: Kind[V]) -> list[V]:
        return [cast("V", row.view) for row in self._tables[kind.table].values()]

    def count(self, kind: Kind[Any]) -> int:
        return len(self._tables[kind.table])

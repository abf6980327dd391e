"""One heap for everything that time ends. A deadline is declared beside the handler of its end; setting it again for the same
subject moves it, cancelling is lazy.

    @deadline("ring")
    def ring_over(core: Core, call_id: CallId) -> None: ...

    core.deadlines.set(ring_over, call.id, at_ms)

Where it is set in a module that its handler builds on, the lower one has ``late = Deadline[CallId]("late")`` and the handler's
``@late.ends``.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

S = TypeVar("S")


class Deadline(Generic[S]):
    """Of subjects of one type: an id, or None where there is one only. ``name`` stands in states and logs."""

    declared: dict[str, Deadline[Any]] = {}
    """All, by name."""

    def __init__(self, name: str) -> None:
        if name in self.declared:
            raise ValueError(f"two deadlines are called {name}")
        self.name = name
        self.handler: Callable[[Any, S], None] | None = None
        self.declared[name] = self

    def ends(self, handler: Callable[[Any, S], None]) -> Deadline[S]:
        """``handler`` (core, subject) is called when it is due; it may be called as the deadline, too."""
        self.handler = handler
        return self

    def __call__(self, core: Any, subject: S) -> None:
        if self.handler is None:
            raise NotImplementedError(f"nobody handles the deadline {self.name}")
        self.handler(core, subject)


def deadline(name: str) -> Callable[[Callable[[Any, S], None]], Deadline[S]]:
    """Declares one: the function that it decorates is its handler."""

    def declare(handler: Callable[[Any, S], None]) -> Deadline[S]:
        return Deadline[S](name).ends(handler)

    return declare


class Deadlines:
    __slots__ = ("_heap", "_live", "_order")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Deadline[Any], Any]] = []
        self._live: dict[tuple[Deadline[Any], Any], tuple[int, int]] = {}
        self._order = 0

    def __len__(self) -> int:
        return len(self._live)

    def set(self, what: Deadline[S], subject: S, at_ms: int) -> None:
        self._order += 1
        self._live[what, subject] = (at_ms, self._order)
        heappush(self._heap, (at_ms, self._order, what, subject))
        waiting = len(self._heap)
        if waiting > 1024 and waiting > 4 * len(self._live):
            self._heap = [(at, order, what, subject) for (what, subject), (at, order) in self._live.items()]
            heapify(self._heap)

    def cancel(self, what: Deadline[S], subject: S) -> None:
        self._live.pop((what, subject), None)

    def of(self, subject: object) -> list[Deadline[Any]]:
        """All that are set for this subject."""
        return [what for what, about in self._live if about == subject]

    def at(self, what: Deadline[S], subject: S) -> int:
        """When it is due, 0 when it is not set."""
        found = self._live.get((what, subject))
        return found[0] if found else 0

    def next(self) -> int | None:
        """UTC ms of the next one, None when there is none."""
        while self._heap:
            at, order, what, subject = self._heap[0]
            if self._live.get((what, subject)) == (at, order):
                return at
            heappop(self._heap)
        return None

    def due(self, now_ms: int) -> tuple[Deadline[Any], Any] | None:
        """Take the next (deadline, subject) that is due, None when none is."""
        at = self.next()
        if at is None or at > now_ms:
            return None
        _, _, what, subject = heappop(self._heap)
        del self._live[what, subject]
        return what, subject

    def plain(self) -> list[list[Any]]:
        """All live deadlines as [at_ms, name, subject], in the order in which they fall due."""
        found = sorted((at, order, what.name, subject) for (what, subject), (at, order) in self._live.items())
        return [[at, name, subject] for at, _, name, subject in found]

    def take(self, plain: list[list[Any]]) -> None:
        """What ``plain`` gave. Raises KeyError for a deadline that is not declared."""
        for at_ms, name, subject in plain:
            self.set(Deadline.declared[name], subject, at_ms)

"""One heap for everything that time ends. A deadline is (kind, subject); setting it again moves it, cancelling is lazy."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Any


class Deadlines:
    __slots__ = ("_heap", "_live", "_order")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, str, str]] = []
        self._live: dict[tuple[str, str], tuple[int, int]] = {}
        self._order = 0

    def __len__(self) -> int:
        return len(self._live)

    def set(self, kind: str, subject: str, at_ms: int) -> None:
        self._order += 1
        self._live[kind, subject] = (at_ms, self._order)
        heappush(self._heap, (at_ms, self._order, kind, subject))
        if len(self._heap) > 1024 and len(self._heap) > 4 * len(self._live):
            self._heap = [(at, order, k, s) for (k, s), (at, order) in self._live.items()]
            heapify(self._heap)

    def cancel(self, kind: str, subject: str) -> None:
        self._live.pop((kind, subject), None)

    def of(self, subject: str) -> list[tuple[str, str]]:
        """All that are set for this subject."""
        return [found for found in self._live if found[1] == subject]

    def at(self, kind: str, subject: str) -> int:
        """When it is due, 0 when it is not set."""
        found = self._live.get((kind, subject))
        return found[0] if found else 0

    def next(self) -> int | None:
        """UTC ms of the next one, None when there is none."""
        while self._heap:
            at, order, kind, subject = self._heap[0]
            if self._live.get((kind, subject)) == (at, order):
                return at
            heappop(self._heap)
        return None

    def due(self, now_ms: int) -> tuple[str, str] | None:
        """Take the next (kind, subject) that is due, None when none is."""
        at = self.next()
        if at is None or at > now_ms:
            return None
        _, _, kind, subject = heappop(self._heap)
        del self._live[kind, subject]
        return kind, subject

    def plain(self) -> list[list[Any]]:
        """All live deadlines as [at_ms, kind, subject], in the order in which they fall due."""
        found = sorted((at, order, kind, subject) for (kind, subject), (at, order) in self._live.items())
        return [[at, kind, subject] for at, _, kind, subject in found]

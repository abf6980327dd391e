"""The order of waiting calls, and the sorted line that keeps calls and idle agents in order.

key = enqueue time − 60 s × priority: ageing is linear, so waiting never reorders a line and nothing is ever rescanned.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

PRIORITY_POINT_MS: Final = 60_000


def waiting_key(queued_ms: int, priority: int) -> int:
    """Smaller is served first. ``queued_ms`` is the original place in line, UTC ms."""
    return queued_ms - PRIORITY_POINT_MS * priority


class Line:
    """Ids in the order of (key, order): O(log n) comparisons to add, remove and find a place; the head in O(1).

    ``order`` breaks ties and is unique, so that equal keys keep the order of arrival.
    """

    __slots__ = ("_entries", "_where")

    def __init__(self) -> None:
        self._entries: list[tuple[int, int, str]] = []
        self._where: dict[str, tuple[int, int, str]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, item: object) -> bool:
        return item in self._where

    def __iter__(self) -> Iterator[str]:
        return (entry[2] for entry in self._entries)

    def add(self, item: str, key: int, order: int) -> None:
        """Put ``item`` at its place; an item that is already here moves."""
        self.remove(item)
        entry = (key, order, item)
        self._where[item] = entry
        insort(self._entries, entry)

    def remove(self, item: str) -> bool:
        """Take ``item`` out. False when it was not here."""
        entry = self._where.pop(item, None)
        if entry is None:
            return False
        del self._entries[bisect_left(self._entries, entry)]
        return True

    def head(self) -> tuple[int, int, str] | None:
        """(key, order, id) of the first, None when empty."""
        return self._entries[0] if self._entries else None

    def first(self, count: int, may: Callable[[str], bool] | None = None) -> list[tuple[int, int, str]]:
        """The first ``count`` entries, of those whose id ``may``."""
        return list(islice((e for e in self._entries if may(e[2])) if may else self._entries, count))

    def to_plain(self) -> list[list[int | str]]:
        return [list(entry) for entry in self._entries]

    @classmethod
    def from_plain(cls, plain: list[tuple[int, int, str]]) -> Line:
        line = cls()
        for key, order, item in plain:
            line.add(item, key, order)
        return line

    def place(self, item: str) -> int:
        """0 for the head. Raises KeyError when the item is not here."""
        return bisect_left(self._entries, self._where[item])

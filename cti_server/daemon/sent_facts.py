"""What became of the facts: those that Redis took lately, and since when others wait in the journal."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import Any

import redis

RECENT_S = 15.0
"""A Redis that was emptied, or a new primary that had not heard of them, gets the facts of so long again: doubles are dropped."""


@dataclass(slots=True)
class _Taken:
    """A fact that Redis took: when (monotonic seconds), as which entry of the stream."""

    at_s: float
    entry: bytes
    fact: bytes


class SentFacts:
    """``waiting``: the journal has facts of an earlier daemon, of which nobody knows since when."""

    def __init__(self, waiting: bool) -> None:
        self._taken: deque[_Taken] = deque()
        self._waiting_ms: int | None = 0 if waiting else None  # 0: not known

    def took(self, entries: list[bytes], facts: list[bytes]) -> None:
        """These are on the stream, as these entries."""
        now = monotonic()
        self._taken.extend(_Taken(now, entry, fact) for entry, fact in zip(entries, facts, strict=True))
        while self._taken and self._taken[0].at_s < now - RECENT_S:
            self._taken.popleft()

    def lost(self, client: redis.Redis, stream: str) -> list[bytes]:
        """Facts of a moment ago that this Redis does not have: it was emptied, it had not heard of them, or they are stored.
        Raises redis.RedisError."""
        if not self._taken:
            return []
        found: Any = client.xrange(stream, self._taken[0].entry, self._taken[-1].entry)
        there = {entry for entry, _ in found}
        return [taken.fact for taken in self._taken if taken.entry not in there]

    def waits(self, at_ms: int) -> None:
        """A fact of this moment goes to the journal."""
        if self._waiting_ms is None:
            self._waiting_ms = at_ms

    def none_waits(self) -> None:
        """The journal is empty."""
        self._waiting_ms = None

    def complete_before(self, at_ms: int, now_ms: int) -> str:
        """How old the oldest fact is that may not be on the stream, ms; '': nobody knows. ``at_ms``: of the newest that is."""
        oldest_ms = at_ms if self._waiting_ms is None else self._waiting_ms
        return str(max(0, now_ms - oldest_ms)) if oldest_ms else ""

"""Entries that could not be read, one by one: counted, told in the log, and kept for people in the stream ``set-aside``.

Every process has one. ``cti doctor`` shows how many there are and why. Facts have a place of their own (``facts:rejected``),
for each of them is a line of the books.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import redis
import structlog

from cti_server.adapters.keys import Keys

log = structlog.get_logger(__name__)

KEPT = 1_000
LONGEST_RAW = 4_096
TOLD_FIRST = 50
TOLD_LATER = 100


class SetAside:
    """``tell`` never raises and never blocks for long: a flood of bad entries is counted, and only some of it is told."""

    def __init__(self, client: redis.Redis, keys: Keys, process: str) -> None:
        self._redis = client
        self._keys = keys
        self._process = process
        self.counts: Counter[str] = Counter()

    @property
    def total(self) -> int:
        return self.counts.total()

    def tell(self, border: str, entry: str, why: str, raw: bytes = b"") -> None:
        """``border``: where it was read (commands, mirror, events, ...); ``entry``: which one it was there."""
        self.counts[border] += 1
        count = self.counts[border]
        told = count <= TOLD_FIRST or count % TOLD_LATER == 0
        if told:
            log.error("an entry cannot be read and is set aside", border=border, entry=entry[:200], why=why[:500], so_far=count)
        try:
            pipe = self._redis.pipeline(transaction=False)
            pipe.hincrby(self._keys.set_aside_counts, border, 1)
            if told:
                fields: dict[Any, Any] = {"border": border, "process": self._process, "raw": raw[:LONGEST_RAW]}
                fields |= {"entry": entry[:200].encode("utf-8", "replace"), "why": why[:500].encode("utf-8", "replace")}
                pipe.xadd(self._keys.set_aside, fields, maxlen=KEPT, approximate=True)
            pipe.execute()
        except redis.RedisError as error:
            log.warning("an entry that was set aside is kept in the log only", error=str(error))

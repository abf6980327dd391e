"""Reads facts off their stream as consumer group ``persister``. Implements features.ledger.service.FactSource.

An entry is acknowledged and deleted in one step after it was stored. What a dead reader left behind is claimed after
``claim_after_ms``; what this one was given as the connection broke, at its next read. The group starts at the stream's
beginning, so that facts from before the first worker count too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import redis

from cti_server.adapters.centre_time import redis_ms
from cti_server.adapters.keys import Keys
from cti_server.domain import border
from cti_server.errors import RedisAway
from cti_server.features.ledger.service import Entry

T = TypeVar("T")
GROUP = "persister"
REJECTED_KEPT = 10_000
DEAD_CONSUMER_MS = 24 * 3600 * 1000


@dataclass(eq=False)
class FactsStream:
    """``wait`` lets more facts come together (seconds) when a read found few; ``block_ms`` is the wait for the first."""

    _redis: Any
    _keys: Keys
    _consumer: str
    _wait: Callable[[float], object]
    block_ms: int = 1000
    linger_s: float = 0.2
    claim_after_ms: int = 15_000
    _cursor: str = "0-0"
    _unheard: bool = False  # an answer with entries may have been lost
    _complete_ms: int = 0

    def read(self, count: int) -> list[Entry]:
        return self._of_group(lambda: self._given(count) or self._more(count))

    def now_ms(self) -> int:
        """What time it is by the clock that dates the entries."""
        with _redis_errors():
            return redis_ms(self._redis)

    def unstored_since_ms(self, besides: Sequence[str]) -> int:
        """Entries leave the stream when they are stored: what some reader was given and what none was given are not."""
        found = self._of_group(lambda: self._unstored(len(besides) + 1))
        own = set(besides)
        return min((int(entry_id.split("-")[0]) for entry_id in found if entry_id not in own), default=0)

    def complete_ms(self) -> int:
        """A Redis that no longer knows was emptied: then what it said last holds."""
        with _redis_errors():
            raw = self._redis.get(self._keys.facts_complete)
        self._complete_ms = border.digits(raw or b"", self._complete_ms)
        return self._complete_ms

    def done(self, ids: Sequence[str]) -> None:
        with _redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.xack(self._keys.facts, GROUP, *ids)
            pipe.xdel(self._keys.facts, *ids)
            pipe.execute()

    def reject(self, entry: Entry, why: str) -> None:
        fields = {"f": entry.raw, "why": why, "at": entry.at_ms}
        with _redis_errors(), self._redis.pipeline(transaction=True) as pipe:
            pipe.xadd(self._keys.facts_rejected, fields, maxlen=REJECTED_KEPT, approximate=True)
            pipe.xack(self._keys.facts, GROUP, entry.id)
            pipe.xdel(self._keys.facts, entry.id)
            pipe.execute()

    def waiting(self) -> int:
        """Facts on the stream that are not stored yet."""
        with _redis_errors():
            return int(self._redis.xlen(self._keys.facts))

    def tidy(self) -> int:
        """Delete what every reader has finished and readers that are long gone; gives how many entries went.

        Normally there is nothing: ``done`` deletes. It cleans up after programs that only acknowledged.
        """
        with _redis_errors():
            try:
                last = self._last_given()
            except (redis.ResponseError, StopIteration):
                return 0
            for consumer in self._redis.xinfo_consumers(self._keys.facts, GROUP):
                if consumer["pending"] == 0 and consumer["idle"] > DEAD_CONSUMER_MS:
                    self._redis.xgroup_delconsumer(self._keys.facts, GROUP, consumer["name"])
            pending = self._redis.xpending(self._keys.facts, GROUP)
            if pending["pending"]:
                return int(self._redis.xtrim(self._keys.facts, minid=pending["min"], approximate=False))
            after = last.split("-")[0] + "-" + str(int(last.split("-")[1]) + 1)
            return int(self._redis.xtrim(self._keys.facts, minid=after, approximate=False))

    # ------------------------------------------------------------ inside

    def _of_group(self, ask: Callable[[], T]) -> T:
        """``ask``, again when there was no group: it is made."""
        with _redis_errors():
            try:
                return ask()
            except redis.ResponseError as error:
                if not str(error).startswith(("NOGROUP", "no such key")):
                    raise
                self._make_group()
                return ask()

    def _given(self, count: int) -> list[Entry]:
        """Entries that are this reader's and of which it may not have heard; a caller that has some in hand does not read."""
        found = self._read(count, None, "0") if self._unheard else []
        self._unheard = bool(found)
        return found

    def _more(self, count: int) -> list[Entry]:
        self._unheard = True
        found = self._claim(count) or self._next(count)
        self._unheard = False
        return found

    def _claim(self, count: int) -> list[Entry]:
        """Entries that were given to somebody who has not finished them for too long."""
        reply = self._redis.xautoclaim(
            self._keys.facts, GROUP, self._consumer, self.claim_after_ms, start_id=self._cursor, count=count
        )
        self._cursor = reply[0].decode()
        return _entries(reply[1])

    def _unstored(self, count: int) -> list[str]:
        """The oldest ids that readers were given and have not finished, and the oldest that none was given."""
        given = self._redis.xpending_range(self._keys.facts, GROUP, min="-", max="+", count=count)
        waiting = self._redis.xrange(self._keys.facts, min=f"({self._last_given()}", count=1)
        return [row["message_id"].decode() for row in given] + [entry_id.decode() for entry_id, _ in waiting]

    def _last_given(self) -> str:
        """Raises StopIteration without the group, redis.ResponseError without the stream."""
        group = next(g for g in self._redis.xinfo_groups(self._keys.facts) if g["name"] == GROUP.encode())
        return str(group["last-delivered-id"].decode())

    def _next(self, count: int) -> list[Entry]:
        found = self._read(count, self.block_ms)
        if found and len(found) < count and self.linger_s:
            self._wait(self.linger_s)
            found += self._read(count - len(found), None)
        return found

    def _read(self, count: int, block_ms: int | None, after: str = ">") -> list[Entry]:
        reply = self._redis.xreadgroup(GROUP, self._consumer, {self._keys.facts: after}, count=count, block=block_ms)
        streams = reply.values() if isinstance(reply, dict) else [entries for _, entries in reply or ()]
        return [entry for entries in streams for entry in _entries(entries)]

    def _make_group(self) -> None:
        try:
            self._redis.xgroup_create(self._keys.facts, GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):
                raise


def _entries(raw: Sequence[Any]) -> list[Entry]:
    """An entry that was deleted meanwhile comes without fields; one without field 'f' is empty and will be rejected."""
    return [
        Entry(entry_id.decode(), int(entry_id.split(b"-")[0]), fields.get(b"f", b""))
        for entry_id, fields in raw
        if fields is not None
    ]


@contextmanager
def _redis_errors() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise RedisAway(f"Redis does not answer: {error}") from error

"""One greenlet per process reads the ``events`` stream, keeps the projection and hands events to the sockets.

It reads mirror hashes and the end of the stream in one transaction, then follows the stream; a gap, a new epoch or a lost Redis
leads back to that. While Redis is away the projection stays as it is. What cannot be read is set aside and the next is read; a
defect leads back to the mirror, and one that stays ends the process, so that a whole one is started.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol, cast

import gevent
import redis
import structlog
from gevent.event import Event

from cti_server.adapters.centre_time import entry_ms
from cti_server.adapters.keys import Keys
from cti_server.adapters.set_aside import SetAside
from cti_server.domain.border import BadInput, digits
from cti_server.domain.clock import Clock
from cti_server.events.envelope import Envelope, decode
from cti_server.events.views import EVENTS, KINDS, decode_row
from webapp.realtime.projection import MirrorRow, Projection, Verdict

log = structlog.get_logger(__name__)

BLOCK_MS = 1000
BATCH = 1000
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 3.0
MOST_FAILURES = 10
MOST_OLD = 50


class Audience(Protocol):
    """Who gets what the pump reads."""

    def push_event(self, event: Envelope, rooms: frozenset[str]) -> None: ...

    def push_snapshots(self) -> None:
        """The projection was built anew: everybody gets a snapshot."""
        ...

    def agents_moved(self, agents: tuple[str, ...]) -> None: ...


class Pump:
    """``redis_changed`` is told True or False whenever Redis comes or goes; ``redis_ahead_ms`` tells how far Redis's clock, which
    gave the entries their ids, is ahead of ours."""

    def __init__(
        self,
        client: redis.Redis,
        keys: Keys,
        clock: Clock,
        projection: Projection,
        redis_changed: Callable[[bool], None],
        process: str = "web",
    ) -> None:
        self._redis = client
        self._keys = keys
        self._clock = clock
        self._projection = projection
        self._redis_changed = redis_changed
        self._audience: Audience | None = None
        self._cursor = b"0-0"
        self._stop = Event()
        self.greenlet: gevent.Greenlet | None = None
        self._old = 0  # events of lower epochs in a row
        self.aside = SetAside(client, keys, process)
        self.stale = True
        self.errors = 0
        self.rebuilds = 0
        self.events = 0
        self.behind_ms = 0
        self.redis_ahead_ms: Callable[[], int] = lambda: 0
        self._newest_ms = 0

    def start(self, audience: Audience) -> None:
        self._audience = audience
        self.greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        self._stop.set()
        if self.greenlet is not None:
            self.greenlet.join(BLOCK_MS / 1000 + 1)
            self.greenlet.kill()

    # ------------------------------------------------------------ the loop

    def _run(self) -> None:
        pause_s, failures = FIRST_PAUSE_S, 0
        while not self._stop.is_set():
            try:
                self._round()
                pause_s, failures = FIRST_PAUSE_S, 0
                continue
            except redis.RedisError as error:
                if not self.stale or self.rebuilds == 0:
                    log.warning("redis is away: screens keep what they have", error=str(error))
                self._redis_changed(False)
            except Exception:
                failures += 1
                self.errors += 1
                log.critical("the pump failed: building anew", cursor=self._cursor, exc_info=True)
                if failures >= MOST_FAILURES:
                    raise  # the process ends and is started again
            self.stale = True
            self._stop.wait(pause_s * (0.5 + random.random()))  # noqa: S311 - jitter
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _round(self) -> None:
        if self.stale and not self._rebuild():
            self._redis_changed(True)
            self._stop.wait(BLOCK_MS / 1000 / 4)
            return
        found = cast(Any, self._redis.xread({self._keys.events: self._cursor}, count=BATCH, block=BLOCK_MS))
        self._redis_changed(True)
        if not found:
            self.behind_ms = 0
        for _, entries in found or ():
            for entry_id, fields in entries:
                self._cursor = entry_id
                self._newest_ms = entry_ms(entry_id)
                if not self._take(entry_id, fields.get(b"e", b"")):
                    return

    def _take(self, entry: bytes, raw: bytes) -> bool:
        """False: a gap; what follows is read after the rebuild."""
        try:
            event = decode(raw)
        except BadInput as error:
            self.aside.tell("events", entry.decode(), str(error), raw)
            return True
        event = replace(event, data=EVENTS[event.name].for_pages(event.data))
        applied = self._projection.apply(event)
        if applied.verdict is Verdict.GAP:
            return not self._is_gap(entry, event, raw)
        if applied.verdict is Verdict.NEXT:
            self._old = 0
            self.events += 1
            self.behind_ms = max(0, self._clock.now_ms() + self.redis_ahead_ms() - self._newest_ms)
            if self._audience is not None:
                self._audience.push_event(event, applied.rooms)
                if applied.moved:
                    self._audience.agents_moved(applied.moved)
        elif event.epoch < self._projection.epoch:
            self._old += 1
            if self._old >= MOST_OLD:  # an epoch that nobody leads with: look at what the engine says
                self._old = 0
                self.stale = True
                return False
        return True

    def _is_gap(self, entry: bytes, event: Envelope, raw: bytes) -> bool:
        """The engine writes its position beside each event: one from behind it is not the engine's and is set aside."""
        told = self._told(cast(Any, self._redis.hgetall(self._keys.mirror_meta)))
        if told and (event.epoch, event.seq) > told:
            self.aside.tell("events", entry.decode(), f"({event.epoch}, {event.seq}) is behind the engine's {told}", raw)
            return False
        at = (self._projection.epoch, self._projection.seq)
        log.info("gap in the events: building anew", at=at, got=(event.epoch, event.seq))
        self.stale = True
        return True

    def _told(self, meta: Mapping[bytes, bytes]) -> tuple[int, int] | None:
        """(epoch, seq) of the engine's newest word; None when it cannot be read."""
        epoch, seq = digits(meta.get(b"epoch"), -1), digits(meta.get(b"seq"), -1)
        if epoch >= 0 and seq >= 0:
            return epoch, seq
        if meta:
            self.aside.tell("mirror", "meta", f"no position: {meta!r:.200}")
        return None

    # ------------------------------------------------------------ building anew

    def _rebuild(self) -> bool:
        """False: Redis holds nothing yet (it lost its data, or the engine never ran): the old projection stays."""
        pipe = self._redis.pipeline(transaction=True)
        for kind in KINDS:
            pipe.hgetall(self._keys.mirror(kind))
        pipe.hgetall(self._keys.mirror_meta)
        pipe.xrevrange(self._keys.events, count=1)
        *hashes, meta, newest = pipe.execute()
        rows = [row for kind, found in zip(KINDS, hashes, strict=True) for row in self._rows(kind, found)]
        if not rows and not meta and not newest:
            return False
        told = self._told(meta)
        if told is None:
            told = max([(0, 0), *_positions(newest), *((row.epoch, row.seq) for row in rows)])
        self._projection.rebuild(rows, told)
        self._cursor = newest[0][0] if newest else b"0-0"
        self.stale = False
        self.rebuilds += 1
        log.info("projection built", epoch=self._projection.epoch, seq=self._projection.seq, rows=len(rows))
        if self._audience is not None:
            self._audience.push_snapshots()
        return True

    def _rows(self, kind: str, found: Mapping[bytes, bytes]) -> list[MirrorRow]:
        rows = []
        for thing, raw in found.items():
            try:
                name, row = decode_row(kind, thing, raw)
                rows.append(MirrorRow(kind, name, row["epoch"], row["seq"], KINDS[kind].for_pages(row["view"])))
            except BadInput as error:
                self.aside.tell("mirror", f"{kind} {thing!r}", str(error), raw)
        return rows


def _positions(entries: list[tuple[bytes, dict[bytes, bytes]]]) -> list[tuple[int, int]]:
    """(epoch, seq) of the entries that are events."""
    found = []
    for _, fields in entries:
        try:
            event = decode(fields.get(b"e", b""))
        except BadInput:
            continue
        found.append((event.epoch, event.seq))
    return found

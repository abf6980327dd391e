"""What the last daemon knew: the newest of Redis's mirror and its twin on this machine.

A mirror that cannot be read now is waited for, at most WAIT_S and told, unless the twin is of the daemon that led last: nothing
can be newer. Rows that cannot be read are set aside one by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import gevent
import redis
import structlog

from cti_server.adapters.keys import Keys
from cti_server.adapters.set_aside import SetAside
from cti_server.daemon.twin import Found, read_twin
from cti_server.domain.border import LATEST_MS, BadInput, digits
from cti_server.events.views import KINDS, decode_row

log = structlog.get_logger(__name__)

WAIT_S = 60.0
LEADING_WAIT_S = 5.0  # Redis went between the two looks: nobody serves the callers meanwhile
RETRY_S = 0.5
TELL_S = 5.0

Documents = Mapping[str, Mapping[str, Mapping[str, Any]]]


class LastMirror:
    """``wait`` pauses for seconds. ``unread``: Redis's mirror was never seen, so it must not be thrown away."""

    def __init__(
        self,
        client: redis.Redis,
        keys: Keys,
        file: Path,
        aside: SetAside,
        wait: Callable[[float], object] = gevent.sleep,
    ) -> None:
        self._redis = client
        self._keys = keys
        self._aside = aside
        self._wait = wait
        self.unread = False
        try:
            self._twin = read_twin(file)
        except OSError as error:
            log.error("the mirror's copy cannot be read", file=str(file), error=str(error))
            self._twin = Found()

    def is_here(self, led: int) -> bool:
        """Whether this machine's twin is of the daemon that led last, which had the epoch ``led``."""
        return self._twin.position[0] >= max(led, 1)

    def await_redis(self, led: int) -> None:
        """Before the epoch is raised: until Redis answers, when what it knows may be needed."""
        self._newest_of_redis(led, WAIT_S)

    def read(self, led: int) -> tuple[Documents, int]:
        """(kind -> id -> document, UTC ms of its newest write or 0)."""
        there = self._newest_of_redis(led, LEADING_WAIT_S)
        self.unread = there is None
        newest = self._twin if there is None or self._twin.position > there.position else there
        if newest is self._twin and newest.position > (0, 0):
            log.info("adopting from this machine's copy of the mirror", epoch=newest.position[0], redis=there is not None)
        at_ms = max(newest.at_ms, self._twin.at_ms if self._twin.position == newest.position else 0)
        return {kind: self._decoded(kind, rows) for kind, rows in newest.rows.items()}, at_ms

    # ------------------------------------------------------------ inside

    def _newest_of_redis(self, led: int, wait_s: float) -> Found | None:
        """None: it cannot be read, and there is nothing (more) to wait for."""
        began = told = time.monotonic()
        while True:
            try:
                return self._of_redis()
            except redis.RedisError as error:
                waited = time.monotonic() - began
                if self.is_here(led) or not led or waited >= wait_s:
                    log.warning("redis has no mirror to read now: doing without", error=str(error), waited_s=round(waited))
                    return None
                if waited < RETRY_S or time.monotonic() - told >= TELL_S:
                    told = time.monotonic()
                    log.warning("waiting for the mirror in redis", error=str(error), at_most_s=round(wait_s - waited))
            self._wait(RETRY_S)

    def _of_redis(self) -> Found:
        """Raises redis.RedisError."""
        meta = self._hash(self._keys.mirror_meta)
        found = Found((digits(meta.get(b"epoch"), 0), digits(meta.get(b"seq"), 0)), digits(meta.get(b"at_ms"), 0, LATEST_MS))
        if meta and not found.at_ms:
            self._aside.tell("mirror", "meta", f"its at_ms is {meta.get(b'at_ms')!r:.60}")
        found.rows = {kind: self._hash(self._keys.mirror(kind)) for kind in KINDS}
        return found

    def _hash(self, key: str) -> dict[bytes, bytes]:
        """{} for a key of another type, which the outbox will rename. Raises redis.RedisError."""
        try:
            return cast("dict[bytes, bytes]", self._redis.hgetall(key))
        except redis.ResponseError as error:
            if not str(error).startswith("WRONGTYPE"):
                raise
            self._aside.tell("mirror", key, str(error))
            return {}

    def _decoded(self, kind: str, rows: Mapping[bytes, bytes]) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for thing, raw in rows.items():
            try:
                name, row = decode_row(kind, thing, raw)
                found[name] = row
            except BadInput as error:
                self._aside.tell("mirror", f"{kind} {thing!r}", str(error), raw)
        return found

"""Is the engine alive, is Redis there, how far behind are we: looked at every second, told when it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import gevent
import redis
from gevent.event import Event
from gevent.lock import BoundedSemaphore

from cti_server.adapters.command_client import engine_alive
from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from webapp.ports import Database

EVERY_S = 1.0
RECENT_S = 2.0
DATABASE_FOR_S = 2.0
BEHIND_WORTH_TELLING_MS = 1000


@dataclass(frozen=True, slots=True)
class Health:
    """``behind_ms`` 0 below a second, else whole seconds: it shall not change all the time."""

    engine: bool = False
    redis: bool = False
    behind_ms: int = 0

    def to_json(self) -> dict[str, object]:
        return {"engine": self.engine, "redis": self.redis, "behind_ms": self.behind_ms}


class HealthWatch:
    def __init__(self, client: redis.Redis, keys: Keys, clock: Clock, behind_ms: Callable[[], int]) -> None:
        self._redis = client
        self._keys = keys
        self._clock = clock
        self._behind_ms = behind_ms
        self._stop = Event()
        self._greenlet: gevent.Greenlet | None = None
        self._tell: Callable[[Health], None] = lambda health: None
        self.now = Health()
        self._looked_s = -RECENT_S
        self._turn = BoundedSemaphore(1)

    def on_change(self, tell: Callable[[Health], None]) -> None:
        self._tell = tell

    def start(self) -> None:
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        self._stop.set()
        if self._greenlet is not None:
            self._greenlet.kill()

    def redis_changed(self, there: bool) -> None:
        """The pump's word: it notices first. The engine is not known to live while Redis is away."""
        if there != self.now.redis:
            self._set(Health(self.now.engine and there, there, self.now.behind_ms if there else 0))

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(EVERY_S)

    def recent(self) -> Health:
        """As of the last two seconds: many who ask make one look."""
        with self._turn:
            return self.look() if monotonic() - self._looked_s > RECENT_S else self.now

    def look(self) -> Health:
        """Look now."""
        try:
            engine = engine_alive(self._redis, self._keys, self._clock.now_ms())
        except redis.RedisError:
            self._looked_s = monotonic()
            self._set(Health())
            return self.now
        self._looked_s = monotonic()
        behind_ms = self._behind_ms()
        told_ms = behind_ms // 1000 * 1000 if behind_ms >= BEHIND_WORTH_TELLING_MS else 0
        self._set(Health(engine, True, told_ms))
        return self.now

    def _set(self, health: Health) -> None:
        if health != self.now:
            self.now = health
            self._tell(health)


class SeenDatabase:
    """Whether the database answers, as of the last DATABASE_FOR_S: asked once, however many want to know."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = BoundedSemaphore(1)
        self._alive = False
        self._until_s = 0.0

    def alive(self) -> bool:
        with self._turn:
            if monotonic() >= self._until_s:
                self._alive = self._database.alive()
                self._until_s = monotonic() + DATABASE_FOR_S
            return self._alive

"""Is the engine alive, is Redis there, how far behind are we: looked at every second, told when it changes.

Whose clock differs by how much is seen at the same time: the engine's and this process's are compared with Redis's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import gevent
import redis
import structlog
from gevent.lock import BoundedSemaphore

from cti_server.adapters.centre_time import engine_sign
from cti_server.adapters.keys import Keys
from cti_server.domain.border import digits
from cti_server.domain.clock import Clock
from cti_server.errors import CtiError

log = structlog.get_logger(__name__)

EVERY_S = 1.0
RECENT_S = 2.0
DATABASE_FOR_S = 2.0
DATABASE_PATIENCE_S = 3.0
BEHIND_WORTH_TELLING_MS = 1000
DIFFERENCE_WORTH_TELLING_MS = 1000
LOOKS_KEPT = 10
"""A heartbeat may lie a while before it is in Redis, which makes the engine's clock look late: the earliest of some counts."""


@dataclass(frozen=True, slots=True)
class Health:
    """``behind_ms`` 0 below a second, else whole seconds: it shall not change all the time."""

    engine: bool = False
    redis: bool = False
    behind_ms: int = 0


class HealthWatch:
    def __init__(self, client: redis.Redis, keys: Keys, clock: Clock, behind_ms: Callable[[], int]) -> None:
        self._redis = client
        self._keys = keys
        self._clock = clock
        self._behind_ms = behind_ms
        self.greenlet: gevent.Greenlet | None = None
        self.tell: Callable[[Health], None] = lambda health: None  # of each change
        self._ahead: deque[int] = deque(maxlen=LOOKS_KEPT)
        self.now = Health()
        self._looked_s = -RECENT_S
        self._turn = BoundedSemaphore(1)
        self.notices = 0  # counts changes
        self.redis_ahead_ms = 0  # Redis's clock minus our own
        self.engine: Mapping[str, Any] = {}  # what the engine last said of itself

    def start(self) -> None:
        self.greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        if self.greenlet is not None:
            self.greenlet.kill()

    def redis_changed(self, there: bool) -> None:
        """The pump's word: it notices first. The engine is not known to live while Redis is away."""
        if there != self.now.redis:
            self._set(Health(self.now.engine and there, there, self.now.behind_ms if there else 0))

    def _run(self) -> None:
        while True:
            self.look()
            gevent.sleep(EVERY_S)

    def recent(self) -> Health:
        """As of the last two seconds: many who ask make one look."""
        with self._turn:
            return self.look() if monotonic() - self._looked_s > RECENT_S else self.now

    def look(self) -> Health:
        """Look now."""
        try:
            sign, redis_ms = engine_sign(self._redis, self._keys)
            self.notices = digits(self._redis.get(self._keys.notices))
        except redis.RedisError:
            self._looked_s = monotonic()
            self._set(Health())
            return self.now
        self._looked_s = monotonic()
        now_ms = self._clock.now_ms()
        self.redis_ahead_ms = redis_ms - now_ms
        if sign is not None and sign.alive:
            self._ahead.append(sign.clock_ms - now_ms)
            self.engine = sign.document
        behind_ms = self._behind_ms()
        told_ms = behind_ms // 1000 * 1000 if behind_ms >= BEHIND_WORTH_TELLING_MS else 0
        self._set(Health(sign is not None and sign.alive, True, told_ms))
        return self.now

    @property
    def engine_ahead_ms(self) -> int:
        """The engine's clock minus our own, as far as it is known."""
        return max(self._ahead, default=0)

    def engine_now_ms(self) -> int:
        """What the engine's clock says: everything that people see has its time from there."""
        ahead_ms = self.engine_ahead_ms
        return self._clock.now_ms() + (ahead_ms if abs(ahead_ms) >= DIFFERENCE_WORTH_TELLING_MS else 0)

    def clocks_differ_ms(self) -> int:
        """The largest difference between the clocks of this machine, Redis's and the engine's."""
        clocks = [0, self.redis_ahead_ms, *([self.engine_ahead_ms] if self._ahead else [])]
        return max(clocks) - min(clocks)

    def _set(self, health: Health) -> None:
        if health != self.now:
            self.now = health
            self.tell(health)


class Database:
    """Whether it answers, as of the last DATABASE_FOR_S: asked once, however many want to know. ``ask`` raises DatabaseAway."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask
        self._turn = BoundedSemaphore(1)
        self._alive = False
        self._until_s = 0.0

    def alive(self) -> bool:
        with self._turn:
            if monotonic() >= self._until_s:
                self._alive = self._answers()
                self._until_s = monotonic() + DATABASE_FOR_S
            return self._alive

    def _answers(self) -> bool:
        with gevent.Timeout(DATABASE_PATIENCE_S, False):
            try:
                self._ask()
                return True
            except CtiError as error:
                log.warning("the database is away", error=str(error))
        return False

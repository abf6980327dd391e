"""How far the newest import of each user is, told in Redis while it runs, and for a while what became of it: a page that is
loaded anew, or another web process, sees it.

An import is one request and one transaction: this only tells of it. One whose process died has failed: nothing of it was taken.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import gevent
import orjson
import redis

from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.errors import CtiError
from cti_server.features.entities.contract import Progress

TOLD_EVERY_S = 0.5
DEAD_AFTER_MS = 30_000
"""Of one that runs, when nobody has told of it for so long."""
KEPT_MS = 600_000


State = Literal["running", "done", "refused", "failed"]


@dataclass(slots=True)
class Import(Progress):
    """``what``: an entity, or 'configuration'. ``error``: the id of why it was refused."""

    what: str = ""
    dry: bool = False
    begun_ms: int = 0
    told_ms: int = 0
    state: State = "running"
    counts: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    id: str = field(default_factory=lambda: secrets.token_hex(8))


NAMES = [one.name for one in fields(Import)]


class Imports:
    def __init__(self, client: redis.Redis, keys: Keys, clock: Clock) -> None:
        self._redis, self._keys, self._clock = client, keys, clock

    @contextmanager
    def told(self, user_id: int, what: str, dry: bool) -> Iterator[Import]:
        """Of what runs in it; it says ``counts`` itself."""
        one = Import(what=what, dry=dry, begun_ms=self._clock.now_ms())
        self._tell(user_id, one, begins=True)
        telling = gevent.spawn(self._keep_telling, user_id, one)
        try:
            yield one
            one.state = "done"
        except CtiError as error:
            one.state, one.error = "refused", error.error_id
            raise
        except BaseException:
            one.state = "failed"
            raise
        finally:
            telling.kill()
            self._tell(user_id, one)

    def newest(self, user_id: int) -> Mapping[str, Any] | None:
        """Of this user; None: there is none, or Redis does not answer."""
        try:
            raw: Any = self._redis.get(self._keys.importing(user_id))
        except redis.RedisError:
            return None
        found = orjson.loads(raw) if raw else None
        if found and found["state"] == "running" and self._clock.now_ms() - found["told_ms"] > DEAD_AFTER_MS:
            found["state"] = "failed"
        return found

    def _keep_telling(self, user_id: int, one: Import) -> None:
        while True:
            gevent.sleep(TOLD_EVERY_S)
            self._tell(user_id, one)

    def _tell(self, user_id: int, one: Import, begins: bool = False) -> None:
        """Unless a newer one is told of."""
        key, one.told_ms = self._keys.importing(user_id), self._clock.now_ms()
        with suppress(redis.RedisError):
            if begins or (self.newest(user_id) or {}).get("id", one.id) == one.id:
                self._redis.set(key, orjson.dumps({name: getattr(one, name) for name in NAMES}), px=KEPT_MS)

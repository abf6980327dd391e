"""What time it is in the centre, and how long ago something was, without comparing two machines' clocks.

Ages are Redis's: of a heartbeat by what is left of its key's life, of a stream's entry by Redis's own clock, which gave it its
id. The engine's clock is the one of everything that people see (views, facts): others learn it from the heartbeat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import redis

from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys

STALE_MS = 3000
"""A heartbeat older than this means that its process is away."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A process's last sign of life. ``clock_ms``: what its own clock says now (UTC ms)."""

    age_ms: int
    clock_ms: int
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        return self.age_ms <= STALE_MS


def redis_ms(client: redis.Redis) -> int:
    """Redis's clock, UTC ms. Raises redis.RedisError."""
    return to_ms(client.time())


def to_ms(answer: Any) -> int:
    """The answer to TIME."""
    seconds, microseconds = answer
    return int(seconds) * 1000 + int(microseconds) // 1000


def entry_ms(entry: bytes | str) -> int:
    """When Redis took a stream's entry, by its clock."""
    return int(entry.split(b"-" if isinstance(entry, bytes) else "-")[0])  # type: ignore[arg-type]


def read_sign(raw: Any, left_ms: Any) -> Sign | None:
    """A heartbeat and its PTTL. None: there is none, or it says no time. One that never ends is one of this moment."""
    try:
        document = orjson.loads(raw)
        at_ms = int(document["at_ms"])
    except (KeyError, TypeError, ValueError):
        return None
    age_ms = max(0, HEARTBEAT_KEPT_MS - left_ms) if left_ms >= 0 else 0
    return Sign(age_ms, at_ms + age_ms, document)


def engine_now_ms(client: redis.Redis, keys: Keys, own_ms: int) -> int:
    """What the engine's clock says, which dates views and facts; ``own_ms`` while it is not known. Raises redis.RedisError."""
    sign, _ = engine_sign(client, keys)
    return sign.clock_ms if sign is not None and sign.alive else own_ms


def engine_sign(client: redis.Redis, keys: Keys) -> tuple[Sign | None, int]:
    """(the daemon's sign of life or None, Redis's clock), in one look. Raises redis.RedisError."""
    pipe = client.pipeline(transaction=True)
    pipe.get(keys.heartbeat("daemon"))
    pipe.pttl(keys.heartbeat("daemon"))
    pipe.time()
    raw, left_ms, now = cast("tuple[Any, Any, Any]", pipe.execute())
    return read_sign(raw, left_ms), to_ms(now)

"""A person's web sessions, from the web and from the command line: whose session ends has its pages closed within ten seconds
everywhere."""

from __future__ import annotations

from typing import Any, cast

import redis

from cti_server.adapters.keys import Keys

SHOWN = ("address", "browser", "created_ms", "seen_ms")


def end_sessions(client: redis.Redis, keys: Keys, user_id: int) -> int:
    """Every session of this user, everywhere. -> how many there were. Raises redis.RedisError."""
    index = keys.user_sessions(user_id)
    found = _found(client, index)
    if not found:
        return 0
    pipe = client.pipeline(transaction=True)
    pipe.delete(*(keys.session(key) for key in found))
    pipe.delete(index)
    return int(pipe.execute()[0])


def seen_sessions(client: redis.Redis, keys: Keys, user_id: int) -> list[dict[str, Any]]:
    """SHOWN of each (times in UTC ms), the last used first. Raises redis.RedisError."""
    pipe = client.pipeline(transaction=False)
    for key in _found(client, keys.user_sessions(user_id)):
        pipe.hmget(keys.session(key), SHOWN)
    rows = [[(one or b"").decode("utf-8", "replace") for one in row] for row in pipe.execute() if row[2]]
    found = [{"address": row[0], "browser": row[1], "created_ms": int(row[2]), "seen_ms": int(row[3] or 0)} for row in rows]
    return sorted(found, key=lambda one: -int(one["seen_ms"]))


def _found(client: redis.Redis, index: str) -> list[str]:
    return sorted(key.decode() for key in cast(set[bytes], client.smembers(index)))

"""Ending a person's web sessions, from the web and from the command line: their pages close within ten seconds everywhere."""

from __future__ import annotations

from typing import cast

import redis

from cti_server.adapters.keys import Keys


def end_sessions(client: redis.Redis, keys: Keys, user_id: int) -> int:
    """Every session of this user, everywhere. -> how many there were. Raises redis.RedisError."""
    index = keys.user_sessions(user_id)
    found = [key.decode() for key in cast(set[bytes], client.smembers(index))]
    if not found:
        return 0
    pipe = client.pipeline(transaction=True)
    pipe.delete(*(keys.session(key) for key in found))
    pipe.delete(index)
    return int(pipe.execute()[0])

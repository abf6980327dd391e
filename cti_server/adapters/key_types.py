"""A key of ours that holds another type (somebody wrote there) would fail every command on it: it is renamed and told."""

from __future__ import annotations

from typing import Any, cast

import redis

from cti_server.adapters.keys import Keys
from cti_server.adapters.set_aside import SetAside
from cti_server.events.views import KINDS


def set_wrong_keys_aside(client: redis.Redis, keys: Keys, aside: SetAside) -> list[str]:
    """The names of the keys that were renamed to ``...:wrong-type``. Raises redis.RedisError."""
    wanted = dict.fromkeys((keys.events, keys.commands, keys.facts, keys.facts_rejected, keys.set_aside), b"stream")
    wanted |= dict.fromkeys((*map(keys.mirror, KINDS), keys.mirror_meta, keys.set_aside_counts), b"hash")
    texts = (keys.config, keys.config_problems, keys.notices, keys.epoch, keys.facts_complete, keys.heartbeat("daemon"))
    wanted |= dict.fromkeys(texts, b"string")
    wanted[keys.config_parts] = b"list"
    pipe = client.pipeline(transaction=False)
    for key in wanted:
        pipe.type(key)
    found = cast(Any, pipe.execute())
    wrong = [(key, kind) for (key, want), kind in zip(wanted.items(), found, strict=True) if kind not in (want, b"none")]
    for key, kind in wrong:
        client.rename(key, f"{key}:wrong-type")
        aside.tell("keys", key, f"it is a {kind.decode()}, wants a {wanted[key].decode()}: renamed to {key}:wrong-type")
    return [key for key, _ in wrong]

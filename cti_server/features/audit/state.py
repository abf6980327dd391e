"""How the chain stands, in Redis: what the worker has found, for the page, the command line and the doctor."""

from __future__ import annotations

from typing import cast

import orjson
import redis

from cti_server.adapters.keys import Keys
from cti_server.features.audit.contract import ChainState


def read(client: redis.Redis, keys: Keys) -> ChainState:
    """Raises redis.RedisError."""
    raw = cast("bytes | None", client.get(keys.audit))
    return cast(ChainState, orjson.loads(raw)) if raw else ChainState(links=0, end="", checked_ms=0, checked=0, problems=[])


def write(client: redis.Redis, keys: Keys, state: ChainState) -> None:
    client.set(keys.audit, orjson.dumps(state))

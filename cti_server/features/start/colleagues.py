"""The demo's virtual colleagues, told over Redis: which agents they play, and that they are to leave the floor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
import redis

from cti_server.adapters.keys import Keys

ALIVE_MS, HOME_MS, LAST_MS = 10_000, 60_000, 10_000
"""How long it counts that they were there, that they are sent home, and that after a wipe, until nobody of them is known."""


def tell(client: redis.Redis, keys: Keys, agents: Iterable[str]) -> None:
    client.set(keys.colleagues, orjson.dumps(sorted(agents)), px=ALIVE_MS)


def playing(client: redis.Redis, keys: Keys) -> frozenset[str]:
    """Agents of these; nobody where no colleagues are at work."""
    raw: Any = client.get(keys.colleagues)
    return frozenset(orjson.loads(raw)) if raw else frozenset()


def send_home(client: redis.Redis, keys: Keys, for_ms: int = HOME_MS) -> None:
    """They end what is going on, log out and stay away."""
    client.set(keys.colleagues_home, b"1", px=for_ms)


def are_sent_home(client: redis.Redis, keys: Keys) -> bool:
    return bool(client.exists(keys.colleagues_home))


def call_back(client: redis.Redis, keys: Keys) -> None:
    client.delete(keys.colleagues_home)

"""The one place that makes Redis clients. No command is ever retried: a timeout means "outcome unknown"."""

from __future__ import annotations

from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cti_server.errors import CtiError

BLOCK_MS = 5000
"""How long a stream read waits; shorter than the socket timeout."""


def connect(url: str, *, max_connections: int = 32, socket_timeout_s: float = 8.0) -> redis.Redis:
    """A pooled client for ``redis://``, ``rediss://`` or ``unix://`` URLs; bytes in, bytes out.

    Raises CtiError 'bad-setting' for a URL that is none of these. Connects at the first command, not here.
    """
    if urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        raise CtiError("bad-setting", f"CTI_REDIS_URL={mask(url)!r} must start with redis://, rediss:// or unix://")
    try:
        pool = redis.BlockingConnectionPool.from_url(
            url,
            max_connections=max_connections,
            timeout=5,
            socket_timeout=socket_timeout_s,
            **({} if url.startswith("unix:") else {"socket_connect_timeout": 2}),
            health_check_interval=15,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError as error:
        raise CtiError("bad-setting", f"CTI_REDIS_URL={mask(url)!r}: {error}") from error
    return redis.Redis(connection_pool=pool)


def mask(url: str) -> str:
    """The URL without its password, for messages."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)

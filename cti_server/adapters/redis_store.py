"""The one place that makes Redis clients. No command is ever retried: a timeout means "outcome unknown".

A connection is kept only to a server that may be written: an answer that means "wrong server" (after a fail-over the old
primary is still up) closes it, and so does a look at the server's role at connect and every ROLE_EVERY_S. The next command
resolves the address anew. To callers all of it is a redis.ConnectionError.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection, Connection, SSLConnection, UnixDomainSocketConnection
from redis.retry import Retry

from cti_server.errors import BadSetting
from cti_server.settings import masked

BLOCK_MS = 5000
"""How long a stream read waits; shorter than the socket timeout."""

ROLE_EVERY_S = 15.0
WAIT_S = 30.0
"""How long a command waits for one of the pool's connections: a storm waits, it is no Redis that is away."""

WRONG_SERVER = ("READONLY", "MASTERDOWN", "LOADING", "NOREPLICAS", "UNBLOCKED", "CLUSTERDOWN")
"""Answers of a server that is, or has become, not the one to talk to; also as a script's error, within its text."""


class WrongServerError(redis.ConnectionError):
    """This server cannot be written; another one, or this one later, is where the address leads."""


class _OnPrimary(AbstractConnection):
    _role_due_s = 0.0

    def on_connect_check_health(self, check_health: bool = True) -> None:
        super().on_connect_check_health(check_health=check_health)
        self._check_role()

    def check_health(self) -> None:
        """Before every command: also a connection that is never idle looks from time to time, for a replica answers reads."""
        if time.monotonic() >= self._role_due_s:
            self._check_role()

    def _check_role(self) -> None:
        self._role_due_s = time.monotonic() + ROLE_EVERY_S
        self.send_command("ROLE", check_health=False)  # type: ignore[no-untyped-call]
        try:
            role = self.read_response()
        except redis.ResponseError:
            return  # a proxy, or an account without the right to ask
        if role and role[0] not in (b"master", "master"):
            self._leave(f"the server is a {role[0]!r} now")

    def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return super().read_response(*args, **options)
        except redis.ResponseError as error:
            if _is_wrong_server(error):
                self._leave(str(error))
            raise

    def _leave(self, why: str) -> None:
        self.disconnect()  # type: ignore[no-untyped-call]
        raise WrongServerError(f"wrong server, the connection is dropped: {why}")


def _is_wrong_server(error: redis.ResponseError) -> bool:
    words = f"{getattr(error, 'status_code', None) or ''} {error}"
    return any(f" {word} " in f" {words} " or f"-{word} " in words for word in WRONG_SERVER)


class _Tcp(_OnPrimary, Connection):
    pass


class _Tls(_OnPrimary, SSLConnection):
    pass


class _Unix(_OnPrimary, UnixDomainSocketConnection):
    pass


CONNECTIONS = {"redis": _Tcp, "rediss": _Tls, "unix": _Unix}


def connect(url: str, *, max_connections: int = 32, socket_timeout_s: float = 8.0) -> redis.Redis:
    """A pooled client for ``redis://``, ``rediss://`` or ``unix://`` URLs; bytes in, bytes out.

    Raises BadSetting for a URL that is none of these. Connects at the first command, not here.
    """
    try:
        scheme, _ = urlsplit(url).scheme, urlsplit(url).port
    except ValueError as error:  # a port above 65535, half an IPv6 address
        raise BadSetting(f"CTI_REDIS_URL={masked(url)!r}: {error}") from error
    if scheme not in CONNECTIONS:
        raise BadSetting(f"CTI_REDIS_URL={masked(url)!r} must start with redis://, rediss:// or unix://")
    try:
        pool = redis.BlockingConnectionPool.from_url(
            url,
            connection_class=CONNECTIONS[scheme],
            max_connections=max_connections,
            timeout=WAIT_S,
            socket_timeout=socket_timeout_s,
            **({} if url.startswith("unix:") else {"socket_connect_timeout": 2}),
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError as error:
        raise BadSetting(f"CTI_REDIS_URL={masked(url)!r}: {error}") from error
    return redis.Redis(connection_pool=pool)

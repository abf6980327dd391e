"""API tokens at the door: ``Authorization: Bearer cti_ID_SECRET`` instead of a session's cookie, with its user's rights at most.

It is looked up at every request, so that one that was revoked, has run out, or whose user is disabled or locked, ends at once.
While the database is away those that were seen go on, as sessions do. Requests of a token are counted in Redis for all web
processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

import gevent
import redis
import structlog

from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.errors import CtiError, DatabaseAway
from cti_server.features.tokens.service import TOKEN, USED_EVERY_MS, Token, Tokens, hash_of
from cti_server.features.users.service import Account, Accounts
from cti_server.rights import both
from webapp.auth.sessions import Session, user_of

log = structlog.get_logger(__name__)

SCHEME = "Bearer "
MINUTE_MS = 60_000
MOST_REMEMBERED = 1000


class BadToken(
    CtiError,
    id="bad-token",
    status=401,
    en="The API token is unknown, has expired or was revoked.",
    zh="API 令牌不存在、已过期或已撤销。",
):
    """The API token is none, has run out, was revoked, or its user is disabled."""


class TooManyRequests(
    CtiError, id="too-many-requests", status=429, en="Too many requests: try again in a moment.", zh="请求过于频繁，请稍后再试。"
):
    """The API token has had its requests of this minute; details: retry_after_s, per_minute."""


@dataclass(frozen=True, slots=True)
class TokenSession(Session):
    """What a request with a token acts as; it is kept nowhere. ``secret_hash``: to look again."""

    token: str = ""
    read_only: bool = False
    secret_hash: str = ""


class TokenDoor:
    """``spawn``: runs what nobody waits for."""

    def __init__(
        self,
        client: redis.Redis,
        keys: Keys,
        store: Tokens,
        accounts: Accounts,
        clock: Clock,
        spawn: Callable[..., object] = gevent.spawn,
    ) -> None:
        self._redis, self._keys, self._store, self._accounts = client, keys, store, accounts
        self._clock, self._spawn = clock, spawn
        self._known: dict[str, tuple[Token, Account]] = {}

    def enter(self, header: str, address: str) -> TokenSession:
        """For one request. Raises BadToken, TooManyRequests, DatabaseAway, redis.RedisError."""
        text = header.removeprefix(SCHEME).strip()
        if not TOKEN.fullmatch(text):
            raise BadToken("send an API token: Authorization: Bearer cti_ID_SECRET, as it was shown when it was made")
        token, session = self._look(hash_of(text))
        self._count(token)
        if self._clock.now_ms() - token.used_ms >= USED_EVERY_MS:
            self._spawn(self._used, token, address)
        return session

    def again(self, session: TokenSession) -> TokenSession | None:
        """The same as of now; None: it has ended. Raises DatabaseAway for one that was not seen here."""
        try:
            return self._look(session.secret_hash)[1]
        except BadToken:
            return None

    def _look(self, secret_hash: str) -> tuple[Token, TokenSession]:
        try:
            found = self._find(secret_hash)
        except DatabaseAway:
            found = self._known.get(secret_hash)
            if found is None:
                raise
        if found is None:
            self._known.pop(secret_hash, None)
            raise BadToken("this API token is unknown or was revoked, or its user is disabled: ask for another one")
        token, account = found
        if token.until and datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).date().isoformat() > token.until:
            raise BadToken(f"this API token was good until {token.until}: ask for another one", {"token": token.id})
        if secret_hash not in self._known and len(self._known) >= MOST_REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[secret_hash] = found
        user = user_of(account)
        if token.rights is not None:
            user = replace(user, rights=both(user.rights, token.rights))
        key, own = f"token:{token.id}", token.id
        return token, TokenSession(key, user, "", 0, 0, 0, "", token=own, read_only=token.read_only, secret_hash=secret_hash)

    def _find(self, secret_hash: str) -> tuple[Token, Account] | None:
        token = self._store.find(secret_hash)
        account = None if token is None else self._accounts.by_login(token.user)
        return None if token is None or account is None or account.barred else (token, account)

    def _count(self, token: Token) -> None:
        limit = str(token.per_minute)
        left_ms = cast(int, self._redis.eval(_COUNT, 1, self._keys.token_requests(token.id), limit, str(MINUTE_MS)))
        if left_ms:
            wait_s = -(-left_ms // 1000)
            text = f"this API token has {limit} requests a minute: go on in {wait_s} s"
            raise TooManyRequests(text, {"retry_after_s": wait_s, "per_minute": token.per_minute})

    def _used(self, token: Token, address: str) -> None:
        try:
            self._store.used(token.id, self._clock.now_ms(), address)
        except DatabaseAway as error:
            log.warning("the last use of a token is not written down", token=token.id, error=str(error))


# KEYS[1] the token's count; ARGV: how many there may be, in how long (ms) -> 0, or how long to wait (ms)
_COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if n <= tonumber(ARGV[1]) then return 0 end
return math.max(1, redis.call('PTTL', KEYS[1]))
"""

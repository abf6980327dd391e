"""Sessions live in Redis under the SHA-256 of an opaque token; only the browser has the token. Idle ones expire, each use renews.

A session carries the user as of the last look at the database; ``guard`` looks again every minute, so that a disabled user is
out soon and a desk goes on while the database is away.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, cast

import redis

from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from webapp.ports import Account

IDLE_S = 8 * 3600
LONGEST_S = 24 * 3600
TICKET_S = 60
RENEW_MS = 60_000


@dataclass(frozen=True, slots=True)
class User:
    """Who acts. ``team`` is the leader's team or the agent's."""

    id: int
    login: str
    name: str
    role: str
    agent_id: str
    team: str
    locale: str


@dataclass(frozen=True, slots=True)
class Session:
    """``key``: the token's hash. ``checked_ms``: when the user was last compared with the database."""

    key: str
    user: User
    csrf: str
    created_ms: int
    checked_ms: int
    seen_ms: int


def user_of(account: Account) -> User:
    return User(**{f.name: getattr(account, f.name) for f in fields(User)})


def token_key(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Sessions:
    def __init__(self, client: redis.Redis, keys: Keys, clock: Clock) -> None:
        self._redis = client
        self._keys = keys
        self._clock = clock

    def create(self, user: User) -> tuple[str, Session]:
        """A new token, never one that the browser brought, and its session."""
        token = secrets.token_urlsafe(32)
        now_ms = self._clock.now_ms()
        session = Session(token_key(token), user, secrets.token_urlsafe(32), now_ms, now_ms, now_ms)
        self._write(session)
        return token, session

    def load(self, token: str) -> Session | None:
        """None: no such session, or it is over. Renews the idle time."""
        if not token or len(token) > 200:
            return None
        session = self.get(token_key(token))
        if session is None:
            return None
        if self._clock.now_ms() - session.seen_ms > RENEW_MS:
            self.renew([session.key])
        return session

    def get(self, key: str) -> Session | None:
        raw = cast(dict[bytes, bytes], self._redis.hgetall(self._keys.session(key)))
        stored = {name.decode(): value.decode() for name, value in raw.items()}
        if not {"csrf", "created_ms", "id", "role"} <= stored.keys():
            return None
        created_ms = int(stored["created_ms"])
        if self._clock.now_ms() - created_ms > LONGEST_S * 1000:
            self.end(key)
            return None
        user = User(int(stored["id"]), *(stored.get(f.name, "") for f in fields(User)[1:]))
        return Session(key, user, stored["csrf"], created_ms, int(stored["checked_ms"]), int(stored["seen_ms"]))

    def update_user(self, session: Session, user: User) -> Session | None:
        """The user was read anew. None: the session has ended meanwhile, and it stays ended."""
        new = replace(session, user=user, checked_ms=self._clock.now_ms())
        return new if self._set(session.key, {**asdict(user), "checked_ms": new.checked_ms}) else None

    def end(self, key: str) -> None:
        session_key = self._keys.session(key)
        user_id = cast("bytes | None", self._redis.hget(session_key, "id"))
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(session_key)
        if user_id is not None:
            pipe.srem(self._keys.user_sessions(int(user_id)), key)
        pipe.execute()

    def end_all(self, user_id: int) -> int:
        """Forced logout: every session of this user, everywhere. How many there were."""
        index = self._keys.user_sessions(user_id)
        keys = [k.decode() for k in cast(set[bytes], self._redis.smembers(index))]
        if not keys:
            return 0
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(*(self._keys.session(k) for k in keys))
        pipe.delete(index)
        return int(pipe.execute()[0])

    def renew(self, keys: Iterable[str]) -> set[str]:
        """Renew the idle time of these sessions; the ones that are still alive."""
        wanted = sorted(set(keys))
        pipe = self._redis.pipeline(transaction=False)
        for key in wanted:
            pipe.expire(self._keys.session(key), IDLE_S)
        alive = {key for key, renewed in zip(wanted, pipe.execute(), strict=True) if renewed} if wanted else set()
        pipe = self._redis.pipeline(transaction=False)
        for key in alive:
            pipe.eval(_SET, 1, self._keys.session(key), "seen_ms", str(self._clock.now_ms()))
        if alive:
            pipe.execute()
        return alive

    # ------------------------------------------------------------ tickets

    def make_ticket(self, session: Session) -> str:
        ticket = secrets.token_urlsafe(24)
        self._redis.set(self._keys.ticket(token_key(ticket)), session.key, ex=TICKET_S)
        return ticket

    def take_ticket(self, ticket: str) -> Session | None:
        """The session that the ticket was made for, once."""
        key = cast("bytes | None", self._redis.getdel(self._keys.ticket(token_key(ticket))))
        return None if key is None else self.get(key.decode())

    def _set(self, key: str, changes: dict[str, Any]) -> bool:
        """False: there is no such session any more."""
        flat = [str(part) for change in changes.items() for part in change]
        return bool(self._redis.eval(_SET, 1, self._keys.session(key), *flat))

    def _write(self, session: Session) -> None:
        flat: dict[str, Any] = asdict(session.user)
        flat |= {"csrf": session.csrf, "created_ms": session.created_ms}
        flat |= {"checked_ms": session.checked_ms, "seen_ms": session.seen_ms}
        pipe = self._redis.pipeline(transaction=True)
        pipe.hset(self._keys.session(session.key), mapping=cast(Any, flat))
        pipe.expire(self._keys.session(session.key), IDLE_S)
        pipe.sadd(self._keys.user_sessions(session.user.id), session.key)
        pipe.expire(self._keys.user_sessions(session.user.id), LONGEST_S)
        pipe.execute()


# KEYS[1] session; ARGV field, value, ... 1: they are set; 0: the session has ended, it is not made anew.
_SET = "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end redis.call('HSET', KEYS[1], unpack(ARGV)) return 1"

"""Sessions live in Redis under the SHA-256 of an opaque token; only the browser has the token. Idle ones expire, each use renews.

Their times are Redis's, written and compared by its clock alone: web processes whose clocks differ or are set agree on them.
A clock of Redis that was set back makes nothing older than it is and nobody's session longer than a new one.

A session carries the user as of the last look at the database. Requests (``load``) and open pages (``keep``) look again every
minute, so that a disabled user is out soon and another role counts soon; a desk goes on while the database is away. It also
carries a mark of the password that it was opened with: with another password it is over, whoever set that, and whenever.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, cast

import orjson
import redis

from cti_server.adapters.centre_time import redis_ms, to_ms
from cti_server.adapters.keys import Keys
from cti_server.domain.border import digits
from cti_server.errors import CtiError, DatabaseAway
from cti_server.features.users.service import Account, Accounts
from cti_server.features.users.web_sessions import end_sessions
from cti_server.rights import Rights
from cti_server.words import Language

IDLE_S = 8 * 3600
LONGEST_S = 24 * 3600
TICKET_S = 60
LONGEST_BROWSER = 200
SHOWN_ID = 16
RENEW_MS = 60_000
RECHECK_MS = 60_000
AWAY_S = 5.0
"""A database that is away is not asked again for so long: nobody waits for it at every click."""
_LIMITS_MS = str(IDLE_S * 1000), str(LONGEST_S * 1000)


class BadCredentials(CtiError, id="bad-credentials", status=401, en="User name or password is wrong.", zh="用户名或密码错误。"):
    """Login or password is wrong."""


@dataclass(frozen=True, slots=True)
class User:
    """Who acts. ``team`` is the leader's team or the agent's, ``group`` the one that they lead;
    ``rights`` those of the role, as of the last look."""

    id: int
    login: str
    name: str
    role: str
    role_texts: Mapping[str, str]
    agent_id: str
    team: str
    group: str
    locale: Literal["", Language]
    rights: Rights


@dataclass(frozen=True, slots=True)
class Session:
    """``key``: the token's hash. ``checked_ms``: when the user was last compared with the database (all times by Redis's
    clock, UTC ms). ``mark``: ``mark_of`` the account that logged in, '' of a session from before there were marks. ``address``,
    ``browser``: from where and with what the person logged in.
    """

    key: str
    user: User
    csrf: str
    created_ms: int
    checked_ms: int
    seen_ms: int
    mark: str
    address: str = ""
    browser: str = ""

    @property
    def id(self) -> str:
        """How it is called where sessions are shown: enough to name it, too little to look it up in Redis."""
        return self.key[:SHOWN_ID]


def user_of(account: Account) -> User:
    return User(**{f.name: getattr(account, f.name) for f in fields(User)})


def mark_of(account: Account) -> str:
    """Another one for every password that is set, also for the same one set again."""
    return hashlib.sha256(f"mark {account.password_hash}".encode()).hexdigest()[:32]


def token_key(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Sessions:
    """``monotonic_s``: of this process, which no step of a clock moves."""

    def __init__(
        self, client: redis.Redis, keys: Keys, accounts: Accounts, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = client
        self._keys = keys
        self._accounts = accounts
        self._monotonic_s = monotonic_s
        self._ask_again_s = 0.0

    def create(self, account: Account, address: str = "", browser: str = "") -> tuple[str, Session]:
        """A new token, never one that the browser brought, and its session. ``browser``: its ``User-Agent``.

        Raises BadCredentials when the account got another password, was disabled or went since ``account`` was read:
        this look comes after the session can be found by who ends an account's sessions, so none slips through between.
        """
        token = secrets.token_urlsafe(32)
        now_ms = redis_ms(self._redis)
        csrf = secrets.token_urlsafe(32)
        where = address, "".join(one for one in browser if one.isprintable())[:LONGEST_BROWSER]
        session = Session(token_key(token), user_of(account), csrf, now_ms, now_ms, now_ms, mark_of(account), *where)
        self._write(session)
        checked = self.check(session)
        if checked is None:
            raise BadCredentials("login or password is wrong")
        return token, checked

    def load(self, token: str) -> Session | None:
        """None: no such session, or it is over. Renews the idle time."""
        if not token or len(token) > 200:
            return None
        key = token_key(token)
        return self.keep([key]).get(key)

    def keep(self, keys: Iterable[str]) -> dict[str, Session]:
        """The sessions of a request or of open pages, renewed and with the users of now; a key that is missing has ended."""
        now_ms, found = self._read(sorted(set(keys)))
        renewed = self._renew([session for session in found if not 0 <= now_ms - session.seen_ms <= RENEW_MS])
        kept = [session for session in found if renewed.get(session.key, True)]
        return {session.key: session for old in kept if (session := self._checked(old, now_ms))}

    def get(self, key: str) -> Session | None:
        return next(iter(self._read([key])[1]), None)

    def check(self, session: Session) -> Session | None:
        """Compare with the database now. None: the user is gone or disabled, which ends all of the user's sessions, or has
        another password, which ends this one.

        While the database is away the session stands as it was.
        """
        try:
            account = self._accounts.by_id(session.user.id)
        except DatabaseAway:
            self._ask_again_s = self._monotonic_s() + AWAY_S
            return session
        if account is None or account.barred:
            self.end_all(session.user.id)
            return None
        if session.mark not in ("", mark_of(account)):
            self.end(session.key)
            return None
        return self.update_user(session, user_of(account))

    def update_user(self, session: Session, user: User) -> Session | None:
        """The user was read anew. None: the session has ended meanwhile, and it stays ended."""
        changes = [str(part) for change in _flat(user).items() for part in change]
        now_ms = cast(int, self._redis.eval(_USE, 1, self._keys.session(session.key), *_LIMITS_MS, "checked_ms", *changes))
        return replace(session, user=user, checked_ms=now_ms) if now_ms else None

    def end(self, key: str) -> None:
        session_key = self._keys.session(key)
        user_id = cast("bytes | None", self._redis.hget(session_key, "id"))
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(session_key)
        if user_id is not None:
            pipe.srem(self._keys.user_sessions(digits(user_id)), key)
        pipe.execute()

    def of(self, user_id: int) -> list[Session]:
        """This user's, the last used first."""
        keys = sorted(key.decode() for key in cast(set[bytes], self._redis.smembers(self._keys.user_sessions(user_id))))
        return sorted(self._read(keys)[1], key=lambda session: -session.seen_ms)

    def end_all(self, user_id: int) -> int:
        """Forced logout: every session of this user, everywhere. How many there were."""
        return end_sessions(self._redis, self._keys, user_id)

    # ------------------------------------------------------------ tickets

    def make_ticket(self, session: Session) -> str:
        ticket = secrets.token_urlsafe(24)
        self._redis.set(self._keys.ticket(token_key(ticket)), session.key, ex=TICKET_S)
        return ticket

    def take_ticket(self, ticket: str) -> Session | None:
        """The session that the ticket was made for, once."""
        key = cast("bytes | None", self._redis.getdel(self._keys.ticket(token_key(ticket))))
        return None if key is None else self.get(key.decode())

    # ------------------------------------------------------------ inside

    def _read(self, keys: Sequence[str]) -> tuple[int, list[Session]]:
        """Redis's clock, and those of the sessions that there are."""
        pipe = self._redis.pipeline(transaction=False)
        pipe.time()
        for key in keys:
            pipe.hgetall(self._keys.session(key))
        now, *rows = pipe.execute()
        return to_ms(now), [session for key, raw in zip(keys, rows, strict=True) if (session := _session(key, raw))]

    def _checked(self, session: Session, now_ms: int) -> Session | None:
        due = not 0 <= now_ms - session.checked_ms <= RECHECK_MS and self._monotonic_s() >= self._ask_again_s
        return self.check(session) if due else session

    def _renew(self, sessions: Sequence[Session]) -> dict[str, bool]:
        """False: it is over."""
        pipe = self._redis.pipeline(transaction=False)
        for session in sessions:
            pipe.eval(_USE, 1, self._keys.session(session.key), *_LIMITS_MS, "seen_ms")
        return {session.key: bool(alive) for session, alive in zip(sessions, pipe.execute(), strict=True)}

    def _write(self, session: Session) -> None:
        flat = {**asdict(session), **_flat(session.user)}
        del flat["key"], flat["user"]
        pipe = self._redis.pipeline(transaction=True)
        pipe.hset(self._keys.session(session.key), mapping=cast(Any, flat))
        pipe.expire(self._keys.session(session.key), IDLE_S)
        pipe.sadd(self._keys.user_sessions(session.user.id), session.key)
        pipe.expire(self._keys.user_sessions(session.user.id), LONGEST_S)
        pipe.execute()


_JSON = ("role_texts", "rights")
"""Fields of a user that are no texts."""


def _flat(user: User) -> dict[str, Any]:
    return {name: orjson.dumps(value).decode() if name in _JSON else value for name, value in asdict(user).items()}


def _session(key: str, raw: Mapping[bytes, bytes]) -> Session | None:
    """None: there is none, or it is not one of ours."""
    stored = {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in raw.items()}
    if not {"csrf", "created_ms", "id", *_JSON} <= stored.keys():
        return None
    numbers = {name: digits(stored.get(name), -1) for name in ("created_ms", "id", "checked_ms", "seen_ms")}
    if min(numbers.values()) < 0:
        return None
    try:
        read: Any = {name: orjson.loads(stored[name]) for name in _JSON}
    except orjson.JSONDecodeError:
        return None
    texts: Any = {f.name: stored.get(f.name, "") for f in fields(User)}
    user = User(**{**texts, **read, "id": numbers["id"]})
    times = numbers["created_ms"], numbers["checked_ms"], numbers["seen_ms"]
    return Session(key, user, stored["csrf"], *times, *(stored.get(name, "") for name in ("mark", "address", "browser")))


# KEYS[1] session; ARGV: how long it lives unused and at most (ms), the field that gets the time of now, then field, value, ...
# -> now by Redis's clock (UTC ms); 0: the session has ended, it is not made anew.
_USE = """
local created = tonumber(redis.call('HGET', KEYS[1], 'created_ms') or '')
if not created then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if created > now then  -- the clock was set back
  created = now
  redis.call('HSET', KEYS[1], 'created_ms', string.format('%.0f', created))
end
local left = created + ARGV[2] - now
if left <= 0 then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('HSET', KEYS[1], ARGV[3], string.format('%.0f', now), unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(left, ARGV[1])))
return now
"""

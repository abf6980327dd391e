"""Login, logout, language, and the ticket for Socket.IO. A login always makes a new session (``Doors``); the one it came with
ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
import redis
import structlog
from flask import Response, jsonify, request
from prometheus_client import Counter

from cti_server.adapters.keys import Keys
from cti_server.adapters.sealed import CannotOpen
from cti_server.errors import DatabaseAway, RedisAway
from cti_server.features.sign_in.contract import PasswordOff
from cti_server.features.users.service import Account, Accounts
from cti_server.features.users.sql_second import NoSecretsKey
from webapp.audit import Audit
from webapp.auth.guard import (
    anybody,
    client_address,
    current_session,
    device_cookie,
    is_https,
    page_only,
    public,
    scopes,
    session_cookie,
)
from webapp.auth.limits import DEVICE_S, LoginLimits, TooManyLogins
from webapp.auth.passkeys import BadPasskey, Passkeys
from webapp.auth.passwords import Passwords
from webapp.auth.sessions import LONGEST_S, BadCredentials, Session, Sessions, token_key
from webapp.blueprint import Blueprint, answers
from webapp.errors import NotLoggedIn
from webapp.features.session.schemas import (
    FirstSecondSchema,
    FirstSessionSchema,
    LocaleSchema,
    LoginSchema,
    PasskeyAskSchema,
    PasskeySchema,
    SecondSchema,
    SessionSchema,
    TicketSchema,
)
from webapp.features.session.second import PENDING_S, BadSecondFactor, SecondFactorMissing, SecondFactorNeeded, SecondStep
from webapp.realtime.sockets import Sockets

log = structlog.get_logger(__name__)

COOKIE = {"Set-Cookie": {"description": "of the session; a login also makes the browser known", "schema": {"type": "string"}}}


def told(session: Session) -> dict[str, Any]:
    user = session.user
    teams = scopes().reach("group", user.agent_id, user.team, user.group).teams
    return {"user": asdict(user), "teams": sorted(teams), "csrf": session.csrf}


@dataclass(frozen=True, slots=True)
class Where:
    """By which provider somebody comes in, and the ID token that it gave, '' none."""

    provider: str
    id_token: str = field(default="", repr=False)


class Doors:
    """Sessions of this process's requests, as cookies."""

    def __init__(
        self,
        client: redis.Redis,
        keys: Keys,
        sessions: Sessions,
        sockets: Sockets,
        limits: LoginLimits,
        audit: Audit,
        logins: Counter,
    ) -> None:
        self._redis, self._keys, self._sessions, self._sockets = client, keys, sessions, sockets
        self._limits, self._audit, self._logins = limits, audit, logins

    def come_in(
        self, account: Account, how: str, more: Mapping[str, Any] | None = None, where: Where | None = None, pending: str = ""
    ) -> Response:
        """Somebody has shown who they are. ``pending``: what was waiting for a second factor, by whichever way it began."""
        address = client_address()
        where = where or (self._waited(pending) if pending else None)
        device = self._limits.succeeded(
            account.login, address, request.cookies.get(device_cookie(), ""), second=how != "password" and where is None
        )
        response = self.open(account, device, more, where)
        self._logins.labels("good").inc()
        log.info("logged in", login=account.login, address=address, how=how, provider=where.provider if where else "")
        if where is not None:
            detail = {"user": account.login, "provider": where.provider, "how": how}
            self._audit.write("user.signed_in", f"user:{account.id}", detail, by=account)
        return response

    def wait(self, pending: str, where: Where) -> None:
        """A second factor is wanted of who came by a provider."""
        self._redis.set(self._keys.signed_in(token_key(pending)), orjson.dumps(asdict(where)), ex=PENDING_S)

    def where(self, key: str) -> Where | None:
        """By which provider this session came in."""
        return _where(self._redis.get(self._keys.signed_in(key)))

    def _waited(self, pending: str) -> Where | None:
        return _where(self._redis.getdel(self._keys.signed_in(token_key(pending))))

    def open(
        self, account: Account, device: str = "", more: Mapping[str, Any] | None = None, where: Where | None = None
    ) -> Response:
        """A new session instead of the one that the browser brought. ``device``: what makes the browser known to the account;
        ``more``: what else the answer tells.

        Raises BadCredentials, see ``Sessions.create``.
        """
        old = request.cookies.get(session_cookie())
        if old:
            self.close(token_key(old))
        token, session = self._sessions.create(account, client_address(), request.headers.get("User-Agent", ""))
        if where is not None:
            self._redis.set(self._keys.signed_in(session.key), orjson.dumps(asdict(where)), ex=LONGEST_S)
        response = jsonify({**told(session), **(more or {})})
        cookies = [(session_cookie(), token, LONGEST_S), *([(device_cookie(), device, DEVICE_S)] if device else [])]
        for name, value, age_s in cookies:
            response.set_cookie(name, value, max_age=age_s, httponly=True, samesite="Lax", secure=is_https(), path="/")
        return response

    def close(self, key: str) -> None:
        """With its pages."""
        self._redis.delete(self._keys.signed_in(key))
        self._sessions.end(key)
        self._sockets.end_session(key)


def _where(raw: object) -> Where | None:
    return Where(**orjson.loads(raw)) if isinstance(raw, bytes) else None


def routes(
    accounts: Accounts,
    sessions: Sessions,
    passwords: Passwords,
    limits: LoginLimits,
    doors: Doors,
    second: SecondStep,
    passkeys: Passkeys,
    only_by: Callable[[Account], str],
    audit: Audit,
    logins: Counter,
) -> Blueprint:
    """``only_by``: the provider that is the only way in for somebody, '' none."""
    blueprint = Blueprint("session", "/api", "Login and session")
    come_in = doors.come_in

    def check_way(account: Account) -> None:
        """Raises PasswordOff."""
        if provider := only_by(account):
            logins.labels("bad").inc()
            log.warning("login refused: only by a provider", login=account.login, address=client_address(), provider=provider)
            raise PasswordOff(f"this role logs in by {provider} only", {"provider": provider})

    @blueprint.post("/session")
    @blueprint.arguments(LoginSchema)
    @blueprint.response(200, SessionSchema, headers=COOKIE)
    @answers(BadCredentials, PasswordOff, SecondFactorNeeded, SecondFactorMissing, TooManyLogins, RedisAway, DatabaseAway)
    @public
    def log_in(body: dict[str, str]) -> Response:
        """Logs in: a new session, whose cookie comes with the answer.

        Who has a second factor gets 401 `second-factor-needed` instead, with what finishes the login; who must have one and
        has none 401 `second-factor-missing`, with the secret for an app.
        After failed logins the next one has to wait (429, `retry_after_s`).
        """
        account = accounts.by_login(body["login"])
        known = account is not None and not account.barred
        login, address, device = (
            account.login if account is not None else body["login"],
            client_address(),
            request.cookies.get(device_cookie(), ""),
        )

        def may_try() -> None:
            try:
                limits.attempt(login, address, device)
            except TooManyLogins:
                logins.labels("limited").inc()
                log.warning("login refused: too many", login=login, address=address)
                raise

        may_try()  # who must wait is told so at once, without a turn
        right = passwords.verify(
            account.password_hash if account is not None and known else "",
            body["password"],
            may_try,
            lambda: limits.failed(login, address, device),
        )
        if account is None or not right:
            logins.labels("bad").inc()
            log.warning("login refused: bad credentials", login=body["login"], address=address)
            raise BadCredentials("login or password is wrong")
        check_way(account)
        second.ask(account)
        return come_in(account, "password")

    @blueprint.put("/session/second")
    @blueprint.arguments(SecondSchema)
    @blueprint.response(200, SessionSchema, headers=COOKIE)
    @answers(BadSecondFactor, BadCredentials, CannotOpen, TooManyLogins, RedisAway, DatabaseAway)
    @public
    def finish_login(body: dict[str, str]) -> Response:
        """The second half of a login: a code of the person's app, or a recovery code. A code counts once."""
        account, how = second.check(body["pending"], body["code"], request.cookies.get(device_cookie(), ""))
        if how == "recovery":
            audit.write("user.recovery_code_used", f"user:{account.id}", {"user": account.login}, by=account)
        return come_in(account, how, pending=body["pending"])

    @blueprint.put("/session/second/new")
    @blueprint.arguments(FirstSecondSchema)
    @blueprint.response(200, FirstSessionSchema, headers=COOKIE)
    @answers(BadSecondFactor, BadCredentials, NoSecretsKey, TooManyLogins, RedisAway, DatabaseAway)
    @public
    def set_up_and_finish(body: dict[str, str]) -> Response:
        """The second half of a login of who must have a second factor and has none: the app that was just set up shows a code."""
        account, codes = second.first(body["pending"], body["secret"], body["code"])
        audit.write("user.second_factor_set", f"user:{account.id}", {"user": account.login}, by=account)
        return come_in(account, "totp", {"recovery_codes": codes}, pending=body["pending"])

    @blueprint.post("/session/passkey/options")
    @blueprint.response(200, PasskeyAskSchema)
    @answers(TooManyLogins, RedisAway)
    @public
    def ask_for_passkey() -> dict[str, Any]:
        """What the browser asks a passkey; the handle counts once, within five minutes."""
        limits.challenge(client_address())
        handle, options = passkeys.to_use()
        return {"handle": handle, "options": options}

    @blueprint.put("/session/passkey")
    @blueprint.arguments(PasskeySchema)
    @blueprint.response(200, SessionSchema, headers=COOKIE)
    @answers(BadPasskey, BadCredentials, PasswordOff, TooManyLogins, RedisAway, DatabaseAway)
    @public
    def log_in_with_passkey(body: dict[str, Any]) -> Response:
        """Logs in with a passkey, which is both factors."""
        limits.attempt("", client_address())
        try:
            account = accounts.by_id(passkeys.use(body["handle"], body["credential"]).user_id)
        except BadPasskey:
            limits.failed("", client_address())
            logins.labels("bad").inc()
            raise
        if account is None or account.barred:
            raise BadPasskey("this passkey does not count here")
        check_way(account)
        return come_in(account, "passkey")

    @blueprint.get("/session")
    @blueprint.response(200, SessionSchema)
    @anybody
    def read_session() -> dict[str, Any]:
        """Who is logged in, and the CSRF token."""
        return told(current_session())

    @blueprint.delete("/session")
    @blueprint.response(204, headers=COOKIE)
    @page_only
    @anybody
    def log_out() -> Response:
        """Ends the session and its open pages."""
        doors.close(current_session().key)
        response = Response(status=204)
        response.delete_cookie(session_cookie(), path="/", httponly=True, samesite="Lax", secure=is_https())
        return response

    @blueprint.put("/session/locale")
    @blueprint.arguments(LocaleSchema)
    @blueprint.response(200, SessionSchema)
    @answers(DatabaseAway)
    @page_only
    @anybody
    def set_locale(body: dict[str, str]) -> dict[str, Any]:
        """Keeps the user's language."""
        session = current_session()
        accounts.set_locale(session.user.id, body["locale"])
        updated = sessions.check(session)
        if updated is None:
            raise NotLoggedIn("log in first")
        return told(updated)

    @blueprint.post("/ticket")
    @blueprint.response(200, TicketSchema)
    @page_only
    @anybody
    def make_ticket() -> dict[str, str]:
        """A ticket with which Socket.IO is opened: once, within 60 s."""
        return {"ticket": sessions.make_ticket(current_session())}

    return blueprint

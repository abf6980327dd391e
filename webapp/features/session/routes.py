"""Login, logout, language, and the ticket for Socket.IO. A login always makes a new session; the one it came with ends."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import structlog
from flask import Response, jsonify, request
from prometheus_client import Counter

from cti_server.errors import DatabaseAway, RedisAway
from cti_server.features.users.service import Accounts
from webapp.auth.guard import client_address, current_session, device_cookie, is_https, page_only, public, roles, session_cookie
from webapp.auth.limits import DEVICE_S, LoginLimits, TooManyLogins
from webapp.auth.passwords import Passwords
from webapp.auth.sessions import LONGEST_S, BadCredentials, Session, Sessions, token_key
from webapp.blueprint import Blueprint, answers
from webapp.errors import NotLoggedIn
from webapp.features.session.schemas import LocaleSchema, LoginSchema, SessionSchema, TicketSchema
from webapp.realtime.sockets import Sockets

log = structlog.get_logger(__name__)

COOKIE = {"Set-Cookie": {"description": "of the session; a login also makes the browser known", "schema": {"type": "string"}}}


def routes(
    accounts: Accounts, sessions: Sessions, passwords: Passwords, limits: LoginLimits, sockets: Sockets, logins: Counter
) -> Blueprint:
    blueprint = Blueprint("session", "/api", "Login and session")

    @blueprint.post("/session")
    @blueprint.arguments(LoginSchema)
    @blueprint.response(200, SessionSchema, headers=COOKIE)
    @answers(BadCredentials, TooManyLogins, RedisAway, DatabaseAway)
    @public
    def log_in(body: dict[str, str]) -> Response:
        """Logs in: a new session, whose cookie comes with the answer.

        After failed logins the next one has to wait (429, `retry_after_s`).
        """
        account = accounts.by_login(body["login"])
        known = account is not None and not account.disabled
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
            account.password_hash if account is not None and known else None,
            body["password"],
            may_try,
            lambda: limits.failed(login, address, device),
        )
        if account is None or not right:
            logins.labels("bad").inc()
            log.warning("login refused: bad credentials", login=body["login"], address=address)
            raise BadCredentials("login or password is wrong")
        device = limits.succeeded(login, address, device)
        old = request.cookies.get(session_cookie())
        if old:
            end(token_key(old))
        token, session = sessions.create(account)
        logins.labels("good").inc()
        log.info("logged in", login=account.login, address=address)
        response = jsonify(_body(session))
        for name, value, age_s in ((device_cookie(), device, DEVICE_S), (session_cookie(), token, LONGEST_S)):
            response.set_cookie(name, value, max_age=age_s, httponly=True, samesite="Lax", secure=is_https(), path="/")
        return response

    def end(key: str) -> None:
        sessions.end(key)
        sockets.end_session(key)

    @blueprint.get("/session")
    @blueprint.response(200, SessionSchema)
    @roles()
    def read_session() -> dict[str, Any]:
        """Who is logged in, and the CSRF token."""
        return _body(current_session())

    @blueprint.delete("/session")
    @blueprint.response(204, headers=COOKIE)
    @page_only
    @roles()
    def log_out() -> Response:
        """Ends the session and its open pages."""
        end(current_session().key)
        response = Response(status=204)
        response.delete_cookie(session_cookie(), path="/", httponly=True, samesite="Lax", secure=is_https())
        return response

    @blueprint.put("/session/locale")
    @blueprint.arguments(LocaleSchema)
    @blueprint.response(200, SessionSchema)
    @answers(DatabaseAway)
    @page_only
    @roles()
    def set_locale(body: dict[str, str]) -> dict[str, Any]:
        """Keeps the user's language."""
        session = current_session()
        accounts.set_locale(session.user.id, body["locale"])
        updated = sessions.check(session)
        if updated is None:
            raise NotLoggedIn("log in first")
        return _body(updated)

    @blueprint.post("/ticket")
    @blueprint.response(200, TicketSchema)
    @page_only
    @roles()
    def make_ticket() -> dict[str, str]:
        """A ticket with which Socket.IO is opened: once, within 60 s."""
        return {"ticket": sessions.make_ticket(current_session())}

    return blueprint


def _body(session: Session) -> dict[str, Any]:
    return {"user": asdict(session.user), "csrf": session.csrf}

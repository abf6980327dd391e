"""Login, logout, language, and the ticket for Socket.IO. A login always makes a new session; the one it came with ends."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import structlog
from flask import Response, jsonify, request

from webapp.auth.guard import client_address, current_session, device_cookie, is_https, public, roles, session_cookie
from webapp.auth.limits import DEVICE_S, TooManyLogins
from webapp.auth.sessions import LONGEST_S, BadCredentials, Session, token_key
from webapp.blueprint import Blueprint
from webapp.context import parts
from webapp.errors import NotLoggedIn
from webapp.features.session.schemas import ErrorSchema, LocaleSchema, LoginSchema, SessionSchema, TicketSchema

__all__ = ["ErrorSchema", "blueprint"]

log = structlog.get_logger(__name__)
blueprint = Blueprint("session", __name__, url_prefix="/api", description="Login and session")


def _body(session: Session) -> dict[str, Any]:
    return {"user": asdict(session.user), "csrf": session.csrf}


def _end(key: str) -> None:
    parts().sessions.end(key)
    parts().sockets.end_session(key)


@blueprint.post("/session")
@blueprint.arguments(LoginSchema)
@blueprint.response(200, SessionSchema)
@blueprint.alt_response(401, schema=ErrorSchema, description="bad-credentials")
@blueprint.alt_response(429, schema=ErrorSchema, description="too-many-logins")
@public
def log_in(body: dict[str, str]) -> Response:
    p = parts()
    account = p.ports.accounts.by_login(body["login"])
    known = account is not None and not account.disabled
    who = account.login if account is not None else body["login"], client_address(), request.cookies.get(device_cookie(), "")
    _may_try(*who)  # who must wait is told so at once, without a turn
    right = p.passwords.verify(
        account.password_hash if account is not None and known else None,
        body["password"],
        lambda: _may_try(*who),
        lambda: p.limits.failed(*who),
    )
    if account is None or not right:
        p.metrics.logins.labels("bad").inc()
        log.warning("login refused: bad credentials", login=body["login"], address=who[1])
        raise BadCredentials("login or password is wrong")
    device = p.limits.succeeded(*who)
    old = request.cookies.get(session_cookie())
    if old:
        _end(token_key(old))
    token, session = p.sessions.create(account)
    p.metrics.logins.labels("good").inc()
    log.info("logged in", login=account.login, address=who[1])
    response = jsonify(_body(session))
    response.set_cookie(device_cookie(), device, max_age=DEVICE_S, httponly=True, samesite="Lax", secure=is_https(), path="/")
    response.set_cookie(session_cookie(), token, max_age=LONGEST_S, httponly=True, samesite="Lax", secure=is_https(), path="/")
    return response


def _may_try(login: str, address: str, device: str) -> None:
    """Raises TooManyLogins."""
    p = parts()
    try:
        p.limits.attempt(login, address, device)
    except TooManyLogins:
        p.metrics.logins.labels("limited").inc()
        log.warning("login refused: too many", login=login, address=address)
        raise


@blueprint.get("/session")
@blueprint.response(200, SessionSchema)
@blueprint.alt_response(401, schema=ErrorSchema, description="not-logged-in")
@roles()
def read_session() -> dict[str, Any]:
    return _body(current_session())


@blueprint.delete("/session")
@blueprint.response(204)
@roles()
def log_out() -> Response:
    _end(current_session().key)
    response = Response(status=204)
    response.delete_cookie(session_cookie(), path="/", httponly=True, samesite="Lax", secure=is_https())
    return response


@blueprint.put("/session/locale")
@blueprint.arguments(LocaleSchema)
@blueprint.response(200, SessionSchema)
@roles()
def set_locale(body: dict[str, str]) -> dict[str, Any]:
    session = current_session()
    parts().ports.accounts.set_locale(session.user.id, body["locale"])
    updated = parts().sessions.check(session)
    if updated is None:
        raise NotLoggedIn("log in first")
    return _body(updated)


@blueprint.post("/ticket")
@blueprint.response(200, TicketSchema)
@roles()
def make_ticket() -> dict[str, str]:
    return {"ticket": parts().sessions.make_ticket(current_session())}

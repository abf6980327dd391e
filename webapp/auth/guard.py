"""Who may call what, decided before any handler runs: session, CSRF, origin, role. What has no declared role does not start.

A handler says ``@roles("leader", "admin")``, ``@roles()`` for any session, or ``@public``.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, g, request

from cti_server.errors import CtiError
from cti_server.features.users.service import ROLES
from webapp.auth.network import Surroundings
from webapp.auth.sessions import Session, Sessions, User
from webapp.errors import NotAllowed, NotLoggedIn

COOKIE = "cti_session"
DEVICE_COOKIE = "cti_device"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
ATTRIBUTE = "cti_roles"

View = TypeVar("View", bound=Callable[..., Any])


class BadHost(
    CtiError,
    id="bad-host",
    status=421,
    en="This address is not served here. Ask the operator.",
    zh="该访问地址未启用，请联系管理员。",
):
    """A name that is not served here."""


class BadOrigin(
    CtiError,
    id="bad-origin",
    status=403,
    en="The request came from another site and was refused.",
    zh="请求来自其他站点，已被拒绝。",
):
    """A request from another site."""


class BadCsrf(
    CtiError, id="bad-csrf", status=403, en="The page is out of date. Reload it and try again.", zh="页面已过期，请刷新后重试。"
):
    """The CSRF header is missing or wrong."""


def roles(*allowed: str) -> Callable[[View], View]:
    """Only these roles; none named: any logged-in user."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, allowed or ROLES)
        return view

    return mark


def public(view: View) -> View:
    """No session needed: the page itself, login, health, and what has its own authorization."""
    setattr(view, ATTRIBUTE, ())
    return view


def current_session() -> Session:
    """Raises NotLoggedIn."""
    session = g.get("cti_session_row")
    if session is None:
        raise NotLoggedIn("log in first")
    return cast(Session, session)


def current_user() -> User:
    return current_session().user


def client_address() -> str:
    """The caller's address, seen through trusted proxies."""
    return str(g.cti_address)


def is_https() -> bool:
    return bool(g.cti_https)


def session_cookie() -> str:
    """Its name. Under TLS no other host of the domain and no page without TLS can plant one of this name."""
    return f"__Host-{COOKIE}" if is_https() else COOKIE


def device_cookie() -> str:
    """Its name: by it a browser is known to the accounts that have logged in there."""
    return f"__Host-{DEVICE_COOKIE}" if is_https() else DEVICE_COOKIE


def check_roles_declared(app: Flask) -> None:
    """Raises RuntimeError for a route that says nothing about who may call it."""
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, ATTRIBUTE)]
    if silent:
        raise RuntimeError(f"these routes declare no roles: {', '.join(sorted(silent))}")


def register(app: Flask, around: Surroundings, sessions: Sessions) -> None:
    """Before every request. Raises BadHost, BadOrigin, NotLoggedIn, BadCsrf, NotAllowed."""

    def guard() -> None:
        g.cti_session_row = None
        g.cti_address, g.cti_https = around.client(request.environ), around.https(request.environ)
        if not around.serves(request.environ.get("HTTP_HOST", "")):
            raise BadHost("this name is not served here: the operator names it in CTI_HTTP_HOSTS")
        view = None if request.endpoint is None else app.view_functions.get(request.endpoint)
        if view is None:
            return  # 404 or 405 answers for itself
        allowed: tuple[str, ...] = getattr(view, ATTRIBUTE)
        unsafe = request.method not in SAFE_METHODS
        if unsafe:
            _check_origin()
        if not allowed:
            return
        session = g.cti_session_row = sessions.load(request.cookies.get(session_cookie(), ""))
        if session is None:
            raise NotLoggedIn("log in first")
        if unsafe and not same_secret(session.csrf, request.headers.get(CSRF_HEADER, "")):
            raise BadCsrf(f"the header {CSRF_HEADER} is missing or wrong; read it from GET /api/session")
        if session.user.role not in allowed:
            raise NotAllowed(f"this is for {' and '.join(allowed)}", {"role": session.user.role})

    app.before_request(guard)


def same_secret(secret: str, given: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace"))


def _check_origin() -> None:
    """A browser names the page's origin with every unsafe request; another site's is refused."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    foreign = origin is not None and origin.partition("://")[2] != request.host
    if foreign or site == "cross-site":
        raise BadOrigin("requests from other sites are refused", {"origin": origin or ""})

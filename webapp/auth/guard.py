"""Who may call what, decided before any handler runs: session or API token, CSRF, origin, right. What declares none does not
start.

A handler says ``@needs(RIGHT)``, ``@anybody`` for any session, or ``@public``; ``@page_only`` keeps programs out of what is about
the session itself, ``@program_only`` keeps browsers out, whose cookie comes along whoever asks. How far the right goes is the
handler's to look at (``scope``).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar, cast

from flask import Flask, g, request

from cti_server.errors import CtiError
from cti_server.features.roles.service import Scopes
from cti_server.rights import RIGHTS, Reach, Right, Scope
from webapp.auth.network import Surroundings
from webapp.auth.sessions import Session, Sessions, User
from webapp.auth.tokens import SCHEME, TokenDoor, TokenSession
from webapp.errors import NotAllowed, NotLoggedIn

COOKIE = "cti_session"
DEVICE_COOKIE = "cti_device"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
ATTRIBUTE = "cti_needs"
PUBLIC, ANYBODY = "public", "anybody"
PAGE_ONLY, PROGRAM_ONLY = "cti_page_only", "cti_program_only"

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


def needs(right: Right | str) -> Callable[[View], View]:
    """Only who has this right, at whatever scope. As a text it may name arguments of the path: ``setup.{entity}.see``."""

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, right if isinstance(right, str) else right.name)
        return view

    return mark


def anybody(view: View) -> View:
    """Any logged-in user."""
    setattr(view, ATTRIBUTE, ANYBODY)
    return view


def public(view: View) -> View:
    """No session needed: the page itself, login, health, and what has its own authorization."""
    setattr(view, ATTRIBUTE, PUBLIC)
    return view


def page_only(view: View) -> View:
    """Not with an API token."""
    setattr(view, PAGE_ONLY, True)
    return view


def program_only(view: View) -> View:
    """With an API token, never with a session."""
    setattr(view, PROGRAM_ONLY, True)
    return view


def current_session() -> Session:
    """Raises NotLoggedIn."""
    session = g.get("cti_session_row")
    if session is None:
        raise NotLoggedIn("log in first")
    return cast(Session, session)


def current_user() -> User:
    return current_session().user


def scope(right: Right | str) -> Scope | None:
    """How far the user of this request has it; None: not at all."""
    return current_user().rights.get(right if isinstance(right, str) else right.name)


def scopes() -> Scopes:
    return cast(Scopes, g.cti_scopes)


def reach(right: Right | str) -> Reach:
    """Whose things the user of this request reaches with it."""
    name = right if isinstance(right, str) else right.name
    known: dict[str, Reach] = g.setdefault("cti_reaches", {})
    if name not in known:
        known[name] = reach_of(current_user(), scopes(), name)
    return known[name]


def reaches() -> Callable[[str], Reach]:
    """The same for who asks in a thread of the database, where there is no request: looked up before."""
    user = current_user()
    found = {far: scopes().reach(far, user.agent_id, user.team, user.group) for far in {None, *user.rights.values()}}
    return lambda right: found[user.rights.get(right)]


def reach_of(user: User, scopes: Scopes, right: Right | str) -> Reach:
    far = user.rights.get(right if isinstance(right, str) else right.name)
    return scopes.reach(far, user.agent_id, user.team, user.group)


def token_id() -> str:
    """The API token of this request; '' it has a session."""
    session = current_session()
    return session.token if isinstance(session, TokenSession) else ""


def issuer() -> str:
    """Who acts, for the audit: 'user:ID', 'token:ID'."""
    return f"token:{token_id()}" if token_id() else f"user:{current_user().id}"


def acting() -> dict[str, str]:
    """What else the audit says of who acts; with a token its user's login."""
    return {"login": current_user().login, "address": client_address()}


def client_address() -> str:
    """The caller's address, seen through trusted proxies."""
    return str(g.cti_address)


def is_https() -> bool:
    return bool(g.cti_https)


def own_origin() -> str:
    """Of the page, as this request's browser has it."""
    return f"{'https' if is_https() else 'http'}://{request.host}"


def session_cookie() -> str:
    """Its name. Under TLS no other host of the domain and no page without TLS can plant one of this name."""
    return f"__Host-{COOKIE}" if is_https() else COOKIE


def device_cookie() -> str:
    """Its name: by it a browser is known to the accounts that have logged in there."""
    return f"__Host-{DEVICE_COOKIE}" if is_https() else DEVICE_COOKIE


def check_rights_declared(app: Flask) -> None:
    """Raises RuntimeError for a route that does not say who may call it, or names a right that there is not."""
    known = {PUBLIC, ANYBODY, *RIGHTS}
    odd = [name for name, view in app.view_functions.items() if not _is_known(getattr(view, ATTRIBUTE, ""), known)]
    if odd:
        raise RuntimeError(f"these routes declare no right that there is: {', '.join(sorted(odd))}")


def _is_known(said: str, known: Collection[str]) -> bool:
    pattern = re.sub(r"\\{\w+\\}", r"\\w+", re.escape(said))
    return any(re.fullmatch(pattern, name) for name in known)


def register(app: Flask, around: Surroundings, sessions: Sessions, tokens: TokenDoor, scopes: Scopes) -> None:
    """Before every request. Raises BadHost, BadOrigin, NotLoggedIn, BadCsrf, NotAllowed, and what a token's door raises."""

    def guard() -> None:
        g.cti_session_row, g.cti_scopes = None, scopes
        g.cti_address, g.cti_https = around.client(request.environ), around.https(request.environ)
        if not around.serves(request.environ.get("HTTP_HOST", "")):
            raise BadHost("this name is not served here: the operator names it in CTI_HTTP_HOSTS")
        view = None if request.endpoint is None else app.view_functions.get(request.endpoint)
        if view is None:
            return  # 404 or 405 answers for itself
        needed: str = getattr(view, ATTRIBUTE)
        unsafe = request.method not in SAFE_METHODS
        if unsafe:
            _check_origin()
        if needed == PUBLIC:
            return
        header = request.headers.get("Authorization", "")
        by_token = header.startswith(SCHEME) or hasattr(view, PROGRAM_ONLY)
        session = with_token(header, unsafe, hasattr(view, PAGE_ONLY)) if by_token else with_cookie(unsafe)
        g.cti_session_row = session
        right = needed.format(**(request.view_args or {}))
        if right != ANYBODY and right not in session.user.rights:
            raise NotAllowed(f"this needs the right {right}", {"right": right})

    def with_token(header: str, unsafe: bool, page: bool) -> Session:
        """No page of another site has one: it needs no CSRF token."""
        session = tokens.enter(header, g.cti_address)
        if page:
            raise NotAllowed("this is for pages, not for programs", {"token": session.token})
        if unsafe and session.read_only:
            raise NotAllowed(f"the API token {session.token} only reads", {"token": session.token})
        return session

    def with_cookie(unsafe: bool) -> Session:
        session = sessions.load(request.cookies.get(session_cookie(), ""))
        if session is None:
            raise NotLoggedIn("log in first, or send an API token: Authorization: Bearer cti_...")
        if unsafe and not same_secret(session.csrf, request.headers.get(CSRF_HEADER, "")):
            raise BadCsrf(f"the header {CSRF_HEADER} is missing or wrong; read it from GET /api/session")
        return session

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

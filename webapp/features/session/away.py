"""Coming in by a provider: away to it and back (OpenID Connect), or with the password that a directory knows.

What is under way is in Redis for ten minutes, under the state that comes back with the browser, counts once, and belongs to the
browser that began it (a cookie of its own). The provider sends the browser to one fixed page of ours, which brings what it got
here: nothing here sends a browser anywhere else than to the provider's own addresses.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict

import orjson
import redis
import structlog
from flask import Response, jsonify, request
from gevent.lock import BoundedSemaphore
from prometheus_client import Counter

from cti_server.adapters.keys import Keys
from cti_server.adapters.sealed import CannotOpen
from cti_server.errors import CtiError, DatabaseAway, RedisAway
from cti_server.features.entities.contract import Outcome
from cti_server.features.sign_in.contract import NoSuchProvider, NotKnownHere, ProviderAway, SignInRefused
from cti_server.features.sign_in.ldap import Ldap
from cti_server.features.sign_in.oidc import Begun, Oidc
from cti_server.features.sign_in.service import Provider, Vouched
from cti_server.features.sign_in.sql import SqlSignIn
from webapp.audit import Audit
from webapp.auth.guard import anybody, client_address, current_session, device_cookie, is_https, own_origin, page_only, public
from webapp.auth.limits import LoginLimits, TooManyLogins
from webapp.auth.sessions import BadCredentials, token_key
from webapp.blueprint import Blueprint, answers
from webapp.features.session.routes import COOKIE, Doors, Where
from webapp.features.session.schemas import AwaySchema, BroughtSchema, LeftSchema, LoginSchema, SessionSchema
from webapp.features.session.second import SecondFactorMissing, SecondFactorNeeded, SecondStep

log = structlog.get_logger(__name__)

UNDER_WAY_S, AT_ONCE = 600, 4
BACK = "/sign-in"
"""The page to which providers send people back; it is registered there."""
AWAY_COOKIE = "cti_sign_in"
ONE = "<string(maxlength=32):provider>"
ENTERS = (
    SecondFactorNeeded, SecondFactorMissing, NotKnownHere, NoSuchProvider, ProviderAway, CannotOpen, BadCredentials,
    TooManyLogins, RedisAway, DatabaseAway,
)  # fmt: skip


def routes(
    providers: SqlSignIn,
    oidc: Oidc,
    ldap: Ldap,
    client: redis.Redis,
    keys: Keys,
    limits: LoginLimits,
    doors: Doors,
    second: SecondStep,
    leaving: Callable[[str], Callable[[Outcome], None]],
    audit: Audit,
    page_url: str,
    logins: Counter,
) -> Blueprint:
    """``leaving``: what follows when a user is changed. ``page_url``: where the page is, '' as the browser has it."""
    blueprint = Blueprint("away", "/api/session", "Coming in by a provider")
    turns = BoundedSemaphore(AT_ONCE)

    @blueprint.post(f"/away/{ONE}")
    @blueprint.response(200, AwaySchema)
    @answers(NoSuchProvider, ProviderAway, CannotOpen, TooManyLogins, RedisAway, DatabaseAway)
    @public
    def go_away(provider: str) -> Response:
        """Where the browser goes to log in; the provider sends it back to the page `/sign-in` with what `PUT /api/session/away`
        takes."""
        limits.attempt("", client_address())
        found = _of_kind(providers.provider(provider), "oidc")
        url, begun = oidc.begin(found, f"{page_url.rstrip('/') or own_origin()}{BACK}")
        browser = secrets.token_urlsafe(32)
        told = {"provider": found.id, "browser": token_key(browser), "begun": asdict(begun)}
        client.set(keys.sign_in(token_key(begun.state)), orjson.dumps(told), ex=UNDER_WAY_S)
        response = jsonify(url=url)
        response.set_cookie(_cookie(), browser, max_age=UNDER_WAY_S, httponly=True, samesite="Lax", secure=is_https(), path="/")
        return response

    @blueprint.put("/away")
    @blueprint.arguments(BroughtSchema)
    @blueprint.response(200, SessionSchema, headers=COOKIE)
    @answers(SignInRefused, *ENTERS)
    @public
    def come_back(body: dict[str, str]) -> Response:
        """Logs in with what the provider sent the browser back with. Each state counts once.

        Whose second factor the provider does not vouch for is asked for it (401 `second-factor-needed`, as by a password).
        """
        address = client_address()
        limits.attempt("", address)
        provider, begun = _taken(body["state"])
        try:
            if body["error"]:
                raise SignInRefused(f"the provider says {body['error']:.60}")
            who, token = oidc.finish(provider, begun, body["code"], body["iss"])
        except (SignInRefused, ProviderAway) as error:
            if isinstance(error, SignInRefused):
                limits.failed("", address)
            refused(provider, error)
            raise
        response = enter(provider, who, Where(provider.id, token), "oidc")
        response.delete_cookie(_cookie(), path="/", httponly=True, samesite="Lax", secure=is_https())
        return response

    @blueprint.post(f"/directory/{ONE}")
    @blueprint.arguments(LoginSchema)
    @blueprint.response(200, SessionSchema, headers=COOKIE)
    @answers(*ENTERS)
    @public
    def log_in_by_directory(body: dict[str, str], provider: str) -> Response:
        """Logs in with the name and the password that a directory knows."""
        login, address, device = body["login"].strip(), client_address(), request.cookies.get(device_cookie(), "")
        limits.attempt(login, address, device)
        found = _of_kind(providers.provider(provider), "ldap")
        with turns:  # many guesses sent at once do not slip through between look and count
            limits.attempt(login, address, device)
            who = ldap.authenticate(found, login, body["password"])
            if who is None:
                limits.failed(login, address, device)
        if who is None:
            refused(found, BadCredentials("the directory knows no such login and password"), login)
            raise BadCredentials("login or password is wrong")
        return enter(found, who, Where(found.id), "ldap")

    @blueprint.post("/sign-out")
    @blueprint.response(200, LeftSchema, headers=COOKIE)
    @answers(DatabaseAway)
    @anybody
    @page_only
    def sign_out() -> Response:
        """Ends the session and its open pages, and tells where the browser goes to sign out there, too ('' nowhere)."""
        session = current_session()
        where = doors.where(session.key)
        doors.close(session.key)
        response = jsonify(url=_way_out(where) if where is not None and where.id_token else "")
        for name in ("cti_session", "__Host-cti_session"):
            if name in request.cookies:
                response.delete_cookie(name, path="/", httponly=True, samesite="Lax", secure=is_https())
        return response

    # ------------------------------------------------------------ inside

    def _taken(state: str) -> tuple[Provider, Begun]:
        """What this browser began, once. Raises SignInRefused, NoSuchProvider, CannotOpen."""
        raw = client.getdel(keys.sign_in(token_key(state)))
        told = orjson.loads(raw) if isinstance(raw, bytes) else None
        if told is None or not secrets.compare_digest(told["browser"], token_key(request.cookies.get(_cookie(), ""))):
            limits.failed("", client_address())
            logins.labels("bad").inc()
            log.warning("sign-in refused: nothing under way in this browser", address=client_address())
            raise SignInRefused("this took too long, was done already, or began in another browser: try again")
        return _of_kind(providers.provider(told["provider"]), "oidc"), Begun(**told["begun"])

    def enter(provider: Provider, who: Vouched, where: Where, how: str) -> Response:
        after = leaving(who.login)
        try:
            account, outcome = providers.enter(provider, who, client_address())
        except NotKnownHere as error:
            refused(provider, error, who.login, str(error.details.get("why", "")))
            raise NotKnownHere(error.message) from error
        if outcome is not None and outcome.before is not None:
            (after if account.login == who.login else leaving(account.login))(outcome)
        if not who.second:
            try:
                second.ask(account)
            except (SecondFactorNeeded, SecondFactorMissing) as error:
                doors.wait(error.details["pending"], where)
                raise
        return doors.come_in(account, how, where=where)

    def refused(provider: Provider, error: CtiError, login: str = "", why: str = "") -> None:
        logins.labels("bad").inc()
        address, why = client_address(), why or error.message
        log.warning("sign-in refused", provider=provider.id, login=login[:100], address=address, why=why)
        told = {"provider": provider.id, "login": login[:100], "address": address, "why": why[:300]}
        audit.write_as(f"provider:{provider.id}", "user.sign_in_refused", f"sign_in_providers:{provider.id}", told)

    def _way_out(where: Where) -> str:
        """'' where that cannot be told now: the session here has ended in any case."""
        try:
            provider = providers.provider(where.provider)
            return oidc.leave(provider, where.id_token, f"{page_url.rstrip('/') or own_origin()}/") if provider.signs_out else ""
        except CtiError as error:
            log.warning("nobody is signed out at the provider", provider=where.provider, why=error.message)
            return ""

    return blueprint


def _of_kind(provider: Provider, kind: str) -> Provider:
    """Raises NoSuchProvider."""
    if provider.kind != kind:
        raise NoSuchProvider(f"{provider.id} is of another kind", {"provider": provider.id})
    return provider


def _cookie() -> str:
    return f"__Host-{AWAY_COOKIE}" if is_https() else AWAY_COOKIE

"""One-time links: who has one sets a password with it, once; who forgot a password asks for one by mail.

The token comes in the body, for addresses stand in logs. What is asked about somebody who is not there is answered alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from cti_server.domain.clock import Clock
from cti_server.errors import CtiError, DatabaseAway, RedisAway
from cti_server.features.sign_in.service import Provider
from cti_server.features.users.passwords import WeakPassword, check_password
from cti_server.features.users.service import Accounts, LinkOver
from cti_server.features.users.sql_links import FORGOTTEN_MS, SqlLinks
from webapp.audit import Audit
from webapp.auth.guard import client_address, public
from webapp.auth.limits import LoginLimits, TooManyLogins
from webapp.auth.passwords import Passwords
from webapp.auth.sessions import Sessions
from webapp.blueprint import Blueprint, answers
from webapp.features.session.schemas import ForgottenSchema, LinkForSchema, LinkLookSchema, LinkUseSchema, WaysSchema
from webapp.features.users.post import Post
from webapp.realtime.sockets import Sockets

log = structlog.get_logger(__name__)

AGAIN_MS = 300_000
"""Nobody gets two mails within this time, however often they are asked for."""


class NoMail(
    CtiError,
    id="no-mail",
    status=409,
    en="No mails are sent here. Ask your administrator for a new password.",
    zh="系统未配置邮件，请联系管理员重置密码。",
):
    """No mail server is set up."""


def routes(
    accounts: Accounts,
    links: SqlLinks,
    sessions: Sessions,
    passwords: Passwords,
    limits: LoginLimits,
    sockets: Sockets,
    post: Post,
    audit: Audit,
    clock: Clock,
    ways: Callable[[], list[Provider]],
) -> Blueprint:
    """``ways``: the providers that are offered."""
    blueprint = Blueprint("links", "/api/session", "One-time links")

    def found(token: str) -> Any:
        """The link; who brings one that does not count has to wait after some. Raises LinkOver, TooManyLogins."""
        limits.attempt("", client_address())
        try:
            return links.find(token)
        except LinkOver:
            limits.failed("", client_address())
            log.warning("link refused", address=client_address())
            raise

    @blueprint.get("/ways")
    @blueprint.response(200, WaysSchema)
    @public
    def read_ways() -> dict[str, Any]:
        """How people may come in here."""
        try:
            found = [{"id": one.id, "texts": one.texts, "kind": one.kind} for one in ways()]
        except DatabaseAway as error:  # the page is shown; a login tells it
            log.warning("ways to log in: the database is away", error=str(error))
            found = []
        return {"forgotten": post.mail is not None, "providers": found}

    @blueprint.post("/link")
    @blueprint.arguments(LinkLookSchema)
    @blueprint.response(200, LinkForSchema)
    @answers(LinkOver, TooManyLogins, RedisAway, DatabaseAway)
    @public
    def look_at_link(body: dict[str, str]) -> dict[str, Any]:
        """For whom a one-time link is; it can still be used after."""
        link = found(body["token"])
        return {"login": link.account.login, "name": link.account.name, "kind": link.kind, "expires_ms": link.expires_ms}

    @blueprint.put("/link")
    @blueprint.arguments(LinkUseSchema)
    @blueprint.response(204)
    @answers(LinkOver, WeakPassword, TooManyLogins, RedisAway, DatabaseAway)
    @public
    def use_link(body: dict[str, str]) -> None:
        """Sets the password of the one whose link this is, who then logs in with it.

        The link is used up, sessions end, failed logins are forgotten. A password that is refused uses nothing up.
        """
        account = found(body["token"]).account
        check_password(body["password"], account.login, account.name)
        links.use(body["token"], passwords.hash(body["password"]))
        limits.forgive(account.login)
        ended = sessions.end_all(account.id)
        sockets.end_user(account.id)
        audit.write("user.password_set", f"user:{account.id}", {"user": account.login, "by": "link", "ended": ended}, by=account)
        log.info("password set with a link", user=account.id, address=client_address())

    @blueprint.post("/forgotten")
    @blueprint.arguments(ForgottenSchema)
    @blueprint.response(204)
    @answers(NoMail, TooManyLogins, RedisAway)
    @public
    def forgot_password(body: dict[str, str]) -> None:
        """Sends a one-time link by mail to the one who has this login, a password and an address.

        The answer is the same when there is nobody.
        """
        if post.mail is None:
            raise NoMail("no mails are sent here: the operator sets CTI_SMTP_URL, CTI_MAIL_FROM and CTI_PAGE_URL")
        login, address = body["login"], client_address()
        limits.attempt(f"forgotten {login}", address)
        limits.failed(f"forgotten {login}", address)
        post.aside(lambda: send(login, address))

    def send(login: str, address: str) -> None:
        account = accounts.by_login(login)
        if account is None or account.barred or not account.password_hash or not account.email:
            return
        old = links.of(account.id)
        if old is not None and (old.made_by or clock.now_ms() - old.made_ms < AGAIN_MS):
            return  # a stranger who asks takes no link of an administrator away
        token, link = links.make(account, "", FORGOTTEN_MS)
        mailed = post.send(token, link)
        told = {"user": account.login, "by": "forgotten", "mailed": mailed, "address": address}
        audit.write_as("web:forgotten", "user.reset_link", f"user:{account.id}", told)

    return blueprint

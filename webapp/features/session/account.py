"""What people do to their own sign-in: another password, an end of other sessions. The old password is asked for first."""

from __future__ import annotations

from typing import Any

import redis
import structlog
from flask import Response

from cti_server.errors import DatabaseAway
from cti_server.features.users.passwords import WeakPassword, check_password
from cti_server.features.users.service import Account, Accounts
from webapp.audit import Audit
from webapp.auth.guard import anybody, current_session, page_only
from webapp.auth.limits import LoginLimits, TooManyLogins
from webapp.auth.passwords import Passwords
from webapp.auth.sessions import SHOWN_ID, BadCredentials, Sessions
from webapp.blueprint import Blueprint, answers
from webapp.features.session.proof import WrongPassword, mine, prove
from webapp.features.session.routes import COOKIE, Doors
from webapp.features.session.schemas import AccountSchema, PasswordChangeSchema, SessionSchema
from webapp.features.session.second import SecondStep
from webapp.features.users.routes import NoSuchSession, named
from webapp.features.users.schemas import EndedSchema, seen
from webapp.realtime.sockets import Sockets

log = structlog.get_logger(__name__)


def routes(
    accounts: Accounts,
    sessions: Sessions,
    passwords: Passwords,
    limits: LoginLimits,
    doors: Doors,
    second: SecondStep,
    sockets: Sockets,
    audit: Audit,
) -> Blueprint:
    blueprint = Blueprint("account", "/api/session", "Own account")

    @blueprint.get("/account")
    @blueprint.response(200, AccountSchema)
    @answers(DatabaseAway)
    @anybody
    def read_account() -> dict[str, Any]:
        """How one comes in, and where one is logged in."""
        session = current_session()
        account = mine(accounts)
        open_ones = [seen(one, session.key) for one in sessions.of(session.user.id)]
        return {"has_password": bool(account.password_hash), "second": second.seen(account), "sessions": open_ones}

    @blueprint.put("/password")
    @blueprint.arguments(PasswordChangeSchema)
    @blueprint.response(200, SessionSchema, headers=COOKIE)
    @answers(WrongPassword, WeakPassword, TooManyLogins, BadCredentials, DatabaseAway)
    @anybody
    @page_only
    def change_password(body: dict[str, str]) -> Response:
        """Another password for the one who knows the present one.

        All other sessions end; this one goes on as a new one, whose cookie comes with the answer.
        """
        account = mine(accounts)
        prove(account, body["old"], passwords, limits)
        check_password(body["new"], account.login, account.name)
        accounts.set_password(account.id, passwords.hash(body["new"]))
        leave(account)
        audit.write("user.password_changed", f"user:{account.id}", {"user": account.login})
        log.info("password changed", user=account.id)
        return doors.open(mine(accounts))

    @blueprint.delete("/others")
    @blueprint.response(200, EndedSchema)
    @anybody
    @page_only
    def end_other_sessions() -> dict[str, int]:
        """Ends all own sessions but this one, with their pages."""
        session = current_session()
        others = [one for one in sessions.of(session.user.id) if one.key != session.key]
        for one in others:
            doors.close(one.key)
        audit.write("user.sessions_ended", f"user:{session.user.id}", {"user": session.user.login, "ended": len(others)})
        return {"ended": len(others)}

    @blueprint.delete(f"/others/<string(length={SHOWN_ID}):session_id>")
    @blueprint.response(204)
    @answers(NoSuchSession)
    @anybody
    @page_only
    def end_other_session(session_id: str) -> None:
        """Ends one of the own sessions, with its pages."""
        user = current_session().user
        doors.close(named(sessions.of(user.id), session_id).key)
        audit.write("user.sessions_ended", f"user:{user.id}", {"user": user.login, "ended": 1})

    def leave(account: Account) -> None:
        try:
            sessions.end_all(account.id)
        except redis.RedisError as error:
            log.warning("sessions end later: redis is away", user=account.id, error=str(error))
        sockets.end_user(account.id)

    return blueprint

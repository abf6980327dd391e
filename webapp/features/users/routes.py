"""Forced logout: an administrator ends every session of a user, with its open pages. Only who has none is looked for in the
database. Whose password or rights change, and who is disabled or removed, is logged out too.

Who knows the password may log in again: to keep somebody out, disable the user too.
"""

from __future__ import annotations

from collections.abc import Callable

import redis
import structlog
from marshmallow import Schema

from cti_server.errors import DatabaseAway
from cti_server.features.entities.contract import Outcome
from cti_server.features.users.service import Accounts, NoSuchUser
from webapp.audit import Audit
from webapp.auth.guard import current_user, roles
from webapp.auth.sessions import Sessions
from webapp.blueprint import Blueprint, answers
from webapp.declared import field
from webapp.realtime.sockets import Sockets

log = structlog.get_logger(__name__)

ENDS = {"password", "disabled", "role", "agent_id", "team_id"}
"""What of a user changes who that is, or may: its sessions end."""
EndedSchema = Schema.from_dict({"ended": field(int, "how many sessions there were")}, name="Ended")


def leaving(accounts: Accounts, sessions: Sessions, sockets: Sockets) -> Callable[[str], Callable[[Outcome], None]]:
    """Looks who has a login; then, told what became of that user: who has another password or other rights, is disabled or gone
    leaves at once.
    Where Redis is away this comes with the next look at the database."""

    def look(login: str) -> Callable[[Outcome], None]:
        account = accounts.by_login(login)

        def after(outcome: Outcome) -> None:
            if account is None or (outcome.now is not None and not ENDS & set(outcome.fields)):
                return
            try:
                sessions.end_all(account.id)
            except redis.RedisError as error:
                log.warning("sessions end later: redis is away", user=account.id, error=str(error))
            sockets.end_user(account.id)

        return after

    return look


def routes(accounts: Accounts, sessions: Sessions, sockets: Sockets, audit: Audit) -> Blueprint:
    blueprint = Blueprint("users", "/api", "Users")

    @blueprint.delete("/users/<id:user_id>/sessions")
    @blueprint.response(200, EndedSchema)
    @answers(NoSuchUser, DatabaseAway)
    @roles("admin")
    def end_sessions(user_id: int) -> dict[str, int]:
        """Ends every session of a user.

        Their pages close, here at once, in other web processes within 10 s; an audit row.
        """
        ended = sessions.end_all(user_id)
        if not ended and accounts.by_id(user_id) is None:
            raise NoSuchUser(f"no user has the id {user_id}")
        sockets.end_user(user_id)
        audit.write("user.sessions_ended", f"user:{user_id}", {"ended": ended})
        log.info("sessions ended", user=user_id, ended=ended, by=current_user().login)
        return {"ended": ended}

    return blueprint

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
from cti_server.features.users.contract import END_SESSIONS
from cti_server.features.users.service import Accounts, NoSuchUser
from cti_server.rights import wider
from webapp.audit import Audit
from webapp.auth.guard import current_user, needs
from webapp.auth.sessions import Sessions
from webapp.blueprint import Blueprint, answers
from webapp.declared import field
from webapp.errors import NotAllowed
from webapp.realtime.sockets import Sockets

log = structlog.get_logger(__name__)

ENDS = {"password", "disabled", "role", "agent_id", "team_id", "group_id"}
"""What of a user changes who that is, or may: its sessions end."""
EndedSchema = Schema.from_dict({"ended": field(int, "how many sessions there were")}, name="Ended")


def leaving(accounts: Accounts, sessions: Sessions, sockets: Sockets) -> Callable[[str], Callable[[Outcome], None]]:
    """Looks who has a login; then, told what became of that user: who has another password or other rights, is disabled or gone
    leaves at once."""

    def look(login: str) -> Callable[[Outcome], None]:
        account = accounts.by_login(login)

        def after(outcome: Outcome) -> None:
            if account is None or (outcome.now is not None and not ENDS & set(outcome.fields)):
                return
            _end(account.id, sessions, sockets)

        return after

    return look


def changing(accounts: Accounts, sessions: Sessions, sockets: Sockets) -> Callable[[str], Callable[[Outcome], None]]:
    """The same of a role: all who have it leave when it is another one, and come back with its rights of now."""

    def look(role: str) -> Callable[[Outcome], None]:
        def after(outcome: Outcome) -> None:
            if "rights" not in outcome.fields:
                return
            for user_id in accounts.of_role(role):
                _end(user_id, sessions, sockets)

        return after

    return look


def _end(user_id: int, sessions: Sessions, sockets: Sockets) -> None:
    """Where Redis is away, with the next look at the database."""
    try:
        sessions.end_all(user_id)
    except redis.RedisError as error:
        log.warning("sessions end later: redis is away", user=user_id, error=str(error))
    sockets.end_user(user_id)


def routes(accounts: Accounts, sessions: Sessions, sockets: Sockets, audit: Audit) -> Blueprint:
    blueprint = Blueprint("users", "/api", "Users")

    @blueprint.delete("/users/<id:user_id>/sessions")
    @blueprint.response(200, EndedSchema)
    @answers(NoSuchUser, DatabaseAway)
    @needs(END_SESSIONS)
    def end_sessions(user_id: int) -> dict[str, int]:
        """Ends every session of a user.

        Their pages close, here at once, in other web processes within 10 s; an audit row.
        """
        account = accounts.by_id(user_id)
        if account is not None and wider(account.rights, current_user().rights):
            raise NotAllowed("this person may more than you", {"right": END_SESSIONS.name})
        ended = sessions.end_all(user_id)
        if not ended and account is None:
            raise NoSuchUser(f"no user has the id {user_id}")
        sockets.end_user(user_id)
        audit.write("user.sessions_ended", f"user:{user_id}", {"ended": ended})
        log.info("sessions ended", user=user_id, ended=ended, by=current_user().login)
        return {"ended": ended}

    return blueprint

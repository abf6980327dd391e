"""What an administrator sees and does of somebody's sign-in: links to set a password, locks, sessions with their open pages.

Whose password or rights change, and who is locked, disabled or removed, is logged out. Who only was logged out may come again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import redis
import structlog

from cti_server.errors import CtiError, DatabaseAway
from cti_server.features.entities.contract import Outcome, is_within
from cti_server.features.users.contract import END_SESSIONS, INVITE, LOCK, SIGN_IN
from cti_server.features.users.entities import USERS
from cti_server.features.users.service import Account, Accounts, Link, NoSuchUser
from cti_server.features.users.sql_links import SqlLinks
from cti_server.features.users.sql_second import SqlSecondFactors
from cti_server.rights import Reach, Right, wider
from webapp.audit import Audit
from webapp.auth.guard import current_session, current_user, needs, reach
from webapp.auth.limits import LoginLimits
from webapp.auth.sessions import SHOWN_ID, Session, Sessions
from webapp.blueprint import Blueprint, answers
from webapp.errors import NotAllowed
from webapp.features.users.post import Post
from webapp.features.users.schemas import EndedSchema, InvitedSchema, LockSchema, MadeLinkSchema, SignInSchema, seen
from webapp.realtime.sockets import Sockets

log = structlog.get_logger(__name__)

LONGEST_LOGIN = 64
ENDS = {"password", "disabled", "role", "agent_id", "team_id", "group_id"}
"""What of a user changes who that is, or may: its sessions end."""


class NotYourself(
    CtiError,
    id="not-yourself",
    status=409,
    en="You cannot do this to yourself. Ask another administrator.",
    zh="不能对自己执行此操作，请由其他管理员操作。",
):
    """Who did this to themselves could not undo it."""


class NoSuchSession(CtiError, id="no-such-session", status=404, en="This session has ended.", zh="该会话已结束。"):
    """None of this user's sessions is called so."""


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


def routes(
    accounts: Accounts,
    links: SqlLinks,
    factors: SqlSecondFactors,
    sessions: Sessions,
    limits: LoginLimits,
    sockets: Sockets,
    post: Post,
    audit: Audit,
) -> Blueprint:
    blueprint = Blueprint("users", "/api", "Users")
    one = f"/users/<string(maxlength={LONGEST_LOGIN}):login>"

    def known(login: str, right: Right) -> Account:
        """Raises NoSuchUser, also for who is out of reach."""
        account = accounts.by_login(login)
        if account is None or not is_reached(account, reach(right)):
            raise NoSuchUser(f"nobody has the login {login:.64}", {"login": login})
        return account

    def lesser(login: str, right: Right) -> Account:
        """Raises NoSuchUser, and NotAllowed for who may more than the one who asks."""
        account = known(login, right)
        if wider(account.rights, current_user().rights):
            raise NotAllowed("this person may more than you", {"right": right.name})
        return account

    def leave(account: Account) -> int:
        ended = sessions.end_all(account.id)
        sockets.end_user(account.id)
        return ended

    def told(account: Account, action: str, **detail: object) -> None:
        audit.write(f"user.{action}", f"user:{account.id}", {"user": account.login, **detail})
        log.info(f"user {action.replace('_', ' ')}", user=account.id, by=current_user().login)

    def made(token: str, link: Link, mailed: bool) -> dict[str, Any]:
        account = link.account
        told(account, "invited" if link.kind == "invitation" else "reset_link", expires_ms=link.expires_ms, mailed=mailed)
        names = {"login": account.login, "kind": link.kind, "expires_ms": link.expires_ms, "mailed": mailed}
        return {**names, "link": post.url(token)}

    @blueprint.get(f"{one}/sign-in")
    @blueprint.response(200, SignInSchema)
    @answers(NoSuchUser, DatabaseAway)
    @needs(SIGN_IN)
    def read_sign_in(login: str) -> dict[str, Any]:
        """How somebody comes in, and what keeps them out: password, link, lock, failures, sessions."""
        account = known(login, SIGN_IN)
        found = factors.of(account.id)
        link, lock, own = links.of(account.id), links.lock_of(account.id), current_session().key
        open_link = link and {name: getattr(link, name) for name in ("kind", "made_ms", "expires_ms", "made_by")}
        names = {"login": account.login, "name": account.name, "disabled": account.disabled}
        return {
            **names,
            "has_password": bool(account.password_hash),
            "mail": post.mail is not None and bool(account.email),
            "link": open_link,
            "second": {"totp": found.totp, "recovery_left": found.recovery_left, "passkeys": len(found.passkeys)},
            "lock": lock and asdict(lock),
            "waits": [asdict(wait) for wait in limits.waits(account.login)],
            "sessions": [seen(session, own) for session in sessions.of(account.id)],
        }

    @blueprint.post(f"{one}/link")
    @blueprint.response(200, MadeLinkSchema)
    @answers(NoSuchUser, DatabaseAway)
    @needs(INVITE)
    def make_link(login: str) -> dict[str, Any]:
        """A one-time link with which this person sets a password: an invitation, or a reset for who has one.

        An older one ends. It goes out by mail where that is set up; the answer tells it, this once. The password stays as it
        is until the link is used.
        """
        token, link = links.make(lesser(login, INVITE), current_user().login)
        return made(token, link, post.send(token, link))

    @blueprint.delete(f"{one}/link")
    @blueprint.response(204)
    @answers(NoSuchUser, DatabaseAway)
    @needs(INVITE)
    def revoke_link(login: str) -> None:
        """The link of this person does not count any more."""
        account = lesser(login, INVITE)
        if links.revoke(account.id):
            told(account, "link_revoked")

    @blueprint.post("/users/invitations")
    @blueprint.response(200, InvitedSchema)
    @answers(DatabaseAway)
    @needs(INVITE)
    def invite_all() -> dict[str, Any]:
        """Invites everybody who has no password and is neither disabled nor locked; older links of theirs end.

        As far as one's right goes, and nobody who may more.
        """
        mine, within = current_user().rights, reach(INVITE)
        found = links.make_all(current_user().login, lambda one: is_reached(one, within) and not wider(one.rights, mine))
        people = [made(token, link, post.mail is not None and bool(link.account.email)) for token, link in found]
        return {"people": people, "mailed": post.send_all(found)}

    @blueprint.put(f"{one}/lock")
    @blueprint.arguments(LockSchema)
    @blueprint.response(200, EndedSchema)
    @answers(NoSuchUser, NotYourself, DatabaseAway)
    @needs(LOCK)
    def lock_user(body: dict[str, str], login: str) -> dict[str, int]:
        """Keeps somebody out, whatever they know: sessions end, nobody logs in as this user until it is unlocked."""
        account = lesser(login, LOCK)
        if account.id == current_user().id:
            raise NotYourself("nobody locks themselves: ask another administrator")
        links.lock(account.id, current_user().login, body["reason"])
        ended = leave(account)
        told(account, "locked", reason=body["reason"], ended=ended)
        return {"ended": ended}

    @blueprint.delete(f"{one}/lock")
    @blueprint.response(204)
    @answers(NoSuchUser, DatabaseAway)
    @needs(LOCK)
    def unlock_user(login: str) -> None:
        """Ends an administrator's lock and the waits after failed logins."""
        account = lesser(login, LOCK)
        links.unlock(account.id)
        limits.forgive(account.login)
        told(account, "unlocked")

    @blueprint.delete(f"{one}/second-factors")
    @blueprint.response(200, EndedSchema)
    @answers(NoSuchUser, NotYourself, DatabaseAway)
    @needs(LOCK)
    def reset_second_factors(login: str) -> dict[str, int]:
        """The person has no second factor any more, e.g. because the telephone is lost; sessions end.

        Whose role must have one sets up another at the next login.
        """
        account = lesser(login, LOCK)
        if account.id == current_user().id:
            raise NotYourself("one's own are changed under Account, with the password: or ask another administrator")
        factors.reset(account.id)
        ended = leave(account)
        told(account, "second_factor_reset", ended=ended)
        return {"ended": ended}

    @blueprint.delete(f"{one}/sessions")
    @blueprint.response(200, EndedSchema)
    @answers(NoSuchUser, DatabaseAway)
    @needs(END_SESSIONS)
    def end_sessions(login: str) -> dict[str, int]:
        """Ends every session of a user.

        Their pages close, here at once, in other web processes within 10 s; an audit row.
        """
        account = lesser(login, END_SESSIONS)
        ended = leave(account)
        told(account, "sessions_ended", ended=ended)
        return {"ended": ended}

    @blueprint.delete(f"{one}/sessions/<string(length={SHOWN_ID}):session_id>")
    @blueprint.response(204)
    @answers(NoSuchUser, NoSuchSession, DatabaseAway)
    @needs(END_SESSIONS)
    def end_one_session(login: str, session_id: str) -> None:
        """Ends one session of a user."""
        account = lesser(login, END_SESSIONS)
        session = named(sessions.of(account.id), session_id)
        sessions.end(session.key)
        sockets.end_session(session.key)
        told(account, "sessions_ended", ended=1)

    return blueprint


def is_reached(account: Account, within: Reach) -> bool:
    whose = {"agent_id": account.agent_id, "team_id": account.team, "group_id": account.group}
    return is_within(whose, USERS.within(within))


def named(found: list[Session], session_id: str) -> Session:
    """Raises NoSuchSession."""
    session = next((one for one in found if one.id == session_id), None)
    if session is None:
        raise NoSuchSession("this session has ended")
    return session

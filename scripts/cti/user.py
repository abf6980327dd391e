"""`cti user password LOGIN`: a new password for a person. It is typed twice, or comes on stdin; never as an argument."""

from __future__ import annotations

import secrets
import sys

import argon2
import click
import redis

from cti_server.adapters.sql.database import make_engine
from cti_server.errors import RedisAway
from cti_server.events.facts import AuditFact, encode_fact
from cti_server.features.users.passwords import WeakPassword, check_password
from cti_server.features.users.service import NoSuchUser
from cti_server.features.users.sql import SqlAccounts
from cti_server.features.users.web_sessions import end_sessions
from scripts.cti.output import line, print_json
from scripts.cti.send import issuer
from scripts.cti.text import safe
from scripts.cti.world import World, common_options


@click.group()
def user() -> None:
    """People who log in at the page."""


@user.command()
@click.argument("login")
@common_options
@click.pass_obj
def password(world: World, login: str) -> None:
    """Give LOGIN a new password and end all of LOGIN's sessions.

    Asks twice at a terminal; else the first line of stdin is the password.
    """
    engine = make_engine(world.settings.database_url, world.settings.tenant)
    try:
        accounts = SqlAccounts(engine)
        account = accounts.by_login(login)
        if account is None:
            raise NoSuchUser(f"nobody has the login {safe(login)}")
        world.client.ping()  # before anything changes: sessions must end with the password
        new = _read()
        check_password(new, account.login, account.name)
        accounts.set_password(account.id, argon2.PasswordHasher().hash(new))
    finally:
        engine.dispose()
    ended = _end(world, account.id, account.login)
    if world.json:
        print_json({"command": "user password", "ok": True, "login": account.login, "sessions_ended": ended})
    else:
        line(f"{safe(account.login)} has a new password; {ended} sessions ended", style_key="ok")
        if account.disabled:
            line("the account is disabled: nobody can log in with it", style_key="warning")


def _read() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("New password", hide_input=True, confirmation_prompt="The same again"))
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise WeakPassword("what came on stdin is no text in this terminal's encoding: send UTF-8") from error


def _end(world: World, user_id: int, login: str) -> int:
    """Raises RedisAway when the password is set but the sessions go on."""
    try:
        ended = end_sessions(world.client, world.keys, user_id)
        detail = {"login": login, "sessions_ended": ended}
        fact = AuditFact(
            at_ms=world.clock.now_ms(), issuer=issuer(), action="user.password_set", subject=f"user:{user_id}", detail=detail
        )
        world.client.xadd(world.keys.facts, {"f": encode_fact(f"{fact.action}-{secrets.token_hex(12)}", fact)})
    except redis.RedisError as error:
        away = world.redis_away(error)
        raise RedisAway(f"the password is set, but sessions may go on: do it again. {away.message}") from error
    return ended

"""`cti user`: a person's sign-in: a new password, a one-time link, a lock, an end of sessions. A password is typed twice, or
comes on stdin; never as an argument."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import argon2
import click
import redis
from sqlalchemy import Engine

from cti_server.adapters.sql.database import make_engine
from cti_server.errors import RedisAway
from cti_server.events.facts import AuditFact, encode_fact
from cti_server.features.users.letters import link_url
from cti_server.features.users.passwords import WeakPassword, check_password
from cti_server.features.users.service import Account, NoSuchUser
from cti_server.features.users.sql import SqlAccounts
from cti_server.features.users.sql_links import SqlLinks
from cti_server.features.users.web_sessions import end_sessions, seen_sessions
from scripts.cti.output import line, print_json
from scripts.cti.send import issuer
from scripts.cti.text import safe
from scripts.cti.world import World, common_options


@click.group()
def user() -> None:
    """People who log in at the page."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose sign-in a command is about."""

    world: World
    engine: Engine
    account: Account

    @property
    def links(self) -> SqlLinks:
        return SqlLinks(self.engine, self.world.clock)

    def told(self, action: str, **detail: object) -> None:
        """To the audit. Raises redis.RedisError."""
        fact = AuditFact(
            at_ms=self.world.clock.now_ms(),
            issuer=issuer(),
            action=f"user.{action}",
            subject=f"user:{self.account.id}",
            detail={"login": self.account.login, **detail},
        )
        self.world.client.xadd(self.world.keys.facts, {"f": encode_fact(f"{fact.action}-{secrets.token_hex(12)}", fact)})

    def ends(self, action: str, **detail: object) -> int:
        """All sessions, and an audit row. Raises RedisAway when what the command did stands but sessions go on."""
        try:
            ended = end_sessions(self.world.client, self.world.keys, self.account.id)
            self.told(action, **detail, sessions_ended=ended)
        except redis.RedisError as error:
            away = self.world.redis_away(error)
            raise RedisAway(f"it is done, but sessions may go on: do it again. {away.message}") from error
        return ended

    def say(self, command: str, text: str, **more: object) -> None:
        if self.world.json:
            print_json({"command": f"user {command}", "ok": True, "login": self.account.login, **more})
        else:
            line(f"{safe(self.account.login)} {text}", style_key="ok")


@contextmanager
def someone(world: World, login: str) -> Iterator[Person]:
    """Raises NoSuchUser, and RedisAway before anything changes."""
    engine = make_engine(world.settings.database_url, world.settings.tenant)
    try:
        account = SqlAccounts(engine).by_login(login)
        if account is None:
            raise NoSuchUser(f"nobody has the login {safe(login)}")
        world.client.ping()
        yield Person(world, engine, account)
    except redis.RedisError as error:
        raise world.redis_away(error) from error
    finally:
        engine.dispose()


@user.command()
@click.argument("login")
@common_options
@click.pass_obj
def password(world: World, login: str) -> None:
    """Give LOGIN a new password and end all of LOGIN's sessions.

    Asks twice at a terminal; else the first line of stdin is the password.
    """
    with someone(world, login) as person:
        new = _read()
        check_password(new, person.account.login, person.account.name)
        SqlAccounts(person.engine).set_password(person.account.id, argon2.PasswordHasher().hash(new))
        ended = person.ends("password_set")
    person.say("password", f"has a new password; {ended} sessions ended", sessions_ended=ended)
    if person.account.barred and not world.json:
        line("the account is disabled or locked: nobody can log in with it", style_key="warning")


@user.command()
@click.argument("login")
@common_options
@click.pass_obj
def link(world: World, login: str) -> None:
    """A one-time link with which LOGIN sets a password: an invitation, or a reset for who has one.

    It is shown this once, and counts seven days (a reset: one). An older one ends.
    """
    with someone(world, login) as person:
        token, made = person.links.make(person.account, issuer())
        person.told("invited" if made.kind == "invitation" else "reset_link", expires_ms=made.expires_ms, mailed=False)
    url = link_url(world.settings.page_url or world.settings.url, token)
    until = _moment(made.expires_ms)
    person.say("link", f"may set a password until {until}, once:", link=url, kind=made.kind, expires_ms=made.expires_ms)
    if not world.json:
        click.echo(url)


@user.command()
@click.argument("login")
@click.argument("reason")
@common_options
@click.pass_obj
def lock(world: World, login: str, reason: str) -> None:
    """Keep LOGIN out, whatever password they know, and end all of LOGIN's sessions. REASON is for other administrators."""
    if not reason.strip():
        raise click.UsageError("REASON must not be blank")
    with someone(world, login) as person:
        person.links.lock(person.account.id, issuer(), reason[:200])
        ended = person.ends("locked", reason=reason[:200])
    person.say("lock", f"is kept out; {ended} sessions ended", sessions_ended=ended)


@user.command()
@click.argument("login")
@common_options
@click.pass_obj
def unlock(world: World, login: str) -> None:
    """Let LOGIN in again. Waits after failed logins end by themselves within 15 minutes, or on the page."""
    with someone(world, login) as person:
        person.links.unlock(person.account.id)
        person.told("unlocked")
    person.say("unlock", "may log in again")


@user.command()
@click.argument("login")
@click.option("--end", is_flag=True, help="End them all.")
@common_options
@click.pass_obj
def sessions(world: World, login: str, end: bool) -> None:
    """Where LOGIN is logged in: address, since when, last used, browser."""
    with someone(world, login) as person:
        found = seen_sessions(world.client, world.keys, person.account.id)
        ended = person.ends("sessions_ended") if end else 0
    person.say("sessions", f"has {len(found)} sessions{'; all ended' if end else ''}", sessions=found, sessions_ended=ended)
    if not world.json:
        for one in found:
            times = [_moment(one[name]) for name in ("created_ms", "seen_ms")]
            line("  ".join([safe(one["address"] or "?"), *times, safe(one["browser"])]))


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _read() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("New password", hide_input=True, confirmation_prompt="The same again"))
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise WeakPassword("what came on stdin is no text in this terminal's encoding: send UTF-8") from error

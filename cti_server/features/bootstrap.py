"""Prepares a centre to run: schema, demo centre (or a first administrator) when the database is empty, first configuration
document in Redis."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import argon2
import orjson
import redis
import structlog
from sqlalchemy import Engine

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.domain.clock import Clock
from cti_server.errors import BadConfig, CtiError, RedisAway
from cti_server.features.centre.flow_files import read_flows
from cti_server.features.centre.seed import DEMO_PASSWORD, USERS
from cti_server.features.centre.seed_sql import (
    fit_switch,
    is_empty,
    password_hashes,
    seed_calendars,
    seed_demo,
    seed_empty,
    seed_roles,
    set_passwords,
)
from cti_server.features.entities.contract import By
from cti_server.features.entities.sql import Entities
from cti_server.features.publication.contract import NothingToPublish, PublishRefused
from cti_server.features.publication.delivery import put_document, put_problems
from cti_server.features.publication.files import note_files, take_files
from cti_server.features.publication.jobs import said
from cti_server.features.publication.sql import Publications
from cti_server.features.registry import ENTITIES
from cti_server.features.users.letters import link_url
from cti_server.features.users.sql import SqlAccounts
from cti_server.features.users.sql_links import SqlLinks
from cti_server.settings import Settings, is_loopback, masked

BOOTSTRAP = By("system:bootstrap", "system:bootstrap")
log = structlog.get_logger(__name__)


def bootstrap(settings: Settings, *, new_passwords: bool = False, empty: str = "") -> dict[str, Any]:
    """Migrate, seed when empty, fit the switch's folders and trunks, publish where nothing is. Doing it again changes nothing.
    What is fitted is published, too, unless people have changes in the draft.

    ``new_passwords``: logins that still have the demo's documented password get one of their own, unless this is a demo on
    loopback; else they are only told of: a demo may be running on the same database.

    ``empty``: the login of the one administrator that an empty database gets instead of the demo; ``link`` is where this person
    sets a password, once ('' where there is one already): a new link each time.

    Gives {"schema", "seeded": bool, "link": text, "config_version", "problems": [text],
    "logins": [{role, login, password, name}], "new_passwords": bool, "documented": [login]}; ``logins`` holds the demo centre's
    people as long as their file is there, with '' for a password that was changed since; it is kept where the page is on
    loopback, elsewhere the run that made the passwords tells them, and nobody else.

    ``documented`` are those who keep the documented password although this is no demo. Raises BadDatabase,
    BadConfig (no usable document at all), NoFlows, and RedisAway before anything was changed.
    """
    client = _redis(settings)
    revision = migrate(settings.database_url)
    engine, clock = make_engine(settings.database_url, settings.tenant), SystemClock()
    entities = Entities(engine, ENTITIES, clock)
    publications = Publications(engine, entities, ENTITIES, clock, settings.tenant)
    logins = Path(settings.data_dir) / "demo-logins.json"
    kept = is_loopback(settings.http_host)
    try:
        usable = publications.usable()
        clean = usable and not publications.difference()
        with transaction(engine) as session:
            seeded = is_empty(session)
            documented: list[str] = []
            if seeded and empty:
                changed = {}
                seed_empty(session, empty, _first_settings(settings))
                note_files(session, read_flows(settings.flows_path))
            elif seeded:
                changed = _passwords(settings, [user.login for user in USERS])
                seed_demo(session, _hashes(changed), _first_settings(settings))
            else:
                documented = [] if settings.is_demo else _documented(password_hashes(session))
                changed = _passwords(settings, documented) if new_passwords else {}
                set_passwords(session, _hashes(changed))
            seed_calendars(session)
            seed_roles(session)
            fit_switch(session, _switch_settings(settings), settings.trunks_of_the_switch)
            stored = password_hashes(session)
            if changed:  # before the commit: a password that only the database knows would be lost
                known = {} if seeded else {k: v for k, v in _read_logins(logins).items() if v != DEMO_PASSWORD}
                if kept:
                    _write_private(logins, orjson.dumps({**known, **changed}, option=orjson.OPT_INDENT_2))
        if not kept:
            logins.unlink(missing_ok=True)
        problems = []
        try:
            if clean:
                with suppress(NothingToPublish):
                    publications.publish(BOOTSTRAP, "folders and trunks of the switch")
            problems += take_files(engine, entities, read_flows(settings.flows_path))
            publications.first(BOOTSTRAP)
        except PublishRefused as error:
            problems += [said(one) for one in error.details["problems"]]
            raise BadConfig(f"no configuration can be published: {'; '.join(problems)}", {"problems": problems}) from error
        version, document = publications.newest()
        link = _first_link(settings, engine, clock, empty) if empty else ""
    finally:
        engine.dispose()
    try:
        put_document(client, Keys(settings.tenant), document, version)
        put_problems(client, Keys(settings.tenant), problems, SystemClock().now_ms())
    except redis.RedisError as error:
        raise _away(settings, error) from error
    finally:
        client.close()
    return {
        "schema": revision,
        "seeded": seeded and not empty,
        "link": link,
        "config_version": version,
        "problems": problems,
        "logins": _people(_still_true(_read_logins(logins), stored) if kept else changed),
        "new_passwords": bool(changed),
        "documented": [login for login in documented if login not in changed],
    }


def _first_link(settings: Settings, engine: Engine, clock: Clock, login: str) -> str:
    """'' where this administrator has a password, or there is none who is called so."""
    account = SqlAccounts(engine).by_login(login)
    if account is None or account.password_hash:
        return ""
    token, _ = SqlLinks(engine, clock).make(account, BOOTSTRAP.name)
    return link_url(settings.page_url or settings.url, token)


def _redis(settings: Settings) -> redis.Redis:
    """A Redis that answers."""
    client = connect(settings.redis_url)
    try:
        client.ping()
    except redis.RedisError as error:
        raise _away(settings, error) from error
    return client


def _away(settings: Settings, error: redis.RedisError) -> CtiError:
    return RedisAway(f"CTI_REDIS_URL={masked(settings.redis_url)}: {error}; start Redis or correct the URL")


# ---------------------------------------------------------------- passwords


def _passwords(settings: Settings, logins: Iterable[str]) -> dict[str, str]:
    """A password for each login: the documented one in a demo, else one of its own."""
    demo = settings.is_demo
    return {login: DEMO_PASSWORD if demo else secrets.token_urlsafe(9) for login in logins}


def _documented(hashes: Mapping[str, str]) -> list[str]:
    """The logins whose password is the documented one. People of one seed share few hashes, and each costs 50 ms to try."""
    known = {stored: _opens(stored, DEMO_PASSWORD) for stored in set(hashes.values())}
    return [login for login, stored in hashes.items() if known[stored]]


def _still_true(noted: Mapping[str, str], hashes: Mapping[str, str]) -> dict[str, str]:
    """login -> noted password, '' where it was changed since."""
    pairs = {(hashes.get(login, ""), password) for login, password in noted.items()}
    opened = {(stored, password) for stored, password in pairs if _opens(stored, password)}
    return {login: password if (hashes.get(login, ""), password) in opened else "" for login, password in noted.items()}


def _opens(stored: str, password: str) -> bool:
    try:
        return argon2.PasswordHasher().verify(stored, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def _hashes(passwords: Mapping[str, str]) -> dict[str, str]:
    """login -> hash; a password that all have is hashed once."""
    hashed = {password: argon2.PasswordHasher().hash(password) for password in set(passwords.values())}
    return {login: hashed[password] for login, password in passwords.items()}


# ---------------------------------------------------------------- the switch's side


def _switch_settings(settings: Settings) -> dict[str, Any]:
    """What the switch's own configuration says about folders and realm, where this machine has been told."""
    folders = {"recordings_dir": settings.switch_recordings_dir, "prompts_dir": settings.switch_prompts_dir}
    known: dict[str, Any] = {key: value for key, value in folders.items() if value}
    return {**known, "phone_realm": settings.phone_realm} if known else {}


def _first_settings(settings: Settings) -> dict[str, Any]:
    """Folders as a switch on this machine sees them; another machine's are set in table ``settings``."""
    return {
        "recordings_dir": str(settings.recordings_path.resolve()),
        "prompts_dir": str((Path(settings.data_dir) / "prompts").resolve()),
        "phone_realm": settings.phone_realm,
        "time_zone": "Asia/Shanghai",
    }


def _write_private(file: Path, content: bytes) -> None:
    """Readable by the owner only, from its first byte on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)


def _read_logins(file: Path) -> dict[str, str]:
    """login -> password, of the people whose password was made here."""
    if not file.exists():
        return {}
    try:
        found = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:  # torn: the passwords stand in the database, only this note of them is lost
        aside = file.with_name(file.name + ".broken")
        file.replace(aside)
        log.error("the note of the first passwords cannot be read and is set aside: give new ones with cti user", file=str(aside))
        return {}
    if isinstance(found, dict):
        return {str(login): password for login, password in found.items() if isinstance(password, str)}
    return {user.login: str(found) for user in USERS}


def _people(known: Mapping[str, str]) -> list[dict[str, str]]:
    people = [user for user in USERS if user.login in known]
    return [{"role": u.role, "login": u.login, "password": known[u.login], "name": u.name} for u in people]

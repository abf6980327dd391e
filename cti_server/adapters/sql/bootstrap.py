"""Prepares a centre to run: schema, demo centre when the database is empty, first configuration document in Redis."""

from __future__ import annotations

import os
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

import argon2
import orjson
import redis

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.config_publisher import put_config, put_problems
from cti_server.adapters.flow_files import read_flows
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect, mask
from cti_server.adapters.sql.configurations import SqlConfigurations
from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.adapters.sql.seed import is_empty, seed_demo
from cti_server.errors import CtiError
from cti_server.services.configuration import publish
from cti_server.services.seed import DEMO_PASSWORD, USERS
from cti_server.settings import Settings


def bootstrap(settings: Settings) -> dict[str, Any]:
    """Migrate, seed when empty, publish. Doing it again changes nothing.

    Gives {"schema", "seeded": bool, "config_version", "problems": [text], "logins": [{role, login, password, name}]};
    ``logins`` holds the demo centre's people as long as their file is there, else []. Raises CtiError 'bad-database',
    'bad-config' (no usable document at all), 'no-flows', 'redis-away'.
    """
    revision = migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    logins = Path(settings.data_dir) / "demo-logins.json"
    try:
        with transaction(engine) as session:
            seeded = is_empty(session)
            if seeded:
                password = DEMO_PASSWORD if settings.demo else secrets.token_urlsafe(9)
                seed_demo(session, argon2.PasswordHasher().hash(password), _first_settings(settings))
                _write_private(logins, orjson.dumps(password))
        flows = read_flows(settings.flows_path)
        published = publish(SqlConfigurations(engine), flows, settings.domain, SystemClock().now_ms(), "system:bootstrap")
    finally:
        engine.dispose()
    if published.config is None:
        problems = list(published.problems)
        raise CtiError("bad-config", f"no configuration can be published: {'; '.join(problems)}", {"problems": problems})
    client = connect(settings.redis_url)
    try:
        put_config(client, Keys(settings.domain), published.config)
        put_problems(client, Keys(settings.domain), published.problems, SystemClock().now_ms())
    except redis.RedisError as error:
        raise CtiError(
            "redis-away", f"CTI_REDIS_URL={mask(settings.redis_url)}: {error}; start Redis or correct the URL"
        ) from error
    finally:
        client.close()
    return {
        "schema": revision,
        "seeded": seeded,
        "config_version": published.config.version,
        "problems": list(published.problems),
        "logins": _logins(logins),
    }


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


def _logins(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        return []
    password = str(orjson.loads(file.read_bytes()))
    return [{k: v for k, v in {**asdict(user), "password": password}.items() if k in _SHOWN} for user in USERS]


_SHOWN = ("role", "login", "password", "name")

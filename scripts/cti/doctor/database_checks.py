"""The database: reachable, of this version's schema, and how old its newest fact is. Never creates or changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.engine import make_url

from cti_server.adapters.sql.database import check_schema, make_engine, masked, transaction
from cti_server.adapters.sql.models import AgentInterval, Call, Segment
from cti_server.errors import CtiError
from scripts.cti.doctor.finding import Finding, Options
from scripts.cti.text import age
from scripts.cti.world import World

HINTS = {
    "bad-database": "correct CTI_DATABASE_URL",
    "database-away": "start the database; until then facts wait in Redis and nothing is lost",
    "database-not-migrated": "start cti-worker, which migrates it, or run: cti prepare",
}


def check_database(world: World, options: Options) -> Iterator[Finding]:
    """Reachable, migrated, newest fact."""
    url = world.settings.database_url
    details = {"url": masked(url)}
    try:
        missing = _missing_file(url)
        if missing:
            hint = "run cti prepare, which makes it, or correct CTI_DATABASE_URL"
            yield Finding("database", "critical", f"the SQLite file {missing} does not exist", hint, details)
            return
        engine = make_engine(url)
        try:
            check_schema(engine)
            yield Finding("database", "ok", f"{masked(url)}: reachable, schema of this version", details=details)
            yield _newest(world, engine)
        finally:
            engine.dispose()
    except CtiError as error:
        yield Finding(
            "database", "critical", error.message, HINTS.get(error.error_id, ""), {**details, "error_id": error.error_id}
        )


def _missing_file(url: str) -> str:
    """The path of a SQLite file that is not there, else ''. Opening would create it."""
    if not url.startswith("sqlite"):
        return ""
    path = make_url(url).database or ""
    return path if path and path != ":memory:" and not Path(path).exists() else ""


def _newest(world: World, engine: Engine) -> Finding:
    with transaction(engine) as session:
        columns = (Call.ended_ms, Segment.ended_ms, AgentInterval.ended_ms)
        newest = max((session.scalar(select(func.max(column))) or 0) for column in columns)
    if not newest:
        return Finding("ledger", "info", "no fact yet")
    age_ms = max(0, world.clock.now_ms() - newest)
    return Finding("ledger", "ok", f"newest fact {age('en', age_ms)}", details={"newest_ms": newest, "age_ms": age_ms})

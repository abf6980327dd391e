"""The database: reachable, of this version's schema, its newest fact, recordings without a good file. Never creates or changes
anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.engine import make_url

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.sql.database import BadDatabase, DatabaseNotMigrated, check_schema, make_engine, transaction
from cti_server.errors import CtiError, DatabaseAway
from cti_server.events.facts import AgentIntervalFact, AuditFact, CallFact, RecordingFact, SegmentFact
from cti_server.features.centre.model import ConfigVersion
from cti_server.features.ledger.model import REPORT_STALE, TABLES
from cti_server.features.prompts.sql import SqlPrompts
from cti_server.features.reports.model import REPORT_QUEUES
from cti_server.settings import masked
from scripts.cti.doctor.finding import Finding, Options
from scripts.cti.text import age, safe
from scripts.cti.world import World

CALLS, SEGMENTS, INTERVALS = TABLES[CallFact].c, TABLES[SegmentFact].c, TABLES[AgentIntervalFact].c
RECORDINGS = TABLES[RecordingFact].c
OLDEST = {
    # setting keep_NAME_days -> the moment of its rows
    "calls": CALLS.arrived_ms,
    "agents": INTERVALS.started_ms,
    "recordings": RECORDINGS.ended_ms,
    "audit": TABLES[AuditFact].c.at_ms,
    "reports": REPORT_QUEUES.c.quarter_ms,
    "configurations": ConfigVersion.at_ms,
}
SOUNDS_OLD_S = 600
RECORDINGS_OF_MS = 24 * 3_600_000
RECORDING_HINTS = {
    # problem of a recording -> what to do
    "missing": "see that the switch can write recordings_dir and that the worker sees that folder as CTI_RECORDINGS_DIR",
    "empty": "see that the switch's disk is not full, and read its log for the call",
    "short": "see that the switch's disk is not full, and read its log for the call",
}
HINTS: Mapping[type[CtiError], str] = {
    BadDatabase: "correct CTI_DATABASE_URL",
    DatabaseAway: "start the database; until then facts wait in Redis and nothing is lost",
    DatabaseNotMigrated: "start cti-worker, which migrates it, or run: cti prepare",
}


def check_database(world: World, options: Options) -> Iterator[Finding]:
    """Reachable, migrated, newest fact, recordings of the last 24 hours."""
    url = world.settings.database_url
    details = {"url": masked(url)}
    try:
        missing = _missing_file(url)
        if missing:
            hint = "run cti prepare, which makes it, or correct CTI_DATABASE_URL"
            yield Finding("database", "critical", f"the SQLite file {missing} does not exist", hint, details)
            return
        engine = make_engine(url, world.settings.tenant)
        try:
            check_schema(engine)
            yield Finding("database", "ok", f"{masked(url)}: reachable, schema of this version", details=details)
            yield _newest(world, engine)
            yield _recordings(world, engine)
            yield _kept(world, engine)
            yield from _sounds(world, engine)
        finally:
            engine.dispose()
    except CtiError as error:
        yield Finding("database", "critical", error.message, HINTS.get(type(error), ""), {**details, "error_id": error.error_id})


def _missing_file(url: str) -> str:
    """The path of a SQLite file that is not there, else ''. Opening would create it."""
    if not url.startswith("sqlite"):
        return ""
    path = make_url(url).database or ""
    return path if path and path != ":memory:" and not Path(path).exists() else ""


def _newest(world: World, engine: Engine) -> Finding:
    with transaction(engine) as session:
        columns = (CALLS.ended_ms, SEGMENTS.ended_ms, INTERVALS.ended_ms)
        newest = max((session.scalar(select(func.max(column))) or 0) for column in columns)
    if not newest:
        return Finding("ledger", "info", "no fact yet")
    age_ms = max(0, world.clock.now_ms() - newest)
    return Finding("ledger", "ok", f"newest fact {age('en', age_ms)}", details={"newest_ms": newest, "age_ms": age_ms})


def _kept(world: World, engine: Engine) -> Finding:
    """After how many days what is deleted, how old the oldest is, and how much of the reports is still to be rolled up."""
    days = {name: int(getattr(world.settings, f"keep_{name}_days")) for name in OLDEST}
    with transaction(engine) as session:
        oldest = {name: int(session.scalar(select(func.min(column))) or 0) for name, column in OLDEST.items()}
        stale = int(session.scalar(select(func.count()).select_from(REPORT_STALE)) or 0)
    words = []
    for name, at_ms in oldest.items():
        rule = f"{days[name]} days" if days[name] else "for ever"
        words.append(f"{name} {rule}" + (f" (oldest {age('en', max(0, world.clock.now_ms() - at_ms))})" if at_ms else ""))
    details = {"days": days, "oldest_ms": oldest, "report_quarters_stale": stale}
    words[-1] += f"; {stale} {'quarter' if stale == 1 else 'quarters'} of an hour to roll up"
    return Finding("kept", "ok", ", ".join(words), details=details)


def _sounds(world: World, engine: Engine) -> Iterator[Finding]:
    """Whether every switch that pulls prompts has what was uploaded, as it said itself."""
    prompts = SqlPrompts(engine, SystemClock())
    wanted, places = prompts.files(), prompts.switches()
    if not wanted:
        return
    pull = "run cti_prompts.py by its timer on every switch (docs/operators/content.md), and look at what it says"
    if not places:
        text = f"{len(wanted)} files, and no switch has pulled any: callers hear nothing"
        yield Finding("uploaded prompts", "critical", text, pull)
    for one in places:
        age_s = (world.clock.now_ms() - one["at_ms"]) // 1000
        details = {"node": one["node"], "missing": one["missing"], "age_s": age_s}
        if one["missing"]:
            text = f"{one['node']} has {one['has']} of {len(wanted)} files; it lacks {safe(', '.join(one['missing'][:5]))}"
            yield Finding("uploaded prompts", "critical", text, pull, details)
        elif age_s > SOUNDS_OLD_S:
            yield Finding("uploaded prompts", "minor", f"{one['node']} last said what it has {age_s} s ago", pull, details)
        else:
            yield Finding("uploaded prompts", "ok", f"{one['node']} has all {len(wanted)} files", details=details)


def _recordings(world: World, engine: Engine) -> Finding:
    """What engine and worker said of the recordings that ended in the last 24 hours. The index (checked_ms, ended_ms) answers."""
    since_ms = world.clock.now_ms() - RECORDINGS_OF_MS
    seen = or_(RECORDINGS.checked_ms == 0, RECORDINGS.checked_ms >= since_ms)
    asked = select(RECORDINGS.problem, func.count().label("number"))
    query = asked.where(seen, RECORDINGS.ended_ms >= since_ms).group_by(RECORDINGS.problem)
    with transaction(engine) as session:
        counts: dict[str, int] = {row.problem: row.number for row in session.execute(query)}
    total = sum(counts.values())
    bad = {problem: counts[problem] for problem in sorted(counts) if problem}
    details = {"hours": 24, "recordings": total, "problems": bad}
    if not bad:
        return Finding("recording files", "ok", f"{total} recordings in the last 24 hours, none with a problem", details=details)
    words = ", ".join(f"{number} {problem}" for problem, number in bad.items())
    hint = "; ".join(dict.fromkeys(RECORDING_HINTS[problem] for problem in bad if problem in RECORDING_HINTS))
    return Finding("recording files", "warning", f"of {total} recordings in the last 24 hours: {words}", hint, details)

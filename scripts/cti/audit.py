"""`cti audit`: who did what, and whether every row of it is there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as midnight
from typing import Any

import click

from cti_server.adapters.sql.database import make_engine
from cti_server.domain.localday import BadDay, day_named, days_between
from cti_server.errors import CtiError
from cti_server.features.audit import state
from cti_server.features.audit.chain import Check
from cti_server.features.audit.contract import PROBLEMS, ChainProblem, word_of
from cti_server.features.audit.service import AuditQuery
from cti_server.features.audit.sql import SqlAudit
from scripts.cti.output import cell, console, line, print_json, table
from scripts.cti.text import safe
from scripts.cti.world import World, common_options
from scripts.errors import BadUsage

PIECE = 5_000


class ChainBroken(CtiError, id="chain-broken"):
    """Details: problems."""


@click.group()
def audit() -> None:
    """Who did what to whom, and whether all of it is there."""


@audit.command("list")
@click.option("--day", default="", help="A day YYYY-MM-DD, of this machine.")
@click.option("--until", default="", help="The last day; else the same.")
@click.option("--who", default="", help="A part of a login, or of agent:ID, user:ID, system:WHAT.")
@click.option("--whom", default="", help="A part of what it was done to.")
@click.option("--action", default="", help="Such as HangupCall, or the beginning of several: entity.")
@click.option("--text", default="", help="Anywhere in the details.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@common_options
@click.pass_obj
def list_rows(world: World, /, limit: int, **given: Any) -> None:
    """Rows, the newest first."""
    query = replace(AuditQuery(**given), per_page=limit)
    try:
        from_ms, to_ms = _days(query)
    except BadDay as error:
        raise BadUsage(error.message) from error
    engine = make_engine(world.settings.database_url, world.settings.tenant)
    try:
        total, rows = SqlAudit(engine).search(query, from_ms, to_ms)
    finally:
        engine.dispose()
    if world.json:
        print_json({"command": "audit list", "ok": True, "total": total, "items": [dict(row) for row in rows]})
        return
    shown = [[cell(text, limit=300) for text in _row(row, world.lang)] for row in rows]
    console().print(table(["time", "who", "what", "with", "details"], shown))
    line(f"{len(rows)} of {total}, in this machine's time")


@audit.command()
@common_options
@click.pass_obj
def verify(world: World) -> None:
    """Goes through the whole chain; exit code 1 when a row was removed, changed or put in."""
    engine, began = make_engine(world.settings.database_url, world.settings.tenant), time.monotonic()
    try:
        rows, check = SqlAudit(engine), Check(world.settings.audit_key.encode())
        while piece := rows.chain(check.n, PIECE):
            check.piece(piece, rows.expired_ms())
        for row, at_ms in rows.unlinked(20):
            check.tell("unlinked", 0, row, at_ms)
        known = state.read(world.client, world.keys)
        if known["links"] and rows.hash_of(known["links"]) != known["end"]:
            check.tell("cut", known["links"], 0, 0)
        problems = [*check.problems, *(one for one in known["problems"] if one["problem"] == "cut")]
    finally:
        engine.dispose()
    took = round(time.monotonic() - began, 1)
    if problems:
        said = "; ".join(_problem(one, world.lang) for one in problems)
        raise ChainBroken(f"{check.found} of {check.n} links are wrong: {said}", {"problems": problems, "links": check.n})
    if world.json:
        print_json({"command": "audit verify", "ok": True, "links": check.n, "end": check.end, "took_s": took})
    else:
        line(f"all {check.n} rows are there as they were written ({took} s); the end is {check.end or 'none'}", style_key="ok")
        if not world.settings.audit_key:
            line("without the setting audit_key whoever may write to the database can make the chain anew", style_key="warning")


def _days(query: AuditQuery) -> tuple[int, int]:
    """In this machine's time. Raises BadDay."""
    if not query.day:
        return 0, 0
    until = query.until or query.day
    days_between(query.day, until)
    first, behind = day_named(query.day), day_named(until) + timedelta(days=1)
    from_ms, to_ms = (int(datetime.combine(day, midnight()).astimezone().timestamp() * 1000) for day in (first, behind))
    return from_ms, to_ms


def _row(row: Mapping[str, Any], language: str) -> list[str]:
    at = datetime.fromtimestamp(row["at_ms"] / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    word, login = word_of(row["action"]), row["detail"].get("login")
    who = f"{login} ({row['issuer']})" if login else row["issuer"]
    detail = ", ".join(f"{name}={value}" for name, value in row["detail"].items() if name != "login")
    return [at, safe(who), word.said(language) if word else row["action"], safe(row["subject"]), safe(detail)]


def _problem(problem: ChainProblem, language: str) -> str:
    said = PROBLEMS[problem["problem"]].said(language)
    where = f"link {problem['n']}" if problem["n"] else "no link"
    return f"{said} ({where}, row {problem['row']})"

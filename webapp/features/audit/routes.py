"""Who did what to whom: the audit, read and taken out by those who may; its chain tells whether all of it is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson
import redis
from flask import Response

from cti_server.adapters.keys import Keys
from cti_server.adapters.sql.database import SearchTooLong
from cti_server.domain.clock import Clock
from cti_server.domain.localday import BadDay
from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.features.audit import state
from cti_server.features.audit.contract import SEE, word_of
from cti_server.features.audit.service import MOST_EXPORTED, AuditQuery, Audits
from webapp.audit import Audit
from webapp.auth.guard import needs
from webapp.blueprint import Blueprint, answers
from webapp.features.audit.schemas import AuditFileQuery, AuditPageSchema, AuditQuerySchema, ChainStateSchema
from webapp.features.reports import files
from webapp.features.reports.downloads import ENDING, TYPES, NoSuchFormat, reading_of, writer
from webapp.ports import Config, Row

ERRORS = (BadDay, SearchTooLong, NoConfiguration, DatabaseAway)
HEAD = ("time", "who", "action", "subject", "detail")


def routes(audits: Audits, config: Config, audit: Audit, client: redis.Redis, keys: Keys, clock: Clock) -> Blueprint:
    blueprint = Blueprint("audit", "/api", "Who did what to whom")

    @blueprint.get("/audit")
    @blueprint.arguments(AuditQuerySchema, location="query")
    @blueprint.response(200, AuditPageSchema)
    @answers(*ERRORS)
    @needs(SEE)
    def find_audit(query: dict[str, Any]) -> Row:
        """Rows of the audit, the newest first.

        A search that takes more than 10 s is stopped: give days.
        """
        found = audits.find(AuditQuery(**query))
        return {**found, "items": [_told(row) for row in found["items"]]}

    @blueprint.get("/audit.<string:ending>", parameters=[ENDING])
    @blueprint.arguments(AuditFileQuery, location="query")
    @blueprint.file(*TYPES)
    @answers(*ERRORS, NoSuchFormat)
    @needs(SEE)
    def audit_file(query: dict[str, Any], ending: str) -> Response:
        """The rows as a file, at most 50,000, the newest first.

        That somebody took it out is an audit row.
        """
        write, reading = writer(ending), reading_of(query.pop("lang"), config())
        wanted = AuditQuery(**query)
        found = audits.find(replace(wanted, per_page=MOST_EXPORTED))
        above = files.header({"day": wanted.day, "until": wanted.until, "as_of_ms": clock.now_ms()}, "audit", reading)
        if found["total"] > len(found["items"]):
            above.insert(-1, [reading.word("first_rows"), len(found["items"]), found["total"]])
        audit.write("audit.exported", ending, {**query, "rows": len(found["items"])})
        return write(above, lambda: _table(found["items"], reading), ("audit", wanted.day, wanted.until))

    @blueprint.get("/audit/chain")
    @blueprint.response(200, ChainStateSchema)
    @needs(SEE)
    def audit_chain() -> Row:
        """Whether every row is there as it was written, as far as the worker has looked."""
        return state.read(client, keys)

    return blueprint


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "who": str(row["detail"].get("login", ""))}


def _table(rows: Iterable[Mapping[str, Any]], reading: files.Reading) -> list[list[files.Cell]]:
    found: list[list[files.Cell]] = [[reading.word(f"audit.{name}") for name in HEAD]]
    for row in rows:
        word, told = word_of(row["action"]), _told(row)
        who = f"{told['who']} ({row['issuer']})" if told["who"] else row["issuer"]
        action = word.said(reading.language) if word else row["action"]
        detail = orjson.dumps(row["detail"]).decode()[: files.LONGEST_CELL]
        found.append([files.local_time(row["at_ms"], reading.zone, files.SECONDS), who, action, row["subject"], detail])
    return found

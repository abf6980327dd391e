"""Past calls, as far as one's right goes; another one's call is as good as none."""

from __future__ import annotations

from typing import Any

from flask import Response

from cti_server.adapters.sql.database import SearchTooLong
from cti_server.domain.clock import Clock
from cti_server.domain.localday import BadDay
from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.events.errors import NoSuchCall
from cti_server.features.calls.contract import SEE
from cti_server.features.calls.service import CallQuery, Calls, is_within
from webapp.audit import Audit
from webapp.auth.guard import needs, reach
from webapp.blueprint import Blueprint, answers
from webapp.errors import NotAllowed
from webapp.features.calls.schemas import CallDetailSchema, CallFileQuery, CallPageSchema, CallQuerySchema
from webapp.features.messages.heard import reaches
from webapp.features.recordings.hearing import Hearing
from webapp.features.reports import files
from webapp.features.reports.downloads import ENDING, TYPES, NoSuchFormat, reading_of, writer
from webapp.ports import Config, Row

ERRORS = (BadDay, SearchTooLong, NotAllowed, NoConfiguration, DatabaseAway)


def routes(calls: Calls, config: Config, hearing: Hearing, audit: Audit, clock: Clock) -> Blueprint:
    blueprint = Blueprint("calls", "/api", "Past calls")

    @blueprint.get("/calls")
    @blueprint.arguments(CallQuerySchema, location="query")
    @blueprint.response(200, CallPageSchema)
    @answers(*ERRORS)
    @needs(SEE)
    def find_calls(query: dict[str, Any]) -> Row:
        """Calls, the newest first; as far as one's right goes.

        A search that takes more than 10 s is stopped: give days.
        """
        return hearing.with_rights(calls.find(_asked(CallQuery(**query)), reach(SEE)))

    @blueprint.get("/calls.<string:ending>", parameters=[ENDING])
    @blueprint.arguments(CallFileQuery, location="query")
    @blueprint.file(*TYPES)
    @answers(*ERRORS, NoSuchFormat)
    @needs(SEE)
    def calls_file(query: dict[str, Any], ending: str) -> Response:
        """The list as a file, with its filters, the newest first.

        At most 50,000 calls; that somebody took numbers and notes out is an audit row.
        """
        write, reading = writer(ending), reading_of(query.pop("lang"), config())
        wanted = _asked(CallQuery(**query))
        found = calls.export(wanted, reach(SEE))
        above = files.header({"day": wanted.day, "until": wanted.until, "as_of_ms": clock.now_ms()}, "calls", reading)
        if found["total"] > len(found["items"]):
            above.insert(-1, [reading.word("first_rows"), len(found["items"]), found["total"]])
        audit.write("calls.exported", ending, {**query, "calls": len(found["items"])})
        return write(above, lambda: files.calls_table(found["items"], reading), ("calls", wanted.day, wanted.until))

    @blueprint.get("/calls/<string:call_id>")
    @blueprint.response(200, CallDetailSchema)
    @answers(NoSuchCall, NoConfiguration, DatabaseAway)
    @needs(SEE)
    def read_call(call_id: str) -> Row:
        """One call with its segments, recordings and dispositions."""
        detail = calls.detail(call_id)
        if detail is None or not may_see(detail):
            raise NoSuchCall("no call has this id", {"call_id": call_id})
        return {**detail, "recordings": [{**row, **hearing.rights(row), **box_of(row)} for row in detail["recordings"]]}

    def box_of(recording: Row) -> dict[str, Any]:
        """Of a message: what its box is called, and whether this user may open it there."""
        box = str(recording.get("box", ""))
        found = config().voicemail_boxes.get(box)
        return {"box_name": found.name if found else box, "message": reaches(config, box)}

    return blueprint


def _asked(wanted: CallQuery) -> CallQuery:
    """Raises NotAllowed where somebody asks for the calls of an agent whom they do not reach."""
    if wanted.agent and not reach(SEE).has_agent(wanted.agent):
        raise NotAllowed("you may not see this agent's calls", {"right": SEE.name})
    return wanted


def may_see(detail: Row) -> bool:
    return is_within(detail, reach(SEE))

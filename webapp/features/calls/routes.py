"""Past calls. Leaders and admins see all, agents the calls that they talked in; another one's call is as good as none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response

from cti_server.adapters.sql.database import SearchTooLong
from cti_server.domain.clock import Clock
from cti_server.domain.localday import BadDay
from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.events.errors import NoSuchCall
from cti_server.features.calls.service import CallQuery, Calls
from webapp.audit import Audit
from webapp.auth.guard import current_user, roles
from webapp.auth.sessions import User
from webapp.blueprint import Blueprint, answers
from webapp.errors import NotAllowed
from webapp.features.calls.schemas import CallDetailSchema, CallFileQuery, CallPageSchema, CallQuerySchema
from webapp.features.recordings.hearing import Hearing
from webapp.features.reports import files
from webapp.features.reports.downloads import ENDING, TYPES, NoSuchFormat, reading_of, writer
from webapp.ports import Config, Row

CONVERSATION = ("talk", "hold", "wrap_up")
ERRORS = (BadDay, SearchTooLong, NotAllowed, NoConfiguration, DatabaseAway)


def routes(calls: Calls, config: Config, hearing: Hearing, audit: Audit, clock: Clock) -> Blueprint:
    blueprint = Blueprint("calls", "/api", "Past calls")

    @blueprint.get("/calls")
    @blueprint.arguments(CallQuerySchema, location="query")
    @blueprint.response(200, CallPageSchema)
    @answers(*ERRORS)
    @roles()
    def find_calls(query: dict[str, Any]) -> Row:
        """Calls, the newest first; for agents those that they talked in.

        A search that takes more than 10 s is stopped: give days.
        """
        return hearing.with_rights(calls.find(_own(CallQuery(**query))))

    @blueprint.get("/calls.<string:ending>", parameters=[ENDING])
    @blueprint.arguments(CallFileQuery, location="query")
    @blueprint.file(*TYPES)
    @answers(*ERRORS, NoSuchFormat)
    @roles()
    def calls_file(query: dict[str, Any], ending: str) -> Response:
        """The list as a file, with its filters, the newest first.

        At most 50,000 calls; that somebody took numbers and notes out is an audit row.
        """
        write, reading = writer(ending), reading_of(query.pop("lang"), config())
        wanted = _own(CallQuery(**query))
        found = calls.export(wanted)
        above = files.header({"day": wanted.day, "until": wanted.until, "as_of_ms": clock.now_ms()}, "calls", reading)
        if found["total"] > len(found["items"]):
            above.insert(-1, [reading.word("first_rows"), len(found["items"]), found["total"]])
        audit.write("calls.exported", ending, {**query, "calls": len(found["items"])})
        return write(above, lambda: files.calls_table(found["items"], reading), ("calls", wanted.day, wanted.until))

    @blueprint.get("/calls/<string:call_id>")
    @blueprint.response(200, CallDetailSchema)
    @answers(NoSuchCall, NoConfiguration, DatabaseAway)
    @roles()
    def read_call(call_id: str) -> Row:
        """One call with its segments, recordings and dispositions."""
        detail = calls.detail(call_id)
        if detail is None or not may_see(current_user(), detail):
            raise NoSuchCall("no call has this id", {"call_id": call_id})
        return {**detail, "recordings": [{**row, **hearing.rights(row)} for row in detail["recordings"]]}

    return blueprint


def _own(wanted: CallQuery) -> CallQuery:
    """Raises NotAllowed where an agent asks for another one's calls."""
    user = current_user()
    if user.role != "agent":
        return wanted
    if not user.agent_id or wanted.agent not in ("", user.agent_id):
        raise NotAllowed("agents see their own calls")
    return replace(wanted, agent=user.agent_id)


def may_see(user: User, detail: Row) -> bool:
    if user.role != "agent":
        return True
    return bool(user.agent_id) and any(s["agent"] == user.agent_id and s["segment"] in CONVERSATION for s in detail["segments"])

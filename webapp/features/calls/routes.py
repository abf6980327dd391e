"""Past calls. Leaders and admins see all, agents the calls that they talked in; another one's call is as good as none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response

from cti_server.events.errors import NoSuchCall
from webapp import audit
from webapp.auth.guard import current_user, roles
from webapp.auth.sessions import User
from webapp.blueprint import Blueprint
from webapp.context import parts
from webapp.errors import NotAllowed
from webapp.features.calls.schemas import CallDetailSchema, CallFileQuery, CallPageSchema, CallQuerySchema
from webapp.features.recordings.routes import rights, with_rights
from webapp.features.reports import files
from webapp.features.reports.routes import reading_of, writer
from webapp.features.session.schemas import ErrorSchema
from webapp.ports import CallQuery

blueprint = Blueprint("calls", __name__, url_prefix="/api", description="Past calls")

CONVERSATION = ("talk", "hold", "wrap_up")


@blueprint.get("/calls")
@blueprint.arguments(CallQuerySchema, location="query")
@blueprint.response(200, CallPageSchema)
@roles()
def find_calls(query: dict[str, Any]) -> Mapping[str, Any]:
    return with_rights(parts().ports.calls.find(_own(CallQuery(**query))))


@blueprint.get("/calls.<string:ending>")
@blueprint.arguments(CallFileQuery, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type=files.XLSX_TYPE)
@roles()
def calls_file(query: dict[str, Any], ending: str) -> Response:
    """The list as a file, with its filters, newest first. That somebody took numbers and notes out is an audit row."""
    write, reading = writer(ending), reading_of(query.pop("lang"))
    wanted = _own(CallQuery(**query))
    found = parts().ports.calls.export(wanted)
    texts = {r.code: r.texts.get(reading.language, r.code) for r in parts().ports.centre.config().dispositions}
    above = files.header({"day": wanted.day, "until": wanted.until, "as_of_ms": parts().clock.now_ms()}, "calls", reading)
    if found["total"] > len(found["items"]):
        above.insert(-1, [reading.word("first_rows"), len(found["items"]), found["total"]])
    audit.write("calls.exported", ending, {**query, "calls": len(found["items"])})
    return write(above, lambda: files.calls_table(found["items"], reading, texts), ("calls", wanted.day, wanted.until))


def _own(wanted: CallQuery) -> CallQuery:
    """Raises NotAllowed where an agent asks for another one's calls."""
    user = current_user()
    if user.role != "agent":
        return wanted
    if not user.agent_id or wanted.agent not in ("", user.agent_id):
        raise NotAllowed("agents see their own calls")
    return replace(wanted, agent=user.agent_id)


@blueprint.get("/calls/<string:call_id>")
@blueprint.response(200, CallDetailSchema)
@blueprint.alt_response(404, schema=ErrorSchema, description="no-such-call")
@roles()
def read_call(call_id: str) -> Mapping[str, Any]:
    detail = parts().ports.calls.detail(call_id)
    if detail is None or not may_see(current_user(), detail):
        raise NoSuchCall("no call has this id", {"call_id": call_id})
    return {**detail, "recordings": [_told(row) for row in detail["recordings"]]}


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A recording with what this user may do with it."""
    return {**row, **rights(current_user(), str(row["id"]))}


def may_see(user: User, detail: Mapping[str, Any]) -> bool:
    if user.role != "agent":
        return True
    segments = detail.get("segments", ())
    return bool(user.agent_id) and any(s.get("agent") == user.agent_id and s.get("segment") in CONVERSATION for s in segments)

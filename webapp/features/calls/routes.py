"""Past calls. Leaders and admins see all, agents the calls that they talked in; another one's call is as good as none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_smorest import Blueprint

from cti_server.errors import CtiError
from webapp.auth.guard import current_user, roles
from webapp.auth.sessions import User
from webapp.context import parts
from webapp.features.calls.schemas import CallDetailSchema, CallPageSchema, CallQuerySchema
from webapp.features.session.schemas import ErrorSchema
from webapp.ports import CallQuery

blueprint = Blueprint("calls", __name__, url_prefix="/api", description="Past calls")

CONVERSATION = ("talk", "hold", "wrap_up")
HIDDEN = ("path", "node", "sha256")


@blueprint.get("/calls")
@blueprint.arguments(CallQuerySchema, location="query")
@blueprint.response(200, CallPageSchema)
@roles()
def find_calls(query: dict[str, Any]) -> Mapping[str, Any]:
    user, wanted = current_user(), CallQuery(**query)
    if user.role == "agent":
        if not user.agent_id or wanted.agent not in ("", user.agent_id):
            raise CtiError("not-allowed", "agents see their own calls")
        wanted = replace(wanted, agent=user.agent_id)
    return parts().ports.calls.find(wanted)


@blueprint.get("/calls/<string:call_id>")
@blueprint.response(200, CallDetailSchema)
@blueprint.alt_response(404, schema=ErrorSchema, description="no-such-call")
@roles()
def read_call(call_id: str) -> Mapping[str, Any]:
    detail = parts().ports.calls.detail(call_id)
    if detail is None or not may_see(current_user(), detail):
        raise CtiError("no-such-call", "no call has this id", {"call_id": call_id})
    recordings = [{key: value for key, value in row.items() if key not in HIDDEN} for row in detail["recordings"]]
    return {**detail, "recordings": recordings}


def may_see(user: User, detail: Mapping[str, Any]) -> bool:
    if user.role != "agent":
        return True
    segments = detail.get("segments", ())
    return bool(user.agent_id) and any(s.get("agent") == user.agent_id and s.get("segment") in CONVERSATION for s in segments)

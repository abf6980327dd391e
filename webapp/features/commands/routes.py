"""Commands to the engine: checked, sent, answered. The engine's refusals keep their words."""

from __future__ import annotations

from typing import Any

import orjson

from cti_server.errors import CtiError
from cti_server.events.commands import read_arguments
from cti_server.events.errors import DataTooLarge, NoSuchCommand
from webapp.auth.guard import current_user, roles
from webapp.blueprint import Blueprint
from webapp.context import parts
from webapp.features.commands.rules import Known, authorize, issuer_of
from webapp.features.commands.schemas import LARGEST_DATA, CommandSchema, ReplySchema
from webapp.features.session.schemas import ErrorSchema

blueprint = Blueprint("commands", __name__, url_prefix="/api", description="Commands to the engine")


@blueprint.post("/commands")
@blueprint.arguments(CommandSchema)
@blueprint.response(200, ReplySchema)
@blueprint.alt_response(403, schema=ErrorSchema, description="not-allowed")
@blueprint.alt_response(404, schema=ErrorSchema, description="no-such-agent, no-such-call, no-such-reason")
@blueprint.alt_response(409, schema=ErrorSchema, description="wrong-state, agent-not-logged-in, already-logged-in")
@blueprint.alt_response(422, schema=ErrorSchema, description="bad-arguments, data-too-large")
@blueprint.alt_response(503, schema=ErrorSchema, description="engine-away, no-switch")
@blueprint.alt_response(504, schema=ErrorSchema, description="outcome-unknown: look before you send it again")
@roles()
def send_command(body: dict[str, Any]) -> dict[str, Any]:
    name, args, user = body["name"], body["args"], current_user()
    count = parts().metrics.commands
    try:
        read_arguments(name, args)
        if len(orjson.dumps(args.get("data", {}))) > LARGEST_DATA:
            raise DataTooLarge(f"attached data is limited to {LARGEST_DATA} bytes")
        authorize(user, name, args, known())
        data = parts().commands.send(name, args, issuer_of(user, args))
    except CtiError as error:
        count.labels("unknown" if isinstance(error, NoSuchCommand) else name, error.error_id).inc()
        raise
    count.labels(name, "ok").inc()
    return {"data": data}


def known() -> Known:
    p = parts()

    def team_of(agent_id: str) -> str:
        view = p.projection.view("agents", agent_id)
        if view is not None:
            return str(view.get("team", ""))
        agent = p.ports.centre.config().agents.get(agent_id)
        return agent.team if agent else ""

    return Known(
        agent=lambda agent_id: p.projection.view("agents", agent_id),
        call=lambda call_id: p.projection.view("calls", call_id),
        team_of=team_of,
    )

"""Commands to the engine: checked, sent, answered. The engine's refusals keep their words."""

from __future__ import annotations

from typing import Any

import orjson
from prometheus_client import Counter

from cti_server.adapters.command_client import CommandClient
from cti_server.errors import CtiError, DatabaseAway, NoConfiguration, Refused
from cti_server.events import errors
from cti_server.events.commands import COMMANDS, ReportRecording, read_arguments
from cti_server.events.errors import NoSuchCall
from cti_server.events.views import AGENT, CALL, SERVICE
from cti_server.features.calls.service import Calls
from webapp.auth.guard import anybody, current_user, issuer, reach, token_id
from webapp.blueprint import Blueprint, answers
from webapp.errors import NotAllowed
from webapp.features.commands.rules import Known, authorize, issuer_of
from webapp.features.commands.schemas import BODY, LARGEST_DATA, CommandSchema, ReplySchema
from webapp.ports import Config
from webapp.realtime.projection import Projection

REFUSALS = dict.fromkeys(error for kind in COMMANDS.values() for error in kind.errors)


def routes(commands: CommandClient, projection: Projection, config: Config, calls: Calls, count: Counter) -> Blueprint:
    blueprint = Blueprint("commands", "/api", "Commands to the engine")

    @blueprint.post("/commands")
    @blueprint.arguments(CommandSchema)
    @blueprint.doc(requestBody=BODY)
    @blueprint.response(200, ReplySchema)
    @answers(*REFUSALS, Refused, NotAllowed, NoConfiguration, DatabaseAway)
    @anybody
    def send_command(body: dict[str, Any]) -> dict[str, Any]:
        """Sends a command and waits for the engine's answer.

        Who may send which is in the description of each.
        """
        name, args, user = body["name"], body["args"], current_user()
        try:
            wish = read_arguments(name, args)
            if len(orjson.dumps(args.get("data", {}))) > LARGEST_DATA:
                raise errors.DataTooLarge(f"attached data is limited to {LARGEST_DATA} bytes")
            authorize(user, name, args, known, reach)
            if isinstance(wish, ReportRecording) and not (known.call(wish.call_id) or calls.detail(wish.call_id)):
                raise NoSuchCall("no call has this id", {"call_id": wish.call_id})
            data = commands.send(wish, issuer() if token_id() else issuer_of(user, args, known))
        except CtiError as error:
            count.labels("unknown" if isinstance(error, errors.NoSuchCommand) else name, error.error_id).inc()
            raise
        count.labels(name, "ok").inc()
        return {"data": data}

    def team_of(agent_id: str) -> str:
        view = projection.view(AGENT, agent_id)
        if view is not None:
            return view.get("team", "")
        agent = config().agents.get(agent_id)
        return agent.team if agent else ""

    known = Known(
        agent=lambda agent_id: projection.view(AGENT, agent_id),
        call=lambda call_id: projection.view(CALL, call_id),
        team_of=team_of,
        service=lambda service_id: projection.view(SERVICE, service_id),
    )
    return blueprint

"""What phones do by themselves: a call that one of them dials (a colleague, an emergency number), or that rings there without us
(from another phone, from the switch's own queue). It is seen and makes its agent busy; nothing touches it.
"""

from __future__ import annotations

from collections.abc import Container

from cti_server.domain import feature_codes
from cti_server.domain.switch import ChannelSnapshot, LegCreated, LegParked
from cti_server.domain.tenant import is_anothers
from cti_server.engine.acd import agents
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent

OUTSIDE_CONTEXT = "public"
"""Whoever calls from there may name any number as the own."""


def leg_created(core: Core, event: LegCreated | LegParked | ChannelSnapshot) -> None:
    """It may be a phone's own."""
    extension = event.caller_number if event.direction == "inbound" else event.destination
    if is_anothers(event.cti, core.config.tenant):
        return  # whose phone may have the same extension
    ours = event.leg in core.legs or event.leg in core.ghosts or event.cti.get("cti_call") or event.cti.get("cti_role")
    if ours or event.context == OUTSIDE_CONTEXT or extension not in core.by_extension or event.leg in core.own_calls:
        return
    if feature_codes.is_code(event.destination):
        return  # what it asks for is done, and it ends (``engine.doors.phone_codes``)
    core.own_calls[event.leg] = (event.node, extension)
    agent = _agent(core, extension)
    if agent is not None and agent.state in ("idle", "unreachable"):
        agents.move(core, agent, "phone_used")


def is_nobodys(core: Core, leg: str) -> bool:
    return core.own_calls.get(leg, ("", "?"))[1] == ""


def nobodys(core: Core, node: str, leg: str) -> None:
    """It is of a phone and makes nobody busy."""
    leg_ended(core, leg)
    core.own_calls[leg] = (node, "")


def left(core: Core, node: str, leg: str, agent_id: str) -> None:
    """Of two agents who talk with each other in a call that nobody remembers: it is theirs, to its end."""
    agent = core.agents.get(agent_id)
    if agent is not None and leg not in core.own_calls:
        core.own_calls[leg] = (node, agent.extension)
        if agent.state in ("idle", "unreachable") and agent.status != "logged_out":
            agents.move(core, agent, "phone_used")


def leg_ended(core: Core, leg: str) -> None:
    _, extension = core.own_calls.pop(leg, ("", ""))
    agent = _agent(core, extension)
    if agent is not None and agent.state == "own_call" and not agents.has_own_call(core, extension):
        agents.move(core, agent, "phone_free")


def only(core: Core, node: str, living: Container[str]) -> None:
    """The others of this switch have ended while nobody looked."""
    for leg in [leg for leg, (where, _) in core.own_calls.items() if where == node and leg not in living]:
        leg_ended(core, leg)


def _agent(core: Core, extension: str) -> Agent | None:
    agent = agents.at_phone(core, extension)
    return agent if agent is not None and agent.status != "logged_out" else None

"""How a command finds its handler, and what the handlers look up first; each look-up refuses in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

from cti_server.domain.agent import AgentNotLoggedIn
from cti_server.engine.acd import agents
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent, Call, Doing, Graph, Leg, Wish
from cti_server.errors import WrongState
from cti_server.events.declare import Arguments
from cti_server.events.errors import NoSuchCall, NoSwitch

Answer = Mapping[str, Any] | None
_A = TypeVar("_A", bound=Arguments)
_P = ParamSpec("_P")
_Handler = Callable[Concatenate[Core, _A, _P], Answer]
HANDLERS: dict[type[Arguments], Callable[..., Answer]] = {}


def handles(kind: type[_A]) -> Callable[[_Handler[_A, _P]], _Handler[_A, _P]]:
    """The handler of a command: what it gives is the answer's data. One that an effect answers gets the command's id, too."""

    def register(handler: _Handler[_A, _P]) -> _Handler[_A, _P]:
        if kind in HANDLERS:
            raise TypeError(f"{kind.__name__} has a handler already")
        HANDLERS[kind] = handler
        return handler

    return register


def here(core: Core, agent_id: str) -> Agent:
    agent = agents.get(core, agent_id)
    if agent.status == "logged_out":
        raise AgentNotLoggedIn(f"agent {agent.id} is not logged in; log in first")
    return agent


def call_of(core: Core, agent: Agent, *states: str) -> Call:
    call = core.calls.get(agent.call_id)
    if agent.state not in states or call is None or call.caller_gone:
        raise WrongState(f"agent {agent.id} is {agent.state}; needs {' or '.join(states)}", {"state": agent.state})
    return call


def linked(core: Core, call: Graph) -> None:
    if not core.linked(call.node):
        raise NoSwitch(f"switch {call.node} is not linked now; try again when it is back")


def in_call(core: Core, agent_id: str, *states: str) -> tuple[Call, Leg]:
    """The call and the leg of an agent who is in one of these states. Raises as declared for what is done in a call."""
    agent = here(core, agent_id)
    call = call_of(core, agent, *states)
    leg = call.leg_of(agent.id)
    if leg is None or leg.gone:
        raise WrongState(f"agent {agent.id} is leaving the call")
    linked(core, call)
    return call, leg


def wish(core: Core, call: Call, leg: Leg, command_id: str, doing: Doing) -> None:
    """The command is answered when the leg is there and does it; a phone's, without an id, was answered when it was taken."""
    if command_id:
        call.wishes.append(Wish(command_id, leg.id, leg.group, doing))
    core.wanted(call.id)


def running(core: Core, call_id: str) -> Call:
    call = core.calls.get(call_id)
    if call is None or call.caller_gone:
        raise NoSuchCall(f"no running call has the id {call_id!r}")
    return call

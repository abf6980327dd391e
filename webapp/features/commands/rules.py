"""Whether a user may send a command with these arguments: the rights that its declaration names, looked at one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cti_server.events.commands import COMMANDS
from cti_server.events.declare import Right
from webapp.auth.sessions import User
from webapp.errors import NotAllowed

View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the centre: look-ups of an agent's view, a call's view, an agent's team ('' unknown), a service's view."""

    agent: Callable[[str], View | None]
    call: Callable[[str], View | None]
    team_of: Callable[[str], str]
    service: Callable[[str], View | None]


def authorize(user: User, name: str, args: Mapping[str, Any], known: Known) -> None:
    """Raises NotAllowed."""
    if user.role == "admin":
        return
    if not any(_CHECKS[right](user, args, known) for right in COMMANDS[name].may):
        raise NotAllowed(f"you may not {name} here", {"command": name})


def issuer_of(user: User, args: Mapping[str, Any]) -> str:
    """'agent:ID' when agents act for themselves."""
    own = args.get("agent_id", user.agent_id) == user.agent_id
    return f"agent:{user.agent_id}" if user.agent_id and own and user.role == "agent" else f"user:{user.id}"


def _own(user: User, args: Mapping[str, Any], known: Known) -> bool:
    if not user.agent_id or args.get("agent_id") != user.agent_id:
        return False
    call_id = args.get("call_id")
    if call_id is None or known.call(call_id) is None:
        return True  # a call that has ended is not known any more: the engine decides by the agent's last call
    return _has_call(user, call_id, known)


def _has_call(user: User, call_id: str, known: Known) -> bool:
    call = known.call(call_id) or {}
    agent = known.agent(user.agent_id) or {}
    had = (agent.get("call_id"), *agent.get("last_calls", ()))
    return bool(user.agent_id) and (call.get("agent") == user.agent_id or call_id in had)


def _team(user: User, args: Mapping[str, Any], known: Known) -> bool:
    if user.role != "leader" or not user.team or "agent_id" not in args:
        return False
    if known.team_of(args["agent_id"]) != user.team:
        return False
    return "call_id" not in args or _call(user, {"call_id": args["call_id"]}, known)


def _call(user: User, args: Mapping[str, Any], known: Known) -> bool:
    call_id = args.get("call_id")
    if call_id is None or "agent_id" in args:
        return False
    if user.role == "agent":
        return _has_call(user, call_id, known)
    call = known.call(call_id)
    if user.role != "leader" or call is None:
        return False
    agent = str(call.get("agent") or "")
    return not agent or (bool(user.team) and known.team_of(agent) == user.team)


def _lead(user: User, args: Mapping[str, Any], known: Known) -> bool:
    return user.role == "leader" and (_team(user, args, known) or _call(user, args, known))


def _service(user: User, args: Mapping[str, Any], known: Known) -> bool:
    service = known.service(args.get("service_id", "")) or {}
    return user.role == "leader" and bool(user.team) and service.get("team") == user.team


_CHECKS: dict[Right, Callable[[User, Mapping[str, Any], Known], bool]] = {
    "own": _own,
    "team": _team,
    "call": _call,
    "lead": _lead,
    "service": _service,
}

"""Whether a user may send a command with these arguments: one of the relations that its declaration names must be the user's, and
the right for it must go far enough. A command that names none is for programs of the centre."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cti_server.events.commands import COMMANDS
from cti_server.features.commands.contract import PROGRAM
from cti_server.rights import Reach
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


Check = Callable[[User, Reach, Mapping[str, Any], Known], bool]


def authorize(user: User, name: str, args: Mapping[str, Any], known: Known, reach: Callable[[str], Reach]) -> None:
    """``reach``: of the user with a right. Raises NotAllowed."""
    if user.rights.get(PROGRAM.name):
        return
    for relation in COMMANDS[name].may:
        far = reach(f"commands.{relation}")
        if far.whole or _CHECKS[relation](user, far, args, known):
            return
    raise NotAllowed(f"you may not {name} here", {"command": name})


def issuer_of(user: User, args: Mapping[str, Any], known: Known) -> str:
    """'agent:ID' when agents act for themselves."""
    own = args["agent_id"] == user.agent_id if "agent_id" in args else _has_call(user, args.get("call_id", ""), known)
    return f"agent:{user.agent_id}" if user.agent_id and own else f"user:{user.id}"


def _own(user: User, far: Reach, args: Mapping[str, Any], known: Known) -> bool:
    if not far.agent or args.get("agent_id") != far.agent:
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


def _team(user: User, far: Reach, args: Mapping[str, Any], known: Known) -> bool:
    if known.team_of(args.get("agent_id", "")) not in far.teams:
        return False
    return "call_id" not in args or _call(user, far, {"call_id": args["call_id"]}, known)


def _call(user: User, far: Reach, args: Mapping[str, Any], known: Known) -> bool:
    """One that nobody has yet: of a queue that the teams serve, or before it is in any."""
    call_id = args.get("call_id")
    if call_id is None or "agent_id" in args:
        return False
    call = known.call(call_id)
    if (far.agent and _has_call(user, call_id, known)) or call is None or not far.teams:
        return bool(far.agent) and _has_call(user, call_id, known)
    agent = str(call.get("agent") or "")
    return known.team_of(agent) in far.teams if agent else call.get("queue", "") in {"", *far.queues}


def _lead(user: User, far: Reach, args: Mapping[str, Any], known: Known) -> bool:
    return bool(far.teams) and (_team(user, far, args, known) or _call(user, far, args, known))


def _service(user: User, far: Reach, args: Mapping[str, Any], known: Known) -> bool:
    service = known.service(args.get("service_id", "")) or {}
    return service.get("team", "") in far.teams


_CHECKS: Mapping[str, Check] = {"own": _own, "team": _team, "call": _call, "lead": _lead, "service": _service}

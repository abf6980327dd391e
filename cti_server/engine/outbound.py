"""Calls to the outside: whether an agent may, and which trunks may take it, the best first."""

from __future__ import annotations

from cti_server.domain.config import TrunkConfig
from cti_server.domain.dialling import Act, Dialled, class_of, dialled, permitted
from cti_server.engine.alarms import Alarm
from cti_server.engine.memory import Core
from cti_server.engine.state import Agent, AgentId, Node, Trunk
from cti_server.events.errors import NoTrunk, TooManyDialled

NO_TRUNK = Alarm(
    "no-trunk",
    "critical",
    "switch",
    Node,
    en="No trunk of switch {subject} takes calls out",
    zh="交换机 {subject} 没有可用的呼出中继",
)
TOO_MANY = Alarm(
    "too-many-dialled",
    "major",
    "agent",
    AgentId,
    en="Agent {subject} dials more than the class of service allows: calls beyond it are refused",
    zh="坐席 {subject} 的外呼超过服务等级限制，超出部分被拒绝",
)
MINUTE_MS = 60_000


def permit(core: Core, agent: Agent, act: Act, text: str, running: int) -> Dialled:
    """The number that ``text`` means, when the agent may call it now; ``running``: outside calls of this agent that run.

    Raises NotDialable, OwnNumber, NumberNotAllowed, TooManyDialled (an alarm stands then).
    """
    target = dialled(core.config, text)
    permitted(core.config, agent.id, act, target)
    if target.kind == "emergency":
        return target
    limits = class_of(core.config, agent.id)
    agent.dialled_ms = [at for at in agent.dialled_ms if at > core.now - MINUTE_MS]
    if running >= limits.at_once:
        beyond = f"{limits.at_once} at once"
    elif len(agent.dialled_ms) >= limits.per_minute:
        beyond = f"{limits.per_minute} a minute"
    else:
        return target
    core.alarm(TOO_MANY, agent.id, f"agent {agent.id} may call {beyond} outside: {target.number} was refused")
    raise TooManyDialled(f"agent {agent.id} may have {beyond} calls outside", {"limit": beyond})


def choose(core: Core, node: Node, target: Dialled) -> list[Trunk]:
    """The trunks that may take the call now, in the order in which they are tried: those that rest come last, then by position;
    of the same position the one that carries least for its weight is first. For an emergency also those beyond their limits and
    those that are down, last of all. Raises NoTrunk, loudly."""
    rows = []
    why_not: dict[str, str] = {}
    for config in core.config.trunks.values():
        trunk = core.trunks.get(f"{node}:{config.name}")
        if trunk is None:
            continue
        why = hindrance(core, trunk, config, target)
        if why:
            why_not[config.name] = why
        if not why or target.kind == "emergency":
            rows.append((bool(why), trunk.resting_until_ms > core.now, config.position, trunk.calls_out / config.weight, trunk))
    if not rows:
        said = ", ".join(f"{name} {why}" for name, why in why_not.items()) or "it has none"
        core.alarm(NO_TRUNK, node, f"no trunk of {node} takes a call to a {target.kind} number: {said}")
        raise NoTrunk(f"no trunk of switch {node} takes it now: {said}", {"kind": target.kind, "trunks": why_not})
    core.clear(NO_TRUNK, node, "a trunk takes calls out again")
    return [row[-1] for row in sorted(rows, key=lambda row: (*row[:-1], row[-1].name))]


def hindrance(core: Core, trunk: Trunk, config: TrunkConfig, target: Dialled) -> str:
    """Why the trunk does not take the call; '' when it does."""
    if target.kind not in config.kinds:
        return f"carries no {target.kind} numbers"
    if trunk.state == "down":
        return "is down"
    if config.max_calls and trunk.calls_in + trunk.calls_out >= config.max_calls:
        return f"carries {config.max_calls} already"
    if config.calls_per_s and core.now - trunk.out_second_ms < 1000 and trunk.out_in_second >= config.calls_per_s:
        return f"may begin {config.calls_per_s} a second"
    return ""

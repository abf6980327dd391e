"""Calls to the outside: whether an agent may, which trunks may take one, the best first, and the leg that is called by them."""

from __future__ import annotations

from dataclasses import replace

from cti_server.domain.config import TrunkConfig
from cti_server.domain.dialling import Act, Dialled, class_of, dialled, permitted, sent, trunk_groups
from cti_server.domain.switch import Originate
from cti_server.domain.tenant import marks
from cti_server.engine.acd import direct
from cti_server.engine.books import ledger, recording
from cti_server.engine.graph import caller
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent, AgentId, Call, Dialling, Leg, Node, Seen, Trunk
from cti_server.engine.network import trunks
from cti_server.events.errors import NoTrunk, TooManyDialled
from cti_server.events.views import AGENT, CALL_DIAL_FAILED, CALL_DIALLED, DialFailed, LegParty

NO_TRUNK = Alarm(
    "no-way-out",
    "critical",
    "switch",
    Node,
    en="No trunk of switch {subject} takes calls out",
    zh="交换机 {subject} 没有可用的呼出中继",
)
TOO_MANY = Alarm(
    "dials-too-much",
    "major",
    "agent",
    AgentId,
    en="Agent {subject} dials more than the class of service allows: calls beyond it are refused",
    zh="坐席 {subject} 的外呼超过服务等级限制，超出部分被拒绝",
)
MINUTE_MS = 60_000


def permit(core: Core, agent: Agent, act: Act, text: str) -> Dialled:
    """The number that ``text`` means, when the agent may call it now.

    Raises NotDialable, OwnNumber, NumberNotAllowed, TooManyDialled (an alarm stands then).
    """
    target = dialled(core.config, text)
    permitted(core.config, agent.id, act, target)
    if target.kind == "emergency":
        return target
    limits = class_of(core.config, agent.id)
    if running(core, agent) >= limits.at_once:
        beyond = f"{limits.at_once} at once"
    elif len(_of_the_minute(core, agent)) >= limits.per_minute:
        beyond = f"{limits.per_minute} a minute"
    else:
        return target
    core.alarm(TOO_MANY, agent.id, f"agent {agent.id} may call {beyond} outside: {target.number} was refused")
    raise TooManyDialled(f"agent {agent.id} may have {beyond} calls outside", {"limit": beyond})


def _of_the_minute(core: Core, agent: Agent) -> list[int]:
    return [at for at in agent.dialled_ms if at > core.now - MINUTE_MS]


def choose(core: Core, node: Node, target: Dialled, agent_id: str, line: str = "") -> list[Trunk]:
    """The trunks that may take the agent's call now, for a customer of the service number ``line``, in the order in which they
    are tried: those that rest come last, then group by group (``dialling.trunk_groups``), then by position; of the same position
    the one that carries least for its weight is first. For an emergency also those of no such group, those beyond their limits
    and those that are down, last of all. Raises NoTrunk, loudly."""
    groups = trunk_groups(core.config, target, agent_id, line)
    rows = []
    why_not: dict[str, str] = {}
    for config in core.config.trunks.values():
        trunk = core.trunks.get(f"{node}:{config.name}")
        if trunk is None:
            continue
        rank = groups.index(config.group) if config.group in groups else len(groups)
        why = hindrance(core, trunk, config, target)
        if groups and rank == len(groups) and target.kind != "emergency":
            why = f"is not in group {' or '.join(groups)}"
        if why:
            why_not[config.name] = why
        if not why or target.kind == "emergency":
            load = trunk.calls_out / config.weight
            rows.append((bool(why), trunk.resting_until_ms > core.now, rank, config.position, load, trunk))
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


# ---------------------------------------------------------------- a leg to the outside


def new_leg(core: Core, call: Call, agent: Agent, target: Dialled, party: LegParty = "outside") -> Leg:
    """For a number that is about to be called; where it belongs the operation says."""
    return Leg(core.next_leg(), call.node, party, call.id, number=target.number, dial=Dialling(target.kind, agent.id))


def begin(core: Core, call: Call, leg: Leg, trunk: Trunk) -> None:
    """Call it."""
    dial = _dialling(leg)
    if dial.kind != "emergency" and dial.by in core.agents:
        agent = core.agents[dial.by]
        agent.dialled_ms = [*_of_the_minute(core, agent), core.now]
        core.changed(AGENT, agent.id)
    ledger.open_segment(core, call, "dial", agent=dial.by, leg=leg.id)
    _order(core, call, leg, trunk)
    core.changed(CALL_DIALLED, call.id)


def _order(core: Core, call: Call, leg: Leg, trunk: Trunk) -> None:
    dial, config = _dialling(leg), core.config.trunks[trunk.name]
    dial.trunk = trunk.name
    dial.tried.append(trunk.name)
    trunks.take(core, trunk, leg.id)
    line = core.config.service_numbers.get(call.service_number)
    variables = {
        "cti_call": call.id,
        "cti_epoch": str(core.epoch),
        **marks(core.config.tenant),
        "cti_role": leg.party,
        "cti_trunk": config.gateway,
        "cti_dialled": leg.number,
        "cti_phase": "talking",  # without a daemon nobody connects it: the watchdog ends it
        **caller.STAYS,
    }
    if leg.id == call.caller_leg:
        variables |= recording.of_dialled(core, call, dial.by)
        call.variables = dict(variables)
    order = Originate(
        leg=leg.id,
        contact=f"gw:{config.gateway}/{sent(core.config, config, Dialled(leg.number, dial.kind))}",
        timeout_s=direct.DIAL_S,
        caller_number=config.caller_id or (line.caller_id or line.number if line else ""),
        caller_name="",
        job_id=leg.id,
        variables=variables,
    )
    caller.send(core, call, order, direct.Rung(call.id, leg.id))
    core.deadlines.set(direct.ring_over, leg.id, core.now + 1000 * direct.DIAL_S + direct.RING_GRACE_MS)


def again(core: Core, call: Call, leg: Leg) -> bool:
    """The trunk has failed: the next one is tried, by another leg in the same place. False when nobody wants it any more, when
    the far phone has rung, and when there is no other."""
    dial = _dialling(leg)
    if dial.why != "no-line" or dial.rang or leg.gone or call.ending or call.caller_gone:
        return False
    try:
        found = choose(core, Node(call.node), Dialled(leg.number, dial.kind), dial.by, call.service_number)
    except NoTrunk:
        return False
    trunk = next((one for one in found if one.name not in dial.tried), None)
    if trunk is None:
        return False
    other = replace(leg, id=core.next_leg(), seen=Seen(), dial=replace(dial, trunk="", why=""))
    core.exchange(call, leg, other)
    core.deadlines.cancel(direct.ring_over, leg.id)
    _order(core, call, other, trunk)
    core.wanted(call.id)
    return True


def unreached(core: Core, call: Call, cause: str) -> None:
    """The customer's leg of an agent's own call has ended before they talked."""
    customer = call.legs[call.caller_leg]
    dial = _dialling(customer)
    direct.blame(customer, cause)
    call.ending = call.ending or dial.why
    ledger.close_segment(core, call, "dial", dial.why, leg=customer.id)
    if dial.why and dial.why != "cancelled":
        core.changed(CALL_DIAL_FAILED, call.id, DialFailed(agent_id=dial.by, number=customer.number, why=dial.why))


def running(core: Core, agent: Agent) -> int:
    """Calls outside that this agent has begun and that run."""
    return sum(leg.dial is not None and leg.dial.kind != "internal" and leg.dial.by == agent.id for leg in core.legs.values())


def _dialling(leg: Leg) -> Dialling:
    if leg.dial is None:
        raise TypeError(f"leg {leg.id} leads to no number outside")
    return leg.dial

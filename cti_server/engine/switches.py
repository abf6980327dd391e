"""Switches, trunks and phones: what is linked, how each gateway stands, where each extension is registered.

A lost link tears nothing down; a switch that comes back with another Core-UUID has lost all its calls.
"""

from __future__ import annotations

from cti_server.domain.outcomes import TRUNK_FAILURES
from cti_server.domain.switch import (
    GatewayChanged,
    LegCreated,
    LegParked,
    LinkDown,
    LinkUp,
    PhoneRegistered,
    PhoneUnregistered,
    SwitchHeartbeat,
)
from cti_server.engine import agents, calls, comeback, queueing
from cti_server.engine.memory import Core
from cti_server.engine.state import Call, Switch, Trunk

AWAY_MS = 60_000
_UP = frozenset({"REGED", "NOREG"})
_DOWN = frozenset({"FAILED", "FAIL_WAIT", "UNREGED", "EXPIRED", "DOWN"})


def get(core: Core, node: str) -> Switch:
    """The switch's record, made at its first word together with the trunks that it carries."""
    found = core.switches.get(node)
    if found is None:
        found = core.switches[node] = Switch(node)
        match_trunks(core, node)
    return found


def match_trunks(core: Core, node: str) -> None:
    """The switch has exactly the trunks of the configuration; one whose gateway changed begins anew."""
    configured = {f"{node}:{config.name}": config.gateway for config in core.config.trunks.values()}
    for trunk in [trunk for trunk in core.trunks.values() if trunk.node == node and configured.get(trunk.id) != trunk.gateway]:
        del core.trunks[trunk.id]
        core.gateways.pop((node, trunk.gateway), None)
        core.trunk_legs = {leg: entry for leg, entry in core.trunk_legs.items() if entry[0] != trunk.id}
        core.removed("trunks", trunk.id)
        core.clear_alarm(f"trunk-down:{trunk.id}", f"trunk {trunk.name} on {trunk.node} is no longer configured")
    for config in core.config.trunks.values():
        trunk_id = f"{node}:{config.name}"
        if trunk_id not in core.trunks:
            core.trunks[trunk_id] = Trunk(trunk_id, config.name, node, config.gateway)
            core.gateways[node, config.gateway] = trunk_id
            core.changed("trunks", trunk_id, "trunk.changed")


# ---------------------------------------------------------------- links


def link_up(core: Core, event: LinkUp) -> None:
    """A switch that was away counts as linked when it has restarted (its calls are lost), or when Resync tells what is there."""
    switch = get(core, event.node)
    restarted = bool(switch.core_uuid) and bool(event.core_uuid) and switch.core_uuid != event.core_uuid
    switch.core_uuid = event.core_uuid or switch.core_uuid
    if restarted:
        lose_all(core, switch)
        link(core, switch)
        switch.given_up = []
    core.changed("switches", event.node, "switch.linked" if switch.linked else "")


def link(core: Core, switch: Switch) -> None:
    """The switch is heard, and what lives there is known."""
    if not switch.linked:
        core.clear_alarm(f"switch-away:{switch.id}", f"switch {switch.id} is linked again")
        core.deadlines.cancel("switch_away", switch.id)
    switch.linked, switch.reason, switch.unlinked_ms = True, "", 0
    core.changed("switches", switch.id, "switch.linked")


def link_down(core: Core, event: LinkDown) -> None:
    """Nothing is torn down; calls there are not offered until the link is back."""
    unlink(core, get(core, event.node), event.reason, core.now)
    for call in list(core.calls.values()):
        if call.node == event.node:
            queueing.out_of_line(core, call)
    core.changed("switches", event.node, "switch.unlinked")


def unlink(core: Core, switch: Switch, reason: str, since_ms: int) -> None:
    """Also of one that was not back in step yet: then it is away since the first time."""
    switch.unlinked_ms = since_ms if switch.linked else switch.unlinked_ms or since_ms
    switch.linked, switch.reason = False, reason
    if not core.deadlines.at("switch_away", switch.id):
        core.deadlines.set("switch_away", switch.id, core.now + AWAY_MS)
    alarm_away(core, switch)


def stays_away(core: Core, node: str) -> None:
    """Deadline 'switch_away': its calls are given up, so that the agents can work on other switches. What lives there all the
    same is taken over when the link is back."""
    switch = core.switches[node]
    if not switch.linked:
        switch.given_up += [call.id for call in core.calls.values() if call.node == node]
        lose_all(core, switch)


def alarm_away(core: Core, switch: Switch) -> None:
    text = f"switch {switch.id} is not linked: {switch.reason}"
    core.alarm(f"switch-away:{switch.id}", "critical", "switch", text, switch.id, lasting=True)


def lose_all(core: Core, switch: Switch) -> None:
    """The calls of a switch are gone; they are booked as ended when it was last heard."""
    with core.at(switch.unlinked_ms or core.now, bool(switch.unlinked_ms)):
        for call in [call for call in core.calls.values() if call.node == switch.id]:
            lose(core, call)


def lose(core: Core, call: Call, cause: str = "SWITCH_LOST") -> None:
    """The call's channels are gone with their switch: close it as switch-lost and free the agent."""
    for leg_id in call.legs:
        leg_ended(core, leg_id, cause)
    call.estimated = call.estimated or core.estimating
    call.ending = call.outcome = "switch-lost"
    call.gone_first = call.gone_first or "system"
    for leg in list(call.legs.values()):
        if leg.party == "agent":
            core.legs.pop(leg.id, None)
            core.deadlines.cancel("agent_kill", leg.id)
    calls.caller_left(core, call, cause)
    for leg in [leg for leg in call.legs.values() if leg.party == "agent"]:
        core.deadlines.cancel("agent_kill", leg.id)
        call.legs.pop(leg.id)
    calls.close_books(core, call.id)


def heartbeat(core: Core, event: SwitchHeartbeat) -> None:
    switch = get(core, event.node)
    switch.sessions, switch.max_sessions = event.sessions, event.max_sessions
    switch.core_uuid = switch.core_uuid or event.core_uuid
    core.changed("switches", event.node, "switch.linked")


# ---------------------------------------------------------------- trunks


def gateway_changed(core: Core, event: GatewayChanged) -> None:
    get(core, event.node)
    trunk = core.trunks.get(core.gateways.get((event.node, event.gateway), ""))
    if trunk is None:
        return
    was, before = trunk.state, (trunk.state, trunk.detail, trunk.ping, trunk.ping_ms)
    down = event.ping == "DOWN" or event.state in _DOWN
    trunk.state = "down" if down else "up" if event.state in _UP or event.ping == "UP" else trunk.state
    trunk.detail, trunk.ping = event.state, event.ping or trunk.ping
    trunk.ping_ms = 0.0 if trunk.state == "down" else event.ping_ms or trunk.ping_ms
    if before == (trunk.state, trunk.detail, trunk.ping, trunk.ping_ms):
        return
    core.changed("trunks", trunk.id, "trunk.changed")
    if trunk.state == "down" and was != "down":
        text = f"trunk {trunk.name} on {trunk.node} is down: {trunk.detail}"
        core.alarm(f"trunk-down:{trunk.id}", "critical", "trunk", text, trunk.id, lasting=True)
    elif trunk.state == "up" and was == "down":
        core.clear_alarm(f"trunk-down:{trunk.id}", f"trunk {trunk.name} on {trunk.node} is up again")


def leg_created(core: Core, event: LegCreated | LegParked) -> None:
    """Count the leg on its trunk. A call in names its trunk only when it parks: the dialplan finds it by its address."""
    get(core, event.node)
    trunk = core.trunks.get(core.gateways.get((event.node, event.gateway), "")) if event.gateway else None
    if trunk is not None and event.leg not in core.trunk_legs:
        core.trunk_legs[event.leg] = (trunk.id, event.direction)
        _count(core, trunk, event.direction, 1)


def beyond_limit(core: Core, event: LegParked) -> bool:
    """Count a caller who comes in now on the trunk; True when that is more than the trunk may carry, loudly.

    Calls out count for ``max_calls``; the switch dials them without asking.
    """
    trunk = core.trunks.get(core.trunk_legs.get(event.leg, ("", ""))[0])
    config = core.config.trunks.get(trunk.name) if trunk else None
    if trunk is None or config is None:
        return False
    second = (event.switch_ms or core.now) // 1000
    trunk.in_second = trunk.in_second + 1 if trunk.second == second else 1
    trunk.second = second
    if config.max_calls and trunk.calls_in + trunk.calls_out > config.max_calls:
        limit = f"{config.max_calls} calls at once"
    elif config.calls_per_s and trunk.in_second > config.calls_per_s:
        limit = f"{config.calls_per_s} calls a second"
    else:
        return False
    trunk.refused += 1
    core.changed("trunks", trunk.id, "trunk.changed")
    text = f"trunk {trunk.name} on {trunk.node} may carry {limit}: calls beyond are refused"
    core.alarm(f"trunk-limit:{trunk.id}", "major", "trunk", text, trunk.id)
    return True


def leg_ended(core: Core, leg: str, cause: str) -> None:
    found = core.trunk_legs.pop(leg, None)
    if found is not None:
        trunk = core.trunks[found[0]]
        if found[1] == "outbound" and cause in TRUNK_FAILURES:
            trunk.failures += 1
        _count(core, trunk, found[1], -1)


def _count(core: Core, trunk: Trunk, direction: str, change: int) -> None:
    if direction == "inbound":
        trunk.calls_in += change
    else:
        trunk.calls_out += change
    core.changed("trunks", trunk.id, "trunk.changed")


# ---------------------------------------------------------------- phones


def is_page(contact: str) -> bool:
    """A browser registers over a websocket; every other phone rings without a page."""
    return "transport=ws" in contact.lower()


def phone_registered(core: Core, event: PhoneRegistered) -> None:
    get(core, event.node)
    if is_page(event.contact):
        core.desk_phones.pop(event.extension, None)
    else:
        core.desk_phones[event.extension] = None
    agent = agents.at_phone(core, event.extension)
    if agent is not None and agent.desk_phone != (event.extension in core.desk_phones):
        agent.desk_phone = not agent.desk_phone
        core.changed("agents", agent.id)
    nodes = core.phones.setdefault(event.extension, [])
    if event.node not in nodes:
        nodes.append(event.node)
        agents.phone_changed(core, event.extension)
        if agent is not None and agent.indexed_since_ms >= 0:
            core.freed[agent.id] = None  # for calls of this switch
    core.registrations[event.extension] = event.registration
    comeback.phone_back(core, event.extension)


def phone_unregistered(core: Core, event: PhoneUnregistered) -> None:
    nodes = core.phones.get(event.extension, [])
    if event.node in nodes:
        nodes.remove(event.node)
        if not nodes:
            del core.phones[event.extension]
            core.registrations.pop(event.extension, None)
            core.desk_phones.pop(event.extension, None)
        agents.phone_changed(core, event.extension)

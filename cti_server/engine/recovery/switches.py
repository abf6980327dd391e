"""Switches and phones: what is linked, where each extension is registered.

A lost link tears nothing down; a switch that comes back with another Core-UUID has lost all its calls.
"""

from __future__ import annotations

from cti_server.domain.switch import (
    LinkDown,
    LinkUp,
    PhoneRegistered,
    PhoneUnregistered,
    SwitchHeartbeat,
)
from cti_server.engine.acd import agents, consults, lost_phone, queueing, stations
from cti_server.engine.calls import calls
from cti_server.engine.graph import steps
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import Call, Node, Switch
from cti_server.engine.network import trunks
from cti_server.events.views import AGENT, SWITCH, SWITCH_LINKED, SWITCH_UNLINKED, SwitchView

SWITCH_AWAY = Alarm(
    "switch-away", "critical", "switch", Node, lasting=True, en="Switch {subject} is not connected", zh="交换机 {subject} 未连接"
)

AWAY_MS = 60_000


# ---------------------------------------------------------------- links


def link_up(core: Core, event: LinkUp) -> None:
    """A switch that was away counts as linked when it has restarted (its calls are lost), or when Resync tells what is there."""
    switch = trunks.switch(core, event.node)
    restarted = bool(switch.core_uuid) and bool(event.core_uuid) and switch.core_uuid != event.core_uuid
    switch.core_uuid = event.core_uuid or switch.core_uuid
    if restarted:
        lose_all(core, switch)
        link(core, switch)
        switch.given_up = []
    core.changed(SWITCH_LINKED if switch.linked else SWITCH, event.node)


def link(core: Core, switch: Switch) -> None:
    """The switch is heard, and what lives there is known."""
    if not switch.linked:
        core.clear(SWITCH_AWAY, switch.id, f"switch {switch.id} is linked again")
        core.deadlines.cancel(stays_away, switch.id)
    switch.linked, switch.reason, switch.unlinked_ms = True, "", 0
    core.changed(SWITCH_LINKED, switch.id)


def link_down(core: Core, event: LinkDown) -> None:
    """Nothing is torn down; calls there are not offered until the link is back."""
    unlink(core, trunks.switch(core, event.node), event.reason, core.now)
    for call in list(core.calls.values()):
        if call.node == event.node:
            queueing.out_of_line(core, call)
            for leg, ask in call.asks.items():
                consults.out_of_line(core, leg, ask)
            steps.nobody_knows(core, call)
    core.changed(SWITCH_UNLINKED, event.node)


def unlink(core: Core, switch: Switch, reason: str, since_ms: int) -> None:
    """Also of one that was not back in step yet: then it is away since the first time."""
    switch.unlinked_ms = since_ms if switch.linked else switch.unlinked_ms or since_ms
    switch.linked, switch.reason = False, reason
    if not core.deadlines.at(stays_away, switch.id):
        core.deadlines.set(stays_away, switch.id, core.now + AWAY_MS)
    core.alarm(SWITCH_AWAY, switch.id, f"switch {switch.id} is not linked: {switch.reason}")


@deadline("switch_away")
def stays_away(core: Core, node: Node) -> None:
    """Its calls are given up, so that the agents can work on other switches. What lives there all the
    same is taken over when the link is back."""
    switch = core.switches[node]
    if not switch.linked:
        switch.given_up += [call.id for call in core.calls.values() if call.node == node]
        lose_all(core, switch)


def lose_all(core: Core, switch: Switch) -> None:
    """The calls of a switch are gone; they are booked as ended when it was last heard."""
    with core.happened(switch.unlinked_ms or core.now, bool(switch.unlinked_ms)):
        for call in [call for call in core.calls.values() if call.node == switch.id]:
            lose(core, call)
        stations.lost_with(core, switch.id)


def lose(core: Core, call: Call, cause: str = "SWITCH_LOST") -> None:
    """The call's channels are gone with their switch: close it as switch-lost and free the agent."""
    for leg_id in call.legs:
        trunks.leg_ended(core, leg_id, cause)
    call.estimated = call.estimated or core.work.estimating
    call.ending = call.outcome = "switch-lost"
    call.gone_first = call.gone_first or "system"
    for leg in call.legs.values():
        if leg.party != "customer":
            core.legs.pop(leg.id, None)
    calls.caller_left(core, call, cause)
    for leg in [leg for leg in call.legs.values() if leg.party != "customer"]:
        call.legs.pop(leg.id)
    calls.close_books(core, call.id)


def heartbeat(core: Core, event: SwitchHeartbeat) -> None:
    switch = trunks.switch(core, event.node)
    switch.sessions, switch.max_sessions = event.sessions, event.max_sessions
    switch.core_uuid = switch.core_uuid or event.core_uuid
    core.changed(SWITCH_LINKED, event.node)


# ---------------------------------------------------------------- phones


def is_page(contact: str) -> bool:
    """A browser registers over a websocket; every other phone rings without a page."""
    return "transport=ws" in contact.lower()


def phone_registered(core: Core, event: PhoneRegistered) -> None:
    trunks.switch(core, event.node)
    if is_page(event.contact):
        core.desk_phones.pop(event.extension, None)
    else:
        core.desk_phones[event.extension] = None
    agent = agents.at_phone(core, event.extension)
    if agent is not None and agent.desk_phone != (event.extension in core.desk_phones):
        agent.desk_phone = not agent.desk_phone
        core.changed(AGENT, agent.id)
    nodes = core.phones.setdefault(event.extension, [])
    if event.node not in nodes:
        nodes.append(event.node)
        agents.phone_changed(core, event.extension)
        if agent is not None and agent.indexed_since_ms >= 0:
            core.freed[agent.id] = None  # for calls of this switch
    core.registrations[event.extension] = event.registration
    lost_phone.phone_back(core, event.extension)


def phone_unregistered(core: Core, event: PhoneUnregistered) -> None:
    nodes = core.phones.get(event.extension, [])
    if event.node in nodes:
        nodes.remove(event.node)
        if not nodes:
            del core.phones[event.extension]
            core.registrations.pop(event.extension, None)
            core.desk_phones.pop(event.extension, None)
        agents.phone_changed(core, event.extension)


@shows(SWITCH, Switch)
def view(core: Core, switch: Switch) -> SwitchView:
    return {
        "id": switch.id,
        "linked": switch.linked,
        "reason": switch.reason,
        "sessions": switch.sessions,
        "max_sessions": switch.max_sessions,
        "core_uuid": switch.core_uuid,
        "slow": switch.slow,
        "delay_ms": switch.delay_ms,
    }

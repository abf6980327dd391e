"""A restarted engine takes over: intention comes from the mirror and ``cti_phase``, topology from the channels.

- What ended while nobody looked is booked at ``last_seen_ms``, with the id that its interval had, marked ``estimated``.
- Bridged pairs talk on; waiting calls keep their place; an IVR node and the music start again.
- A channel of ours without a mirror is rebuilt from its cti_ variables (``engine.recovery.cold``); an agent's leg that belongs to
  no call is killed; a parked inbound channel that nobody has taken is a new call.
- Calls on a switch that is not linked now are kept as they were and settled when it is (``resync``).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from cti_server.domain.agent import IN_CALL_STATES
from cti_server.domain.switch import ChannelSnapshot, KillLeg
from cti_server.engine import configuration
from cti_server.engine.acd import agents, alarm_rules, care, direct, ivr, lost_phone, offers, pauses, queueing, stations, wrapup
from cti_server.engine.books import figures
from cti_server.engine.calls import call_backs, calls, going_on, phones, settled, talk
from cti_server.engine.graph import caller
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.messages import Adopt, Resync
from cti_server.engine.kernel.state import Agent, Call, Leg, Offer
from cti_server.engine.network import admission, trunks
from cti_server.engine.recovery import cold, defects, mirror, switches, unknown
from cti_server.events.views import AGENT, CALL, CALL_CONNECTED, CALL_QUEUED, KINDS, QUEUE


def adopt(core: Core, item: Adopt) -> None:
    """The first input after a start."""
    channels = {channel.leg: channel for channel in item.channels}
    until = min(item.last_seen_ms or core.now, core.now)
    mirror.take(core, item)
    found = list(core.calls.values())
    rows = [agent.row for agent in core.agents.values()] + [queue.row for queue in core.queues.values()]
    another_day = any(figures.overlaps_today(core, row) for row in rows)  # the time zone was changed meanwhile
    core.remembers = bool(item.mirror.get(AGENT.table) or item.mirror.get(QUEUE.table))
    core.unread = dict.fromkeys(call for call in item.mirror.get(CALL.table, {}) if call not in core.calls)
    if not core.remembers:
        figures.lack(core)
    _settle(core, [call for call in found if call.node in item.registered], channels, until)
    with core.happened(until):
        for call in [call for call in found if not mirror.is_ours(item, call.node)]:
            _each(core, call, switches.lose, call)
        for node in {agent.station.node for agent in core.agents.values() if agent.station}:
            if not mirror.is_ours(item, node):
                stations.lost_with(core, node)
    for agent in core.agents.values():
        _each(core, f"agent:{agent.id}", _station, agent, item.registered, channels)
    _unknown(core, item.channels)
    for agent in core.agents.values():
        _each(core, f"agent:{agent.id}", _free_agent, agent, until)
    if another_day:
        figures.another_day(core)
    for agent in list(core.agents.values()):
        _each(core, f"agent:{agent.id}", configuration.remove, agent)
    care.after_restart(core)
    alarm_rules.outlived(core)
    pauses.configured(core)
    call_backs.after_restart(core)
    for kind in KINDS.values():
        for thing in core.table(kind):
            core.changed(kind, thing)


def resync(core: Core, item: Resync) -> None:
    """The link to one switch is back: the same for its calls, which the engine still has."""
    channels = {channel.leg: channel for channel in item.channels}
    switch = trunks.switch(core, item.node)
    until = min(switch.unlinked_ms or core.now, core.now)
    switches.link(core, switch)
    admission.begin(core, switch)
    core.doubts = {key: doubt for key, doubt in core.doubts.items() if doubt.node != item.node}
    for leg_id in [leg for leg, (trunk, _) in core.trunk_legs.items() if core.trunks[trunk].node == item.node]:
        if leg_id not in channels:
            trunks.leg_ended(core, leg_id, "LOST_EVENT")
    for leg in [leg for leg in core.legs.values() if leg.node == item.node and leg.id not in channels]:
        call = core.calls.get(leg.call_id)
        if call is None or (call.caller_gone and leg.party == "agent"):
            calls.leg_gone(core, leg, "LOST_EVENT")
    _settle(core, [call for call in core.calls.values() if call.node == item.node], channels, until)
    for agent in core.agents.values():
        _each(core, f"agent:{agent.id}", _station, agent, (item.node,), channels)
    phones.only(core, item.node, channels)
    _unknown(core, item.channels)
    switch.given_up = []


def _settle(core: Core, found: list[Call], channels: Mapping[str, ChannelSnapshot], until: int) -> None:
    """Bring these calls from what we know of them, until ``until`` (UTC ms), to what the channels show, and drive them again."""
    alive = [call for call in found if call.caller_leg in channels or _not_called_yet(call)]
    parties = cold.parties(tuple(channels.values()))
    with core.happened(until):
        for call in found:
            if call not in alive:
                _each(core, call, _close, call)
        for call in alive:
            cold.renew(core, call, channels, parties.get(call.id, ()))
            _each(core, call, _missed, call, channels)
    for call in alive:
        _each(core, call, _go_on, call, channels)


def _not_called_yet(call: Call) -> bool:
    """An agent's own call, while the agent's phone is rung."""
    dial = call.legs[call.caller_leg].dial if call.caller_leg in call.legs else None
    return dial is not None and not dial.trunk and not call.caller_gone


def _each(core: Core, subject: Call | str, step: Callable[..., None], *arguments: Any) -> None:
    """One thing that cannot be taken over costs no other: a call is set aside, and its channels are taken as unknown ones."""
    try:
        step(core, *arguments)
    except Exception as error:  # noqa: BLE001 - see engine.recovery.defects
        core.failed("adoption", f"call:{subject.id}" if isinstance(subject, Call) else subject, error)
        if isinstance(subject, Call):
            defects.set_aside(core, subject)


# ---------------------------------------------------------------- what nobody saw


def _close(core: Core, call: Call) -> None:
    """The caller's channel has gone."""
    call.estimated = call.estimated or not call.caller_gone
    calls.caller_left(core, call, "LOST_EVENT")
    calls.close_books(core, call.id)


def _missed(core: Core, call: Call, channels: Mapping[str, ChannelSnapshot]) -> None:
    """Bring one call from what the mirror says to what the channels show."""
    channel = channels.get(call.caller_leg)
    if channel is not None:
        call.variables = {**call.variables, **_variables(call, channel)}
        if call.answered and not channel.answered:
            call.answered = False
            core.changed(CALL, call.id)
    call.steps.clear()
    for leg in call.legs.values():
        cold.look(core, call, leg, channels.get(leg.id))
    if channel is not None and channel.bridged_to not in ("", *call.legs):
        _elsewhere(core, call, channels)
        return
    for offer in list(call.offers.values()):
        if offer.leg in call.offers:
            _missed_offer(core, call, offer, channels)
    broke = call.legs[call.caller_leg].seen.state == "fallback" and any(leg.talked for leg in call.others)
    for leg in [leg for leg in call.legs.values() if leg.party != "customer"]:
        if broke and not leg.on:
            _lost_on_hold(core, call, leg, channels)
        elif leg.id not in channels:
            talk.party_left(core, call, leg, "LOST_EVENT", "")
    settled.book(core, call)


def _elsewhere(core: Core, call: Call, channels: Mapping[str, ChannelSnapshot]) -> None:
    """The caller talks with somebody whom we did not connect (the switch's own queue did, or a leg that we gave up): from now on
    it is that conversation, and its end decides."""
    offers.withdraw(core, call, "withdrawn")
    lost_phone.caller_left(core, call)
    for leg in [leg for leg in call.legs.values() if leg.party != "customer"]:
        if leg.id in channels:
            core.send(call.node, call.caller_leg, KillLeg(leg.id))
        leg.gone = "NORMAL_CLEARING"
        talk.party_left(core, call, leg, "LOST_EVENT", "")
    if call.activity == "queue":
        queueing.leave(core, call, "answered")
    elif call.activity in ("ivr", "survey"):
        ivr.end_segment(core, call)
    call.activity, call.ivr = "talk", None
    core.changed(CALL_CONNECTED, call.id)


def _lost_on_hold(core: Core, call: Call, leg: Leg, channels: Mapping[str, ChannelSnapshot]) -> None:
    """The switch's watchdog moved a caller on hold: back into the line, as after any conversation that broke."""
    if leg.id in channels:
        core.send(call.node, call.caller_leg, KillLeg(leg.id))
    talk.party_left(core, call, leg, "LOST_EVENT", "")
    if call.activity == "talk" and call.queue in core.queues:
        call.activity = "queue"
        queueing.open_wait(core, call, core.work.at_ms, again=True)
        core.changed(CALL_QUEUED, call.id)


def _variables(call: Call, channel: ChannelSnapshot) -> dict[str, str]:
    named = {name: "" for name in call.variables if name.startswith("cti_")}
    return {**named, **{name: value for name, value in channel.cti.items() if name.startswith("cti_")}}


def _missed_offer(core: Core, call: Call, offer: Offer, channels: Mapping[str, ChannelSnapshot]) -> None:
    ringing = channels.get(offer.leg)
    if ringing is None:
        offers.failed(core, call, offer.leg, "withdrawn", leg_lives=False)
    elif channels[call.caller_leg].bridged_to == offer.leg:
        with core.happened(max(core.work.at_ms, ringing.answered_ms), core.work.estimating):
            settled.book(core, call)
    elif ringing.answered and not call.legs[offer.leg].station:
        offers.failed(core, call, offer.leg, "unreachable", leg_lives=True, cause="LOSE_RACE")
    else:
        core.deadlines.set(offers.ring_over, offer.leg, offer.deadline_ms)


# ---------------------------------------------------------------- going on


def _go_on(core: Core, call: Call, channels: Mapping[str, ChannelSnapshot]) -> None:
    """Drive an adopted call again."""
    if call.id not in core.calls or call.caller_gone:
        return
    if call.caller_leg in channels:
        caller.prepare(core, call)
    core.touch(call.id)
    for leg in call.legs.values():
        rung = leg.dial is not None or leg in call.others
        if rung and not leg.seen.here and leg.id not in call.offers:
            direct.rings_on(core, leg)
    if call.slot:
        core.deadlines.set(talk.slot_over, call.id, max(core.now, call.slot_until_ms))
    if call.ending:
        caller.hang_up(core, call, "NORMAL_CLEARING", call.ending)
    elif call.legs[call.caller_leg].seen.state != "fallback":
        going_on.drive(core, call)


def _unknown(core: Core, found: tuple[ChannelSnapshot, ...]) -> None:
    """Channels that no call of ours has. Customers first: what was made for them goes with them."""
    channels = {channel.leg: channel for channel in found}
    for channel in sorted(found, key=lambda one: cold.is_second(one.cti)):
        trunks.leg_created(core, channel)
        phones.leg_created(core, channel)
        if channel.leg in core.ghosts and not channel.bridged_to:
            offers.exorcise(core, channel.leg)
        if channel.leg not in core.legs:
            _each(core, f"leg:{channel.leg}", unknown.take, channel, channels)
    for channel in found:
        company = unknown.company(core, channel, channels)
        if company and all(
            leg in channels and cold.is_second(channels[leg].cti) and leg not in core.legs for leg in (channel.leg, *company)
        ):
            phones.left(core, channel.node, channel.leg, channel.cti.get("cti_agent", ""))


# ---------------------------------------------------------------- agents


def _station(core: Core, agent: Agent, nodes: Container[str], channels: Mapping[str, ChannelSnapshot]) -> None:
    """The leg of a phone that is off hook, on a switch that is heard: it is there, in silence or in its call, or it has ended."""
    station = agent.station
    if station is None or station.node not in nodes:
        return
    channel = channels.get(station.caller_leg)
    if channel is None or station.caller_leg not in core.legs:
        stations.ended(core, agent, station.caller_leg, "LOST_EVENT")
        return
    leg = core.legs[station.caller_leg]
    call_id = leg.call_id if leg.call_id in core.calls else ""
    if channel.cti.get("cti_call", "") != call_id:
        caller.tell(core, station, leg, "cti_call", call_id)
    if call_id:
        return
    station.steps.clear()
    cold.look(core, station, leg, channel)
    if not leg.seen.here:
        core.deadlines.set(stations.not_picked_up, agent.id, core.now + 1000 * stations.PICK_UP_S)
    core.touch(station.id)


def _free_agent(core: Core, agent: Agent, until: int) -> None:
    """Deadlines again; nobody stays in a call that is not there; phones as they are registered now."""
    if agent.status == "logged_out":
        return
    if agent.state == "wrap_up":
        core.deadlines.set(wrapup.end, agent.id, agent.deadline_ms)
    elif agent.state in IN_CALL_STATES and not _in_call(core, agent):
        with core.happened(until):
            agents.move(core, agent, "release")
    elif agent.state == "own_call" and not agents.has_own_call(core, agent.extension):
        agents.move(core, agent, "phone_free")
    if agent.resting_until_ms:
        core.deadlines.set(agents.rested, agent.id, max(core.now, agent.resting_until_ms))
    if agent.page_gone_ms:
        core.deadlines.set(agents.page_stays_away, agent.id, max(core.now, agent.page_until_ms))
    agents.phone_changed(core, agent.extension)


def _in_call(core: Core, agent: Agent) -> bool:
    call = core.calls.get(agent.call_id)
    if call is None or call.caller_gone:
        return False
    return call.leg_of(agent.id) is not None or (call.comeback is not None and call.comeback.agent == agent.id)

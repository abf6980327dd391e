"""Cold adoption: a call that only its channel remembers is rebuilt from the cti_ variables, as far as they reach.

Attached data and the pressed digits are lost; the place in line, the queue, the flow's node, and who is with whom are not: that
is on the channels of all its parties (``graph.wanted``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from cti_server.domain.border import LATEST_MS, digits
from cti_server.domain.numbers import caller_id, service_number
from cti_server.domain.switch import BreakPlayback, ChannelSnapshot, LegParked
from cti_server.engine.acd import agents, ivr, wrapup
from cti_server.engine.books import drafts, ledger
from cti_server.engine.calls import calls, going_on, listeners, talk
from cti_server.engine.graph import caller, operations, seen, wanted
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import MAIN, STATION, Agent, Call, CallId, Graph, Leg, LegId, Station
from cti_server.events.views import CALL_ARRIVED

Channels = Sequence[ChannelSnapshot]


def parties(channels: Channels) -> dict[str, list[ChannelSnapshot]]:
    """By call the legs beside the customer's that were picked up, in the order in which they came. One that has not left yet as
    it was told is of the call of whom it is bridged to."""
    found: dict[str, list[ChannelSnapshot]] = {}
    calls = {channel.leg: channel.cti.get("cti_call", "") for channel in channels}
    for channel in sorted(channels, key=lambda one: one.created_ms):
        if is_second(channel.cti) and channel.answered:
            found.setdefault(calls[channel.leg] or calls.get(channel.bridged_to, ""), []).append(channel)
    return found


def is_second(cti: Mapping[str, str]) -> bool:
    """A leg that we made for somebody's call: of an agent, of somebody outside, of one who listens. Or of a phone that dialled a
    code: nobody does it any more."""
    return bool(cti.get("cti_agent")) or cti.get("cti_role") in ("agent", "outside", "supervisor", "code")


def look(core: Core, graph: Graph, leg: Leg, channel: ChannelSnapshot | None) -> None:
    """What was seen of it and what it played is forgotten for what the channel shows: what is to play begins anew."""
    leg.seen.plays, leg.seen.exec_id, leg.seen.asking, leg.seen.tries = "", "", "", 0
    if channel is not None:
        seen.described(core, graph, leg, channel)
        if leg.seen.state == "parked":
            caller.send(core, graph, BreakPlayback(leg.id))


def take(core: Core, channel: ChannelSnapshot, others: Channels) -> None:
    """Adopt the caller's ``channel``; ``others`` are the legs that were made for its call."""
    cti = channel.cti
    dialled = cti.get("cti_dialled") or channel.destination  # a transfer to the fallback queue changes the destination
    service = service_number(core.config.service_numbers, dialled, core.config.country_code)
    known = cti.get("cti_call", "")
    call = Call(
        CallId(known if known and not booked(core, channel.node, cti) else core.next_id()),
        channel.node,
        LegId(channel.leg),
        *caller_id(channel.caller_number, channel.caller_name),
        service.number if service else dialled,
        service.name if service else "",
        channel.created_ms or core.now,
        core.counter - 1_000_000,
        answered=channel.answered,
    )
    if channel.direction == "outbound":  # an agent has dialled it
        call.direction, call.number, call.name, call.service_number, call.service_name = "outbound", dialled, "", "", ""
    call.variables = {name: value for name, value in cti.items() if name.startswith("cti_") and name != wanted.NAME}
    call.queued_ms = _number(cti.get("cti_enqueued_at", ""))
    call.priority = max(-calls.MOST_PRIORITY, min(_number(cti.get("cti_priority", "")), calls.MOST_PRIORITY))
    by = next((other.cti.get("cti_queue", "") for other in others if other.leg == channel.bridged_to), "")
    call.queue = call.last_queue = by or cti.get("cti_queue", "")  # by which an agent has just answered
    call.private = bool(wanted.read(cti).get("private"))
    call.wants = _newest(channel, others)
    leg = Leg(call.caller_leg, channel.node, "customer", call.id)
    calls.register(core, call, leg)
    look(core, call, leg, channel)
    caller.prepare(core, call)
    core.changed(CALL_ARRIVED, call.id)
    if leg.seen.state != "fallback":
        for other in others:
            _party(core, call, other)
        _go_on(core, call, channel)
    core.touch(call.id)


def renew(core: Core, call: Call, channels: Mapping[str, ChannelSnapshot], others: Channels) -> None:
    """What the mirror remembers of a call is older than what its channels say: they know better who is wanted with whom."""
    customer = channels.get(call.caller_leg)
    if customer is None:
        return
    newest = _newest(customer, others)
    if newest <= call.wants:
        return
    call.wants = newest
    call.private = bool(wanted.read(customer.cti).get("private"))
    call.groups = {MAIN: call.groups[MAIN]}
    for channel in others:
        leg = call.legs.get(channel.leg)
        if leg is not None and leg.party == "customer":
            continue  # an agent's, of an internal call
        if leg is None:
            _party(core, call, channel)
        elif not leg.gone:
            wanted.take(call, leg, wanted.read(channel.cti))
    for leg in call.legs.values():
        if leg.group and leg.group not in call.groups:  # its channel says that it has left: a phone off hook, back in its station
            operations.leave(call, leg, "NORMAL_CLEARING")
    if call.activity in ("talk", "ivr"):
        _customer(core, call, customer)


def _newest(customer: ChannelSnapshot, others: Channels) -> int:
    return max(wanted.version(wanted.read(one.cti)) for one in (*others, customer))


def _customer(core: Core, call: Call, channel: ChannelSnapshot) -> None:
    """Where the customer of a conversation is, and what comes next."""
    told, phase = wanted.read(channel.cti), channel.cti.get("cti_phase", "")
    call.slot, call.recall = told.get("slot", ""), told.get("recall", "")
    call.then_queue, call.then_flow, call.then_node = told.get("queue", ""), told.get("flow", ""), told.get("node", "")
    call.groups[MAIN].sound, call.groups[MAIN].room = "music", bool(channel.room)
    if call.slot:
        talk.park(core, call)
    elif told.get("back") in call.legs and phase == "ivr" and call.ivr is None:
        going_on.to_flow(core, call, channel.cti.get("cti_flow", ""), back=told["back"])


def _go_on(core: Core, call: Call, channel: ChannelSnapshot) -> None:
    if call.others or channel.bridged_to or channel.room or wanted.read(channel.cti).get("slot"):
        call.activity = "talk"  # also with one whom we do not know: the end of that decides
        _customer(core, call, channel)
        if call.ivr is not None:
            ivr.resume(core, call)
    else:
        going_on.place(core, call, channel.cti.get("cti_phase", ""), channel.cti.get("cti_flow", ""))


def booked(core: Core, node: str, cti: Mapping[str, str]) -> bool:
    """The call of this channel is over by our books: if it lives all the same, it is another one."""
    known, switch = cti.get("cti_call", ""), core.switches.get(node)
    if switch is not None and known in switch.given_up:
        return True
    told = core.remembers and known not in core.unread
    return (told or cti.get("cti_epoch") == str(core.epoch)) and known not in ("", *core.calls)


def _party(core: Core, call: Call, channel: ChannelSnapshot) -> None:
    """Of an agent who has another call by now it is none: let them end this one by themselves."""
    cti, told = channel.cti, wanted.read(channel.cti)
    agent = core.agents.get(cti.get("cti_agent", ""))
    role = cti.get("cti_role", "agent")
    if channel.leg in core.legs or role not in ("agent", "outside", "supervisor") or (role == "agent" and agent is None):
        return
    if agent is not None:
        if agent.state == "wrap_up":
            wrapup.end(core, agent.id)
        if agent.state not in ("idle", "unreachable"):
            return
    leg = Leg(LegId(channel.leg), channel.node, wanted.party(role), call.id, agent.id if agent else "")
    wanted.take(call, leg, told)
    with_customer = channel.bridged_to == call.caller_leg or channel.room == call.room or (leg.group, leg.home) == (MAIN, "")
    leg.talked = bool(told.get("talked")) or (with_customer and leg.group == MAIN and not leg.on)
    core.join(call, leg)
    if cti.get("cti_call") != call.id:
        caller.tell(core, call, leg, "cti_call", call.id)
    look(core, call, leg, channel)
    if leg.on:
        listeners.add(core, call, leg)
    if agent is not None:
        if cti.get("cti_persistent"):
            leg.station, agent.station = True, Station(CallId(STATION + agent.id), channel.node, leg.id, up=True)
        _agent(core, call, leg, agent)
    if leg.talked:
        leg.connected_ms = channel.answered_ms or core.now
        call.connected_ms = min(call.connected_ms or leg.connected_ms, leg.connected_ms)
        if not (told or channel.room):  # of a call that was regrouped the books have what was before
            leg.doing = "talk"
            since_ms = min(leg.connected_ms, core.now)
            ledger.open_segment(core, call, "talk", call.queue, leg.agent, leg.id, started_ms=since_ms)


def _agent(core: Core, call: Call, leg: Leg, agent: Agent) -> None:
    if agent.status == "logged_out":
        agents.login(core, agent, "")
    agent.call_id, agent.queue = call.id, call.queue
    agent.state = "idle"  # also when the phone is not registered just now: who talks has one
    agents.move(core, agent, "reserve", core.now)
    if leg.talked:
        drafts.remember(core, agent, call.id)
        agents.move(core, agent, "connect")
        call.agents.append(agent.id)


def _number(text: str) -> int:
    number = digits(text.removeprefix("-"), 0, LATEST_MS)
    return -number if text.startswith("-") else number


def as_channel(event: LegParked, now_ms: int) -> ChannelSnapshot:
    """A parked leg as adoption sees it."""
    same = {f.name: getattr(event, f.name) for f in fields(ChannelSnapshot) if hasattr(event, f.name)}
    return ChannelSnapshot(**same, state="CS_PARK", bridged_to="", created_ms=now_ms, answered_ms=0)

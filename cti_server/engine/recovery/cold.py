"""Cold adoption: a call that only its channel remembers is rebuilt from the cti_ variables, as far as they reach.

Attached data and the pressed digits are lost; the place in line, the queue, the flow's node and the agent are not.
"""

from __future__ import annotations

from collections.abc import Mapping

from cti_server.domain.border import LATEST_MS, digits
from cti_server.domain.ivr import IvrState
from cti_server.domain.numbers import caller_id, service_number
from cti_server.domain.switch import BreakPlayback, ChannelSnapshot, LegParked
from cti_server.engine.acd import agents, ivr, queueing, wrapup
from cti_server.engine.books import drafts, ledger
from cti_server.engine.calls import calls
from cti_server.engine.graph import caller, seen
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Call, CallId, Leg, LegId, Running
from cti_server.events.views import CALL_ARRIVED

_OVER = frozenset({"ended", "survey"})


def take(core: Core, channel: ChannelSnapshot, partner: ChannelSnapshot | None) -> None:
    """Adopt the caller's ``channel``; ``partner`` is the leg it is bridged to."""
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
    call.variables = {name: value for name, value in cti.items() if name.startswith("cti_")}
    call.queued_ms = _number(cti.get("cti_enqueued_at", ""))
    call.priority = max(-calls.MOST_PRIORITY, min(_number(cti.get("cti_priority", "")), calls.MOST_PRIORITY))
    call.queue = call.last_queue = cti.get("cti_queue", "")
    leg = Leg(call.caller_leg, channel.node, "customer", call.id, state="parked")
    calls.register(core, call, leg)
    seen.described(core, call, leg, channel)
    caller.prepare(core, call)
    core.changed(CALL_ARRIVED, call.id)
    if partner is not None and partner.cti.get("cti_agent") in core.agents:
        _talking(core, call, channel, partner)
    elif channel.bridged_to:
        call.activity = "talk"  # with somebody whom we do not know: the end of that decides
    elif leg.seen.state != "fallback":
        caller.send(core, call, BreakPlayback(call.caller_leg))
        place(core, call, cti.get("cti_phase", ""), cti.get("cti_flow", ""))
    core.touch(call.id)


def booked(core: Core, node: str, cti: Mapping[str, str]) -> bool:
    """The call of this channel is over by our books: if it lives all the same, it is another one."""
    known, switch = cti.get("cti_call", ""), core.switches.get(node)
    if switch is not None and known in switch.given_up:
        return True
    told = core.remembers and known not in core.unread
    return (told or cti.get("cti_epoch") == str(core.epoch)) and known not in ("", *core.calls)


def _talking(core: Core, call: Call, channel: ChannelSnapshot, partner: ChannelSnapshot) -> None:
    agent = core.agents[partner.cti["cti_agent"]]
    if agent.state == "wrap_up":
        wrapup.end(core, agent.id)
    if agent.state not in ("idle", "unreachable"):
        call.activity = "talk"  # the agent has another call by now: let them end this one by themselves
        return
    if agent.status == "logged_out":
        agents.login(core, agent, "")
    leg = Leg(LegId(partner.leg), partner.node, "agent", call.id, agent.id)
    core.join(call, leg)
    seen.described(core, call, leg, partner)
    call.activity, call.last_agent = "talk", agent.id
    call.agents = [agent.id]
    call.connected_ms = partner.answered_ms or core.now
    caller.turn(call, call.legs[call.caller_leg], "bridge", 1)
    caller.turn(call, leg, "bridge", 1)
    leg.doing, leg.talked, leg.connected_ms = "talk", True, call.connected_ms
    ledger.open_segment(core, call, "talk", call.queue, agent.id, leg.id, started_ms=min(call.connected_ms, core.now))
    agent.call_id, agent.queue = call.id, call.queue
    drafts.remember(core, agent, call.id)
    agent.state = "idle"  # also when the phone is not registered just now: who talks has one
    agents.move(core, agent, "reserve", core.now)
    agents.move(core, agent, "connect")


def place(core: Core, call: Call, phase: str, flow: str) -> None:
    """Waiting, in a flow, or left alone by somebody: back to where the variables say, else to where the number leads."""
    name, _, rest = flow.partition(":")
    version, _, node = rest.partition(":")
    service = core.config.service_numbers.get(call.service_number)
    if phase in ("ivr", "survey") and name in core.flows:
        call.activity = "survey" if phase == "survey" else "ivr"
        ledger.open_segment(core, call, call.activity, call.queue, detail={"flow": name, "version": _number(version)})
        call.ivr = Running(name, _number(version), IvrState(name, _number(version), node), phase == "survey")
        ivr.resume(core, call)
    elif call.queue in core.queues and phase not in _OVER:
        queueing.enter(core, call, call.queue, call.priority)
    elif service is not None and service.flow in core.flows and phase not in _OVER:
        ivr.begin(core, call, service.flow)
    elif service is not None and service.queue in core.queues and phase not in _OVER:
        call.queued_ms = call.queued_ms or call.arrived_ms
        queueing.enter(core, call, service.queue, service.priority)
    else:
        caller.hang_up(core, call, "NORMAL_TEMPORARY_FAILURE", "failed")


def _number(text: str) -> int:
    number = digits(text.removeprefix("-"), 0, LATEST_MS)
    return -number if text.startswith("-") else number


def as_channel(event: LegParked, now_ms: int) -> ChannelSnapshot:
    """A parked leg as adoption sees it."""
    return ChannelSnapshot(
        event.node,
        event.leg,
        event.direction,
        "CS_PARK",
        event.answered,
        "",
        event.caller_number,
        event.caller_name,
        event.destination,
        event.context,
        now_ms,
        0,
        event.cti,
    )

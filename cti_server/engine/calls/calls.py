"""The life of a call on the switch: it arrives by parking, and its books close when the caller's leg has ended."""

from __future__ import annotations

import re
from dataclasses import replace

from cti_server.domain.numbers import caller_id, caller_number, service_number
from cti_server.domain.outcomes import CALL_OUTCOMES, QueueOutcome, offer_failure
from cti_server.domain.switch import ChannelSnapshot, KillLeg, LegParked
from cti_server.engine.acd import ivr, lost_phone, offers, queueing, stations
from cti_server.engine.books import figures, recording
from cti_server.engine.calls import internal, outbound, talk
from cti_server.engine.graph import caller, derived, seen, steps
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import MAIN, Call, CallId, Leg, LegId, Seen
from cti_server.engine.network import trunks
from cti_server.errors import WrongState
from cti_server.events.facts import CallFact
from cti_server.events.views import CALL, CALL_ARRIVED, CALL_DATA_CHANGED, CALL_ENDED, CallView

UNKNOWN_NUMBER = Alarm(
    "unknown-service-number",
    "minor",
    "configuration",
    str,
    single=True,
    en="A call came in to {subject}, which is no service number",
    zh="有来电拨打 {subject}，该号码未配置",
)

INBOUND_CONTEXT = "public"
BOOKS_MS = 5_000
RECORDING_MS = 2_000
MOST_PRIORITY = 100_000
LEG = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""How a switch names a channel."""
_QUEUE_OUTCOMES: dict[str, QueueOutcome] = {"overflowed": "overflowed", "failed": "failed", "switch-lost": "switch-lost"}


def arrive(core: Core, event: LegParked | ChannelSnapshot) -> None:
    """A new caller has parked in our hands. The trunk's limits count for one who does so just now."""
    service = service_number(core.config.service_numbers, event.destination, core.config.country_code)
    call = Call(
        CallId(core.next_id()),
        event.node,
        LegId(event.leg),
        *caller_id(event.caller_number, event.caller_name),
        service.number if service else caller_number(event.destination),
        service.name if service else "",
        core.now,
        core.counter,
        answered=event.answered,
    )
    register(core, call, Leg(call.caller_leg, event.node, "customer", call.id, seen=Seen("parked")))
    core.changed(CALL_ARRIVED, call.id)
    if service is None:
        text = f"a call to {event.destination[:32]!r} came in: no service number is configured for it"
        core.alarm(UNKNOWN_NUMBER, event.destination[:32], text)
        caller.hang_up(core, call, "UNALLOCATED_NUMBER", "unknown-number")
        return
    caller.prepare(core, call)
    if isinstance(event, LegParked) and trunks.beyond_limit(core, event):
        caller.hang_up(core, call, "SWITCH_CONGESTION", "failed")
    else:
        ivr.arrive(core, call, service)


def register(core: Core, call: Call, leg: Leg) -> None:
    """Put a call with its caller's leg into the tables."""
    core.calls[call.id] = call
    core.join(call, leg)


# ---------------------------------------------------------------- ends


def leg_gone(core: Core, leg: Leg, cause: str, disposition: str = "") -> None:
    """The leg has ended (``disposition``: who ended it, where the switch has said that already)."""
    _left(core, leg, cause, disposition)
    if leg.station and leg.agent in core.agents:
        stations.ended(core, core.agents[leg.agent], leg.id, cause)


def _left(core: Core, leg: Leg, cause: str, disposition: str) -> None:
    call = core.calls.get(leg.call_id)
    if call is None:
        core.legs.pop(leg.id, None)
    elif leg.dial is not None and outbound.again(core, call, leg):
        return
    elif leg.party == "customer":
        caller_left(core, call, cause)
    elif leg.id in call.offers:
        offers.failed(core, call, leg.id, offer_failure(cause), leg_lives=False)
    elif leg.seen.state != "ended":
        if call.caller_gone:
            leg.seen.state = "ended"
        else:
            seen.turn(core, call, leg, "ended")
            talk.party_left(core, call, leg, cause, disposition)
        core.legs.pop(leg.id, None)
        call.legs.pop(leg.id, None)
        if call.caller_gone:
            _bury(core, call)


def goes_home(core: Core, call: Call, leg: Leg) -> None:
    """For the call its end; the phone stays off hook."""
    recording.consults_over(core, call)
    if leg.party == "customer":  # a colleague who was called: what stays in the call is the end
        core.exchange(call, leg, replace(leg, id=core.next_leg(), station=False, seen=Seen("parked")))
        caller_left(core, call, leg.gone)
        caller_ended(core, call, "")
        stations.comes_back(core, call, leg)
        return
    if call.caller_gone:
        call.legs.pop(leg.id, None)
        core.legs.pop(leg.id, None)
    else:
        talk.party_left(core, call, leg, leg.gone, "")
    stations.comes_back(core, call, leg)
    if call.caller_gone:
        _bury(core, call)


def lost(core: Core, leg: Leg) -> None:
    """The switch says that it is not there, and nobody heard its end."""
    call = core.calls.get(leg.call_id)
    trunks.leg_ended(core, leg.id, "LOST_EVENT")
    if call is not None and leg.party == "customer":
        call.estimated = True
    leg_gone(core, leg, "LOST_EVENT")
    if call is not None and leg.party == "customer":
        close_books(core, call.id)


def caller_left(core: Core, call: Call, cause: str) -> None:
    """The caller's leg ends: close what runs, free the agent, and wait for the last word about the leg."""
    if call.caller_gone:
        return
    call.caller_gone = True
    call.cause, call.ended_ms = cause, core.work.at_ms
    call.gone_first = call.gone_first or ("agent" if internal.is_one(call) else "customer")
    if call.activity == "dial":
        outbound.unreached(core, call, cause)
    for wish in call.wishes:
        core.refuse(wish.command_id, WrongState("the conversation ended meanwhile"))
    call.wishes.clear()
    talk.last_with(call)
    offers.withdraw(core, call, "caller-left")
    lost_phone.caller_left(core, call)
    left = "voicemail" if call.voicemail and call.activity == "ivr" else CALL_OUTCOMES[call.activity]
    call.outcome = call.outcome or call.ending or left
    if call.agents and call.outcome in ("abandoned", "ivr", "voicemail"):
        call.outcome = "answered"
    if call.activity == "queue":
        queueing.leave(core, call, _QUEUE_OUTCOMES.get(call.ending, "abandoned"), estimated=call.estimated)
    elif call.activity not in ("talk", "dial"):
        ivr.end_segment(core, call)
    talk.caller_left(core, call)  # also of who has passed the call on, and whose leg is still there
    leg = call.legs[call.caller_leg]
    seen.turn(core, call, leg, "ended")
    call.activity = "ended"
    call.ivr = None
    core.changed(CALL_DATA_CHANGED, call.id)
    core.deadlines.set(close_books, call.id, core.now + BOOKS_MS)


def caller_ended(core: Core, call: Call, disposition: str) -> None:
    """The last word about the caller's leg: who ended it. A file that is still being closed is waited for a little."""
    if call.gone_first == "customer" and disposition.startswith("send_"):
        call.gone_first = "system"
    call.heard_out = True
    if recording.running(call):
        core.deadlines.set(close_books, call.id, core.now + RECORDING_MS)
    else:
        _bury(core, call)


def _bury(core: Core, call: Call) -> None:
    """The call is over when the last of its legs is; until then those that live are ended (``engine.calls.settled``)."""
    if call.heard_out and len(call.legs) == 1 and not recording.running(call):
        close_books(core, call.id)


@deadline("books")
def close_books(core: Core, call_id: CallId) -> None:
    """Write the call and forget it. A leg that lives all the same is ended, once more when it shows itself."""
    call = core.calls.get(call_id)
    if call is None:
        return
    for leg in [leg for leg in call.legs.values() if leg.id != call.caller_leg]:
        core.legs.pop(leg.id, None)
        del call.legs[leg.id]
        if leg.station:
            stations.comes_back(core, call, leg)
        else:
            core.send(call.node, call.caller_leg, KillLeg(leg.id))
            offers.haunt(core, leg.id, call.node)
    core.deadlines.cancel(close_books, call.id)
    core.deadlines.cancel(steps.look_again, call.id)
    core.deadlines.cancel(talk.slot_over, call.id)
    recording.close(core, call)
    first, last = (call.agents[0], call.agents[-1]) if call.agents else ("", "")
    fact = CallFact(
        call_id=call.id,
        node=call.node,
        direction=call.direction,
        number=call.number,
        name=call.name,
        service_number=call.service_number,
        arrived_ms=call.arrived_ms,
        ended_ms=call.ended_ms,
        outcome=call.outcome or "failed",
        last_queue=call.last_queue,
        first_agent=first,
        first_team=_team(core, first),
        last_agent=last,
        last_team=_team(core, last),
        hung_up_by=call.gone_first,
        cause=call.cause,
        data=dict(call.data),
        ivr_path=list(call.ivr_path),
        estimated=call.estimated,
    )
    core.fact(call.id, fact)
    figures.add_call(core, fact)
    core.legs.pop(call.caller_leg, None)
    core.changed(CALL_ENDED, call.id)
    core.work.gone.append((CALL, call.id))


def _team(core: Core, agent_id: str) -> str:
    agent = core.agents.get(agent_id)
    return agent.team if agent else ""


# ---------------------------------------------------------------- what people see


def _sound(call: Call) -> None:
    if not all(map(LEG.fullmatch, call.legs)):
        raise ValueError("it has a leg that no switch has")
    if any(leg_id != leg.id or leg.call_id != call.id for leg_id, leg in call.legs.items()):
        raise ValueError("it has a leg of another call")
    missing = [leg for leg in (call.caller_leg, *call.offers) if leg not in call.legs]
    if missing and not call.caller_gone:
        raise ValueError(f"its leg {missing[0]!r:.60} is missing")
    if any(MAIN not in call.groups or (leg.group and leg.group not in call.groups) for leg in call.legs.values()):
        raise ValueError("a leg of it is in no group")
    if abs(call.priority) > MOST_PRIORITY:
        raise ValueError(f"priority {call.priority} is out of range")


def _asked_by(call: Call, leg: Leg) -> int:
    """Who consults this leg, also while the two are apart."""
    group = next((call.groups[name] for name in (leg.group, leg.home) if name in call.groups and name != MAIN), None)
    owner = call.legs.get(group.owner) if group and group.purpose == "consult" else None
    return owner.no if owner and owner is not leg else 0


@shows(CALL, Call, check=_sound)
def view(core: Core, call: Call) -> CallView:
    waits, talker, offer = call.activity == "queue", call.talker, call.offer if call.offers else None
    customer, together, consults = derived.stands(call)
    called = call.legs.get(call.caller_leg)
    caller_ = called.dial.by if internal.is_one(call) and called and called.dial else ""
    phase = derived.phase(call, talker)
    has = derived.expected(call) if phase == "transferring" else talker
    return {
        "id": call.id,
        "phase": phase,
        "direction": call.direction,
        "node": call.node,
        "number": call.number,
        "name": call.name,
        "service_number": call.service_number,
        "service_name": call.service_name,
        "queue": call.queue,
        "also": call.also,
        "priority": call.priority,
        "agent": offer.agent if offer else has.agent if has else caller_,
        "ivr_path": call.ivr_path,
        "data": call.data,
        "arrived_ms": call.arrived_ms,
        "queued_ms": call.queued_ms,
        "waited_ms": call.waited_ms,
        "place_ms": call.place_ms if waits else 0,
        "place_order": call.order if waits else 0,
        "offered_ms": call.offered_ms,
        "connected_ms": call.connected_ms,
        "held_ms": call.held_ms,
        "recording": call.recording.id if call.recording and call.recording.started_ms and not call.masked else "",
        "outcome": call.outcome,
        "slot": call.slot,
        "passed_by": call.recall,
        "back_from": call.back_from,
        "back_why": call.back_why,
        "private": call.private,
        "legs": [
            {
                "id": leg.id,
                "no": leg.no,
                "node": leg.node,
                "party": "agent" if leg.agent else leg.party,
                "agent": leg.agent,
                "number": leg.number,
                "state": customer if leg.party == "customer" else derived.connection(call, leg),
                "hears": derived.hears(leg, together, consults),
                "muted": leg.muted,
                "asks": call.asks[leg.id].queue if leg.id in call.asks else "",
                "asked_by": _asked_by(call, leg) if len(call.groups) > 1 else 0,
                "connected_ms": leg.connected_ms,
            }
            for leg in call.legs.values()
            if leg.party != "supervisor" or leg.talked
        ],
    }

"""Switch events: type -> handler. Which leg is meant and who it belongs to is found here, nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cti_server.domain.switch import (
    ApplicationDone,
    CollectionStarted,
    DigitReceived,
    GatewayChanged,
    JobDone,
    LegAnswered,
    LegCreated,
    LegDestroyed,
    LegEnded,
    LegHungUp,
    LegParked,
    LegRinging,
    LegsBridged,
    LegUnparked,
    LinkDown,
    LinkUp,
    PhoneRegistered,
    PhoneSocketClosed,
    PhoneUnregistered,
    RecordingStarted,
    RecordingStopped,
    SwitchDelay,
    SwitchEvent,
    SwitchHeartbeat,
)
from cti_server.engine import admission, adoption, caller, calls, comeback, ivr, offers, recording, switches, talk, trunks
from cti_server.engine.memory import Core
from cti_server.engine.state import Call, Leg, LegId


def _found(core: Core, leg_id: str) -> tuple[Call, Leg] | None:
    """The call and leg of an event; a ghost that shows itself is killed on the way."""
    leg = core.legs.get(leg_id)
    if leg is None:
        if leg_id in core.ghosts:
            offers.exorcise(core, leg_id)
        return None
    call = core.calls.get(leg.call_id)
    return None if call is None else (call, leg)


def _created(core: Core, event: LegCreated) -> None:
    trunks.leg_created(core, event)
    _found(core, event.leg)


def _ringing(core: Core, event: LegRinging) -> None:
    found = _found(core, event.leg)
    if found is not None:
        offers.ringing(core, *found)


def _answered(core: Core, event: LegAnswered) -> None:
    found = _found(core, event.leg)
    if found is not None and found[1].party == "agent":
        offers.answered(core, *found)


def _parked(core: Core, event: LegParked) -> None:
    trunks.leg_created(core, event)
    found = _found(core, event.leg)
    if found is None:
        if event.leg not in core.ghosts and event.leg not in core.legs:
            adoption.stranger(core, event)
    elif found[0].taking_back and found[1].party == "customer":
        if event.context == caller.FALLBACK_CONTEXT:
            adoption.taken_back(core, found[0])
    elif found[1].party == "customer":
        calls.caller_parked(core, *found)
    else:
        calls.agent_parked(core, *found)


def _unparked(core: Core, event: LegUnparked) -> None:
    leg = core.legs.get(event.leg)
    if leg is not None:
        leg.parked = False


def _bridged(core: Core, event: LegsBridged) -> None:
    for one, other in ((event.leg, event.other), (event.other, event.leg)):
        leg = core.legs.get(one)
        call = core.calls.get(leg.call_id) if leg else None
        if leg is not None and call is not None and leg.party == "agent" and call.caller_leg == other and not call.caller_gone:
            talk.bridged(core, call, leg)
            return
        if one in core.ghosts:
            offers.exorcise(core, one)


def _hung_up(core: Core, event: LegHungUp) -> None:
    leg = core.legs.get(event.leg)
    call = core.calls.get(leg.call_id) if leg else None
    talks = call is not None and call.agent_leg == event.leg and not call.caller_gone
    if leg is not None and not talks:  # who ended a talk is told with the leg's end, in a moment
        calls.leg_gone(core, leg, event.cause)


def _ended(core: Core, event: LegEnded) -> None:
    trunks.leg_ended(core, event.leg, event.cause)
    offers.forget_ghost(core, LegId(event.leg))
    leg = core.legs.get(event.leg)
    if leg is None:
        return
    calls.leg_gone(core, leg, event.cause, event.hangup_disposition)
    call = core.calls.get(leg.call_id)
    if call is not None and leg.party == "customer":
        calls.caller_ended(core, call, event.hangup_disposition)


def _destroyed(core: Core, event: LegDestroyed) -> None:
    trunks.leg_ended(core, event.leg, "GATEWAY_DOWN")


def _application_done(core: Core, event: ApplicationDone) -> None:
    leg = core.legs.get(event.leg)
    call = core.calls.get(leg.call_id) if leg else None
    if call is None:
        return
    if call.music_exec and event.exec_id == call.music_exec:
        caller.music_ended(core, call)
    elif call.ivr is not None and event.exec_id == call.ivr.exec_id:
        ivr.application_done(core, call, event)


def _in_flow(handler: Callable[[Core, Call, Any], None]) -> Callable[[Core, Any], None]:
    def on_event(core: Core, event: CollectionStarted | DigitReceived) -> None:
        leg = core.legs.get(event.leg)
        call = core.calls.get(leg.call_id) if leg else None
        if call is not None and call.caller_leg == event.leg:
            handler(core, call, event)

    return on_event


def _recording(handler: Callable[[Core, Call, Any], None]) -> Callable[[Core, Any], None]:
    def on_event(core: Core, event: RecordingStarted | RecordingStopped) -> None:
        leg = core.legs.get(event.leg)
        call = core.calls.get(leg.call_id) if leg else None
        if call is not None:
            handler(core, call, event)

    return on_event


HANDLERS: dict[type[SwitchEvent], Callable[[Core, Any], None]] = {
    LegCreated: _created,
    LegRinging: _ringing,
    LegAnswered: _answered,
    LegParked: _parked,
    LegUnparked: _unparked,
    LegsBridged: _bridged,
    LegHungUp: _hung_up,
    LegEnded: _ended,
    LegDestroyed: _destroyed,
    ApplicationDone: _application_done,
    CollectionStarted: _in_flow(ivr.asking),
    DigitReceived: _in_flow(ivr.digit),
    RecordingStarted: _recording(recording.started),
    RecordingStopped: _recording(recording.stopped),
    JobDone: offers.job_done,
    GatewayChanged: trunks.gateway_changed,
    PhoneRegistered: switches.phone_registered,
    PhoneSocketClosed: comeback.socket_closed,
    PhoneUnregistered: switches.phone_unregistered,
    SwitchHeartbeat: switches.heartbeat,
    SwitchDelay: lambda core, event: admission.measured(core, event.node, core.now - event.delay_ms),
    LinkUp: switches.link_up,
    LinkDown: switches.link_down,
}

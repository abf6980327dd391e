"""Switch events: type -> handler. Which leg is meant and who it belongs to is found here, nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cti_server.domain import switch as s
from cti_server.domain.outcomes import cause_of_text
from cti_server.engine.acd import direct, ivr, lost_phone, offers
from cti_server.engine.books import recording
from cti_server.engine.calls import calls, going_on, phones, talk
from cti_server.engine.doors import phone_codes
from cti_server.engine.graph import caller, seen
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Call, Leg, LegId, Station
from cti_server.engine.network import admission, trunks
from cti_server.engine.recovery import switches, unknown
from cti_server.events.views import CALL


def _found(core: Core, leg_id: str) -> tuple[Call | Station, Leg] | None:
    """The call, or station, and leg of an event; a ghost that shows itself is killed on the way."""
    leg = core.legs.get(leg_id)
    if leg is None:
        if leg_id in core.ghosts:
            offers.exorcise(core, leg_id)
        return None
    call = core.graph(leg.call_id)
    return None if call is None else (call, leg)


def _created(core: Core, event: s.LegCreated) -> None:
    trunks.leg_created(core, event)
    phones.leg_created(core, event)
    _found(core, event.leg)


def _ringing(core: Core, event: s.LegRinging) -> None:
    found = _found(core, event.leg)
    if found is None:
        return
    call, leg = found
    if isinstance(call, Station):
        leg.seen.state = "ringing" if leg.seen.state == "unborn" else leg.seen.state
        return
    if leg.dial is not None:
        leg.dial.rang = True
        core.changed(CALL, call.id)
    offers.ringing(core, call, leg)


def _answered(core: Core, event: s.LegAnswered) -> None:
    found = _found(core, event.leg)
    if found is None:
        return
    call, leg = found
    if isinstance(call, Station):
        direct.answered(core, call, leg)
    elif leg.party != "customer" or leg.dial is not None:
        offers.answered(core, call, leg)


def _parked(core: Core, event: s.LegParked) -> None:
    trunks.leg_created(core, event)
    found = _found(core, event.leg)
    if found is None and event.cti.get("cti_role") == phone_codes.ROLE:
        phone_codes.parked(core, event)
    elif found is None:
        if event.leg not in core.ghosts and event.leg not in core.legs:
            unknown.parked(core, event)
    elif seen.news(found[1], event):
        fetched = found[1].seen.state == "fallback"
        if not fetched or event.context == caller.FALLBACK_CONTEXT:
            seen.turn(core, *found, "parked")
            if fetched and isinstance(found[0], Call):
                going_on.taken_back(core, found[0])


def _unparked(core: Core, event: s.LegUnparked) -> None:
    found = _found(core, event.leg)
    if found is not None and found[1].seen.state == "parked" and seen.news(found[1], event):
        seen.left_its_place(core, *found)


def _joined(core: Core, event: s.RoomJoined) -> None:
    found = _found(core, event.leg)
    if found is not None and found[1].seen.state not in ("ending", "ended") and seen.news(found[1], event):
        seen.joined(core, *found, event.room, event.member)


def _left(core: Core, event: s.RoomLeft) -> None:
    found = _found(core, event.leg)
    if found is not None and found[1].seen.state == "room" and seen.news(found[1], event):
        seen.left_its_place(core, *found)


def _muted(core: Core, event: s.RoomMuted) -> None:
    found = _found(core, event.leg)
    if found is not None:
        found[1].seen.muted = event.muted
        core.touch(found[0].id)


def _listens(core: Core, event: s.ListeningStarted) -> None:
    found = _found(core, event.leg)
    if found is not None and seen.news(found[1], event):
        seen.turn(core, *found, "listens", event.target)


def _bridged(core: Core, event: s.LegsBridged) -> None:
    for one, other in ((event.leg, event.other), (event.other, event.leg)):
        found = _found(core, one)
        if found is not None and found[1].seen.state not in ("ending", "ended") and seen.news(found[1], event):
            seen.turn(core, *found, "bridge", other)


def _phone_key(core: Core, event: s.PhoneReinvited) -> None:
    """Its own hold key, perhaps: the switch knows which way its sound goes now."""
    found = _found(core, event.leg)
    if found is not None and isinstance(found[0], Call) and found[1].party != "customer":
        caller.send(core, found[0], s.AskMediaFlow(event.leg), talk.PhoneKey(found[0].id, found[1].id))


def _hung_up(core: Core, event: s.LegHungUp) -> None:
    leg, call = core.legs.get(event.leg), core.call_of(event.leg)
    if leg is None:
        return
    reached = leg.dial is None or event.answered
    if call is not None and (leg.doing or not reached) and not call.caller_gone:
        seen.turn(core, call, leg, "ending")  # who ended a talk, and why nobody answered outside, is told in a moment
    else:
        calls.leg_gone(core, leg, event.cause)


def _ended(core: Core, event: s.LegEnded) -> None:
    trunks.leg_ended(core, event.leg, event.cause, event.sip_status)
    phones.leg_ended(core, event.leg)
    offers.forget_ghost(core, LegId(event.leg))
    leg = core.legs.get(event.leg)
    if leg is None:
        return
    if not event.answered:
        direct.blame(leg, event.cause, event.sip_status)
    calls.leg_gone(core, leg, event.cause, event.hangup_disposition)
    call = core.calls.get(leg.call_id)
    if call is not None and leg.id == call.caller_leg:
        calls.caller_ended(core, call, event.hangup_disposition)


def _destroyed(core: Core, event: s.LegDestroyed) -> None:
    trunks.leg_ended(core, event.leg, "GATEWAY_DOWN")
    phones.leg_ended(core, event.leg)


def _application_done(core: Core, event: s.ApplicationDone) -> None:
    leg = core.legs.get(event.leg)
    call = core.graph(leg.call_id) if leg else None
    if leg is None or call is None:
        return
    if leg.seen.exec_id and event.exec_id == leg.seen.exec_id:
        caller.sound_ended(core, call, leg)
    elif isinstance(call, Call) and call.ivr is not None and event.exec_id == call.ivr.exec_id:
        ivr.application_done(core, call, event.response != "FILE NOT FOUND", event.digits)


def _recording_stopped(core: Core, event: s.RecordingStopped) -> None:
    """Also of a consultation, on the leg of a phone off hook that has left the call meanwhile."""
    call = core.call_of(event.leg)
    if call is None or not recording.has(call, event.path):
        call = next((one for one in core.calls.values() if one.consults and recording.has(one, event.path)), None)
    if call is not None:
        recording.stopped(core, call, event)


def _job_done(core: Core, event: s.JobDone) -> None:
    leg, call = core.legs.get(event.job_id), core.call_of(event.job_id)
    if leg is not None and call is None and leg.station and not event.ok and not leg.seen.here:
        calls.leg_gone(core, leg, cause_of_text(event.text))
    elif event.ok or leg is None or call is None or leg.id in call.offers:
        offers.job_done(core, event)
    elif not leg.seen.here and leg.seen.state != "ending":
        cause = cause_of_text(event.text)
        trunks.leg_ended(core, leg.id, cause)
        direct.blame(leg, cause)
        calls.leg_gone(core, leg, cause)
        if leg.id == call.caller_leg:
            calls.caller_ended(core, call, "")


def _in_call(handler: Callable[[Core, Call, Any], None]) -> Callable[[Core, Any], None]:
    def on_event(core: Core, event: s.LegEvent) -> None:
        call = core.call_of(event.leg)
        if call is not None:
            handler(core, call, event)

    return on_event


HANDLERS: dict[type[s.SwitchEvent], Callable[[Core, Any], None]] = {
    s.LegCreated: _created,
    s.LegRinging: _ringing,
    s.LegAnswered: _answered,
    s.LegParked: _parked,
    s.LegUnparked: _unparked,
    s.LegsBridged: _bridged,
    s.RoomJoined: _joined,
    s.RoomLeft: _left,
    s.RoomMuted: _muted,
    s.ListeningStarted: _listens,
    s.PhoneReinvited: _phone_key,
    s.LegHungUp: _hung_up,
    s.LegEnded: _ended,
    s.LegDestroyed: _destroyed,
    s.ApplicationDone: _application_done,
    s.CollectionStarted: _in_call(ivr.asking),
    s.DigitReceived: _in_call(ivr.digit),
    s.RecordingStarted: _in_call(recording.started),
    s.RecordingStopped: _recording_stopped,
    s.JobDone: _job_done,
    s.GatewayChanged: trunks.gateway_changed,
    s.PhoneRegistered: switches.phone_registered,
    s.PhoneSocketClosed: lost_phone.socket_closed,
    s.PhoneUnregistered: switches.phone_unregistered,
    s.SwitchHeartbeat: switches.heartbeat,
    s.SwitchDelay: lambda core, event: admission.measured(core, event.node, core.now - event.delay_ms),
    s.LinkUp: switches.link_up,
    s.LinkDown: switches.link_down,
}

"""The life of a call on the switch: it arrives by parking, and its books close when the caller's leg has ended."""

from __future__ import annotations

from cti_server.domain.numbers import caller_id, caller_number, service_number
from cti_server.domain.outcomes import CALL_OUTCOMES, QueueOutcome, offer_failure
from cti_server.domain.switch import LegParked
from cti_server.engine import caller, comeback, ivr, offers, queueing, recording, talk, trunks
from cti_server.engine.alarms import Alarm
from cti_server.engine.deadlines import deadline
from cti_server.engine.memory import Core
from cti_server.engine.state import Call, CallId, Leg, LegId
from cti_server.events.facts import CallFact

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
_QUEUE_OUTCOMES: dict[str, QueueOutcome] = {"overflowed": "overflowed", "failed": "failed", "switch-lost": "switch-lost"}


def arrive(core: Core, event: LegParked, limited: bool = False) -> None:
    """A new caller has parked in our hands. ``limited``: just now, so that the trunk's limits count."""
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
    register(core, call, Leg(call.caller_leg, event.node, "customer", call.id, state="parked", parked=True))
    core.changed("calls", call.id, "call.arrived")
    if service is None:
        text = f"a call to {event.destination[:32]!r} came in: no service number is configured for it"
        core.alarm(UNKNOWN_NUMBER, event.destination[:32], text)
        caller.hang_up(core, call, "UNALLOCATED_NUMBER", "unknown-number")
        return
    caller.prepare(core, call)
    if limited and trunks.beyond_limit(core, event):
        caller.hang_up(core, call, "SWITCH_CONGESTION", "failed")
    elif service.flow:
        ivr.begin(core, call, service.flow)
    else:
        queueing.enter(core, call, service.queue, service.priority)


def register(core: Core, call: Call, leg: Leg) -> None:
    """Put a call with its caller's leg into the tables."""
    core.calls[call.id] = call
    call.legs[leg.id] = core.legs[leg.id] = leg


# ---------------------------------------------------------------- parking


def caller_parked(core: Core, call: Call, leg: Leg) -> None:
    """Nobody drives the caller's leg now."""
    leg.parked = True
    if call.caller_gone or call.ending:
        return
    if call.activity == "talk":
        if not call.agent_leg:
            talk.after_agent(core, call)
    elif call.comeback is not None:
        comeback.caller_parked(core, call)
    elif call.activity == "queue":
        caller.music_again(core, call.id)


def agent_parked(core: Core, call: Call, leg: Leg) -> None:
    """An agent's leg may park on hold, and for the moment in which the connect script bridges it (or ends it, and if it does
    neither, the offer's deadline does). Anything else is an orphan and ends at once."""
    leg.parked = True
    if call.agent_leg == leg.id and (call.holding or leg.state == "held"):
        return
    offered = call.offer is not None and call.offer.leg == leg.id
    if not offered and not leg.doomed:
        talk.kill_agent_leg(core, call, leg)


# ---------------------------------------------------------------- ends


def leg_gone(core: Core, leg: Leg, cause: str, disposition: str = "") -> None:
    """CHANNEL_HANGUP or CHANNEL_HANGUP_COMPLETE, whichever comes first; the second of them alone says who ended a talking agent's
    leg (``disposition``), so that this waits for it."""
    call = core.calls.get(leg.call_id)
    if call is None:
        core.legs.pop(leg.id, None)
        core.deadlines.cancel(talk.kill_leg_again, leg.id)
    elif leg.party == "customer":
        caller_left(core, call, cause)
    elif call.offer is not None and call.offer.leg == leg.id:
        offers.failed(core, call, offer_failure(cause), leg_lives=False)
    elif call.agent_leg == leg.id and not call.caller_gone:
        if leg.state != "ended":
            leg.state, leg.hears = "ended", 0
            talk.agent_left(core, call, leg, cause, disposition)
    else:  # the caller has gone before: nobody looks at this leg any more
        core.legs.pop(leg.id, None)
        call.legs.pop(leg.id, None)
        core.deadlines.cancel(talk.kill_leg_again, leg.id)


def caller_left(core: Core, call: Call, cause: str) -> None:
    """The caller's leg ends: close what runs, free the agent, and wait for the last word about the leg."""
    if call.caller_gone:
        return
    call.caller_gone = True
    call.cause, call.ended_ms = cause, core.now
    call.gone_first = call.gone_first or "customer"
    for ends in (caller.music_again, talk.caller_alone, caller.kill_again, talk.resume_failed, caller.take_back_again):
        core.deadlines.cancel(ends, call.id)
    offers.withdraw(core, call, "caller-left")
    comeback.caller_left(core, call)
    call.outcome = call.outcome or call.ending or ("voicemail" if call.voicemail else CALL_OUTCOMES[call.activity])
    if call.agents and call.outcome == "abandoned":
        call.outcome = "answered"
    if call.activity == "queue":
        queueing.leave(core, call, _QUEUE_OUTCOMES.get(call.ending, "abandoned"), estimated=call.estimated)
    elif call.activity == "talk":
        talk.caller_left(core, call)
    else:
        ivr.end_segment(core, call)
    leg = call.legs[call.caller_leg]
    leg.state, leg.hears = "ended", 0
    call.activity = "ended"
    call.ivr = None
    core.changed("calls", call.id, "call.data_changed")
    core.deadlines.set(close_books, call.id, core.now + BOOKS_MS)


def caller_ended(core: Core, call: Call, disposition: str) -> None:
    """The last word about the caller's leg: who ended it. A file that is still being closed is waited for a little."""
    if call.gone_first == "customer" and disposition.startswith("send_"):
        call.gone_first = "system"
    if recording.running(call):
        core.deadlines.set(close_books, call.id, core.now + RECORDING_MS)
    else:
        close_books(core, call.id)


@deadline("books")
def close_books(core: Core, call_id: CallId) -> None:
    """Write the call and forget it."""
    call = core.calls.get(call_id)
    if call is None:
        return
    core.deadlines.cancel(close_books, call.id)
    recording.close(core, call)
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
        last_agent=call.last_agent,
        hung_up_by=call.gone_first,
        cause=call.cause,
        data=dict(call.data),
        ivr_path=list(call.ivr_path),
        estimated=call.estimated,
    )
    core.fact(call.id, fact)
    core.legs.pop(call.caller_leg, None)
    core.changed("calls", call.id, "call.ended")
    core.gone.append(("calls", call.id))

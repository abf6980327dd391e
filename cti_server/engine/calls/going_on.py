"""A call goes on with what it did before: after a restart, after its customer was in the switch's own queue, or from what its
variables say alone.
"""

from __future__ import annotations

from collections.abc import Callable

from cti_server.domain.border import LATEST_MS, digits
from cti_server.domain.ivr import IvrState
from cti_server.engine.acd import ivr, lost_phone, offers, queueing, services
from cti_server.engine.books import ledger
from cti_server.engine.graph import caller, wanted
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import MAIN, Call, Running

_OVER = frozenset({"ended", "survey"})


def taken_back(core: Core, call: Call) -> None:
    """The caller has parked after the fallback queue and goes on with what the call did before."""
    call.variables["cti_phase"] = "arriving"  # the dialplan wrote it
    if not call.caller_gone and not call.ending:
        drive(core, call)


def drive(core: Core, call: Call) -> None:
    if call.activity in _DRIVE:
        _DRIVE[call.activity](core, call)


def _wait_on(core: Core, call: Call) -> None:
    if call.queue not in core.queues:
        further = [queue_id for queue_id in call.also if queue_id in core.queues]
        queueing.leave(core, call, "overflowed" if further else "failed")
        if further:
            queueing.enter(core, call, further[0], call.priority, further[1:])
        else:
            caller.hang_up(core, call, "NORMAL_TEMPORARY_FAILURE", "failed")
        return
    if call.overflow_ms:
        core.deadlines.set(queueing.longest_wait, call.id, max(core.now, call.overflow_ms))
    if call.comeback is not None:
        core.deadlines.set(lost_phone.expired, call.id, max(core.now, call.comeback.until_ms))
        core.deadlines.set(offers.try_again, call.id, core.now + offers.RETRY_MS)
    caller.answer(core, call)
    call.groups[MAIN].sound = "music"
    queueing.to_line(core, call)


def _ivr_on(core: Core, call: Call) -> None:
    caller.answer(core, call)
    if not ivr.message_left(core, call):
        ivr.resume(core, call)


def _place_on(core: Core, call: Call) -> None:
    """Not yet anywhere: an IVR that was about to begin, or what the variables say."""
    place(core, call, call.variables.get("cti_phase", ""), call.variables.get("cti_flow", ""))


_DRIVE: dict[str, Callable[[Core, Call], None]] = {
    "arriving": _place_on,
    "ivr": _ivr_on,
    "queue": _wait_on,
    "survey": _ivr_on,
}
"""By the call's activity; who talks, or is dialled, talks on."""


def place(core: Core, call: Call, phase: str, flow: str) -> None:
    """Waiting, in a flow, or left alone by somebody: back to where the variables say, else to where the number leads."""
    service = core.config.service_numbers.get(call.service_number)
    lead_flow, lead_queue = services.leads(core, service) if service else ("", "")
    if phase in ("ivr", "survey") and flow.partition(":")[0] in core.flows:
        to_flow(core, call, flow, phase == "survey")
        ivr.resume(core, call)
    elif call.queue in core.queues and phase not in _OVER:
        queueing.enter(core, call, call.queue, call.priority, wanted.also(call.legs[call.caller_leg].seen.wants))
    elif service is not None and (lead_flow in core.flows or lead_queue in core.queues) and phase not in _OVER:
        call.queued_ms = call.queued_ms or (0 if lead_flow in core.flows else call.arrived_ms)
        ivr.go_on(core, call, service)
    else:
        caller.hang_up(core, call, "NORMAL_TEMPORARY_FAILURE", "failed")


def to_flow(core: Core, call: Call, text: str, survey: bool = False, back: str = "") -> None:
    """``text``: name:version:node."""
    name, _, rest = text.partition(":")
    version, _, node = rest.partition(":")
    no = digits(version, 0, LATEST_MS)
    call.activity = "survey" if survey else "ivr"
    call.groups[MAIN].sound = "flow"
    ledger.open_segment(core, call, call.activity, call.queue, detail={"flow": name, "version": no})
    call.ivr = Running(name, no, IvrState(name, no, node), survey, back=back)

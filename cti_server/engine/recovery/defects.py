"""What happens when a handler raises: a defect, or a state that an odd input made. Nothing that was done is thrown away.

Facts, commands and marks up to there are kept, the rest of the input goes on (other deadlines, other calls, routing, views), an
alarm stands, and the shell is told (``Core.failed``). A call with which it happens again, or which cannot be adopted, is *set
aside*: booked as it stands and forgotten, its agent rests; its channels live on and are taken anew by adoption or the reconciler.
"""

from __future__ import annotations

from cti_server.domain.agent import IN_CALL_STATES
from cti_server.engine.acd import agents, stations
from cti_server.engine.calls import calls
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Call, CallId
from cti_server.events.views import CALL, CALL_ENDED

ENGINE_ERROR = Alarm(
    "engine-defect",
    "major",
    "engine",
    str,
    detail=True,
    en="Call control had an error with {subject}",
    zh="呼叫控制处理 {subject} 时出错",
)

FAILURES_A_CALL = 2
REST_MS = 15_000
"""Longer than two passes of the reconciler: until then it is known whether the agent still talks."""


def settle(core: Core) -> None:
    """Turn what failed into alarms. The second failure about a call sets the call aside."""
    failures, core.failures = core.failures, []
    core.troubled = {call_id: count for call_id, count in core.troubled.items() if call_id in core.calls}
    for what, subject, words, final in failures:
        text = f"{what} {subject}".strip() + f" failed: {words}; the daemon's log has the details"
        core.alarm(ENGINE_ERROR, subject or what, text)
        if subject in core.calls:
            core.troubled[subject] = core.troubled.get(subject, 0) + 1
            if final or core.troubled[subject] >= FAILURES_A_CALL:
                set_aside(core, core.calls[subject])


def set_aside(core: Core, call: Call) -> None:
    """Book the call and forget it, whatever state it is in."""
    core.troubled.pop(call.id, None)
    switch = core.switches.get(call.node)
    if switch is not None and call.id not in switch.given_up:
        switch.given_up.append(call.id)
    people = [agent for agent in core.agents.values() if agent.call_id == call.id and agent.state in IN_CALL_STATES]
    for step in (_close, calls.close_books):
        try:
            step(core, call.id)
        except Exception as error:  # noqa: BLE001 - what cannot be closed in order is dropped
            core.raised.append(error)
    _drop(core, call)
    for agent in people:
        if agent.station is not None and agent.station.caller_leg not in core.legs:
            stations.ended(core, agent, agent.station.caller_leg, "ENGINE_ERROR")
        if agent.state in IN_CALL_STATES and agent.state != "wrap_up":
            agents.move(core, agent, "release")
        agent.resting_until_ms = core.now + REST_MS
        core.deadlines.set(agents.rested, agent.id, agent.resting_until_ms)
        agents.refresh(core, agent)


def _close(core: Core, call_id: CallId) -> None:
    call = core.calls[call_id]
    call.estimated = True
    call.outcome = call.outcome or call.ending or ("answered" if call.agents else "failed")
    call.gone_first = call.gone_first or "system"
    calls.caller_left(core, call, "ENGINE_ERROR")


def _drop(core: Core, call: Call) -> None:
    for leg_id in [leg.id for leg in core.legs.values() if leg.call_id == call.id]:
        del core.legs[leg_id]
    for queue in core.queues.values():
        if queue.present.remove(call.id):
            agents.queue_touched(core, queue.id)
        for waits in (call.id, *call.asks):
            queue.waiting.remove(waits)
    for ends in core.deadlines.of(call.id):
        core.deadlines.cancel(ends, call.id)
    for waits in (call.id, *call.asks):
        core.unserved.pop(waits, None)
    if (CALL, call.id) not in core.work.gone:
        core.changed(CALL_ENDED, call.id)
        core.work.gone.append((CALL, call.id))

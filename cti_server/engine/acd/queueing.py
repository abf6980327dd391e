"""Waiting lines: a call keeps its original place (queued_ms) through failed offers, overflow and restarts.

A call is *present* in its queue from its arrival there until an agent answers, it leaves, or it overflows; it stands in the
*waiting* line only while it may be offered (no offer runs, its switch is linked, it waits for no certain agent).

It may stand in the lines of further queues, too (``Call.also``), at the same place: who is free first in any of them is rung, by
that queue's rules. It is present in the first alone, and overflows to another one at the moment when an agent of that answers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cti_server.domain.outcomes import QueueOutcome
from cti_server.domain.queue import waiting_key
from cti_server.engine.acd import care, ivr, skills
from cti_server.engine.acd.agents import queue_touched
from cti_server.engine.acd.care import staffed
from cti_server.engine.books import figures, ledger
from cti_server.engine.graph import caller
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import Deadline
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import MAIN, Call, CallId, Queue, QueueId
from cti_server.events.facts import SegmentDetail
from cti_server.events.views import CALL_DATA_CHANGED, CALL_QUEUED, QUEUE, QueueView

NO_QUEUE = Alarm(
    "no-queue",
    "major",
    "configuration",
    QueueId,
    en="Calls are sent to queue {subject}, which does not exist",
    zh="有来电转往不存在的队列 {subject}",
)

longest_wait = Deadline[CallId]("max_wait")


def enter(core: Core, call: Call, queue_id: str, priority: int, also: Sequence[str] = ()) -> None:
    """The call joins a queue, or goes on from it at once when the queue is full or nobody is logged in. ``also``: further queues
    for whose agents it waits at the same time, until it leaves the first."""
    call.also = [one for one in dict.fromkeys(also) if one != queue_id and _there(core, one)]
    seen: set[str] = set()
    while True:
        if not _there(core, queue_id):
            if call.also:
                queue_id = call.also.pop(0)
                continue
            caller.hang_up(core, call, "NORMAL_TEMPORARY_FAILURE", "failed")
            return
        queue, config = core.queues[queue_id], core.queue_config(queue_id)
        _join(core, call, queue_id, priority)
        full = config.max_length and len(queue.present) > config.max_length
        way = "" if full or _somebody_there(core, call) else _without_agents(core, call, seen)
        if not full and not way:
            break
        seen.add(queue_id)
        leave(core, call, "overflowed")
        if way == "flow":
            _announce(core, call)
            return
        if not config.overflow_queue or config.overflow_queue in seen:
            caller.hang_up(core, call, "USER_BUSY", "overflowed")
            return
        queue_id = config.overflow_queue
    caller.answer(core, call)
    call.groups[MAIN].sound = "music"
    core.touch(call.id)
    core.changed(CALL_QUEUED, call.id)
    to_line(core, call)


def _there(core: Core, queue_id: str) -> bool:
    if queue_id not in core.queues:
        core.alarm(NO_QUEUE, QueueId(queue_id), f"calls are sent to queue {queue_id!r}")
    return queue_id in core.queues


def _somebody_there(core: Core, call: Call) -> bool:
    """In any of its queues."""
    return any(staffed(core.queues[queue_id]) for queue_id in call.queues)


def _without_agents(core: Core, call: Call, seen: Collection[str] = ()) -> str:
    """Nobody of the call's queues is logged in. By the rule of the first 'overflow', 'flow', or '' where there is no other way
    than to wait. An alarm."""
    config = core.queue_config(call.queue)
    text = f"nobody is logged in for queue {config.name} ({config.id}), and callers come"
    core.alarm(care.UNSTAFFED, QueueId(config.id), text)
    if config.unstaffed == "overflow" and config.overflow_queue in core.queues and config.overflow_queue not in seen:
        return "overflow"
    return "flow" if config.unstaffed == "flow" and config.unstaffed_flow in core.flows and call.queue not in call.told else ""


def _announce(core: Core, call: Call) -> None:
    """The flow for callers whom nobody can serve, once for each queue."""
    call.told.append(call.queue)
    caller.stop_music(core, call)
    ivr.begin(core, call, core.queue_config(call.queue).unstaffed_flow)


@care.unstaffed.ends
def nobody_left(core: Core, queue_id: QueueId) -> None:
    """The last agent has logged out while callers wait."""
    queue = core.queues.get(queue_id)
    if queue is None or staffed(queue):
        return
    for call in [core.calls[call_id] for call_id in queue.waiting if call_id in core.calls]:
        way = "" if _somebody_there(core, call) else _without_agents(core, call)
        if way == "overflow":
            overflow(core, call)
        elif way == "flow":
            leave(core, call, "overflowed")
            _announce(core, call)


def _join(core: Core, call: Call, queue_id: str, priority: int) -> None:
    queue, config = core.queues[queue_id], core.queue_config(queue_id)
    call.activity = "queue"
    call.queue = call.last_queue = queue_id
    call.priority = priority
    call.queued_ms = call.queued_ms or core.now
    place(core, call)
    open_wait(core, call, core.work.at_ms if call.then_again else call.queued_ms, again=call.then_again)
    call.then_again = False
    if config.max_wait_s:
        call.overflow_ms = core.now + 1000 * config.max_wait_s
        core.deadlines.set(longest_wait, call.id, call.overflow_ms)
    queue_touched(core, queue.id)


def open_wait(core: Core, call: Call, started_ms: int, again: bool = False) -> None:
    """The call is present in its queue from now on; its queue segment runs from ``started_ms``.

    ``again``: it was answered before, as in a comeback."""
    detail: SegmentDetail | None = {"comeback": True} if again or call.comeback else None
    ledger.open_segment(core, call, "queue", call.queue, started_ms=started_ms, detail=detail)
    core.queues[call.queue].present.add(call.id, started_ms, call.order)
    queue_touched(core, call.queue)


def answered(core: Core, call: Call, queue_id: str) -> None:
    """By an agent of ``queue_id``. Where that is a further one, the call overflows to it now, and has waited there from its place
    on."""
    if queue_id != call.queue and queue_id in core.queues:
        waits = ledger.open_of(call, "queue")
        leave(core, call, "overflowed")
        call.queue = call.last_queue = queue_id
        open_wait(core, call, call.queued_ms, again=bool(waits and waits.detail.get("comeback")))
    leave(core, call, "answered")


def leave(core: Core, call: Call, outcome: QueueOutcome, ended_ms: int = 0, estimated: bool = False) -> None:
    """The call is no longer present: answered, abandoned, overflowed, failed or switch-lost. It waits nowhere else, either."""
    out_of_line(core, call)
    call.also = []
    core.deadlines.cancel(longest_wait, call.id)
    call.overflow_ms = 0
    waited = ledger.close_segment(core, call, "queue", outcome, ended_ms, estimated)
    if waited is not None and outcome == "answered":
        call.waited_ms = max(0, (ended_ms or core.work.at_ms) - waited.started_ms)
    queue = core.queues.get(call.queue)
    if queue is not None:
        queue.present.remove(call.id)
        if queue.id not in core.config.queues:
            core.closing[queue.id] = None
        queue_touched(core, queue.id)


def to_line(core: Core, call: Call) -> None:
    """Let the call be offered, at its original place; not while it is offered, being ended, kept for an agent or out of reach."""
    away = call.legs[call.caller_leg].seen.state == "fallback" or not core.linked(call.node)
    if call.offers or call.ending or call.caller_gone or call.comeback or away:
        return
    core.queues[call.queue].waiting.add(call.id, place(core, call), call.order)
    for queue_id in call.also:
        core.queues[queue_id].waiting.add(call.id, _key(core, call, queue_id), call.order)
    core.unserved[call.id] = None
    if any(core.queues[queue_id].special for queue_id in call.queues):
        skills.watch(core, call.id, call.queues, call.queued_ms, skills.language(call))


def place(core: Core, call: Call) -> int:
    """Where the call stands among all that wait, kept for who looks at it."""
    call.place_ms = _key(core, call, call.queue)
    return call.place_ms


def _key(core: Core, call: Call, queue_id: str) -> int:
    """In the line of one of its queues, by that queue's own priority."""
    return waiting_key(call.queued_ms, call.priority + core.queue_config(queue_id).priority)


def reorder(core: Core, queue_id: str) -> None:
    """The queue's priority has changed."""
    queue = core.queues[queue_id]
    for call in [core.calls[call_id] for call_id in queue.present]:
        before = call.place_ms
        if place(core, call) != before:
            core.changed(CALL_DATA_CHANGED, call.id)
    for waits in list(queue.waiting):
        caller_waits, asking = core.calls.get(waits), core.call_of(waits)
        if caller_waits is not None:
            queue.waiting.add(waits, _key(core, caller_waits, queue_id), caller_waits.order)
        elif asking is not None:  # an agent
            since_ms = asking.asks[waits].since_ms
            queue.waiting.add(waits, waiting_key(since_ms, core.queue_config(queue_id).priority), asking.order)


def out_of_line(core: Core, call: Call) -> None:
    for queue_id in call.queues:
        queue = core.queues.get(queue_id)
        if queue is not None:
            queue.waiting.remove(call.id)
            if queue.special:
                core.deadlines.cancel(skills.widened, str(call.id))
    core.unserved.pop(call.id, None)


def no_further(core: Core, queue_id: str) -> None:
    """It is no longer configured: nobody waits for its agents besides those of another queue."""
    for call in core.calls.values():
        if queue_id in call.also:
            core.queues[queue_id].waiting.remove(call.id)
            call.also.remove(queue_id)
            core.touch(call.id)
            core.changed(CALL_DATA_CHANGED, call.id)


def overflow(core: Core, call: Call) -> None:
    """The longest wait is over: to the next queue with the same place, or the end of the call."""
    target = core.queue_config(call.queue).overflow_queue
    leave(core, call, "overflowed")
    if target and target != call.queue:
        enter(core, call, target, call.priority)
    else:
        caller.hang_up(core, call, "NORMAL_CLEARING", "overflowed")


@shows(QUEUE, Queue, part="row")
def view(core: Core, queue: Queue) -> QueueView:
    config = core.queue_config(queue.id)
    oldest = queue.present.head()
    counts = queue.counts
    return {
        "id": queue.id,
        "name": config.name,
        "waiting": len(queue.present),
        "oldest_ms": oldest[0] if oldest else 0,
        "agents_ready": counts.get("ready", 0) + counts.get("resting", 0),
        "agents_busy": counts.get("busy", 0),
        "agents_not_ready": counts.get("not_ready", 0) + counts.get("unreachable", 0),
        "service_level_s": config.service_level_s,
        "formula": config.service_level_formula,
        "today": figures.queue_today(core, queue),
    }

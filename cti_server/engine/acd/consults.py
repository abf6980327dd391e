"""A queue is asked: an agent with a customer wants whoever of it is free next, {C♪} {A♪ ?queue}.

The wait (``Call.asks``) stands in the queue's line with the id of the leg that asks, among the callers and served as they are: by
place and the queue's priority. It is not *present* there: it is no customer's call, and no figure of the queue knows it. Who is
rung for it is rung as one who was named (``engine.acd.direct``), for as long as the queue rings, and by its rules.
"""

from __future__ import annotations

from cti_server.domain.queue import waiting_key
from cti_server.domain.routing import choose_agent
from cti_server.engine.acd import agents, direct, skills
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.state import Agent, Ask, Call, Leg, LegId
from cti_server.engine.network import admission
from cti_server.events.views import CALL_CONSULT_FAILED, CALL_DATA_CHANGED, ConsultFailed

RINGS_ON_MS = 5_000


def begin(core: Core, call: Call, leg: Leg, queue_id: str) -> None:
    """The agent waits from now on."""
    call.asks[leg.id] = Ask(queue_id, core.now)


def somebody_else(core: Core, agent: Agent, queue_id: str) -> bool:
    """Another one of the queue is on shift, and may become free."""
    others = (other for other in core.agents.values() if other is not agent and queue_id in other.queues)
    return any(other.status != "logged_out" for other in others)


def follow(core: Core, call: Call) -> None:
    """The lines have those who wait and for whom nobody is rung; nobody whom somebody has answered, or who asks no more."""
    over = call.caller_gone or bool(call.ending)
    for leg_id, ask in list(call.asks.items()):
        group, rung = call.groups.get(leg_id), call.legs.get(ask.leg)
        asks = group is not None and group.purpose == "consult" and ask.queue in core.queues and not over
        if not asks or (rung is not None and rung.seen.here):
            if rung is not None and rung.seen.here and rung.agent:
                core.agents[rung.agent].failed_rings = 0
            end(core, call, LegId(leg_id))
        elif ask.leg or not core.linked(call.node):
            out_of_line(core, leg_id, ask)
        else:
            _into_line(core, call, LegId(leg_id), ask)


def _into_line(core: Core, call: Call, leg_id: LegId, ask: Ask) -> None:
    queue, config = core.queues[ask.queue], core.queue_config(ask.queue)
    if leg_id not in queue.waiting:
        queue.waiting.add(leg_id, waiting_key(ask.since_ms, config.priority), call.order)
        core.unserved[leg_id] = None
        if queue.special:
            skills.watch(core, leg_id, (ask.queue,), ask.since_ms)
    if config.max_wait_s and not core.deadlines.at(waited_longest, leg_id):
        core.deadlines.set(waited_longest, leg_id, max(core.now, ask.since_ms + 1000 * config.max_wait_s))


def out_of_line(core: Core, leg_id: str, ask: Ask) -> None:
    queue = core.queues.get(ask.queue)
    if queue is not None:
        queue.waiting.remove(leg_id)
        if queue.special:
            core.deadlines.cancel(skills.widened, leg_id)
    core.unserved.pop(leg_id, None)


def end(core: Core, call: Call, leg_id: LegId) -> None:
    """It does not wait any more. Where nobody has come, who asked goes back to the customer (``calls.settled``)."""
    out_of_line(core, leg_id, call.asks.pop(leg_id))
    core.deadlines.cancel(waited_longest, leg_id)
    core.changed(CALL_DATA_CHANGED, call.id)


def serve(core: Core, call: Call, leg_id: str) -> bool:
    """Ring the longest idle agent of the queue; False: there is none."""
    ask = call.asks[leg_id]
    queue, by = core.queues[ask.queue], core.agents[call.legs[leg_id].agent]
    if leg_id not in queue.waiting or not admission.admits(core, call.node):
        return False
    limit = skills.limit(core, queue, ask.since_ms)
    choice = choose_agent(queue.idle, core.now, ask.not_again, agents.reachable(core, call.node), limit)
    if choice is None:
        return False
    out_of_line(core, leg_id, ask)
    leg = direct.new_leg(core, call, core.agents[choice.agent])
    leg.group, ask.leg = leg_id, leg.id
    direct.ring(core, call, leg, by.extension, by.name, timeout_s=core.queue_config(ask.queue).ring_timeout_s)
    core.wanted(call.id)
    return True


@deadline("consult_wait")
def waited_longest(core: Core, leg_id: LegId) -> None:
    """The queue's longest wait is over; one who is rung just now may still take it."""
    call = core.call_of(leg_id)
    ask = call.asks.get(leg_id) if call else None
    if call is None or ask is None:
        return
    if ask.leg or not core.linked(call.node):
        core.deadlines.set(waited_longest, leg_id, core.now + RINGS_ON_MS)
        return
    core.changed(CALL_CONSULT_FAILED, call.id, ConsultFailed(agent_id=call.legs[leg_id].agent, queue_id=ask.queue))
    end(core, call, leg_id)
    core.wanted(call.id)


def queue_gone(core: Core, queue_id: str) -> None:
    """It is no longer configured."""
    for call in core.calls.values():
        for leg_id in [leg for leg, ask in call.asks.items() if ask.queue == queue_id]:
            end(core, call, LegId(leg_id))
            core.wanted(call.id)

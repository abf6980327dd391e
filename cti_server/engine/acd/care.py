"""What somebody has to look at: a caller forgotten on hold, an agent who takes no call, a queue without anybody."""

from __future__ import annotations

from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import Deadline, deadline
from cti_server.engine.kernel.state import Agent, AgentId, Queue, QueueId

HOLD = Alarm(
    "long-hold",
    "major",
    "agent",
    AgentId,
    lasting=True,
    en="Agent {subject} has had a customer on hold for a long time",
    zh="坐席 {subject} 的客户保持时间过长",
)
FAILED_RINGS = Alarm(
    "failed-rings",
    "major",
    "agent",
    AgentId,
    en="Agent {subject} has missed several calls in a row",
    zh="坐席 {subject} 连续多次未接来电",
)
UNSTAFFED = Alarm(
    "queue-unstaffed",
    "major",
    "queue",
    QueueId,
    lasting=True,
    en="Nobody is on shift for queue {subject}, and calls come in",
    zh="队列 {subject} 无坐席签入，但仍有来电",
)

unstaffed = Deadline[QueueId]("unstaffed")
UNSTAFFED_MS = 10_000
"""The last agent of a queue may only be changing the phone."""


def watch_hold(core: Core, agent: Agent) -> None:
    """A caller on hold may be forgotten there."""
    if agent.state == "holding":
        if core.config.hold_alarm_s:
            core.deadlines.set(forgotten_on_hold, agent.id, agent.state_since_ms + 1000 * core.config.hold_alarm_s)
    else:
        core.deadlines.cancel(forgotten_on_hold, agent.id)
        core.clear(HOLD, agent.id, "the caller is no longer on hold")


@deadline("hold")
def forgotten_on_hold(core: Core, agent_id: AgentId) -> None:
    agent = core.agents.get(agent_id)
    if agent is not None and agent.state == "holding":
        minutes = round((core.now - agent.state_since_ms) / 60_000)
        core.alarm(HOLD, agent.id, f"agent {agent.id} ({agent.name}) has a caller on hold for {minutes} min")


def too_many_rings(core: Core, agent: Agent, why: str) -> bool:
    """The agent has not taken this call either: at some point somebody has to look."""
    agent.failed_rings += 1
    most = core.config.failed_rings_max
    if not most or agent.failed_rings < most:
        return False
    text = f"agent {agent.id} ({agent.name}) does not take calls, {agent.failed_rings} in a row, the last one: {why}"
    core.alarm(FAILED_RINGS, agent.id, text)
    return True


def staffed(queue: Queue) -> bool:
    """Somebody who serves the queue is logged in."""
    return any(count > 0 for category, count in queue.counts.items() if category != "logged_out")


def queue_staffed(core: Core, queue: Queue, status_of_one: str) -> None:
    """An agent of the queue has logged in, or out (``status_of_one``: the category that the queue counts)."""
    if status_of_one != "logged_out":
        core.deadlines.cancel(unstaffed, queue.id)
        core.clear(UNSTAFFED, queue.id, "somebody is logged in again")
    elif (len(queue.present) or len(queue.waiting)) and not staffed(queue):
        core.deadlines.set(unstaffed, queue.id, core.now + UNSTAFFED_MS)


def after_restart(core: Core) -> None:
    """Alarms whose cause has ended in the gap go, the others get their deadlines."""
    for agent in core.agents.values():
        watch_hold(core, agent)
    for queue in core.queues.values():
        queue_staffed(core, queue, "ready" if staffed(queue) else "logged_out")
    for alarm in list(core.alarms.values()):
        thing = alarm.subject
        if (alarm.what is HOLD and thing not in core.agents) or (alarm.what is UNSTAFFED and thing not in core.queues):
            core.cleared(alarm.id, f"{thing} is no longer configured")

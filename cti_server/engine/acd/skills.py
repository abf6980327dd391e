"""Whom a queue wants: agents with its skills, at the levels that it asks for, and in the order that it says; and for a while
those who speak the language of a call.

How many levels an agent lacks leads the key of the queue's idle line: who lacks nothing stands first, and whether the first may
have a call is one comparison. A queue that widens asks for a level less each ``widen_after_s`` of a call's wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cti_server.domain.config import QueueConfig
from cti_server.domain.routing import below, idle_key, rank, shortfall
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import Deadline
from cti_server.engine.kernel.state import Agent, Call, Queue

widened = Deadline[str]("widen")
"""A call, or an agent who asks the queue, waits long enough for the next level."""


def configured(core: Core, queue: Queue) -> None:
    """The queue's order and what it wants may be others: its idle agents get other places."""
    config = core.queue_config(queue.id)
    wants = repr((config.order, sorted(config.skills.items()), config.widen_after_s, config.language_wait_s))
    if wants == queue.wants:
        return
    new = not queue.wants
    queue.wants, queue.special = wants, bool(config.skills or config.language_wait_s) or config.order != "level"
    if new:
        return
    for agent_id in list(queue.idle):
        agent = core.agents[agent_id]
        index(core, queue, agent, agent.queues[queue.id])
    for agent in core.agents.values():
        if queue.id in agent.queues and agent.indexed_since_ms >= 0 and agent.id not in queue.idle:
            index(core, queue, agent, agent.queues[queue.id])
    for waits in queue.waiting:
        core.unserved[waits] = None


def index(core: Core, queue: Queue, agent: Agent, level: int) -> None:
    """The place of an agent who is free among the idle of the queue; who lacks what it never does without has none."""
    config = core.queue_config(queue.id)
    lacks = shortfall(config.skills, agent.skills)
    if lacks and not config.widen_after_s:
        queue.idle.remove(agent.id)
        return
    key = idle_key(rank(config.order, level, config.skills, agent.skills), agent.idle_since_ms, lacks)
    queue.idle.add(agent.id, key, agent.order)


def lines(agent: Agent, queues: Iterable[Queue]) -> list[Queue]:
    """Of these those of whose calls the agent may have any."""
    return [queue for queue in queues if not queue.special or agent.id in queue.idle]


def limit(core: Core, queue: Queue, since_ms: int) -> int:
    """Agents of the queue with this key or a larger one lack too much for who waits since then; 0: nobody does."""
    if not queue.special:
        return 0
    return below(steps(core, core.queue_config(queue.id), since_ms))


def steps(core: Core, config: QueueConfig, since_ms: int) -> int:
    """So many levels less are asked for by now."""
    return max(0, core.now - since_ms) // (1000 * config.widen_after_s) if config.widen_after_s else 0


def language(call: Call) -> str:
    """That the caller speaks; '': nobody knows."""
    return str(call.data.get("language", ""))


def speaks(core: Core, config: QueueConfig, agent: Agent, wanted: str, since_ms: int) -> bool:
    """Or is not asked, or not any more."""
    asked = wanted and config.language_wait_s and agent.languages and wanted not in agent.languages
    return not asked or core.now - since_ms >= 1000 * config.language_wait_s


def who_speak(core: Core, queue: Queue, call: Call, may: Callable[[str], bool] | None) -> Callable[[str], bool] | None:
    """Of those who ``may`` have the call of this queue."""
    if not queue.special:
        return may
    config, wanted = core.queue_config(queue.id), language(call)
    if not (config.language_wait_s and wanted):
        return may
    return lambda agent: (may is None or may(agent)) and speaks(core, config, core.agents[agent], wanted, call.queued_ms)


def may_have(core: Core, agent: Agent, queues: Iterable[str], since_ms: int, wanted: str = "") -> bool:
    """By any of the queues in which somebody waits since then, who speaks ``wanted``."""
    for queue_id in queues:
        queue = core.queues.get(queue_id)
        if queue is None or queue_id not in agent.queues:
            continue
        config = core.queue_config(queue_id)
        fits = not queue.special or shortfall(config.skills, agent.skills) <= steps(core, config, since_ms)
        if fits and speaks(core, config, agent, wanted, since_ms):
            return True
    return False


def watch(core: Core, waits: str, queues: Iterable[str], since_ms: int, wanted: str = "") -> None:
    """Look again when the next level, or the language ``wanted``, is given up in one of the queues."""
    due = []
    for queue_id in queues:
        config = core.queue_config(queue_id)
        given_up = steps(core, config, since_ms)
        if config.widen_after_s and given_up < max(config.skills.values(), default=0):
            due.append(since_ms + 1000 * config.widen_after_s * (given_up + 1))
        if wanted and core.now < since_ms + 1000 * config.language_wait_s:
            due.append(since_ms + 1000 * config.language_wait_s)
    if due:
        core.deadlines.set(widened, waits, min(due))
    else:
        core.deadlines.cancel(widened, waits)

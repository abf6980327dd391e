"""Today's figures: every closed segment and interval and each ended call goes into the rows of ``domain.kpi``, one per
queue and agent.

A row holds the local day of ``config.time_zone``; when the day has changed the row starts again at the next touch.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from cti_server.domain.kpi import AGENT_PARTS, QUEUE_PARTS, AgentRow, QueueRow, add_parts, agents_of, figures
from cti_server.domain.localday import day_bounds, day_of
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent, Queue
from cti_server.events.facts import AgentIntervalFact, CallFact, SegmentFact
from cti_server.events.views import AGENT, AGENT_STATUS_CHANGED, QUEUE, QUEUE_CHANGED, AgentToday, QueueToday

_PARTS = attrgetter(*AGENT_PARTS)


def today(core: Core) -> tuple[int, int]:
    """First ms of the local day and of the next."""
    _, start, end = core.day
    if not start <= core.now < end:
        name = day_of(core.now, core.config.time_zone)
        _, start, end = core.day = (name, *day_bounds(name, core.config.time_zone))
    return start, end


def agent_row(core: Core, agent_id: str) -> AgentRow:
    """A new row for the running day."""
    start, end = today(core)
    return AgentRow(agent_id, start, end)


def queue_row(core: Core, queue_id: str) -> QueueRow:
    start, end = today(core)
    config = core.queue_config(queue_id)
    return QueueRow(queue_id, start, end, config.service_level_s, config.short_abandon_s)


def add_segment(core: Core, fact: SegmentFact) -> None:
    """A segment closed: its queue and its agent learn of it."""
    queue = core.queues.get(fact.queue)
    if queue is not None and fact.segment != "offer":
        _roll_queue(core, queue)
        queue.row.add_segment(vars(fact))
        core.changed(QUEUE, queue.id)
    if fact.segment == "offer":
        agent = core.agents.get(fact.agent)
        if agent is not None:
            _roll_agent(core, agent)
            agent.row.add_segment(vars(fact))
            core.changed(AGENT, agent.id)


def add_call(core: Core, fact: CallFact) -> None:
    """A call has ended: who had the customer first and last learn of it."""
    for name in agents_of(vars(fact)):
        agent = core.agents.get(name)
        if agent is not None:
            _roll_agent(core, agent)
            agent.row.add_call(vars(fact))
            core.changed(AGENT, agent.id)


def add_interval(core: Core, agent: Agent, fact: AgentIntervalFact) -> None:
    _roll_agent(core, agent)
    agent.row.add_interval(vars(fact))


def agent_today(core: Core, agent: Agent) -> AgentToday:
    _roll_agent(core, agent)
    return dict(zip(AGENT_PARTS, _PARTS(agent.row)))  # noqa: B905 - as many as there are names


def queue_now(core: Core, queue: Queue) -> QueueRow:
    """Its parts of today."""
    _roll_queue(core, queue)
    return queue.row


def queue_today(core: Core, queue: Queue) -> QueueToday:
    _roll_queue(core, queue)
    queue.row.waiting = len(queue.present)
    return {**figures(queue.row, core.queue_config(queue.id).service_level_formula), "waiting": queue.row.waiting}


# ---------------------------------------------------------------- what only the ledger knows


def lack(core: Core) -> None:
    """Nothing is known of today from before this moment; the ledger knows it (``restore``)."""
    core.figures_before_ms = core.now
    core.lacking = {f"{kind.table}:{one}": None for kind in (QUEUE, AGENT) for one in core.table(kind)}


def another_day(core: Core) -> None:
    """The rows are of a day that began elsewhere (another time zone): they begin empty, and the ledger knows the rest."""
    for queue in core.queues.values():
        queue.row = queue_row(core, queue.id)
        core.changed(QUEUE_CHANGED, queue.id)
    for agent in core.agents.values():
        agent.row = agent_row(core, agent.id)
        core.changed(AGENT_STATUS_CHANGED, agent.id)
    lack(core)


def overlaps_today(core: Core, row: AgentRow | QueueRow) -> bool:
    """It holds a part of today, and of a day that is none here."""
    start, _ = today(core)
    return row.start_ms != start and row.end_ms > start


def lacking_before_ms(core: Core) -> int:
    """Until when today's figures lack what the ledger has; 0: nothing is lacking."""
    return core.figures_before_ms if core.lacking and core.figures_before_ms >= today(core)[0] else 0


def restore(core: Core, queues: Mapping[str, Mapping[str, int]], agents: Mapping[str, Mapping[str, int]]) -> None:
    """Add what the ledger has of today from before the start; each queue and agent once."""
    for kind, given, parts, roll, told in (
        (QUEUE, queues, QUEUE_PARTS, _roll_queue, QUEUE_CHANGED),
        (AGENT, agents, AGENT_PARTS, _roll_agent, AGENT_STATUS_CHANGED),
    ):
        for thing, values in given.items():
            if f"{kind.table}:{thing}" not in core.lacking:
                continue
            del core.lacking[f"{kind.table}:{thing}"]
            record = core.table(kind)[thing]
            roll(core, record)
            add_parts(record.row, {part: values.get(part, 0) for part in parts})
            core.changed(told, thing)


def _roll_agent(core: Core, agent: Agent) -> None:
    if agent.row.start_ms != today(core)[0]:
        agent.row = agent_row(core, agent.id)


def _roll_queue(core: Core, queue: Queue) -> None:
    if queue.row.start_ms != today(core)[0]:
        queue.row = queue_row(core, queue.id)

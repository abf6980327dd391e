"""Today's figures: every closed segment and interval goes into the rows of ``domain.kpi``, one per queue and agent.

A row holds the local day of ``config.time_zone``; when the day has changed the row starts again at the next touch.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from cti_server.domain.kpi import AgentRow, QueueRow, figures
from cti_server.domain.localday import day_bounds, day_of
from cti_server.engine.memory import Core
from cti_server.engine.state import Agent, Queue

_SHOWN = ("answered", "rona", "talk_ms", "hold_ms", "wrap_up_ms", "ring_ms", "idle_ms", "logged_in_ms")
_take_shown = attrgetter(*_SHOWN)


def today(core: Core) -> tuple[int, int]:
    """First ms of the local day and of the next."""
    if not core.day[1] <= core.now < core.day[2]:
        name = day_of(core.now, core.config.time_zone)
        core.day = (name, *day_bounds(name, core.config.time_zone))
    return core.day[1], core.day[2]


def agent_row(core: Core, agent_id: str) -> AgentRow:
    """A new row for the running day."""
    start, end = today(core)
    return AgentRow(agent_id, start, end)


def queue_row(core: Core, queue_id: str) -> QueueRow:
    start, end = today(core)
    config = core.queue_config(queue_id)
    return QueueRow(queue_id, start, end, config.service_level_s, config.short_abandon_s)


def add_segment(core: Core, data: Mapping[str, Any]) -> None:
    """A segment closed: its queue and its agent learn of it."""
    queue = core.queues.get(data["queue"])
    if queue is not None and data["segment"] != "offer":
        _roll_queue(core, queue)
        queue.row.add_segment(data)
        core.changed("queues", queue.id)
    if data["segment"] == "offer":
        agent = core.agents.get(data["agent"])
        if agent is not None:
            _roll_agent(core, agent)
            agent.row.add_segment(data)
            core.changed("agents", agent.id)


def add_interval(core: Core, agent: Agent, data: Mapping[str, Any]) -> None:
    _roll_agent(core, agent)
    agent.row.add_interval(data)


def agent_today(core: Core, agent: Agent) -> dict[str, int]:
    """AgentView.today: closed intervals only; the running one is AgentView.counted_ms."""
    _roll_agent(core, agent)
    return dict(zip(_SHOWN, _take_shown(agent.row), strict=True))


def queue_today(core: Core, queue: Queue) -> dict[str, Any]:
    """QueueView.today: the keys of QueueFigures."""
    _roll_queue(core, queue)
    queue.row.waiting = len(queue.present)
    return figures(queue.row, core.queue_config(queue.id).service_level_formula)


def _roll_agent(core: Core, agent: Agent) -> None:
    start, _ = today(core)
    if agent.row.start_ms != start:
        agent.row = agent_row(core, agent.id)


def _roll_queue(core: Core, queue: Queue) -> None:
    start, _ = today(core)
    if queue.row.start_ms != start:
        queue.row = queue_row(core, queue.id)

"""Time that runs is booked every quarter of an hour, so that no report waits for an agent's next change of state.

Every zone's midnight is a quarter of an hour of UTC: no stretch that is booked here crosses it, and the new day's figures are
shown then. A few agents at a time, so that nothing else waits.
"""

from __future__ import annotations

from dataclasses import replace

from cti_server.engine.acd import agents
from cti_server.engine.books import figures, ledger
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.state import Agent
from cti_server.events.views import AGENT, AGENT_STATUS_CHANGED

QUARTER_MS = 900_000
AT_ONCE = 100
PAUSE_MS = 20


def arm(core: Core) -> None:
    """Set the next cut; the first time, or when figures of another day are wanted at once."""
    core.deadlines.set(cut, None, max(1, core.now))


@deadline("cut")
def cut(core: Core, nothing: None) -> None:
    """Close the open stretches of the agents at the last quarter, and show a new day's figures."""
    at = core.now - core.now % QUARTER_MS
    day, _ = figures.today(core)
    behind = [agent for agent in core.agents.values() if _open_since(agent) < at or agent.row.start_ms != day]
    core.deadlines.set(cut, None, core.now + PAUSE_MS if len(behind) > AT_ONCE else at + QUARTER_MS)
    for agent in behind[:AT_ONCE]:
        interval = agent.interval
        if interval is not None and interval.started_ms < at:
            ledger.close_interval(core, agent, at)
            agent.interval = replace(interval, id=core.next_id(), started_ms=at)
        core.changed(AGENT_STATUS_CHANGED if agent.row.start_ms != day or at == day else AGENT, agent.id)
    for queue in core.queues.values():
        if queue.row.start_ms != day:
            agents.queue_touched(core, queue.id)


def _open_since(agent: Agent) -> int:
    return agent.interval.started_ms if agent.interval else 1 << 62

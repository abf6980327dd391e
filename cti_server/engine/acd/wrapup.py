"""After-call work: begins when the conversation ends, ended by the agent or by its deadline, never longer."""

from __future__ import annotations

from cti_server.engine.acd import agents
from cti_server.engine.books import drafts, ledger
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.state import Agent, AgentId, Call, Segment
from cti_server.events.facts import SegmentDetail


def begin(core: Core, agent: Agent, call: Call, leg: str = "") -> None:
    """The conversation of ``agent`` is over; a queue without wrap-up time frees the agent at once."""
    drafts.remember(core, agent, call.id)
    wrap_up_s = core.queue_config(agent.queue).wrap_up_s
    if not wrap_up_s:
        agents.move(core, agent, "release")
        return
    deadline = core.work.at_ms + 1000 * wrap_up_s
    detail: SegmentDetail = {"queued_ms": call.queued_ms}
    agent.wrap_up = Segment(core.next_id(), "wrap_up", agent.queue, agent.id, leg, core.work.at_ms, detail)
    core.deadlines.set(end, agent.id, deadline)
    agents.move(core, agent, "finish", deadline)


@deadline("wrap_up")
def end(core: Core, agent_id: AgentId) -> None:
    """By command or deadline."""
    agent = core.agents.get(agent_id)
    if agent is None or agent.state != "wrap_up":
        return
    core.deadlines.cancel(end, agent.id)
    drafts.write(core, agent.id)
    if agent.wrap_up is not None:
        ledger.write_segment(core, agent.call_id, agent.wrap_up)
        agent.wrap_up = None
    agents.move(core, agent, "wrapped")

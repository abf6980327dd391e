"""Call back when busy or not answered: an agent waits for a colleague to be free; then the agent's phone is rung, and after it
the colleague's (``calls.internal``). One who was idle and did not answer has to be busy first, or to begin a shift: then they are
there.

While the agent's phone rings the colleague rests, so that no queue takes them away. It is tried once; who is not reached may ask
again.
"""

from __future__ import annotations

from dataclasses import dataclass

from cti_server.engine.acd import agents, direct
from cti_server.engine.calls import internal
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import Agent, AgentId, CallBackId, Node
from cti_server.errors import CtiError
from cti_server.events.views import CALL_BACK, CALL_BACK_WANTED, CallBackView


@dataclass(slots=True)
class CallBack:
    """``was_busy``: the colleague has been since it was asked."""

    id: CallBackId
    agent: AgentId
    colleague: AgentId
    since_ms: int
    until_ms: int
    was_busy: bool = False


@shows(CALL_BACK, CallBack)
def view(core: Core, one: CallBack) -> CallBackView:
    return {
        "id": one.id,
        "agent": one.agent,
        "colleague": one.colleague,
        "since_ms": one.since_ms,
        "until_ms": one.until_ms,
    }


def ask(core: Core, agent: Agent, colleague: Agent) -> None:
    """Asked again it lasts longer."""
    key, until = CallBackId(f"{agent.id}/{colleague.id}"), core.now + 1000 * core.config.call_back_s
    known = core.call_backs.get(key)
    one = known or CallBack(key, agent.id, colleague.id, core.now, until)
    one.until_ms = until
    core.call_backs[key] = one
    core.deadlines.set(over, key, until)
    core.changed(CALL_BACK_WANTED, key)


def of(core: Core, agent: Agent) -> list[CallBack]:
    """What the agent waits for."""
    return [one for one in core.call_backs.values() if one.agent == agent.id]


def forget(core: Core, one: CallBack) -> None:
    core.deadlines.cancel(over, one.id)
    del core.call_backs[one.id]
    core.removed(CALL_BACK, one.id)


@deadline("call_back")
def over(core: Core, key: CallBackId) -> None:
    """Nobody waits for ever."""
    one = core.call_backs.get(key)
    if one is not None:
        forget(core, one)


def after_restart(core: Core) -> None:
    for one in core.call_backs.values():
        core.deadlines.set(over, one.id, max(core.now, one.until_ms))


def look(core: Core) -> None:
    """Whose colleague is free now? After each input, before anybody is routed."""
    for one in list(core.call_backs.values()):
        agent, colleague = core.agents.get(one.agent), core.agents.get(one.colleague)
        if agent is None or colleague is None or agent.status == "logged_out":
            forget(core, one)
        elif colleague.status == "logged_out" or colleague.state != "idle":
            if not one.was_busy:
                one.was_busy = True
                core.changed(CALL_BACK, one.id)
        elif one.was_busy and (node := _together(core, agent, colleague)):
            forget(core, one)
            agents.rest(core, colleague, 1000 * direct.RING_S + direct.RING_GRACE_MS)
            internal.begin(core, agent, colleague, node, rings=True)


def _together(core: Core, agent: Agent, colleague: Agent) -> Node | None:
    """The switch where both can be rung now."""
    try:
        node = internal.place(core, agent, colleague)
        direct.free(core, agent, node)
        direct.free(core, colleague, node)
    except CtiError:
        return None
    return node

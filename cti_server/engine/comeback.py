"""A phone that died in a conversation: the caller hears music and is offered again to the same agent for 20 s, then to the
queue at the original place. The agent stays reserved for that time."""

from __future__ import annotations

from cti_server.engine import agents, caller, offers, queueing, wrapup
from cti_server.engine.memory import Core
from cti_server.engine.state import Agent, Call, Comeback

COMEBACK_MS = 20_000


def begin(core: Core, call: Call, agent: Agent) -> None:
    """The agent's leg ended without anybody's wish."""
    until = core.now + COMEBACK_MS
    call.activity = "queue"
    call.agent = call.agent_leg = ""
    call.held_ms = 0
    call.resuming = call.holding = False
    call.comeback = Comeback(agent.id, until)
    agents.move(core, agent, "lose", until)
    queueing.open_wait(core, call, core.now)
    core.deadlines.set("comeback", call.id, until)
    caller.write_core(core, call)
    core.changed("calls", call.id, "call.queued")
    if call.legs[call.caller_leg].parked:
        _welcome(core, call)


def caller_parked(core: Core, call: Call) -> None:
    """The caller's leg has parked after the agent's end."""
    _welcome(core, call)


def _welcome(core: Core, call: Call) -> None:
    if not call.music_exec:
        caller.play_music(core, call)
    attempt(core, call.id)


def attempt(core: Core, call_id: str) -> None:
    """Ring the agent again when the phone is there (deadline 'comeback_retry', or the phone registered)."""
    call = core.calls.get(call_id)
    if call is None or call.comeback is None or call.offer is not None or call.caller_gone or call.ending:
        return
    agent = core.agents[call.comeback.agent]
    if agents.registered(core, agent) and core.linked(call.node) and call.legs[call.caller_leg].parked:
        offers.make(core, call, agent, {"comeback": True})


def phone_back(core: Core, extension: str) -> None:
    agent = core.agents.get(core.by_extension.get(extension, ""))
    if agent is not None and agent.call_id:
        attempt(core, agent.call_id)


def expired(core: Core, call_id: str) -> None:
    """The time for the same agent is over."""
    call = core.calls.get(call_id)
    if call is None or call.comeback is None:
        return
    if call.offer is not None and call.offer.answered:
        core.deadlines.set("comeback", call.id, core.now + offers.BRIDGE_WITHIN_MS)
        return
    agent = core.agents[call.comeback.agent]
    offers.withdraw(core, call, "withdrawn")
    over(core, call)
    agents.move(core, agent, "release")
    agents.rest(core, agent)
    call.not_again = agent.id
    queueing.to_line(core, call)
    caller.write_core(core, call)


def caller_left(core: Core, call: Call) -> None:
    """The caller did not wait for the agent to come back: after-call work, as after any conversation."""
    if call.comeback is not None:
        agent = core.agents[call.comeback.agent]
        until = call.comeback.until_ms
        over(core, call)
        if agent.state == "ringing":
            agents.move(core, agent, "lose", until)
        wrapup.begin(core, agent, call)


def over(core: Core, call: Call) -> None:
    call.comeback = None
    core.deadlines.cancel("comeback", call.id)
    core.deadlines.cancel("comeback_retry", call.id)

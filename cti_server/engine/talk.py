"""The conversation as it is booked: from the bridge, through holds, to the moment when one of the two leaves, and what the caller
does then. Who hears whom is wanted by ``engine.operations`` and brought about by ``engine.settled``.
"""

from __future__ import annotations

from cti_server.domain.outcomes import MEDIA_LOST_CAUSES
from cti_server.engine import admission, agents, caller, comeback, drafts, ivr, ledger, offers, queueing, wrapup
from cti_server.engine.memory import Core
from cti_server.engine.state import Agent, Call, Leg
from cti_server.events.views import CALL_CONNECTED, CALL_DATA_CHANGED, CALL_HELD, CALL_RESUMED

PAGE_GONE_FIRST_MS = 5_000


def connected(core: Core, call: Call, leg: Leg) -> None:
    """The caller and this leg hear each other."""
    if leg.state == "held":
        _resumed(core, call, leg)
        return
    agent = core.agents[leg.agent]
    ledger.close_segment(core, call, "offer", "answered")
    queueing.leave(core, call, "answered")
    core.deadlines.cancel(offers.ring_over, call.id)
    core.deadlines.cancel(offers.not_bridged_yet, call.id)
    core.connecting.pop(leg.id, None)
    if call.offer is not None and call.offer.answered_ms:
        admission.measured(core, call.node, call.offer.answered_ms)
    comeback.over(core, call)
    call.offer = None
    call.activity = "talk"
    call.last_agent = agent.id
    call.connected_ms = core.now
    call.not_again = ""
    if agent.id not in call.agents:
        call.agents.append(agent.id)
    caller.turn(call, call.legs[call.caller_leg], "bridge", 1)
    caller.turn(call, leg, "bridge", 1)
    call.variables["cti_offer"], call.variables["cti_phase"] = "", "talking"  # the connect script wrote them
    ledger.open_segment(core, call, "talk", call.queue, agent.id, leg.id)
    drafts.remember(core, agent, call.id)
    agent.failed_rings = 0
    agents.move(core, agent, "connect")
    core.changed(CALL_CONNECTED, call.id)


def held(core: Core, call: Call, leg: Leg) -> None:
    """The agent stands aside, the caller hears music."""
    _pause_talk(core, call)
    ledger.open_segment(core, call, "hold", call.queue, leg.agent, leg.id)
    caller.turn(call, call.legs[call.caller_leg], "hold")
    caller.turn(call, leg, "hold")
    call.held_ms = core.now
    call.holds += 1
    agents.move(core, core.agents[leg.agent], "hold")
    core.changed(CALL_HELD, call.id)


def _resumed(core: Core, call: Call, leg: Leg) -> None:
    ledger.close_segment(core, call, "hold")
    ledger.open_segment(core, call, "talk", call.queue, leg.agent, leg.id)
    caller.turn(call, call.legs[call.caller_leg], "bridge", 1)
    caller.turn(call, leg, "bridge", 1)
    call.held_ms = 0
    agents.move(core, core.agents[leg.agent], "resume")
    core.changed(CALL_RESUMED, call.id)


# ---------------------------------------------------------------- ends


def agent_left(core: Core, call: Call, leg: Leg, cause: str, disposition: str) -> None:
    """The agent's leg has ended while the caller is here: survey, the end, or back to the agent whose phone died.

    A BYE of the phone is a person's wish, whatever its page and its registration do."""
    agent = core.agents[leg.agent]
    call.legs.pop(leg.id, None)
    core.legs.pop(leg.id, None)
    call.groups.pop(leg.id, None)
    _pause_talk(core, call)
    page_first = agent.page_gone_ms and core.now - agent.page_gone_ms <= PAGE_GONE_FIRST_MS
    silent = disposition != "recv_bye" and (page_first or not agents.registered(core, agent))
    lost = cause in MEDIA_LOST_CAUSES or silent
    if lost and not leg.gone and not call.ending and call.queue in core.queues:
        comeback.begin(core, call, agent)
        return
    call.gone_first = call.gone_first or "agent"
    wrapup.begin(core, agent, call, leg.id)
    call.held_ms = 0
    core.changed(CALL_DATA_CHANGED, call.id)


def after_agent(core: Core, call: Call) -> None:
    """The caller is alone: the queue's survey, or the end."""
    caller.stop_music(core, call)
    survey = core.queue_config(call.queue).survey_flow
    if survey:
        ivr.begin(core, call, survey, survey=True)
    else:
        caller.hang_up(core, call, "NORMAL_CLEARING", "answered")


def caller_left(core: Core, call: Call) -> None:
    """The caller ended a conversation: wrap-up begins, the agent's leg ends by itself or is ended."""
    leg = call.legs.get(call.agent_leg)
    _pause_talk(core, call)
    if leg is not None:
        wrapup.begin(core, core.agents[leg.agent], call, leg.id)
        caller.end(core, call, leg)


def _pause_talk(core: Core, call: Call) -> None:
    """Close the talk or hold that runs, and count its time for the recording."""
    closed = ledger.close_segment(core, call, "talk")
    if closed is not None:
        call.talk_ms += max(0, core.now - closed.started_ms)
    ledger.close_segment(core, call, "hold")


def hang_up_agent(core: Core, call: Call, agent: Agent) -> None:
    """The agent's own wish to end the conversation."""
    call.gone_first = call.gone_first or "agent"
    caller.end(core, call, call.legs[call.agent_leg])



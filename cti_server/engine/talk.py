"""The conversation: from the bridge, through holds, to the moment when one of the two leaves, and what the caller does then.

Hold is ParkLeg on the agent's leg, then music for the caller; resume is BridgeLegs.
"""

from __future__ import annotations

from dataclasses import dataclass

from cti_server.domain.outcomes import MEDIA_LOST_CAUSES
from cti_server.domain.switch import BridgeLegs, KillLeg, ParkLeg
from cti_server.engine import admission, agents, caller, comeback, drafts, ivr, ledger, offers, queueing, wrapup
from cti_server.engine.deadlines import deadline
from cti_server.engine.memory import Core
from cti_server.engine.results import Asked
from cti_server.engine.state import Agent, Call, CallId, Leg, LegId
from cti_server.errors import WrongState
from cti_server.events.views import CALL_CONNECTED, CALL_DATA_CHANGED, CALL_HELD, CALL_RESUMED

PARKS_WITHIN_MS = 2_000
RESUMES_WITHIN_MS = 5_000
ALONE_MS = 3_000
PAGE_GONE_FIRST_MS = 5_000


def bridged(core: Core, call: Call, agent_leg: Leg) -> None:
    """The caller and this leg hear each other."""
    customer = call.legs[call.caller_leg]
    customer.parked = agent_leg.parked = False
    call.music_exec = ""
    core.deadlines.cancel(caller.music_again, call.id)
    if call.offer is not None and call.offer.leg == agent_leg.id:
        _connected(core, call, agent_leg)
    elif call.agent_leg == agent_leg.id and core.agents[call.agent].state == "holding":
        _resumed(core, call, agent_leg)


def _connected(core: Core, call: Call, leg: Leg) -> None:
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
    call.agent = call.last_agent = agent.id
    call.agent_leg = leg.id
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
    caller.write_core(core, call)
    core.changed(CALL_CONNECTED, call.id)


# ---------------------------------------------------------------- hold


def hold(core: Core, call: Call, command_id: str) -> None:
    """Ask the switch; the agent holds when it has said yes (``hold_result``)."""
    call.holding = True
    caller.send(core, call, ParkLeg(call.agent_leg), Held(call.id, command_id))


@dataclass(frozen=True, slots=True)
class Held(Asked):
    def told(self, core: Core, ok: bool, text: str) -> None:
        if hold_result(core, self.call_id, ok) or not ok:
            self.answer(core, ok, text)
        else:
            core.refuse(self.command_id, WrongState("the conversation ended while it was being put on hold"))


def hold_result(core: Core, call_id: str, ok: bool) -> bool:
    """The switch's answer. True when the call is on hold now."""
    call = core.calls.get(call_id)
    if call is None or not call.holding:
        return False
    call.holding = False
    leg = call.legs.get(call.agent_leg)
    if not ok or call.caller_gone or leg is None or leg.state != "connected":
        return False
    agent = core.agents[call.agent]
    _pause_talk(core, call)
    ledger.open_segment(core, call, "hold", call.queue, agent.id, leg.id)
    caller.turn(call, call.legs[call.caller_leg], "hold")
    caller.turn(call, leg, "hold")
    call.held_ms = core.now
    call.holds += 1
    agents.move(core, agent, "hold")
    caller.play_music(core, call)
    caller.write_core(core, call)
    core.changed(CALL_HELD, call.id)
    return True


def resume(core: Core, call: Call, command_id: str) -> None:
    """Ask the switch to bridge again; the agent talks when the bridge is there."""
    call.resuming = True
    core.deadlines.set(resume_failed, call.id, core.now + RESUMES_WITHIN_MS)
    caller.send(core, call, BridgeLegs(call.caller_leg, call.agent_leg), Resumed(call.id, command_id))


@dataclass(frozen=True, slots=True)
class Resumed(Asked):
    def told(self, core: Core, ok: bool, text: str) -> None:
        if not ok:
            resume_failed(core, self.call_id)
        self.answer(core, ok, text)


@deadline("resume")
def resume_failed(core: Core, call_id: CallId) -> None:
    """The switch refused, or no bridge came in time: the call stays on hold."""
    call = core.calls.get(call_id)
    if call is not None and call.resuming:
        call.resuming = False
        core.deadlines.cancel(resume_failed, call.id)
        caller.music_again(core, call.id)


def _resumed(core: Core, call: Call, leg: Leg) -> None:
    call.resuming = False
    core.deadlines.cancel(resume_failed, call.id)
    ledger.close_segment(core, call, "hold")
    ledger.open_segment(core, call, "talk", call.queue, leg.agent, leg.id)
    caller.turn(call, call.legs[call.caller_leg], "bridge", 1)
    caller.turn(call, leg, "bridge", 1)
    call.held_ms = 0
    agents.move(core, core.agents[leg.agent], "resume")
    caller.write_core(core, call)
    core.changed(CALL_RESUMED, call.id)


# ---------------------------------------------------------------- ends


def agent_left(core: Core, call: Call, leg: Leg, cause: str, disposition: str) -> None:
    """The agent's leg has ended while the caller is here: survey, the end, or back to the agent whose phone died.

    A BYE of the phone is a person's wish, whatever its page and its registration do."""
    agent = core.agents[leg.agent]
    call.legs.pop(leg.id, None)
    core.legs.pop(leg.id, None)
    core.deadlines.cancel(kill_leg_again, leg.id)
    _pause_talk(core, call)
    page_first = agent.page_gone_ms and core.now - agent.page_gone_ms <= PAGE_GONE_FIRST_MS
    silent = disposition != "recv_bye" and (page_first or not agents.registered(core, agent))
    lost = cause in MEDIA_LOST_CAUSES or silent
    if lost and not leg.doomed and not call.ending and call.queue in core.queues:
        comeback.begin(core, call, agent)
        return
    call.gone_first = call.gone_first or "agent"
    wrapup.begin(core, agent, call)
    call.agent = call.agent_leg = ""
    call.held_ms = 0
    core.changed(CALL_DATA_CHANGED, call.id)
    if call.legs[call.caller_leg].parked:
        after_agent(core, call)
    else:
        core.deadlines.set(caller_alone, call.id, core.now + PARKS_WITHIN_MS)


def after_agent(core: Core, call: Call) -> None:
    """The caller is alone: the queue's survey, or the end."""
    core.deadlines.cancel(caller_alone, call.id)
    if call.activity != "talk" or call.caller_gone or call.ending:
        return
    caller.stop_music(core, call)
    survey = core.queue_config(call.queue).survey_flow
    if survey:
        ivr.begin(core, call, survey, survey=True)
    else:
        caller.hang_up(core, call, "NORMAL_CLEARING", "answered")


@deadline("unparked")
def caller_alone(core: Core, call_id: CallId) -> None:
    """The agent has gone but the caller's leg has not parked."""
    call = core.calls.get(call_id)
    if call is not None and core.linked(call.node):
        after_agent(core, call)


def caller_left(core: Core, call: Call) -> None:
    """The caller ended a conversation: wrap-up begins, the agent's leg ends by itself or is ended."""
    leg = call.legs.get(call.agent_leg)
    _pause_talk(core, call)
    if leg is None:
        return
    wrapup.begin(core, core.agents[leg.agent], call)
    if leg.state == "held" and not leg.doomed:
        kill_agent_leg(core, call, leg)
    core.deadlines.set(kill_leg_again, leg.id, core.now + ALONE_MS)


def kill_agent_leg(core: Core, call: Call, leg: Leg) -> None:
    leg.doomed = True
    core.deadlines.set(kill_leg_again, leg.id, core.now + ALONE_MS)
    caller.send(core, call, KillLeg(leg.id))


@deadline("agent_kill")
def kill_leg_again(core: Core, leg_id: LegId) -> None:
    """An agent's leg without a caller, or one that we ended, still lives."""
    leg = core.legs.get(leg_id)
    if leg is not None:
        leg.doomed = True
        if core.linked(leg.node):
            core.send(leg.node, leg.id, KillLeg(leg.id))
        core.deadlines.set(kill_leg_again, leg.id, core.now + 4 * ALONE_MS)


def _pause_talk(core: Core, call: Call) -> None:
    """Close the talk or hold that runs, and count its time for the recording."""
    closed = ledger.close_segment(core, call, "talk")
    if closed is not None:
        call.talk_ms += max(0, core.now - closed.started_ms)
    ledger.close_segment(core, call, "hold")


def hang_up_agent(core: Core, call: Call, agent: Agent) -> None:
    """The agent's own wish to end the conversation."""
    leg = call.legs[call.agent_leg]
    call.gone_first = call.gone_first or "agent"
    kill_agent_leg(core, call, leg)

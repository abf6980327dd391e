"""An agent whose phone is off hook is rung once, and that leg stays: between calls it is alone in the agent's *station*, in
silence. A call takes it without ringing: the agent hears a tone, and the queue's name where one is recorded, then the customer.

The station is a graph of one leg (``kernel.state.Station``), settled as those of calls are (``calls.settled``). While a call has
the leg it is empty; where the leg of another agent would be ended this one comes back. Nothing rings this phone while it is up.
"""

from __future__ import annotations

from cti_server.domain.message import message
from cti_server.domain.outcomes import cause_of_text, offer_failure
from cti_server.domain.switch import KillLeg, Originate
from cti_server.domain.tenant import marks
from cti_server.engine.acd import agents
from cti_server.engine.graph import caller, steps, wanted
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import STATION, Agent, AgentId, Call, CallId, Leg, LegId, Node, Station
from cti_server.events.views import AGENT, AGENT_PHONE_CHANGED

PICK_UP_S = 30
GRACE_MS = 2_000
AGAIN_MS = 3_000
BY_HAND = frozenset({"NORMAL_CLEARING", "NORMAL_UNSPECIFIED", "ORIGINATOR_CANCEL"})
"""Causes of a phone that was hung up."""


# ---------------------------------------------------------------- off the hook


@agents.off_hook.ends
def pick_up(core: Core, agent_id: AgentId) -> None:
    """Ring the phone, once; when it can be reached."""
    agent = core.agents.get(agent_id)
    if agent is None or not agent.off_hook or agent.station is not None or agent.status == "logged_out" or agent.state != "idle":
        return
    node = next((node for node in core.phones.get(agent.extension, ()) if core.linked(node)), "")
    if node:
        _ring(core, agent, Node(node))
    elif agents.registered(core, agent):
        core.deadlines.set(agents.off_hook, agent.id, core.now + AGAIN_MS)


def _ring(core: Core, agent: Agent, node: Node) -> None:
    leg_id = core.next_leg()
    station = agent.station = Station(CallId(STATION + agent.id), node, leg_id)
    leg = Leg(leg_id, node, "agent", station.id, agent.id, station=True, registration=core.registrations.get(agent.extension, ""))
    station.legs[leg.id] = core.legs[leg.id] = leg
    order = Originate(
        leg=leg.id,
        contact=f"ext:{agent.extension}",
        timeout_s=PICK_UP_S,
        caller_number=agent.extension,
        caller_name=agent.name,
        job_id=leg.id,
        variables={
            "cti_agent": agent.id,
            "cti_epoch": str(core.epoch),
            "cti_role": "agent",
            **marks(core.config.tenant),
            "cti_persistent": "true",
            "eavesdrop_enable_dtmf": "false",
            **caller.STAYS,
            **caller.ANSWERS_ITSELF,
        },
    )
    core.send(node, leg.id, order, StationRung(agent.id, leg.id))
    core.deadlines.set(not_picked_up, agent.id, core.now + 1000 * PICK_UP_S + GRACE_MS)
    core.changed(AGENT_PHONE_CHANGED, agent.id)


@message
class StationRung(Outcome):
    """The order itself failed, or nobody knows (``deadline``): then the phone may ring all the same."""

    agent: AgentId
    leg: LegId

    def told(self, core: Core, ok: bool, text: str) -> None:
        agent = core.agents.get(self.agent)
        if not ok and text != "deadline" and agent is not None and self.leg in core.legs:
            ended(core, agent, self.leg, cause_of_text(text))


@deadline("off_hook_ring")
def not_picked_up(core: Core, agent_id: AgentId) -> None:
    agent = core.agents.get(agent_id)
    station = agent.station if agent else None
    if station is not None and not station.up:
        _end(core, station, "NO_ANSWER")


def _end(core: Core, station: Station, cause: str) -> None:
    for leg in station.legs.values():
        leg.gone, leg.group = leg.gone or cause, ""
        core.changed(AGENT, leg.agent)
    core.touch(station.id)


def follow(core: Core, station: Station) -> None:
    """After each input in which something of it was seen, or its agent has logged out."""
    leg = station.legs.get(station.caller_leg)
    agent = core.agents.get(leg.agent) if leg else None
    if leg is None or agent is None:
        return
    if agent.status == "logged_out" and not leg.gone:
        _end(core, station, "NORMAL_CLEARING")
    if leg.seen.here and not station.up:
        station.up = True
        core.deadlines.cancel(not_picked_up, agent.id)
        agents.refresh(core, agent, AGENT_PHONE_CHANGED)


# ---------------------------------------------------------------- into a call, and back


def leg_for(core: Core, call: Call, agent: Agent) -> Leg | None:
    """The party that the agent's leg would be in this call; None where it must be rung. Nothing is changed yet."""
    station = agent.station
    leg = station.legs.get(station.caller_leg) if station is not None and station.up else None
    if leg is None or leg.gone or leg.node != call.node:
        return None
    return Leg(leg.id, leg.node, "agent", call.id, agent.id, station=True, registration=leg.registration, seen=leg.seen)


def leaves(core: Core, call: Call, leg: Leg, called: bool = True) -> None:
    """The call has it now (``Core.join``). ``called``: not before the agent has heard the tone."""
    agent = core.agents[leg.agent]
    if agent.station is not None:
        agent.station.legs.clear()
        agent.station.steps.clear()
        core.deadlines.cancel(steps.look_again, agent.station.id)
    leg.seen.called = called
    leg.picked_ms = 0 if called else core.now
    _ordinary(core, call, leg)  # a daemon that was killed could not say so when it came back
    caller.tell(core, call, leg, "cti_call", call.id)
    core.changed(AGENT, agent.id)


def comes_back(core: Core, call: Call, old: Leg) -> None:
    """The call does not have it any more."""
    agent = core.agents.get(old.agent)
    station = agent.station if agent else None
    if agent is None or station is None or station.caller_leg != old.id:
        core.send(call.node, call.caller_leg, KillLeg(old.id))
        return
    if steps.disturbs(call, old):  # what the call had asked for may still come about
        old.seen.state, old.seen.since_ms = "moving", core.now
    old.seen.called, old.seen.tries, old.seen.refusal = False, 0, ""
    leg = Leg(old.id, old.node, "agent", station.id, agent.id, station=True, registration=old.registration, seen=old.seen)
    station.legs[leg.id] = core.legs[leg.id] = leg
    caller.tell(core, call, leg, "cti_call", "")
    _ordinary(core, call, leg)
    core.touch(station.id)
    core.changed(AGENT, agent.id)


def _ordinary(core: Core, call: Call, leg: Leg) -> None:
    """What another call wanted of it is over."""
    if leg.seen.wants:
        leg.seen.wants = {}
        caller.tell(core, call, leg, wanted.NAME, "")


# ---------------------------------------------------------------- its end


def ended(core: Core, agent: Agent, leg_id: str, cause: str) -> None:
    """The leg has ended, wherever it was: the agent is not ready, and told why."""
    station = agent.station
    if station is None or station.caller_leg != leg_id:
        return
    ours = any(leg.gone == "NORMAL_CLEARING" for leg in station.legs.values())
    agent.station = None
    core.legs.pop(leg_id, None)
    core.deadlines.cancel(not_picked_up, agent.id)
    core.deadlines.cancel(steps.look_again, station.id)
    if agent.status != "logged_out":
        if ours:  # a new shift has begun meanwhile
            core.deadlines.set(agents.off_hook, agent.id, core.now)
        elif (agent.pending or agent.status) == "ready" or agent.reason == "logged-in":
            why = "on-hook" if station.up and cause in BY_HAND else offer_failure(cause)
            agents.change_status(core, agent, "pause", why)
    agents.refresh(core, agent, AGENT_PHONE_CHANGED)


def lost_with(core: Core, node: str) -> None:
    """The switch has lost all that lived there."""
    for agent in core.agents.values():
        if agent.station is not None and agent.station.node == node:
            ended(core, agent, agent.station.caller_leg, "SWITCH_LOST")


def forget(core: Core, agent: Agent) -> None:
    """The agent is no longer configured."""
    station = agent.station
    if station is not None:
        core.send(station.node, station.caller_leg, KillLeg(station.caller_leg))
        core.legs.pop(station.caller_leg, None)
        core.deadlines.cancel(not_picked_up, agent.id)
        core.deadlines.cancel(steps.look_again, station.id)
        agent.station = None

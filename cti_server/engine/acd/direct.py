"""Ringing one certain agent who was named: a colleague is asked, or gets a call that is passed on. No queue is in it, no connect
script: the leg parks when it is picked up, and ``engine.calls.settled`` joins it.
"""

from __future__ import annotations

from collections.abc import Collection

from cti_server.domain.message import message
from cti_server.domain.outcomes import OfferOutcome, cause_of_text, dial_failure, offer_failure
from cti_server.domain.switch import Originate
from cti_server.domain.tenant import marks
from cti_server.engine.acd import agents, stations, wrapup
from cti_server.engine.books import ledger
from cti_server.engine.graph import caller, seen
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import Agent, Call, CallId, Graph, Leg, LegId, Segment
from cti_server.events.errors import AgentBusy, OtherSwitch
from cti_server.events.facts import SegmentDetail
from cti_server.events.views import (
    CALL,
    CALL_DATA_CHANGED,
    CALL_DIAL_FAILED,
    CALL_OFFER_FAILED,
    CALL_OFFERED,
    BackWhy,
    DialFailed,
    OfferFailed,
)

RING_S = 25
DIAL_S = 60
"""So long it may ring outside."""
RING_GRACE_MS = 2_000


def free(core: Core, agent: Agent, node: str) -> None:
    """Raises AgentBusy for one who cannot be rung now, OtherSwitch for one who cannot be rung here. Not ready is no hindrance: a
    person is asked, no call is handed out."""
    there = agents.nodes(core, agent)
    if agent.status == "logged_out" or agent.state != "idle" or not there:
        raise AgentBusy(f"agent {agent.id} cannot be rung now", {"status": agent.status, "state": agent.state})
    same_switch(agent.extension, node, there)


def same_switch(extension: str, node: str, there: Collection[str]) -> None:
    """Raises OtherSwitch. ``there``: the switches where the phone is registered."""
    if node not in there:
        told = {"node": node, "there": sorted(there)}
        raise OtherSwitch(f"the phone {extension} is at {', '.join(told['there'])}, the call at {node}", told)


def new_leg(core: Core, call: Call, agent: Agent) -> Leg:
    """For an agent who is about to be rung, or whose phone is off hook; where it belongs the operation says."""
    found = stations.leg_for(core, call, agent)
    registration = core.registrations.get(agent.extension, "")
    return found or Leg(core.next_leg(), call.node, "agent", call.id, agent.id, registration=registration)


def ring(core: Core, call: Call, leg: Leg, number: str, name: str, own: bool = False, timeout_s: int = RING_S) -> None:
    """``number`` and ``name``: what the phone shows. ``own``: the agent calls somebody, and the phone may answer by itself.
    A phone that stays off hook is not rung: it hears a tone, unless the call is its agent's own."""
    core.join(call, leg)
    order(core, call, leg, number, name, own, timeout_s)


def order(core: Core, call: Call, leg: Leg, number: str, name: str, own: bool = False, timeout_s: int = RING_S) -> None:
    """The same of a leg that is in the call already."""
    leg.rung_ms = core.now
    agent = core.agents.get(leg.agent)
    if leg.station:
        stations.leaves(core, call, leg, called=not own)
    else:
        _originate(core, call, leg, agent, (number, name), own, timeout_s)
    until = core.now + 1000 * timeout_s + RING_GRACE_MS
    core.deadlines.set(ring_over, leg.id, until)
    if agent is not None:
        leg.idle_since_ms = agent.idle_since_ms
        agent.call_id, agent.queue = call.id, call.queue
        agents.move(core, agent, "dial" if own else "reserve", until)
        core.changed(CALL_DATA_CHANGED if own else CALL_OFFERED, call.id)


def _originate(core: Core, call: Call, leg: Leg, agent: Agent | None, shown: tuple[str, str], own: bool, timeout_s: int) -> None:
    role = "agent" if agent else leg.party
    variables = {"cti_call": call.id, "cti_epoch": str(core.epoch), "cti_role": role, "eavesdrop_enable_dtmf": "false"}
    variables |= marks(core.config.tenant)
    command = Originate(
        leg=leg.id,
        contact=f"ext:{agent.extension if agent else leg.number}",
        timeout_s=timeout_s,
        caller_number=shown[0],
        caller_name=shown[1],
        job_id=leg.id,
        variables={**variables, "cti_agent": leg.agent, **caller.STAYS, **(caller.ANSWERS_ITSELF if own else {})},
    )
    caller.send(core, call, command, Rung(call.id, leg.id))


@message
class Rung(Outcome):
    """The order itself failed, or nobody knows (``deadline``): then the phone may ring all the same."""

    call_id: CallId
    leg: LegId

    def told(self, core: Core, ok: bool, text: str) -> None:
        leg, call = core.legs.get(self.leg), core.calls.get(self.call_id)
        if not ok and text != "deadline" and leg is not None and call is not None:
            caller.end(core, call, leg, cause_of_text(text))


def answered(core: Core, call: Graph, leg: Leg) -> None:
    """It was picked up, and parks in a moment."""
    if not leg.seen.here:
        leg.picked_ms = core.now
        seen.turn(core, call, leg, "moving")


def ringing(core: Core, leg: Leg) -> None:
    agent = core.agents[leg.agent]
    if agent.state == "reserved":
        agents.move(core, agent, "ring", core.deadlines.at(ring_over, leg.id))


def rings_on(core: Core, leg: Leg) -> None:
    """After a restart."""
    agent = core.agents.get(leg.agent)
    until = agent.deadline_ms if agent is not None and agent.deadline_ms else core.now + 1000 * (DIAL_S if leg.dial else RING_S)
    core.deadlines.set(ring_over, leg.id, max(core.now, until))


@deadline("direct_ring")
def ring_over(core: Core, leg_id: LegId) -> None:
    """Nobody has picked it up, and the switch has not ended it."""
    leg = core.legs.get(leg_id)
    call = core.calls.get(leg.call_id) if leg else None
    if leg is not None and call is not None and not leg.seen.here:
        caller.end(core, call, leg, "NO_ANSWER")


def not_taken(core: Core, call: Call, leg: Leg, cause: str, asked: bool = False) -> None:
    """The leg has ended before it had the customer. A call that was passed on goes back to who did it, else to its line.
    ``asked``: it was with an agent, who asked, and nothing has failed."""
    blame(leg, cause)
    rung(core, call, leg, "answered" if asked or leg.picked_ms else offer_failure(cause))
    if asked:
        core.changed(CALL, call.id)
    elif leg.dial is not None and leg.dial.why:
        core.changed(CALL_DIAL_FAILED, call.id, DialFailed(agent_id=leg.dial.by, number=leg.number, why=leg.dial.why))
    else:
        core.changed(CALL_OFFER_FAILED, call.id, OfferFailed(agent_id=leg.agent, why=offer_failure(cause)))
    ask = next((ask for ask in call.asks.values() if ask.leg == leg.id), None)
    if ask is not None:
        ask.leg, ask.not_again = "", leg.agent
    given_up(core, leg, cause, ask.queue if ask else "")
    if call.activity != "dial" and not (call.slot or call.then_queue or any(not other.gone for other in call.others)):
        why: BackWhy = leg.dial.why if leg.dial is not None else offer_failure(cause)
        nobody_took_it(core, call, leg.agent or leg.number, why)


def rung(core: Core, call: Call, leg: Leg, outcome: OfferOutcome, counts: bool = False) -> None:
    """Booked: the ringing of one who was rung by name. ``counts``: for the agent's figures, as a call that was answered. That of
    an agent's own phone for an own call is none, unless it counts."""
    if leg.agent and (counts or (leg.rung_ms and call.activity != "dial" and call.direction != "internal")):
        detail: SegmentDetail = {} if counts else {"named": True}
        found = Segment(core.next_id(), "offer", "", leg.agent, leg.id, leg.rung_ms or core.work.at_ms, detail)
        ledger.write_segment(core, call.id, found, outcome, leg.picked_ms)


def nobody_took_it(core: Core, call: Call, back_from: str, why: BackWhy) -> None:
    """To who passed it on, who is told from where it comes and why; else to its line."""
    recalled = _recalled(core, call)
    call.back_from, call.back_why = (back_from, why) if recalled else ("", "")
    if not recalled:
        call.then_queue, call.then_again = call.queue or call.last_queue, True


def _recalled(core: Core, call: Call) -> bool:
    """Who passed the call on is rung, once; also in the after-call work of this very call."""
    agent, call.recall = core.agents.get(call.recall), ""
    if agent is None or agent.pending == "logged_out" or call.node not in agents.nodes(core, agent):
        return False
    if agent.state == "wrap_up" and agent.call_id == call.id:
        wrapup.end(core, agent.id)
    if agent.status == "logged_out" or agent.state != "idle":
        return False
    ring(core, call, new_leg(core, call, agent), call.number, call.name)
    return True


def blame(leg: Leg, cause: str, sip_status: int = 0) -> None:
    """Why a number outside was not reached; who has let it go knows."""
    if leg.dial is not None and not leg.dial.why:
        ours = leg.gone not in ("", "NO_ANSWER", "CALL_REJECTED")
        why = dial_failure(leg.gone or cause, 0 if leg.gone else sip_status)
        no_phone = leg.dial.kind == "internal" and why == "no-line"
        leg.dial.why = "cancelled" if ours else "unreachable" if no_phone else why


def given_up(core: Core, leg: Leg, cause: str = "ORIGINATOR_CANCEL", queue: str = "") -> None:
    """``queue``: whoever was free next of it was asked, and it has its rule for those who do not take what it hands out."""
    core.deadlines.cancel(ring_over, leg.id)
    if leg.dial is not None:
        ledger.close_segment(core, core.calls[leg.call_id], "dial", leg.dial.why or "cancelled", leg=leg.id)
    agent = core.agents.get(leg.agent)
    busy = ("reserved", "ringing", "consulting", "dialing", "internal")
    if agent is not None and agent.state in busy and agent.call_id == leg.call_id:
        why = offer_failure(cause)
        if queue and why != "withdrawn":
            agents.not_taken(core, agent, queue, why)
        else:
            kept = leg.idle_since_ms if why == "withdrawn" and not leg.picked_ms else 0
            agents.move(core, agent, "release", idle_since_ms=kept)

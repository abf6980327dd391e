"""Offers: one ringing of one agent. The offer's id is the leg's UUID, and ``cti_offer`` on the caller is the fence.

Order of effects: cti_offer on the caller, then the originate; withdrawn: cti_offer cleared, then the leg killed. A leg
that appears after its offer was withdrawn (a *ghost*) is killed as soon as it shows itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cti_server.domain.message import message
from cti_server.domain.outcomes import OfferFailure, Untaken, cause_of_text, offer_failure
from cti_server.domain.routing import Choice, choose_agent, choose_call
from cti_server.domain.switch import JobDone, KillLeg, Originate, SetVariable
from cti_server.domain.tenant import marks
from cti_server.engine.acd import agents, consults, direct, queueing, skills, stations
from cti_server.engine.books import ledger, recording
from cti_server.engine.graph import caller, steps
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import Deadline, deadline
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import Agent, Call, CallId, Leg, LegId, Offer, Queue, Seen
from cti_server.engine.network import admission
from cti_server.events.facts import SegmentDetail
from cti_server.events.views import CALL_OFFER_FAILED, CALL_OFFERED, OfferFailed

try_again = Deadline[CallId]("comeback_retry")
"""The same agent, who is expected back."""
RING_GRACE_MS = 2_000
"""The switch ends the ringing; this much later the engine does."""
BRIDGE_WITHIN_MS = 5_000
SLOW_SWITCH_MS = 120_000
SEVERAL = 3
GHOST_MS = 60_000
RETRY_MS = 3_000
_SHOWN_AS_EXCLUDED = ("busy", "not_ready", "unreachable", "resting")


def settle(core: Core) -> None:
    """Route what became free: first the agents to the best call of their lines, then the calls to the longest idle agent."""
    while core.freed or core.unserved:
        freed = [core.agents[a] for a in core.freed if a in core.agents]
        core.freed.clear()
        for agent in sorted(freed, key=lambda a: (a.idle_since_ms, a.order)):
            _serve(core, agent)
        unserved = list(core.unserved)
        core.unserved.clear()
        for waits in unserved:
            _place(core, waits)


def _serve(core: Core, agent: Agent) -> None:
    """The best call may go to a longer idle agent: then the next best is looked at, until this one has a call or none waits."""
    nodes = agents.nodes(core, agent)
    several = len(core.switches) > 1
    may = (lambda waits: (node := _call(core, waits).node) in nodes and admission.admits(core, node)) if several else None
    queues = [core.queues[queue] for queue in agent.queues]
    if any(queue.special for queue in queues):
        queues = skills.lines(agent, queues)
        may = partial(_may_have, core, agent, may)
    while agent.indexed_since_ms >= 0:
        waits = choose_call((queue.waiting for queue in queues), may)
        if waits is None or not _place(core, waits):
            return


def _call(core: Core, waits: str) -> Call:
    """What stands in a line: a call by its id, an agent who asks the queue by the leg."""
    return core.calls.get(waits) or core.calls[core.legs[waits].call_id]


def _may_have(core: Core, agent: Agent, may: Callable[[str], bool] | None, waits: str) -> bool:
    """The agent is good enough for who waits, in one of the queues."""
    if may is not None and not may(waits):
        return False
    call = _call(core, waits)
    if waits == call.id:
        return skills.may_have(core, agent, call.queues, call.queued_ms, skills.language(call))
    ask = call.asks[waits]
    return skills.may_have(core, agent, (ask.queue,), ask.since_ms)


@skills.widened.ends
def _look_again(core: Core, waits: str) -> None:
    """A level less is asked for."""
    call = core.calls.get(waits) or core.call_of(waits)
    if call is None:
        return
    ask = call.asks.get(waits)
    queues, since = ((ask.queue,), ask.since_ms) if ask else (call.queues, call.queued_ms)
    language = "" if ask else skills.language(call)
    if any(waits in core.queues[queue].waiting for queue in queues if queue in core.queues):
        core.unserved[waits] = None
        skills.watch(core, waits, queues, since, language)


def _place(core: Core, waits: str) -> bool:
    """Offer a waiting call to the longest idle agent of its queues whose phone the call's switch knows; False: there is none.

    A call that cannot be offered is set aside (recovery.defects): the agent is for the next.
    """
    call = _call(core, waits)
    try:
        return _offer(core, call) if waits == call.id else consults.serve(core, call, waits)
    except Exception as error:  # noqa: BLE001 - see engine.recovery.defects
        core.failed("routing", call.id, error, final=True)
        for queue in core.queues.values():
            queue.waiting.remove(waits)
        return True


def _offer(core: Core, call: Call) -> bool:
    """To as many at once as the queue says, of those who are idle now; who becomes idle later is for the next call."""
    if call.id not in core.queues[call.queue].waiting or not admission.admits(core, call.node):
        return False
    found = _chosen(core, call, agents.reachable(core, call.node))
    if found is None:
        return False
    queue, choice = found
    excluded = {why: queue.counts[why] for why in _SHOWN_AS_EXCLUDED if queue.counts.get(why)}
    at_once = core.queue_config(queue.id).ring_at_once
    legs: list[Leg] = []
    while True:
        agent = core.agents[choice.agent]
        detail: SegmentDetail = {"score": choice.idle_ms, "best": [list(entry) for entry in choice.best], "excluded": excluded}
        if not legs and stations.leg_for(core, call, agent) is not None:  # there is nothing to ring
            make(core, call, agent, queue.id, detail)
            return True
        legs.append(_rung(core, call, agent, queue.id, detail))
        more = _next_chosen(core, call, queue) if len(legs) < at_once else None
        if more is None:
            _ring(core, call, legs)
            return True
        choice = more


def _next_chosen(core: Core, call: Call, queue: Queue) -> Choice | None:
    """Who is rung beside those who are."""
    who = skills.who_speak(core, queue, call, partial(_can_be_rung, core, call))
    return choose_agent(queue.idle, core.now, call.not_again, who, skills.limit(core, queue, call.queued_ms))


def _chosen(core: Core, call: Call, may: Callable[[str], bool] | None) -> tuple[Queue, Choice] | None:
    """Of the first of the call's queues that has anybody; who has just not taken it only when nobody else is free in any."""
    again = None
    for queue_id in call.queues:
        queue = core.queues[queue_id]
        who = skills.who_speak(core, queue, call, may)
        choice = choose_agent(queue.idle, core.now, call.not_again, who, skills.limit(core, queue, call.queued_ms))
        if choice is not None:
            if choice.agent != call.not_again:
                return queue, choice
            again = again or (queue, choice)
    return again


def _can_be_rung(core: Core, call: Call, agent_id: str) -> bool:
    agent = core.agents[agent_id]
    return call.node in agents.nodes(core, agent) and stations.leg_for(core, call, agent) is None


def make(core: Core, call: Call, agent: Agent, queue: str, detail: SegmentDetail) -> None:
    """Ring ``agent`` for ``call``, or take the phone that is off hook. An agent who is already reserved for this very call stays
    so. ``queue``: by which it comes."""
    off_hook = stations.leg_for(core, call, agent)
    if off_hook is None:
        _ring(core, call, [_rung(core, call, agent, queue, detail)])
        return
    _begin(core, call, agent, off_hook, queue, _rings_until(core, queue), detail)
    stations.leaves(core, call, off_hook)
    recording.at_bridge(core, call)
    core.touch(call.id)


def _rings_until(core: Core, queue: str) -> int:
    return core.now + 1000 * core.queue_config(queue).ring_timeout_s + RING_GRACE_MS


def _rung(core: Core, call: Call, agent: Agent, queue: str, detail: SegmentDetail) -> Leg:
    leg = _begin(core, call, agent, _new_leg(core, call, agent, core.next_leg()), queue, _rings_until(core, queue), detail)
    core.connecting[leg.id] = call.node
    return leg


def _ring(core: Core, call: Call, legs: list[Leg]) -> None:
    """The caller's channel names all of them before the first is rung: one that answers at once is not forgotten for the next."""
    _tell(core, call)
    for leg in legs:
        order = _originate(core, call, core.agents[leg.agent], call.offers[leg.id])
        caller.send(core, call, order, Originated(call.id, leg.id))


def take(core: Core, call: Call, agent: Agent, leg_id: LegId, queue: str) -> None:
    """The agent's phone is on the line with this leg, and gets ``call``: no ring, and no connect script."""
    leg = _begin(core, call, agent, _new_leg(core, call, agent, leg_id), queue, core.now + BRIDGE_WITHIN_MS, {})
    core.connecting[leg.id] = call.node
    leg.seen = Seen("parked", since_ms=core.now)
    offer = call.offers[leg.id]
    offer.answered, offer.answered_ms = True, core.now
    recording.at_bridge(core, call)
    for name, value in _variables(core, call, offer).items():
        caller.send(core, call, SetVariable(leg.id, name, value))
    core.touch(call.id)


def _new_leg(core: Core, call: Call, agent: Agent, leg_id: LegId) -> Leg:
    return Leg(leg_id, call.node, "agent", call.id, agent.id, registration=core.registrations.get(agent.extension, ""))


def _begin(core: Core, call: Call, agent: Agent, leg: Leg, queue: str, deadline: int, detail: SegmentDetail) -> Leg:
    queueing.out_of_line(core, call)
    ledger.open_segment(core, call, "offer", queue, agent.id, leg.id, detail=detail)
    call.offers[leg.id] = Offer(leg.id, agent.id, queue, core.now, deadline, agent.idle_since_ms)
    call.offered_ms = core.now
    core.join(call, leg)
    recording.before_bridge(core, call, queue)
    core.deadlines.set(ring_over, leg.id, deadline)
    agent.call_id, agent.queue = call.id, queue
    if agent.state == "idle":
        agents.move(core, agent, "reserve", deadline)
    core.changed(CALL_OFFERED, call.id)
    return leg


def _originate(core: Core, call: Call, agent: Agent, offer: Offer) -> Originate:
    return Originate(
        leg=offer.leg,
        contact=f"ext:{agent.extension}",
        timeout_s=core.queue_config(offer.queue).ring_timeout_s,
        caller_number=call.number,
        caller_name=call.name,
        job_id=offer.leg,
        connect_to=call.caller_leg,
        variables=_variables(core, call, offer),
    )


def _variables(core: Core, call: Call, offer: Offer) -> dict[str, str]:
    """Of the agent's leg."""
    return {
        "cti_call": call.id,
        "cti_agent": offer.agent,
        "cti_queue": offer.queue,
        "cti_epoch": str(core.epoch),
        **marks(core.config.tenant),
        "cti_role": "agent",
        **caller.STAYS,
    }


# ---------------------------------------------------------------- what the switch says


def ringing(core: Core, call: Call, leg: Leg) -> None:
    offer = call.offers.get(leg.id)
    leg.seen.state = "ringing" if leg.seen.state == "unborn" else leg.seen.state
    if offer is None:
        if leg.agent and not leg.doing:
            direct.ringing(core, leg)
        return
    core.connecting.pop(leg.id, None)
    agent = core.agents[offer.agent]
    if agent.state == "reserved":  # the phone may say it more than once
        agents.move(core, agent, "ring", offer.deadline_ms)


def answered(core: Core, call: Call, leg: Leg) -> None:
    """The phone was picked up: the connect script bridges now, or the deadline ends it."""
    offer = call.offers.get(leg.id)
    if offer is None:
        direct.answered(core, call, leg)
        return
    offer.answered, offer.answered_ms = True, core.now
    core.connecting[leg.id] = call.node
    core.deadlines.set(not_bridged_yet, leg.id, core.now + admission.SLOW_MS)
    leg.seen.state = "parked"
    steps.begin(core, call, "connect", None, call.caller_leg, leg.id)
    core.deadlines.set(ring_over, leg.id, core.now + BRIDGE_WITHIN_MS)


@message
class Originated(Outcome):
    """The originate command itself failed, or nobody knows (``deadline``): then the phone may ring all the same."""

    call_id: CallId
    leg: LegId

    def told(self, core: Core, ok: bool, text: str) -> None:
        call = core.calls.get(self.call_id)
        if not ok and call is not None and self.leg in call.offers:
            failed(core, call, self.leg, offer_failure(cause_of_text(text)), leg_lives=text == "deadline")


def job_done(core: Core, event: JobDone) -> None:
    """The originate ended; only a failure says something that the leg's own events may not say (it never existed).

    Once the phone was picked up the job says nothing, not even whether the connect script bridged: the bridge, the leg's end or
    the deadline does.
    """
    if event.ok:
        return
    if event.job_id in core.ghosts:
        forget_ghost(core, LegId(event.job_id))
        return
    call = core.call_of(event.job_id)
    offer = call.offers.get(event.job_id) if call else None
    if call is not None and offer is not None and not offer.answered:
        failed(core, call, offer.leg, offer_failure(cause_of_text(event.text)), leg_lives=False)


def _of(core: Core, leg_id: LegId) -> tuple[Call, Offer] | None:
    """While the switch is heard."""
    call = core.call_of(leg_id)
    offer = call.offers.get(leg_id) if call else None
    return (call, offer) if call is not None and offer is not None and core.linked(call.node) else None


@deadline("late")
def not_bridged_yet(core: Core, leg_id: LegId) -> None:
    """The phone is at the ear and nothing is heard. One such leg has trouble, several are the switch's."""
    found = _of(core, leg_id)
    if found is None or not found[1].answered:
        return
    call, offer = found
    legs = [core.legs[leg] for leg, node in core.connecting.items() if node == call.node and leg in core.legs]
    offers = [other.offers.get(leg.id) for leg in legs if (other := core.calls.get(leg.call_id)) is not None]
    late = [o for o in offers if o is not None and o.answered_ms and core.now - o.answered_ms >= admission.SLOW_MS]
    if len(late) >= SEVERAL:
        admission.measured(core, call.node, offer.answered_ms)


@deadline("ring")
def ring_over(core: Core, leg_id: LegId) -> None:
    """Neither answer nor end came in time, from a switch that we hear."""
    found = _of(core, leg_id)
    if found is None:
        return
    call, offer = found
    switch = core.switches.get(call.node)
    if switch is not None and switch.slow and core.now - offer.started_ms < SLOW_SWITCH_MS:
        core.deadlines.set(ring_over, leg_id, core.now + BRIDGE_WITHIN_MS)  # it does all that it was asked for, only later
    else:
        failed(core, call, leg_id, "unreachable" if offer.answered else "no-answer", leg_lives=True, cause="NO_ANSWER")


# ---------------------------------------------------------------- ends


def failed(core: Core, call: Call, leg_id: str, why: OfferFailure, leg_lives: bool, cause: str = "ORIGINATOR_CANCEL") -> None:
    """The offer is over without a conversation: the agent is dealt with by the queue's rule; when nobody else is rung, the call
    goes back to its place."""
    offer = call.offers.get(leg_id)
    if offer is None:
        return
    agent = core.agents[offer.agent]
    _end(core, call, offer, why, leg_lives, cause)
    if call.comeback is None:
        agents.not_taken(core, agent, offer.queue, why)
        call.not_again = agent.id
        queueing.to_line(core, call)
    else:
        if agent.state == "ringing":
            agents.move(core, agent, "lose", call.comeback.until_ms)
        core.deadlines.set(try_again, call.id, core.now + RETRY_MS)


def withdraw(core: Core, call: Call, why: Untaken, cause: str = "ORIGINATOR_CANCEL") -> None:
    """End the offers by our own decision (caller left, overflow, somebody else was first): their agents lose nothing, not even
    the place among the idle."""
    for offer in list(call.offers.values()):
        _end(core, call, offer, why, leg_lives=True, cause=cause)
        if call.comeback is None:
            agents.move(core, core.agents[offer.agent], "release", idle_since_ms=offer.idle_since_ms)


def taken(core: Core, call: Call, offer: Offer) -> None:
    """It has become a conversation; the others who are rung are let go."""
    ledger.close_segment(core, call, "offer", "answered", leg=offer.leg)
    _forget(core, call, offer)
    if offer.leg in call.variables.get("cti_offer", "").split(","):
        call.variables["cti_offer"], call.variables["cti_phase"] = "", "talking"  # the connect script wrote them
    if offer.answered_ms:
        admission.measured(core, call.node, offer.answered_ms)
    core.agents[offer.agent].failed_rings = 0
    withdraw(core, call, "withdrawn", "LOSE_RACE")


def _tell(core: Core, call: Call) -> None:
    """The switch's connect script joins the first of these who answers."""
    caller.set_variable(core, call, "cti_offer", ",".join(call.offers))


def _forget(core: Core, call: Call, offer: Offer) -> None:
    del call.offers[offer.leg]
    if offer.queue not in core.config.queues:
        core.closing[offer.queue] = None
    core.connecting.pop(offer.leg, None)
    core.deadlines.cancel(ring_over, offer.leg)
    core.deadlines.cancel(not_bridged_yet, offer.leg)


def _end(core: Core, call: Call, offer: Offer, why: Untaken, leg_lives: bool, cause: str) -> None:
    _forget(core, call, offer)
    ledger.close_segment(core, call, "offer", why, leg=offer.leg)
    leg = call.legs.pop(offer.leg)
    core.legs.pop(leg.id, None)
    if offer.answered and call.activity != "talk":
        call.variables["cti_offer"] = call.variables["cti_phase"] = "?"  # the script may have written them
    if call.caller_gone:
        call.variables["cti_offer"] = ""
    if leg_lives or not call.offers:  # else nothing is told: somebody may just have answered, and the script has cleared it
        _tell(core, call)
    core.touch(call.id)
    if leg.station:
        recording.not_at_bridge(core, call)
        if leg_lives:
            stations.comes_back(core, call, leg)
    elif leg_lives:
        core.send(call.node, call.caller_leg, KillLeg(leg.id, cause))
        haunt(core, leg.id, call.node)
    core.changed(CALL_OFFER_FAILED, call.id, OfferFailed(agent_id=offer.agent, why=why))


# ---------------------------------------------------------------- ghosts


def haunt(core: Core, leg: LegId, node: str) -> None:
    """Remember a leg that we killed: should it show itself, it is killed again."""
    core.ghosts[leg] = node
    core.deadlines.set(forget_ghost, leg, core.now + GHOST_MS)


def exorcise(core: Core, leg: str) -> None:
    """A ghost has shown itself."""
    core.send(core.ghosts[leg], leg, KillLeg(leg, "ORIGINATOR_CANCEL"))


@deadline("ghost")
def forget_ghost(core: Core, leg: LegId) -> None:
    core.ghosts.pop(leg, None)
    core.deadlines.cancel(forget_ghost, leg)

"""The conversation as it is booked: from the bridge, through holds, to the moment when one of the two leaves, and what the caller
does then. Who hears whom is wanted by ``engine.graph.operations`` and brought about by ``engine.calls.settled``.
"""

from __future__ import annotations

from collections.abc import Callable

from cti_server.domain.message import message
from cti_server.domain.outcomes import MEDIA_LOST_CAUSES
from cti_server.engine.acd import agents, direct, ivr, lost_phone, offers, queueing, wrapup
from cti_server.engine.books import drafts, ledger, recording
from cti_server.engine.calls import internal
from cti_server.engine.graph import caller, derived, operations
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import MAIN, WITH_CUSTOMER, Agent, Call, CallId, Doing, Leg, LegId, Offer
from cti_server.events.facts import SegmentKind
from cti_server.events.views import CALL, CALL_CONNECTED, CALL_DATA_CHANGED, CALL_HELD, CALL_RESUMED

PAGE_GONE_FIRST_MS = 5_000


def turn(core: Core, call: Call, leg: Leg, doing: Doing) -> None:
    """A settled leg does something else from now on."""
    before, leg.doing = leg.doing, doing
    if before:
        ledger.close_segment(core, call, before, leg=leg.id)
    elif leg.dial is not None:
        ledger.close_segment(core, call, "dial", "answered", leg=leg.id)
    _BOOKED[doing](core, call, leg)
    _count(core, call)


def _count(core: Core, call: Call) -> None:
    """How long the customer has had anybody, by which the recording is judged."""
    with_customer = any(leg.doing in WITH_CUSTOMER for leg in call.legs.values())
    if with_customer:
        call.talk_since_ms = call.talk_since_ms or core.work.at_ms
    elif call.talk_since_ms:
        call.talk_ms += max(0, core.work.at_ms - call.talk_since_ms)
        call.talk_since_ms = 0


def _talks(core: Core, call: Call, leg: Leg) -> None:
    """The caller and this leg hear each other. The time of the first who is there is the queue's."""
    agent = core.agents.get(leg.agent)
    offer = call.offers.get(leg.id)
    if offer is not None:
        _taken(core, call, offer)
    if call.activity == "dial":
        ledger.close_segment(core, call, "dial", "answered", leg=call.caller_leg)
        call.activity, call.answered = "talk", True
    counted = any(one.segment in WITH_CUSTOMER and one.queue for one in call.segments)
    kind: SegmentKind = "conference" if leg.doing == "conference" else "talk"
    ledger.open_segment(core, call, kind, "" if counted else call.queue, leg.agent, leg.id)
    call.held_ms = 0
    recording.mask(core, call, False)
    if kind == "conference":
        recording.in_room(core, call)
    if call.slot:
        call.slot = ""
        core.deadlines.cancel(slot_over, call.id)
    if leg.talked:
        if agent is not None and agent.state != "talking":
            agents.move(core, agent, "resume")
        core.changed(CALL_RESUMED, call.id)
        return
    leg.talked = True
    call.recall = call.back_from = call.back_why = ""
    leg.connected_ms = core.work.at_ms
    call.connected_ms = call.connected_ms or leg.connected_ms
    call.gone_first = ""  # whoever went, it has not ended
    if agent is not None:
        if offer is None:
            direct.rung(core, call, leg, "answered", counts=agent.id not in call.agents)
        _has_it(call, agent.id)
        drafts.remember(core, agent, call.id)
        agents.move(core, agent, "connect")
    core.changed(CALL_CONNECTED, call.id)


def between(core: Core, call: Call) -> None:
    """The customer's time alone in a conversation that goes on (passed on, in a slot) is the customer's own, and no queue's."""
    alone = call.activity == "talk" and call.talker is None and derived.phase(call, None) in derived.BETWEEN
    if alone and ledger.open_of(call, "between") is None:
        ledger.open_segment(core, call, "between", leg=call.caller_leg)
    elif not alone:
        ledger.close_segment(core, call, "between")


def last_with(call: Call) -> None:
    """Of several with the customer the last who has it is whose call it is, not who came last."""
    if call.agent:
        _has_it(call, call.agent)


def _has_it(call: Call, agent: str) -> None:
    """This agent is the last who has the customer, for now."""
    if call.agents[-1:] != [agent]:
        call.agents.append(agent)


def _taken(core: Core, call: Call, offer: Offer) -> None:
    """The queue's offer has become a conversation."""
    queueing.answered(core, call, offer.queue)
    call.activity = "talk"
    call.not_again = ""
    offers.taken(core, call, offer)
    lost_phone.over(core, call)


def _holds(core: Core, call: Call, leg: Leg) -> None:
    """The agent stands aside, and the caller hears music, or those who are left."""
    ledger.open_segment(core, call, "hold", _queue_of(call, leg), leg.agent, leg.id)
    call.holds += 1
    if leg.agent:
        agents.move(core, core.agents[leg.agent], "hold")
    _on_hold(core, call)


def _consults(core: Core, call: Call, leg: Leg) -> None:
    """The agent is with a colleague, or waits for one; or it is the colleague."""
    ledger.open_segment(core, call, "consult", _queue_of(call, leg), leg.agent, leg.id)
    if leg.agent:
        agents.move(core, core.agents[leg.agent], "consult")
    asks = call.legs.get(LegId(leg.group))
    if asks is not None and asks.group == leg.group and asks.seen.state == "bridge":
        recording.consult(core, call, asks)
    if leg.talked:
        _on_hold(core, call)
    else:
        core.changed(CALL_DATA_CHANGED, call.id)


def _queue_of(call: Call, leg: Leg) -> str:
    """The customer is on hold once, and not while somebody else is there."""
    there = any(other.doing in WITH_CUSTOMER for other in call.legs.values() if other is not leg)
    return call.queue if leg.talked and not there else ""


def _listens(core: Core, call: Call, leg: Leg) -> None:
    ledger.open_segment(core, call, "listen", leg=leg.id)
    core.changed(CALL, call.id)  # agents are not told


def _on_hold(core: Core, call: Call) -> None:
    if any(leg.doing in WITH_CUSTOMER for leg in call.legs.values()):
        core.changed(CALL_DATA_CHANGED, call.id)
        return
    call.held_ms = call.held_ms or core.work.at_ms
    core.changed(CALL_HELD, call.id)


_BOOKED: dict[Doing, Callable[[Core, Call, Leg], None]] = {
    "talk": _talks,
    "conference": _talks,
    "hold": _holds,
    "consult": _consults,
    "listen": _listens,
    "internal": internal.talks,
}


def _close(core: Core, call: Call, leg: Leg) -> None:
    """The leg has ended."""
    if leg.doing:
        ledger.close_segment(core, call, leg.doing, leg=leg.id)
        leg.doing = ""
        _count(core, call)


# ---------------------------------------------------------------- ends


def party_left(core: Core, call: Call, leg: Leg, cause: str, disposition: str) -> None:
    """Another leg than the caller's has ended: others go on, or survey, the end, or back to the agent whose phone died.

    A BYE of the phone is a person's wish, whatever its page and its registration do."""
    del call.legs[leg.id]
    core.legs.pop(leg.id, None)
    was = leg.doing
    _close(core, call, leg)
    if internal.is_one(call) and call.activity == "talk" and leg.party == "agent":
        direct.given_up(core, leg)
        call.gone_first = call.gone_first or "agent"
        caller.hang_up(core, call, "NORMAL_CLEARING", "answered")
        return
    alone = leg.talked and not call.others
    agent = core.agents.get(leg.agent)
    if agent is not None and alone and _lost(core, call, leg, agent, cause, disposition):
        call.groups = {MAIN: call.groups[MAIN]}
        lost_phone.begin(core, call, agent)
        return
    if alone and not leg.gone:
        call.gone_first = call.gone_first or ("outside" if leg.party == "outside" else "agent")
    if leg.talked:
        last_with(call)
    if leg.talked and agent is not None:
        wrapup.begin(core, agent, call, leg.id)
    elif not leg.talked and leg.party != "supervisor":
        direct.not_taken(core, call, leg, cause, asked=bool(was))
    core.changed(CALL_DATA_CHANGED, call.id)


def _lost(core: Core, call: Call, leg: Leg, agent: Agent, cause: str, disposition: str) -> bool:
    """The phone died in the conversation, and the call has a line to wait in."""
    page_first = agent.page_gone_ms and core.work.at_ms - agent.page_gone_ms <= PAGE_GONE_FIRST_MS
    silent = disposition != "recv_bye" and (page_first or not agents.registered(core, agent))
    lost = cause in MEDIA_LOST_CAUSES or silent
    return bool(lost and not leg.gone and not call.ending and call.queue in core.queues)


def after_agent(core: Core, call: Call) -> None:
    """The caller is alone: the queue's survey, or the end."""
    caller.stop_music(core, call)
    survey = core.queue_config(call.queue).survey_flow
    if survey:
        ivr.begin(core, call, survey, survey=True)
    else:
        caller.hang_up(core, call, "NORMAL_CLEARING", "answered")


@message
class PhoneKey(Outcome):
    """Which way the sound of a phone goes that was re-invited: one that only sends, or neither, has the hold key pressed."""

    call_id: CallId
    leg: LegId

    def told(self, core: Core, ok: bool, text: str) -> None:
        leg, call = core.legs.get(self.leg), core.calls.get(self.call_id)
        if not ok or leg is None or call is None or leg.gone or call.caller_gone:
            return
        holds = text.strip() in ("sendonly", "inactive")
        if call.activity == "dial" or internal.is_one(call):
            return
        if holds and leg.group == MAIN and not leg.home and leg.talked:
            operations.hold(call, leg)
        elif not holds and leg.home and call.groups[leg.group].purpose == "aside" and not (call.ivr and call.ivr.back == leg.id):
            operations.resume(call, leg)
        else:
            return
        core.wanted(call.id)


SLOT_MS = 120_000


def park(core: Core, call: Call) -> None:
    """The caller waits in a slot until somebody takes the call out; who parked it is rung when nobody does."""
    call.slot_until_ms = core.now + SLOT_MS
    core.deadlines.set(slot_over, call.id, call.slot_until_ms)


@deadline("slot")
def slot_over(core: Core, call_id: CallId) -> None:
    call = core.calls.get(call_id)
    if call is None or not call.slot or call.caller_gone or call.others:
        return
    slot, call.slot = call.slot, ""
    direct.nobody_took_it(core, call, slot, "not-retrieved")
    core.wanted(call.id)


def caller_left(core: Core, call: Call) -> None:
    """The caller ended a conversation: wrap-up begins for those who had it, their legs end by themselves or are ended."""
    ledger.close_segment(core, call, "between")
    for leg in [leg for leg in call.legs.values() if leg.party != "customer" and leg.id not in call.offers]:
        was = leg.doing
        _close(core, call, leg)
        agent = core.agents.get(leg.agent)
        if leg.talked and agent is not None:
            wrapup.begin(core, agent, call, leg.id)
        else:
            direct.rung(core, call, leg, "answered" if was or leg.picked_ms else "caller-left")
            direct.given_up(core, leg)
        caller.end(core, call, leg)
    if internal.is_one(call):
        internal.called_left(core, call)


def hang_up_agent(core: Core, call: Call, leg: Leg) -> None:
    """The agent's own wish to end the conversation. Where others stay in it, or come, it goes on."""
    if internal.is_one(call) or (leg.talked and all(other is leg or other.gone for other in call.others)):
        call.gone_first = call.gone_first or "agent"
    caller.end(core, call, leg)

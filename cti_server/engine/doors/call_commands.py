"""The commands about running calls: validated here, done by ``engine.graph.operations``, seen to by ``engine.calls.settled``."""

from __future__ import annotations

from cti_server.domain.switch import AnswerPhone
from cti_server.engine.acd import agents, consults, direct, ivr, offers
from cti_server.engine.books import private, recording
from cti_server.engine.calls import talk
from cti_server.engine.doors.handling import call_of, handles, here, in_call, linked, running, wish
from cti_server.engine.graph import caller, operations
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.results import Asked
from cti_server.engine.kernel.state import MAIN, Agent, Call, Leg
from cti_server.errors import BadArguments, WrongState
from cti_server.events import commands as wants
from cti_server.events.errors import (
    CallPrivate,
    NobodyOnShift,
    NoSuchCall,
    NoSuchFlow,
    NoSuchNode,
    NoSuchParty,
    NoSuchQueue,
    NothingThere,
    SlotTaken,
)
from cti_server.events.views import CALL_DATA_CHANGED


@handles(wants.AnswerCall)
def _answer(core: Core, args: wants.AnswerCall, command_id: str) -> None:
    agent = here(core, args.agent_id)
    station = agent.station
    if station is not None and not station.up:  # it is rung to be left off hook
        linked(core, station)
        caller.send(core, station, AnswerPhone(station.caller_leg), Asked(station.id, command_id))
        return
    call = call_of(core, agent, "ringing", "dialing")
    leg = call.leg_of(agent.id)
    if leg is None or leg.seen.here:
        raise WrongState(f"no call rings at agent {agent.id}")
    linked(core, call)
    caller.send(core, call, AnswerPhone(leg.id), Asked(call.id, command_id))


@handles(wants.RejectCall)
def _reject(core: Core, args: wants.RejectCall) -> None:
    agent = here(core, args.agent_id)
    call = call_of(core, agent, "reserved", "ringing")
    leg = call.leg_of(agent.id)
    if leg is None or leg.seen.here:
        raise WrongState(f"no call rings at agent {agent.id}")
    linked(core, call)
    if leg.id in call.offers:
        offers.failed(core, call, leg.id, "rejected", leg_lives=True, cause="CALL_REJECTED")
    else:
        caller.end(core, call, leg, "CALL_REJECTED")


@handles(wants.HoldCall)
def _hold(core: Core, args: wants.HoldCall, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "talking")
    if leg.home:
        raise WrongState("the call is being put on hold already")
    operations.hold(call, leg)
    wish(core, call, leg, command_id, "hold")


@handles(wants.ResumeCall)
def _resume(core: Core, args: wants.ResumeCall, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "holding")
    if not leg.home:
        raise WrongState("the call is being resumed already")
    if call.ivr is None or call.ivr.back != leg.id or not ivr.come_back(core, call):
        operations.resume(call, leg)
    wish(core, call, leg, command_id, "talk")


@handles(wants.ConsultAgent)
def _consult(core: Core, args: wants.ConsultAgent, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "holding")
    other = _colleague(core, args.colleague_id, call)
    operations.consult(call, leg, other_leg := direct.new_leg(core, call, other))
    _ring(core, call, other_leg, core.agents[leg.agent])
    wish(core, call, leg, command_id, "consult")


@handles(wants.ConsultQueue)
def _consult_queue(core: Core, args: wants.ConsultQueue, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "holding")
    if args.queue_id not in core.queues:
        raise NoSuchQueue(f"no queue has the id {args.queue_id!r}")
    if not consults.somebody_else(core, core.agents[leg.agent], args.queue_id):
        raise NobodyOnShift(f"nobody else of queue {args.queue_id} is logged in")
    operations.consult(call, leg)
    consults.begin(core, call, leg, args.queue_id)
    wish(core, call, leg, command_id, "consult")


def _ring(core: Core, call: Call, leg: Leg, by: Agent) -> None:
    direct.ring(core, call, leg, by.extension, by.name)


def _colleague(core: Core, agent_id: str, call: Call) -> Agent:
    other = agents.get(core, agent_id)
    direct.free(core, other, call.node)
    return other


@handles(wants.SwapCalls)
def _swap(core: Core, args: wants.SwapCalls, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "consulting")
    operations.swap(call, leg)
    wish(core, call, leg, command_id, "talk" if leg.group == MAIN else "consult")


@handles(wants.CompleteTransfer)
def _complete(core: Core, args: wants.CompleteTransfer) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "consulting")
    ask = call.asks.get(leg.id)
    if ask is not None and not ask.leg:  # nobody is rung: the customer waits instead, as one who has come just now
        operations.into_line(call, leg)
        call.then_queue, call.queued_ms = ask.queue, 0
    else:
        operations.complete(call, leg)
    core.wanted(call.id)


@handles(wants.ReturnToCaller)
def _return(core: Core, args: wants.ReturnToCaller, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "consulting")
    operations.give_back(call, leg)
    wish(core, call, leg, command_id, "talk")


@handles(wants.JoinCalls)
def _join(core: Core, args: wants.JoinCalls, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "consulting")
    operations.join_all(call, leg)
    wish(core, call, leg, command_id, "conference")


@handles(wants.AddAgent)
def _add(core: Core, args: wants.AddAgent) -> None:
    call, leg = in_call(core, args.agent_id, "talking")
    other = _colleague(core, args.colleague_id, call)
    operations.add(call, leg, other_leg := direct.new_leg(core, call, other))
    _ring(core, call, other_leg, core.agents[leg.agent])
    core.wanted(call.id)


def _party(call: Call, no: int) -> Leg:
    found = next((leg for leg in call.legs.values() if leg.no == no and not leg.on), None)
    if found is None:
        raise NoSuchParty(f"call {call.id} has no party {no}")
    return found


@handles(wants.MuteParty)
def _mute(core: Core, args: wants.MuteParty) -> None:
    call, leg = in_call(core, args.agent_id, "talking")
    operations.mute(call, leg, _party(call, args.party), args.muted)
    core.wanted(call.id)
    core.changed(CALL_DATA_CHANGED, call.id)


@handles(wants.DropParty)
def _drop(core: Core, args: wants.DropParty) -> None:
    call, leg = in_call(core, args.agent_id, "talking")
    operations.drop(call, leg, _party(call, args.party))
    core.wanted(call.id)


@handles(wants.TransferToAgent)
def _transfer(core: Core, args: wants.TransferToAgent) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "holding")
    other = _colleague(core, args.colleague_id, call)
    operations.pass_on(call, leg, other_leg := direct.new_leg(core, call, other))
    _ring(core, call, other_leg, core.agents[leg.agent])
    core.wanted(call.id)


@handles(wants.TransferToQueue)
def _transfer_to_queue(core: Core, args: wants.TransferToQueue) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "holding")
    if args.queue_id not in core.queues:
        raise NoSuchQueue(f"no queue has the id {args.queue_id!r}")
    operations.pass_on(call, leg)
    call.then_queue, call.queued_ms = args.queue_id, 0
    core.wanted(call.id)


@handles(wants.TransferToFlow)
def _transfer_to_flow(core: Core, args: wants.TransferToFlow) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "holding")
    _flow(core, args.flow, args.node)
    operations.pass_on(call, leg)
    call.then_flow, call.then_node = args.flow, args.node
    core.wanted(call.id)


def _flow(core: Core, name: str, node: str) -> None:
    flow = core.flows.get(name)
    if flow is None:
        raise NoSuchFlow(f"no usable flow has the name {name!r}")
    if node and node not in flow.nodes:
        raise NoSuchNode(f"flow {name!r} has no node {node!r}; it has {', '.join(flow.nodes)}", {"nodes": list(flow.nodes)})


@handles(wants.SendToFlow)
def _send_to_flow(core: Core, args: wants.SendToFlow, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "talking")
    _flow(core, args.flow, args.node)
    operations.send_away(call, leg)
    recording.mask(core, call, True)
    call.then_flow, call.then_node = args.flow, args.node
    wish(core, call, leg, command_id, "hold")


@handles(wants.ParkCall)
def _park(core: Core, args: wants.ParkCall) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "holding")
    if any(other.slot == args.slot for other in core.calls.values()):
        raise SlotTaken(f"a call is parked in slot {args.slot}")
    operations.pass_on(call, leg)
    call.slot, call.recall = args.slot, args.agent_id
    talk.park(core, call)
    core.wanted(call.id)


@handles(wants.RetrieveCall)
def _retrieve(core: Core, args: wants.RetrieveCall) -> None:
    agent = here(core, args.agent_id)
    call = next((call for call in core.calls.values() if call.slot == args.slot and not call.caller_gone), None)
    if call is None or call.others:
        raise NothingThere(f"no call is parked in slot {args.slot}")
    linked(core, call)
    direct.free(core, agent, call.node)
    direct.ring(core, call, direct.new_leg(core, call, agent), call.number, call.name)
    core.wanted(call.id)


@handles(wants.SetCallPrivate)
def _private(core: Core, args: wants.SetCallPrivate) -> None:
    call, _leg = in_call(core, args.agent_id, "talking", "holding", "consulting")
    private.mark(core, call, args.private)
    if core.work.issuer == f"agent:{args.agent_id}":  # of others the command is written down anyhow
        core.audit(core.work.issuer, private.COMMAND, f"call:{call.id}", {"private": args.private})


@handles(wants.PickUpCall)
def _pick_up(core: Core, args: wants.PickUpCall) -> None:
    agent, call, queue = rings_elsewhere(core, args)
    direct.free(core, agent, call.node)
    offers.withdraw(core, call, "withdrawn")
    offers.make(core, call, agent, queue, {})


def rings_elsewhere(core: Core, args: wants.PickUpCall) -> tuple[Agent, Call, str]:
    """The agent, the call that is meant, and the queue by which it rings."""
    agent = here(core, args.agent_id)
    rings = [call for call in core.calls.values() if call.offers and not call.being_taken and not call.comeback]
    for call in sorted(rings, key=lambda call: call.offered_ms):
        rung = [core.agents[offer.agent] for offer in call.offers.values()]
        meant = [one for one in rung if args.colleague_id == one.id or (not args.colleague_id and one.team == agent.team)]
        if meant and call.private:
            if args.colleague_id:
                raise CallPrivate(f"the call that rings at {args.colleague_id} is private")
            continue
        if meant and agent not in rung:
            linked(core, call)
            return agent, call, next(iter(call.offers.values())).queue
    raise NothingThere("nothing rings there")


@handles(wants.HangupCall)
def _hang_up(core: Core, args: wants.HangupCall) -> None:
    if args.agent_id:
        call, leg = in_call(core, args.agent_id, "talking", "holding", "consulting", "dialing", "internal")
        if args.call_id not in ("", call.id):
            raise NoSuchCall(f"agent {args.agent_id} is not in call {args.call_id!r}")
        talk.hang_up_agent(core, call, leg)
        return
    if not args.call_id:
        raise BadArguments("HangupCall needs agent_id or call_id")
    call = running(core, args.call_id)
    linked(core, call)
    caller.hang_up(core, call, "NORMAL_CLEARING", "answered" if call.agents else "failed")

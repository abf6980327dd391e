"""The commands by which an agent calls somebody, and those that lead to a number outside (whether the agent may is looked at when
it is done; see ``calls.outbound``)."""

from __future__ import annotations

from cti_server.domain.dialling import Dialled, EmergencyNumber
from cti_server.engine.acd import agents, direct
from cti_server.engine.calls import call_backs, calls, internal, outbound
from cti_server.engine.doors.handling import Answer, handles, here, in_call, wish
from cti_server.engine.graph import operations
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent, Call, CallId, Leg, Node, Trunk
from cti_server.errors import WrongState
from cti_server.events import commands as wants
from cti_server.events.errors import AgentBusy, NoSwitch, NothingThere, NoTrunk, PhoneNotThere


def _leg(core: Core, call: Call, agent_id: str, number: str) -> tuple[Leg, Trunk]:
    """For a number to which the agent's customer is brought, and the trunk that takes it."""
    agent = core.agents[agent_id]
    target = outbound.permit(core, agent, "transfer", number)
    trunk = outbound.choose(core, Node(call.node), target, agent.id, call.service_number)[0]
    return outbound.new_leg(core, call, agent, target), trunk


def _begin(core: Core, call: Call, leg: Leg, trunk: Trunk) -> None:
    core.join(call, leg)
    outbound.begin(core, call, leg, trunk)
    core.wanted(call.id)


@handles(wants.ConsultNumber)
def _consult(core: Core, args: wants.ConsultNumber, command_id: str) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "holding")
    other, trunk = _leg(core, call, leg.agent, args.number)
    operations.consult(call, leg, other)
    _begin(core, call, other, trunk)
    wish(core, call, leg, command_id, "consult")


@handles(wants.TransferToNumber)
def _transfer(core: Core, args: wants.TransferToNumber) -> None:
    call, leg = in_call(core, args.agent_id, "talking", "holding")
    other, trunk = _leg(core, call, leg.agent, args.number)
    if other.dial is not None and other.dial.kind == "emergency":
        raise EmergencyNumber(f"{other.number} is an emergency number: call or consult it, and stay on the line")
    operations.pass_on(call, leg, other)
    _begin(core, call, other, trunk)


@handles(wants.AddNumber)
def _add(core: Core, args: wants.AddNumber) -> None:
    call, leg = in_call(core, args.agent_id, "talking")
    other, trunk = _leg(core, call, leg.agent, args.number)
    operations.add(call, leg, other)
    _begin(core, call, other, trunk)


@handles(wants.DialNumber)
def _dial(core: Core, args: wants.DialNumber) -> Answer:
    agent = here(core, args.agent_id)
    if agent.state != "idle":
        raise WrongState(f"agent {agent.id} is {agent.state}; needs idle", {"state": agent.state})
    target = outbound.permit(core, agent, "dial", args.number)
    node = _switch(core, agent, target)
    call = Call(
        CallId(core.next_id()), node, core.next_leg(), target.number, "", "", "", core.now, core.counter, "outbound", "dial"
    )
    customer = outbound.new_leg(core, call, agent, target, "customer")
    customer.id = call.caller_leg
    calls.register(core, call, customer)
    operations.dial(call)
    direct.ring(core, call, direct.new_leg(core, call, agent), target.number, "", own=True)
    core.wanted(call.id)
    return {"call_id": call.id}


@handles(wants.CallAgent)
def _call_agent(core: Core, args: wants.CallAgent) -> Answer:
    agent, colleague = here(core, args.agent_id), agents.get(core, args.colleague_id)
    if agent.state != "idle":
        raise WrongState(f"agent {agent.id} is {agent.state}; needs idle", {"state": agent.state})
    node = internal.place(core, agent, colleague)
    direct.free(core, colleague, node)
    return {"call_id": internal.begin(core, agent, colleague, node).id}


@handles(wants.AskCallBack)
def _ask_call_back(core: Core, args: wants.AskCallBack) -> None:
    agent, colleague = here(core, args.agent_id), agents.get(core, args.colleague_id)
    if agent is colleague:
        raise AgentBusy("nobody calls oneself", {"status": agent.status, "state": agent.state})
    call_backs.ask(core, agent, colleague)


@handles(wants.CancelCallBack)
def _cancel_call_back(core: Core, args: wants.CancelCallBack) -> None:
    found = [one for one in call_backs.of(core, here(core, args.agent_id)) if args.colleague_id in ("", one.colleague)]
    if not found:
        raise NothingThere("no call back is asked for")
    for one in found:
        call_backs.forget(core, one)


def _switch(core: Core, agent: Agent, target: Dialled) -> Node:
    """One where the agent's phone is and a trunk takes the call."""
    nodes = agents.nodes(core, agent)
    if not nodes:
        raise PhoneNotThere(f"no phone is registered for extension {agent.extension}")
    refused: NoTrunk | None = None
    for node in map(Node, nodes):
        if core.linked(node):
            try:
                outbound.choose(core, node, target, agent.id)
            except NoTrunk as error:
                refused = error
            else:
                return node
    raise refused or NoSwitch("the switch of the phone is not linked now; try again when it is back")

"""An internal call, {A} B?, then {A B}: an agent calls a colleague. B's leg is where the customer's would be, so that the graph
is that of any call, but nobody here has a customer: no queue's figure, no after-call work, nothing to do with it but hang up.
"""

from __future__ import annotations

from dataclasses import replace

from cti_server.engine.acd import agents, direct, stations
from cti_server.engine.books import ledger
from cti_server.engine.graph import operations
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent, AgentId, Call, CallId, Dialling, Leg, Node
from cti_server.errors import CtiError
from cti_server.events.errors import AgentBusy, NoSwitch, PhoneNotThere
from cti_server.events.views import CALL_CONNECTED

PHONE = "phone"
"""Instead of a trunk."""


def is_one(call: Call) -> bool:
    return call.direction == "internal"


def begin(core: Core, agent: Agent, colleague: Agent, node: Node, rings: bool = False) -> Call:
    """``rings``: the agent's phone rings, also one that answers by itself when its agent calls somebody."""
    number, name = colleague.extension, colleague.name
    call = Call(CallId(core.next_id()), node, core.next_leg(), number, name, "", "", core.now, core.counter, "internal", "dial")
    called = Leg(call.caller_leg, node, "customer", call.id, colleague.id, number=number, dial=Dialling("internal", agent.id))
    called.registration = core.registrations.get(number, "")
    core.calls[call.id] = call
    core.join(call, called)
    operations.dial(call)
    direct.ring(core, call, direct.new_leg(core, call, agent), number, name, own=not rings)
    core.wanted(call.id)
    return call


def place(core: Core, agent: Agent, colleague: Agent) -> Node:
    """The switch where both have their phones. Raises PhoneNotThere, NoSwitch, AgentBusy for oneself."""
    if agent is colleague:
        raise AgentBusy("nobody calls oneself", {"status": agent.status, "state": agent.state})
    nodes = list(agents.nodes(core, agent))
    if not nodes:
        raise PhoneNotThere(f"no phone is registered for extension {agent.extension}")
    both = [node for node in nodes if node in agents.nodes(core, colleague)]
    linked = [node for node in both if core.linked(node)]
    if both and not linked:
        raise NoSwitch("the switch of the phones is not linked now; try again when it is back")
    return Node((linked or nodes)[0])


def ring(core: Core, call: Call, called: Leg, by: str) -> bool:
    """The one who calls is there: now the colleague's phone. False: that one cannot be rung any more."""
    colleague, caller_ = core.agents.get(called.agent), core.agents.get(by)
    if colleague is None or called.dial is None:
        return False
    try:
        direct.free(core, colleague, call.node)
    except CtiError:
        return False
    off_hook = stations.leg_for(core, call, colleague)
    if off_hook is not None:
        other = replace(called, id=off_hook.id, station=True, seen=off_hook.seen, registration=off_hook.registration)
        core.exchange(call, called, other)
        called = other
    if called.dial is not None:
        called.dial.trunk = PHONE
    ledger.open_segment(core, call, "dial", agent=by, leg=called.id)
    direct.order(core, call, called, caller_.extension if caller_ else "", caller_.name if caller_ else "")
    if caller_ is not None and caller_.state in ("reserved", "ringing"):  # who was called back calls now
        agents.move(core, caller_, "dial", core.deadlines.at(direct.ring_over, called.id))
    return True


def talks(core: Core, call: Call, leg: Leg) -> None:
    """They hear each other."""
    called = call.legs[call.caller_leg]
    ledger.close_segment(core, call, "dial", "answered", leg=called.id)
    call.activity, call.answered = "talk", True
    call.connected_ms = call.connected_ms or core.work.at_ms
    call.agents = [leg.agent]
    for one in (leg, called):
        one.doing, one.connected_ms = "internal", one.connected_ms or core.work.at_ms
        ledger.open_segment(core, call, "internal", agent=one.agent, leg=one.id)
        agent = core.agents.get(one.agent)
        if agent is not None and agent.call_id == call.id and agent.state != "internal":
            agents.move(core, agent, "talk_inside")
    core.changed(CALL_CONNECTED, call.id)


def called_left(core: Core, call: Call) -> None:
    """The colleague's leg has ended, or nobody has rung it."""
    called = call.legs[call.caller_leg]
    ledger.close_segment(core, call, "internal", leg=called.id)
    called.doing = ""
    direct.given_up(core, called)
    if called.agent in core.agents:
        agents.rested(core, AgentId(called.agent))

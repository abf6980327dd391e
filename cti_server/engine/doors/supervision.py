"""Listening: a supervisor's phone is rung and hears a leg, and all that the leg hears. It is no party of the conversation before
it takes it over; nobody in the call notices it.
"""

from __future__ import annotations

from cti_server.engine.acd import agents, direct, offers, queueing
from cti_server.engine.books import recording
from cti_server.engine.calls import listeners
from cti_server.engine.doors.handling import handles, linked, running
from cti_server.engine.graph import operations
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Call, Leg
from cti_server.errors import BadArguments, WrongState
from cti_server.events import commands as wants
from cti_server.events.errors import CallPrivate, PhoneInUse, PhoneNotThere

_Meant = wants.ListenToCall | wants.SetListening | wants.TakeOverCall | wants.StopListening


def _call(core: Core, args: _Meant) -> Call:
    """That is meant: of the agent, or by its id."""
    if bool(args.agent_id) == bool(args.call_id):
        raise BadArguments(f"{type(args).__name__} needs agent_id or call_id")
    call = running(core, args.call_id or agents.get(core, args.agent_id).call_id)
    linked(core, call)
    return call


def _listener(call: Call, extension: str) -> Leg:
    for leg in call.legs.values():
        if leg.party == "supervisor" and leg.number == extension and not leg.gone:
            return leg
    raise WrongState(f"the phone {extension} does not listen to this call")


@handles(wants.ListenToCall)
def _listen(core: Core, args: wants.ListenToCall) -> None:
    call = _call(core, args)
    target = call.leg_of(args.agent_id) if args.agent_id else call.legs[call.caller_leg]
    if target is None:
        raise WrongState(f"agent {args.agent_id} is in no conversation")
    if call.private:
        raise CallPrivate(f"call {call.id} is private")
    leg = _phone(core, call, args.extension)
    operations.listen(call, leg, target, args.mode)
    agent = core.agents.get(target.agent)
    direct.ring(core, call, leg, agent.extension if agent else call.number, agent.name if agent else call.name)
    listeners.add(core, call, leg)
    core.wanted(call.id)


def _phone(core: Core, call: Call, extension: str) -> Leg:
    """A leg for a phone that is there and that nobody uses."""
    there = core.phones.get(extension, ())
    if not there:
        raise PhoneNotThere(f"no phone is registered for extension {extension}")
    direct.same_switch(extension, call.node, there)
    user = agents.at_phone(core, extension)
    rung = any(leg.number == extension and leg.party == "supervisor" for leg in core.legs.values())
    if rung or (user is not None and user.status != "logged_out"):
        raise PhoneInUse(f"extension {extension} is in use")
    return Leg(core.next_leg(), call.node, "supervisor", call.id, number=extension, person=core.work.issuer)


@handles(wants.SetListening)
def _mode(core: Core, args: wants.SetListening) -> None:
    call = _call(core, args)
    operations.turn_to(call, _listener(call, args.extension), args.mode)
    core.wanted(call.id)


@handles(wants.TakeOverCall)
def _take_over(core: Core, args: wants.TakeOverCall) -> None:
    call = _call(core, args)
    if call.direction == "internal":
        raise WrongState("it is a call between agents: nobody has a customer")
    operations.take_over(call, _listener(call, args.extension))
    if call.activity == "queue":
        offers.withdraw(core, call, "withdrawn")
        recording.before_bridge(core, call, call.queue)
        recording.at_bridge(core, call)
        queueing.out_of_line(core, call)
        queueing.leave(core, call, "answered")
    elif call.activity != "talk":
        raise WrongState(f"the customer is in {call.activity}")
    call.activity = "talk"
    core.wanted(call.id)


@handles(wants.StopListening)
def _stop(core: Core, args: wants.StopListening) -> None:
    call = _call(core, args)
    operations.leave(call, _listener(call, args.extension))
    core.wanted(call.id)

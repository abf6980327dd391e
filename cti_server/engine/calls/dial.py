"""An agent's own call to the outside, {A} C?: the agent's phone is rung, then the number is called; who of the two leaves before
they talk ends it. From their first word on it is a call like any other. To a colleague: ``calls.internal``.
"""

from __future__ import annotations

from cti_server.domain.dialling import Dialled
from cti_server.domain.outcomes import DialFailure
from cti_server.engine.calls import calls, internal, outbound
from cti_server.engine.graph import caller
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Call, Dialling, Leg, Node
from cti_server.events.errors import NoTrunk


def follow(core: Core, call: Call) -> None:
    """What comes next; it changes nothing when nothing is due."""
    customer = call.legs[call.caller_leg]
    if call.caller_gone or customer.dial is None:
        return
    agent = next((leg for leg in call.legs.values() if leg is not customer and leg.agent and not leg.gone), None)
    if agent is None and not customer.gone:
        call.gone_first = call.gone_first or "agent"
        _give_up(core, call, customer.dial, "cancelled")
    elif agent is not None and agent.seen.here and not customer.gone and not customer.dial.trunk:
        _call(core, call, customer, customer.dial)
    if customer.gone and not customer.dial.trunk:  # the switch has never heard of it
        calls.caller_left(core, call, customer.gone)
        calls.caller_ended(core, call, "")


def _call(core: Core, call: Call, customer: Leg, dial: Dialling) -> None:
    """The agent is there."""
    if dial.kind == "internal":
        if not internal.ring(core, call, customer, dial.by):
            _give_up(core, call, dial, "busy")
        return
    try:
        trunk = outbound.choose(core, Node(call.node), Dialled(customer.number, dial.kind), dial.by)[0]
    except NoTrunk:
        _give_up(core, call, dial, "no-line")
    else:
        outbound.begin(core, call, customer, trunk)


def _give_up(core: Core, call: Call, dial: Dialling, why: DialFailure) -> None:
    dial.why = why
    caller.hang_up(core, call, "ORIGINATOR_CANCEL", why)

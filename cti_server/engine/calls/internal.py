"""An internal call, {A} B?, then {A B}: an agent calls a colleague. B's leg is where the customer's would be, so that the graph
is that of any call, but nobody here has a customer: no queue's figure, no after-call work, nothing to do with it but hang up.
"""

from __future__ import annotations

from dataclasses import replace

from cti_server.engine.acd import agents, direct, stations
from cti_server.engine.books import ledger
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Call, Leg
from cti_server.errors import CtiError
from cti_server.events.views import CALL_CONNECTED

PHONE = "phone"
"""Instead of a trunk."""


def is_one(call: Call) -> bool:
    return call.direction == "internal"


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
    return True


def talks(core: Core, call: Call, leg: Leg) -> None:
    """They hear each other."""
    called = call.legs[call.caller_leg]
    ledger.close_segment(core, call, "dial", "answered", leg=called.id)
    call.activity, call.answered = "talk", True
    call.connected_ms = call.connected_ms or core.work.at_ms
    call.last_agent = leg.agent
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

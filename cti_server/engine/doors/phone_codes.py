"""A phone dials a code: what it asks for is done as a command of its agent, and the phone hears a confirmation or an error.

The dialplan has answered the leg and parked it (``cti_role=code``; ``cti_extension``: the phone, as its password proved it). It
is no party of a call and makes nobody busy: what is done is done to the leg that the agent's conversation has. Only who picks up
a call gets it on this very leg. ``Core.own_calls`` has it as nobody's, so that a code that is told twice is done once.
"""

from __future__ import annotations

from collections.abc import Callable

from cti_server.domain import feature_codes
from cti_server.domain.feature_codes import Feature
from cti_server.domain.switch import AskMediaFlow, LegParked, TransferLeg
from cti_server.engine.acd import agents, direct, offers
from cti_server.engine.calls import phones, talk
from cti_server.engine.doors import commands
from cti_server.engine.doors.call_commands import rings_elsewhere
from cti_server.engine.graph import caller
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent, LegId
from cti_server.errors import CtiError
from cti_server.events import commands as wants
from cti_server.events.declare import Arguments
from cti_server.events.errors import NoSuchAgent, NoSuchReason, NothingThere

ROLE = "code"
CONTEXT = "cti_codes"
"""Of the dialplan: ``done`` and ``refused`` are tones, and the end."""


def parked(core: Core, event: LegParked) -> None:
    """A leg with a code has come from the dialplan."""
    if not core.ours(event.cti) or phones.is_nobodys(core, event.leg):
        return
    phones.nobodys(core, event.node, event.leg)
    extension = event.cti.get("cti_extension", "")
    try:
        took = _do(core, event, extension)
    except CtiError:
        _tone(core, event, "refused")
    else:
        if not took:
            _tone(core, event, "done")


def _tone(core: Core, event: LegParked, name: str) -> None:
    core.send(event.node, event.leg, TransferLeg(event.leg, name, CONTEXT))


def _do(core: Core, event: LegParked, extension: str) -> bool:
    """True: the leg has a call now."""
    code = feature_codes.dialled(core.config, event.destination)
    agent = agents.at_phone(core, extension)
    if code is None:
        raise NothingThere(f"{event.destination[:32]!r} is no code")
    if agent is None:
        raise NoSuchAgent(f"nobody is at the phone {extension[:32]!r}")
    issuer = f"phone:{extension}"
    if code.feature == "pick_up":
        wish = wants.PickUpCall(agent_id=agent.id, colleague_id=_at(core, code.digits) if code.digits else "")
        _pick_up(core, event, wish)
        commands.audit(core, issuer, wish, vars(wish))
        return True
    commands.carry_out(core, _WISHES[code.feature](core, agent, code.digits), issuer)
    if code.feature == "return":
        _still_held(core, agent)
    return False


def _at(core: Core, extension: str) -> str:
    """The agent at this phone. Raises NoSuchAgent."""
    found = agents.at_phone(core, extension)
    if found is None:
        raise NoSuchAgent(f"nobody is at the phone {extension}")
    return found.id


def _pick_up(core: Core, event: LegParked, wish: wants.PickUpCall) -> None:
    """The leg is the agent's from now on, without another ring."""
    agent, call, queue = rings_elsewhere(core, wish)
    direct.same_switch(agent.extension, call.node, (event.node,))
    direct.free(core, agent, call.node)
    phones.leg_ended(core, event.leg)
    offers.withdraw(core, call, "withdrawn")
    offers.take(core, call, agent, LegId(event.leg), queue)


def _still_held(core: Core, agent: Agent) -> None:
    """The phone that dialled holds its talk by its own key, as a rule: the customer hears music until it is pressed again."""
    call = core.calls.get(agent.call_id)
    leg = call.leg_of(agent.id) if call else None
    if call is not None and leg is not None:
        caller.send(core, call, AskMediaFlow(leg.id), talk.PhoneKey(call.id, leg.id))


# ---------------------------------------------------------------- what a code asks for


def _ready(core: Core, agent: Agent, digits: str) -> Arguments:
    return wants.ReadyAgent(agent_id=agent.id)


def _not_ready(core: Core, agent: Agent, digits: str) -> Arguments:
    """For the first reason, that of this code, or the one at this place of the list."""
    codes = [reason.code for reason in core.config.not_ready_reasons] or [""]
    if digits in ("", *codes):
        return wants.PauseAgent(agent_id=agent.id, reason=digits or codes[0])
    place = int(digits)
    if not 0 < place <= len(codes):
        raise NoSuchReason(f"there are {len(codes)} reasons", {"known": codes})
    return wants.PauseAgent(agent_id=agent.id, reason=codes[place - 1])


def _consult(core: Core, agent: Agent, digits: str) -> Arguments:
    other = agents.at_phone(core, digits)
    if other is not None:
        return wants.ConsultAgent(agent_id=agent.id, colleague_id=other.id)
    return wants.ConsultNumber(agent_id=agent.id, number=digits)


def _transfer(core: Core, agent: Agent, digits: str) -> Arguments:
    other = agents.at_phone(core, digits)
    if other is not None:
        return wants.TransferToAgent(agent_id=agent.id, colleague_id=other.id)
    return wants.TransferToNumber(agent_id=agent.id, number=digits)


def _complete(core: Core, agent: Agent, digits: str) -> Arguments:
    return wants.CompleteTransfer(agent_id=agent.id)


def _return(core: Core, agent: Agent, digits: str) -> Arguments:
    return wants.ReturnToCaller(agent_id=agent.id)


def _call_back(core: Core, agent: Agent, digits: str) -> Arguments:
    if not digits:
        return wants.CancelCallBack(agent_id=agent.id)
    return wants.AskCallBack(agent_id=agent.id, colleague_id=_at(core, digits))


_WISHES: dict[Feature, Callable[[Core, Agent, str], Arguments]] = {
    "ready": _ready,
    "not_ready": _not_ready,
    "consult": _consult,
    "transfer": _transfer,
    "complete": _complete,
    "return": _return,
    "call_back": _call_back,
}

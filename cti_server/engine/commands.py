"""The handlers of events/commands.py. Each command gets exactly one Reply: at once, or when the switch has answered.

A handler validates everything first, then changes; a CtiError is the refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

import orjson

from cti_server.domain.agent import AgentNotLoggedIn, next_status
from cti_server.domain.switch import AnswerPhone
from cti_server.engine import (
    agents,
    caller,
    comeback,
    direct,
    drafts,
    figures,
    offers,
    operations,
    queueing,
    recording,
    talk,
    wrapup,
)
from cti_server.engine.memory import Core
from cti_server.engine.messages import CommandInput
from cti_server.engine.results import Asked
from cti_server.engine.state import MAIN, Agent, Call, Doing, Draft, Leg, Wish
from cti_server.errors import BadArguments, CtiError, WrongState
from cti_server.events import commands as wants
from cti_server.events.commands import COMMANDS, read_arguments
from cti_server.events.declare import Arguments
from cti_server.events.errors import (
    DataTooLarge,
    NoSuchCall,
    NoSuchCommand,
    NoSuchQueue,
    NoSuchReason,
    NoSwitch,
    NotYourPhone,
    PhoneInUse,
    TooLate,
)
from cti_server.events.views import CALL_DATA_CHANGED, DISPOSED, Disposed

MAX_DATA_BYTES = 16 * 1024
_Answer = Mapping[str, Any] | None
_A = TypeVar("_A", bound=Arguments)
_P = ParamSpec("_P")
_Handler = Callable[Concatenate[Core, _A, _P], _Answer]
_HANDLERS: dict[type[Arguments], Callable[..., _Answer]] = {}


def command(core: Core, item: CommandInput) -> None:
    """Run one command; its refusal or its answer is an effect. A refusal that it does not declare is a defect."""
    args: Arguments | None = None
    try:
        if item.deadline_ms and core.now > item.deadline_ms:
            raise TooLate("the command's deadline has passed; send it again if it is still wanted")
        args = read_arguments(item.name, item.args)
        answer = _run(core, args, item)
    except CtiError as error:
        if args is not None and not isinstance(error, args.errors):
            raise
        core.refuse(item.command_id, error)
        return
    if args.audited:
        _audit(core, item)
    if not args.later:
        core.reply(item.command_id, answer)


def _run(core: Core, args: Arguments, item: CommandInput) -> _Answer:
    handler = _HANDLERS.get(type(args))
    if handler is None:
        raise NoSuchCommand(f"{item.name} is not handled by the engine")
    return handler(core, args, item.command_id) if args.later else handler(core, args)


def _audit(core: Core, item: CommandInput) -> None:
    """Somebody did something to another person's agent, or ended a call from outside."""
    agent = item.args.get("agent_id")
    if agent is not None and item.issuer == f"agent:{agent}":
        return
    subject = f"agent:{agent}" if agent is not None else f"call:{item.args.get('call_id', '')}"
    detail = {name: value for name, value in item.args.items() if name not in ("agent_id", "note", "version")}
    core.audit(item.issuer, item.name, subject, detail)


def _handles(kind: type[_A]) -> Callable[[_Handler[_A, _P]], _Handler[_A, _P]]:
    """The handler of a command: what it gives is the answer's data. One that an effect answers gets the command's id, too."""

    def register(handler: _Handler[_A, _P]) -> _Handler[_A, _P]:
        if kind in _HANDLERS:
            raise TypeError(f"{kind.__name__} has a handler already")
        _HANDLERS[kind] = handler
        return handler

    return register


# ---------------------------------------------------------------- look-ups that refuse


def _here(core: Core, agent_id: str) -> Agent:
    agent = agents.get(core, agent_id)
    if agent.status == "logged_out":
        raise AgentNotLoggedIn(f"agent {agent.id} is not logged in; log in first")
    return agent


def _call_of(core: Core, agent: Agent, *states: str) -> Call:
    call = core.calls.get(agent.call_id)
    if agent.state not in states or call is None or call.caller_gone:
        raise WrongState(f"agent {agent.id} is {agent.state}; needs {' or '.join(states)}", {"state": agent.state})
    return call


def _linked(core: Core, call: Call) -> None:
    if not core.linked(call.node):
        raise NoSwitch(f"switch {call.node} is not linked now; try again when it is back")


# ---------------------------------------------------------------- agents


@_handles(wants.LoginAgent)
def _login(core: Core, args: wants.LoginAgent) -> None:
    agent = agents.get(core, args.agent_id)
    extension = args.extension or agent.own_extension
    if extension != agent.own_extension and extension not in core.config.free_seating:
        known = {"own": agent.own_extension, "free_seating": list(core.config.free_seating)}
        raise NotYourPhone(f"{extension!r} is neither the phone of agent {agent.id} nor one for everybody", known)
    next_status(agent.status, "login")
    other = agents.at_phone(core, extension)
    if other is not None and other.id != agent.id and other.status != "logged_out":
        _borrowed(core, agent, other, extension)
    agents.login(core, agent, extension)


def _borrowed(core: Core, agent: Agent, other: Agent, extension: str) -> None:
    """Somebody is logged in at the phone: the owner gets it, at once or when the call there is over; nobody else does."""
    if extension != agent.own_extension:
        raise PhoneInUse(f"extension {extension} is in use by agent {other.id}; take another phone")
    if other.state == "wrap_up":
        wrapup.end(core, other.id)
    if other.status != "logged_out":
        agents.change_status(core, other, "logout")
        core.audit("system:engine", wants.LogoutAgent.__name__, f"agent:{other.id}", {"extension": extension, "owner": agent.id})
    if other.status != "logged_out":
        raise PhoneInUse(f"a call of agent {other.id} runs at extension {extension}; it is yours when that is over")


@_handles(wants.LogoutAgent)
def _logout(core: Core, args: wants.LogoutAgent) -> None:
    """A caller who rings or waits for the agent's phone goes back to the line at once; a conversation goes on to its end."""
    agent = _here(core, args.agent_id)
    agents.change_status(core, agent, "logout")
    call = core.calls.get(agent.call_id)
    answered = call is not None and call.offer is not None and call.offer.answered
    if call is None or answered or agent.state not in ("reserved", "ringing") or not core.linked(call.node):
        return
    if call.comeback is not None:
        comeback.expired(core, call.id)
    else:
        offers.withdraw(core, call, "withdrawn")
        queueing.to_line(core, call)


@_handles(wants.ReadyAgent)
def _ready(core: Core, args: wants.ReadyAgent) -> None:
    agents.change_status(core, _here(core, args.agent_id), "ready")


@_handles(wants.PauseAgent)
def _pause(core: Core, args: wants.PauseAgent) -> None:
    agent = _here(core, args.agent_id)
    _known(args.reason, [r.code for r in core.config.not_ready_reasons])
    agents.change_status(core, agent, "pause", args.reason)


def _known(code: str, codes: list[str]) -> None:
    if codes and code not in codes:
        raise NoSuchReason(f"{code!r} is not configured; known: {', '.join(codes)}", {"known": codes})


@_handles(wants.AgentPageGone)
def _page_gone(core: Core, args: wants.AgentPageGone) -> None:
    agents.page_gone(core, agents.get(core, args.agent_id), lost=args.why == "lost")


@_handles(wants.AgentPageBack)
def _page_back(core: Core, args: wants.AgentPageBack) -> None:
    agents.page_back(core, agents.get(core, args.agent_id))


# ---------------------------------------------------------------- calls


@_handles(wants.AnswerCall)
def _answer(core: Core, args: wants.AnswerCall, command_id: str) -> None:
    agent = _here(core, args.agent_id)
    call = _call_of(core, agent, "ringing")
    leg = call.leg_of(agent.id)
    if leg is None:
        raise WrongState(f"no call rings at agent {agent.id}")
    _linked(core, call)
    caller.send(core, call, AnswerPhone(leg.id), Asked(call.id, command_id))


@_handles(wants.RejectCall)
def _reject(core: Core, args: wants.RejectCall) -> None:
    agent = _here(core, args.agent_id)
    call = _call_of(core, agent, "reserved", "ringing")
    leg = call.leg_of(agent.id)
    if leg is None or leg.seen.here:
        raise WrongState(f"no call rings at agent {agent.id}")
    _linked(core, call)
    if call.offer is not None and call.offer.leg == leg.id:
        offers.failed(core, call, "rejected", leg_lives=True, cause="CALL_REJECTED")
    else:
        caller.end(core, call, leg, "CALL_REJECTED")


def _in(core: Core, agent_id: str, *states: str) -> tuple[Call, Leg]:
    """The call and the leg of an agent who is in one of these states. Raises as declared for what is done in a call."""
    agent = _here(core, agent_id)
    call = _call_of(core, agent, *states)
    leg = call.leg_of(agent.id)
    if leg is None or leg.gone:
        raise WrongState(f"agent {agent.id} is leaving the call")
    _linked(core, call)
    return call, leg


def _wish(core: Core, call: Call, leg: Leg, command_id: str, doing: Doing) -> None:
    """The command is answered when the leg is there and does it."""
    call.wishes.append(Wish(command_id, leg.id, leg.group, doing))
    core.touch(call.id)


@_handles(wants.HoldCall)
def _hold(core: Core, args: wants.HoldCall, command_id: str) -> None:
    call, leg = _in(core, args.agent_id, "talking")
    if leg.home:
        raise WrongState("the call is being put on hold already")
    operations.hold(call, leg)
    _wish(core, call, leg, command_id, "hold")


@_handles(wants.ResumeCall)
def _resume(core: Core, args: wants.ResumeCall, command_id: str) -> None:
    call, leg = _in(core, args.agent_id, "holding")
    if not leg.home:
        raise WrongState("the call is being resumed already")
    operations.resume(call, leg)
    _wish(core, call, leg, command_id, "talk")


@_handles(wants.ConsultAgent)
def _consult(core: Core, args: wants.ConsultAgent, command_id: str) -> None:
    call, leg = _in(core, args.agent_id, "talking", "holding")
    other = _colleague(core, args.colleague_id, call)
    operations.consult(call, leg, other_leg := direct.new_leg(core, call, other))
    direct.ring(core, call, other_leg, core.agents[leg.agent])
    _wish(core, call, leg, command_id, "consult")


def _colleague(core: Core, agent_id: str, call: Call) -> Agent:
    other = agents.get(core, agent_id)
    direct.free(core, other, call.node)
    return other


@_handles(wants.SwapCalls)
def _swap(core: Core, args: wants.SwapCalls, command_id: str) -> None:
    call, leg = _in(core, args.agent_id, "talking", "consulting")
    operations.swap(call, leg)
    _wish(core, call, leg, command_id, "talk" if leg.group == MAIN else "consult")


@_handles(wants.CompleteTransfer)
def _complete(core: Core, args: wants.CompleteTransfer) -> None:
    call, leg = _in(core, args.agent_id, "talking", "consulting")
    operations.complete(call, leg)
    core.touch(call.id)


@_handles(wants.ReturnToCaller)
def _return(core: Core, args: wants.ReturnToCaller, command_id: str) -> None:
    call, leg = _in(core, args.agent_id, "talking", "consulting")
    operations.give_back(call, leg)
    _wish(core, call, leg, command_id, "talk")


@_handles(wants.TransferToAgent)
def _transfer(core: Core, args: wants.TransferToAgent) -> None:
    call, leg = _in(core, args.agent_id, "talking", "holding")
    other = _colleague(core, args.colleague_id, call)
    operations.pass_on(call, leg, other_leg := direct.new_leg(core, call, other))
    direct.ring(core, call, other_leg, core.agents[leg.agent])
    core.touch(call.id)


@_handles(wants.TransferToQueue)
def _transfer_to_queue(core: Core, args: wants.TransferToQueue) -> None:
    call, leg = _in(core, args.agent_id, "talking", "holding")
    if args.queue_id not in core.queues:
        raise NoSuchQueue(f"no queue has the id {args.queue_id!r}")
    operations.pass_on(call, leg)
    call.then_queue, call.queued_ms = args.queue_id, 0
    core.touch(call.id)


@_handles(wants.HangupCall)
def _hang_up(core: Core, args: wants.HangupCall) -> None:
    if args.agent_id:
        call, leg = _in(core, args.agent_id, "talking", "holding", "consulting")
        if args.call_id not in ("", call.id):
            raise NoSuchCall(f"agent {args.agent_id} is not in call {args.call_id!r}")
        talk.hang_up_agent(core, call, leg)
        return
    if not args.call_id:
        raise BadArguments("HangupCall needs agent_id or call_id")
    call = _running(core, args.call_id)
    _linked(core, call)
    caller.hang_up(core, call, "NORMAL_CLEARING", "answered" if call.agents else "failed")


def _running(core: Core, call_id: str) -> Call:
    call = core.calls.get(call_id)
    if call is None or call.caller_gone:
        raise NoSuchCall(f"no running call has the id {call_id!r}")
    return call


@_handles(wants.SetCallData)
def _set_data(core: Core, args: wants.SetCallData) -> None:
    call = _running(core, args.call_id)
    merged = {key: value for key, value in {**call.data, **args.data}.items() if value}
    try:
        size = len(orjson.dumps(merged))
    except TypeError as error:
        raise BadArguments("data holds text that is not valid UTF-8") from error
    if size > MAX_DATA_BYTES:
        raise DataTooLarge(f"attached data would be {size} bytes; at most {MAX_DATA_BYTES}", {"size": size})
    call.data = merged
    core.changed(CALL_DATA_CHANGED, call.id)


@_handles(wants.SetDisposition)
def _disposition(core: Core, args: wants.SetDisposition) -> _Answer:
    draft = _draft(core, args.agent_id, args.call_id)
    _known(args.code, [r.code for r in core.config.dispositions])
    note = draft.note if args.note is None else args.note
    drafts.save(core, draft, note, draft.version if args.version is None else args.version, args.code)
    drafts.write(core, draft.agent)
    core.event(DISPOSED, Disposed(call_id=draft.call_id, agent_id=draft.agent, code=args.code, note=draft.note))
    return {"version": draft.version}


@_handles(wants.SaveNote)
def _save_note(core: Core, args: wants.SaveNote) -> _Answer:
    draft = _draft(core, args.agent_id, args.call_id)
    drafts.save(core, draft, args.note, args.version)
    return {"version": draft.version}


def _draft(core: Core, agent_id: str, call_id: str) -> Draft:
    """Of the running call or one of the last calls of the agent."""
    agent = agents.get(core, agent_id)
    if call_id not in (agent.call_id, *agent.last_calls):
        raise NoSuchCall(f"call {call_id!r} is neither the running nor one of the last calls of agent {agent.id}")
    return drafts.of(core, agent.id, call_id)


@_handles(wants.EndWrapUp)
def _end_wrap_up(core: Core, args: wants.EndWrapUp) -> None:
    agent = _here(core, args.agent_id)
    if agent.state != "wrap_up":
        raise WrongState(f"agent {agent.id} is {agent.state}, not in wrap-up", {"state": agent.state})
    wrapup.end(core, agent.id)


@_handles(wants.ReportRecording)
def _report_recording(core: Core, args: wants.ReportRecording) -> None:
    recording.alarm(core, args.call_id, args.problem, "seen when its file was looked for")


@_handles(wants.RestoreFigures)
def _restore_figures(core: Core, args: wants.RestoreFigures) -> None:
    queues, people = args.data["queues"], args.data["agents"]
    if any(part < 0 for row in (*queues.values(), *people.values()) for part in row.values()):
        raise BadArguments("no part of a figure is below 0")
    if args.data["day_start_ms"] != figures.today(core)[0]:
        raise WrongState("these are figures of another day")
    figures.restore(core, queues, people)
    for queue_id in core.queues.keys() & queues.keys():
        agents.queue_touched(core, queue_id)


@_handles(wants.Ping)
def _ping(core: Core, args: wants.Ping) -> None:
    """The answer is all."""


def _require_handlers(declared: Iterable[type[Arguments]]) -> None:
    """Raises TypeError for a command that nobody runs."""
    for kind in declared:
        if kind not in (*_HANDLERS, wants.ReloadConfig):  # which the daemon's shell answers
            raise TypeError(f"the command {kind.__name__} has no handler in {__name__}")


_require_handlers(COMMANDS.values())

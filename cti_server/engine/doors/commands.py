"""The handlers of events/commands.py. Each command gets exactly one Reply: at once, or when the switch has answered.

A handler validates everything first, then changes; a CtiError is the refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from cti_server.domain import dispositions
from cti_server.domain.agent import next_status
from cti_server.engine import configuration
from cti_server.engine.acd import agents, lost_phone, offers, pauses, queueing, services, wrapup
from cti_server.engine.books import drafts, figures, recording
from cti_server.engine.doors import call_commands, explain, outside, supervision  # noqa: F401 - its handlers register themselves
from cti_server.engine.doors.handling import HANDLERS, Answer, handles, here, running
from cti_server.engine.doors.noticed import WEBHOOK
from cti_server.engine.graph import caller
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.messages import CommandInput
from cti_server.engine.kernel.state import Agent, Draft
from cti_server.errors import BadArguments, CtiError, WrongState
from cti_server.events import commands as wants
from cti_server.events.commands import COMMANDS, read_arguments
from cti_server.events.declare import Arguments
from cti_server.events.errors import (
    DataTooLarge,
    NoSuchCall,
    NoSuchCommand,
    NoSuchReason,
    NothingAsked,
    NotYourPhone,
    PhoneInUse,
    TooLate,
)
from cti_server.events.views import AGENT_PAUSE_REFUSED, CALL_DATA_CHANGED, DISPOSED, Disposed

MAX_DATA_BYTES = 16 * 1024


def command(core: Core, item: CommandInput) -> None:
    """Run one command; its refusal or its answer is an effect. A refusal that it does not declare is a defect."""
    args: Arguments | None = None
    try:
        if item.deadline_ms and core.now > item.deadline_ms:
            raise TooLate("the command's deadline has passed; send it again if it is still wanted")
        args = read_arguments(item.name, item.args)
        answer = carry_out(core, args, item.issuer, item.command_id, item.args)
    except CtiError as error:
        if args is not None and not isinstance(error, args.errors):
            raise
        core.refuse(item.command_id, error)
        return
    if not args.later:
        core.reply(item.command_id, answer)


def carry_out(core: Core, args: Arguments, issuer: str, command_id: str = "", given: Mapping[str, Any] | None = None) -> Answer:
    """Raises CtiError for what is refused. ``command_id`` '': nobody waits for an answer; ``given``: of the arguments, those that
    were."""
    core.work.issuer = issuer
    handler = HANDLERS.get(type(args))
    if handler is None:
        raise NoSuchCommand(f"{type(args).__name__} is not handled by the engine")
    answer = handler(core, args, command_id) if args.later else handler(core, args)
    if args.audited:
        audit(core, issuer, args, vars(args) if given is None else given)
    return answer


def audit(core: Core, issuer: str, args: Arguments, given: Mapping[str, Any]) -> None:
    """Somebody did something to another person's agent, or ended a call from outside."""
    agent = given.get("agent_id")
    if agent is not None and issuer == f"agent:{agent}":
        return
    about = next((name for name in ("agent_id", "service_id") if given.get(name) is not None), "call_id")
    subject = f"{about.removesuffix('_id')}:{given.get(about, '')}"
    detail = {name: value for name, value in given.items() if name not in ("agent_id", "service_id", "note", "version")}
    core.audit(issuer, type(args).__name__, subject, detail)


# ---------------------------------------------------------------- service numbers


@handles(wants.SwitchService)
def _switch_service(core: Core, args: wants.SwitchService) -> None:
    services.switch(core, args.service_id, args.active, core.work.issuer)


# ---------------------------------------------------------------- agents


@handles(wants.LoginAgent)
def _login(core: Core, args: wants.LoginAgent) -> None:
    agent = agents.get(core, args.agent_id)
    extension = args.extension or agent.own_extension
    if not agents.may_use(core, agent, extension):
        others = list(agent.phones or core.config.free_seating)
        where = "a phone that they name" if agent.phones else "a free seat"
        text = f"{extension!r} is neither the own phone of agent {agent.id} ({agent.own_extension}) nor {where}"
        raise NotYourPhone(text, {"own": agent.own_extension, "others": others})
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


@handles(wants.LogoutAgent)
def _logout(core: Core, args: wants.LogoutAgent) -> None:
    """A caller who rings or waits for the agent's phone goes back to the line at once, who asked for this agent is told so; a
    conversation goes on to its end."""
    agent = here(core, args.agent_id)
    agents.change_status(core, agent, "logout")
    call = core.calls.get(agent.call_id)
    answered = call is not None and call.being_taken
    if call is None or answered or agent.state not in ("reserved", "ringing") or not core.linked(call.node):
        return
    leg = call.leg_of(agent.id)
    if call.comeback is not None:
        lost_phone.expired(core, call.id)
    elif leg is not None and leg.id not in call.offers:  # somebody else of the call has this one rung
        if not leg.seen.here:
            caller.end(core, call, leg, "CALL_REJECTED")
    else:
        offers.withdraw(core, call, "withdrawn")
        queueing.to_line(core, call)


@handles(wants.ReadyAgent)
def _ready(core: Core, args: wants.ReadyAgent) -> None:
    agents.change_status(core, here(core, args.agent_id), "ready")


@handles(wants.PauseAgent)
def _pause(core: Core, args: wants.PauseAgent) -> Answer:
    agent = here(core, args.agent_id)
    _known(args.reason, [r.code for r in core.config.not_ready_reasons])
    own = core.work.issuer == f"agent:{agent.id}" or core.work.issuer.startswith("phone:")
    if own and not pauses.permit(core, agent, args.reason):
        pauses.ask(core, agent, args.reason)
        return {"asked": True}
    agents.change_status(core, agent, "pause", args.reason)
    return None


@handles(wants.AnswerPause)
def _answer_pause(core: Core, args: wants.AnswerPause) -> None:
    agent = here(core, args.agent_id)
    reason = agent.pause.asked if agent.pause else ""
    if not reason:
        raise NothingAsked(f"agent {agent.id} does not ask to be not ready")
    if args.granted:
        agents.change_status(core, agent, "pause", reason)
    else:
        pauses.answered(core, agent)
        core.changed(AGENT_PAUSE_REFUSED, agent.id)


def _known(code: str, codes: list[str]) -> None:
    if codes and code not in codes:
        raise NoSuchReason(f"{code!r} is not configured; known: {', '.join(codes)}", {"known": codes})


@handles(wants.AgentPageGone)
def _page_gone(core: Core, args: wants.AgentPageGone) -> None:
    agents.page_gone(core, agents.get(core, args.agent_id), lost=args.why == "lost")


@handles(wants.AgentPageBack)
def _page_back(core: Core, args: wants.AgentPageBack) -> None:
    agents.page_back(core, agents.get(core, args.agent_id))


# ---------------------------------------------------------------- data and notes


@handles(wants.SetCallData)
def _set_data(core: Core, args: wants.SetCallData) -> None:
    call = running(core, args.call_id)
    merged = {key: value for key, value in {**call.data, **args.data}.items() if value}
    try:
        size = len(orjson.dumps(merged))
    except TypeError as error:
        raise BadArguments("data holds text that is not valid UTF-8") from error
    if size > MAX_DATA_BYTES:
        raise DataTooLarge(f"attached data would be {size} bytes; at most {MAX_DATA_BYTES}", {"size": size})
    call.data = merged
    core.changed(CALL_DATA_CHANGED, call.id)


@handles(wants.SetDisposition)
def _disposition(core: Core, args: wants.SetDisposition) -> Answer:
    draft = _draft(core, args.agent_id, args.call_id)
    _known(args.code, dispositions.choices(core.config.dispositions))
    note = draft.note if args.note is None else args.note
    drafts.save(core, draft, note, draft.version if args.version is None else args.version, args.code)
    drafts.write(core, draft.agent)
    core.event(DISPOSED, Disposed(call_id=draft.call_id, agent_id=draft.agent, code=args.code, note=draft.note))
    return {"version": draft.version}


@handles(wants.SaveNote)
def _save_note(core: Core, args: wants.SaveNote) -> Answer:
    draft = _draft(core, args.agent_id, args.call_id)
    drafts.save(core, draft, args.note, args.version)
    return {"version": draft.version}


def _draft(core: Core, agent_id: str, call_id: str) -> Draft:
    """Of the running call or one of the last calls of the agent."""
    agent = agents.get(core, agent_id)
    if call_id not in (agent.call_id, *agent.last_calls):
        raise NoSuchCall(f"call {call_id!r} is neither the running nor one of the last calls of agent {agent.id}")
    return drafts.of(core, agent.id, call_id)


@handles(wants.EndWrapUp)
def _end_wrap_up(core: Core, args: wants.EndWrapUp) -> None:
    agent = here(core, args.agent_id)
    if agent.state != "wrap_up":
        raise WrongState(f"agent {agent.id} is {agent.state}, not in wrap-up", {"state": agent.state})
    wrapup.end(core, agent.id)


@handles(wants.ReportRecording)
def _report_recording(core: Core, args: wants.ReportRecording) -> None:
    recording.alarm(core, args.call_id, args.problem, "seen when its file was looked for")


@handles(wants.ReportWebhook)
def _report_webhook(core: Core, args: wants.ReportWebhook) -> None:
    if args.text:
        core.alarm(WEBHOOK, args.webhook_id, args.text)
    else:
        core.clear(WEBHOOK, args.webhook_id)


@handles(wants.ReportPublication)
def _report_publication(core: Core, args: wants.ReportPublication) -> None:
    core.alarm(configuration.NOT_PUBLISHED, "", args.problem)


@handles(wants.RestoreFigures)
def _restore_figures(core: Core, args: wants.RestoreFigures) -> None:
    queues, people = args.data["queues"], args.data["agents"]
    if any(part < 0 for row in (*queues.values(), *people.values()) for part in row.values()):
        raise BadArguments("no part of a figure is below 0")
    if args.data["day_start_ms"] != figures.today(core)[0]:
        raise WrongState("these are figures of another day")
    figures.restore(core, queues, people)
    for queue_id in core.queues.keys() & queues.keys():
        agents.queue_touched(core, queue_id)


@handles(wants.Ping)
def _ping(core: Core, args: wants.Ping) -> None:
    """The answer is all."""


def _require_handlers(declared: Iterable[type[Arguments]]) -> None:
    """Raises TypeError for a command that nobody runs."""
    for kind in declared:
        if kind not in (*HANDLERS, wants.ReloadConfig):  # which the daemon's shell answers
            raise TypeError(f"the command {kind.__name__} has no handler in {__name__}")


_require_handlers(COMMANDS.values())

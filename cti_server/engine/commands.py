"""Commands: name -> handler. Each gets exactly one Reply: at once, or for Answer, Hold and Resume when the switch has answered.

A handler validates everything first, then changes; a CtiError is the refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson

from cti_server.domain.agent import next_status
from cti_server.domain.recording import PROBLEMS
from cti_server.domain.switch import AnswerPhone
from cti_server.engine import agents, caller, comeback, drafts, figures, offers, queueing, recording, talk, wrapup
from cti_server.engine.memory import Core
from cti_server.engine.messages import CommandInput
from cti_server.engine.state import Agent, Call, Draft
from cti_server.errors import CtiError
from cti_server.events.commands import check_arguments

MAX_DATA_BYTES = 16 * 1024
_Args = Mapping[str, Any]
_QUIET = frozenset({"AgentPageGone", "AgentPageBack", "Ping", "ReportRecording", "RestoreFigures"})


def command(core: Core, item: CommandInput) -> None:
    """Run one command; its refusal or its answer is an effect."""
    try:
        if item.deadline_ms and core.now > item.deadline_ms:
            raise CtiError("too-late", "the command's deadline has passed; send it again if it is still wanted")
        check_arguments(item.name, item.args)
        handler = _HANDLERS.get(item.name)
        if handler is None:
            raise CtiError("no-such-command", f"{item.name} is not handled by the engine")
        _check_types(item.args)
        answered_later = handler(core, item)
    except CtiError as error:
        core.refuse(item.command_id, error.error_id, error.message, error.details)
        return
    _audit(core, item)
    if not answered_later:
        core.reply(item.command_id)


def _check_types(args: _Args) -> None:
    if "version" in args and (type(args["version"]) is not int or args["version"] < 0):
        raise CtiError("bad-arguments", "version must be a whole number from 0 on", {"wrong": ["version"]})
    texts = {name: value for name, value in args.items() if name not in ("data", "version")}
    wrong = [name for name, value in texts.items() if not (isinstance(value, str) and len(value) <= 4096)]
    if wrong:
        raise CtiError("bad-arguments", f"{', '.join(wrong)} must be text of at most 4096 characters", {"wrong": wrong})


def _audit(core: Core, item: CommandInput) -> None:
    """Somebody did something to another person's agent, or ended a call from outside."""
    if item.name in _QUIET:
        return
    agent = item.args.get("agent_id")
    if agent is not None and item.issuer == f"agent:{agent}":
        return
    if agent is None and item.name == "SetCallData":
        return
    subject = f"agent:{agent}" if agent is not None else f"call:{item.args.get('call_id', '')}"
    detail = {name: value for name, value in item.args.items() if name not in ("agent_id", "data", "note", "version")}
    core.audit(item.issuer, item.name, subject, detail)


# ---------------------------------------------------------------- look-ups that refuse


def _agent(core: Core, args: _Args) -> Agent:
    return agents.get(core, args["agent_id"])


def _here(core: Core, args: _Args) -> Agent:
    agent = _agent(core, args)
    if agent.status == "logged_out":
        raise CtiError("not-logged-in", f"agent {agent.id} is not logged in; log in first")
    return agent


def _call_of(core: Core, agent: Agent, *states: str) -> Call:
    call = core.calls.get(agent.call_id)
    if agent.state not in states or call is None or call.caller_gone:
        raise CtiError("wrong-state", f"agent {agent.id} is {agent.state}; needs {' or '.join(states)}", {"state": agent.state})
    return call


def _linked(core: Core, call: Call) -> None:
    if not core.linked(call.node):
        raise CtiError("no-switch", f"switch {call.node} is not linked now; try again when it is back")


# ---------------------------------------------------------------- agents


def _login(core: Core, item: CommandInput) -> bool:
    agent = _agent(core, item.args)
    extension = item.args.get("extension") or agent.own_extension
    if extension != agent.own_extension and extension not in core.config.free_seating:
        known = {"own": agent.own_extension, "free_seating": list(core.config.free_seating)}
        raise CtiError("not-your-phone", f"{extension!r} is neither the phone of agent {agent.id} nor one for everybody", known)
    next_status(agent.status, "login")
    other = agents.at_phone(core, extension)
    if other is not None and other.id != agent.id and other.status != "logged_out":
        _borrowed(core, agent, other, extension)
    agents.login(core, agent, extension)
    return False


def _borrowed(core: Core, agent: Agent, other: Agent, extension: str) -> None:
    """Somebody is logged in at the phone: the owner gets it, at once or when the call there is over; nobody else does."""
    if extension != agent.own_extension:
        raise CtiError("phone-in-use", f"extension {extension} is in use by agent {other.id}; take another phone")
    if other.state == "wrap_up":
        wrapup.end(core, other.id)
    if other.status != "logged_out":
        agents.change_status(core, other, "logout")
        core.audit("system:engine", "LogoutAgent", f"agent:{other.id}", {"extension": extension, "owner": agent.id})
    if other.status != "logged_out":
        raise CtiError("phone-in-use", f"a call of agent {other.id} runs at extension {extension}; it is yours when that is over")


def _logout(core: Core, item: CommandInput) -> bool:
    """A caller who rings or waits for the agent's phone goes back to the line at once; a conversation goes on to its end."""
    agent = _here(core, item.args)
    agents.change_status(core, agent, "logout")
    call = core.calls.get(agent.call_id)
    answered = call is not None and call.offer is not None and call.offer.answered
    if call is None or answered or agent.state not in ("reserved", "ringing") or not core.linked(call.node):
        return False
    if call.comeback is not None:
        comeback.expired(core, call.id)
    else:
        offers.withdraw(core, call, "withdrawn")
        queueing.to_line(core, call)
        caller.write_core(core, call)
        caller.music_again(core, call.id)
    return False


def _status(trigger: str) -> Callable[[Core, CommandInput], bool]:
    def handler(core: Core, item: CommandInput) -> bool:
        agent = _here(core, item.args)
        agents.change_status(core, agent, trigger)
        return False

    return handler


def _pause(core: Core, item: CommandInput) -> bool:
    agent = _here(core, item.args)
    _known(item.args["reason"], [r.code for r in core.config.not_ready_reasons])
    agents.change_status(core, agent, "pause", item.args["reason"])
    return False


def _known(code: str, codes: list[str]) -> None:
    if codes and code not in codes:
        raise CtiError("no-such-reason", f"{code!r} is not configured; known: {', '.join(codes)}", {"known": codes})


def _page_gone(core: Core, item: CommandInput) -> bool:
    why = item.args.get("why", "closed")
    if why not in ("closed", "lost"):
        raise CtiError("bad-arguments", f"a page is closed or lost, not {why!r}")
    agents.page_gone(core, _agent(core, item.args), lost=why == "lost")
    return False


def _page_back(core: Core, item: CommandInput) -> bool:
    agents.page_back(core, _agent(core, item.args))
    return False


# ---------------------------------------------------------------- calls


def _answer(core: Core, item: CommandInput) -> bool:
    agent = _here(core, item.args)
    call = _call_of(core, agent, "ringing")
    if call.offer is None:
        raise CtiError("wrong-state", f"no call rings at agent {agent.id}")
    _linked(core, call)
    caller.send(core, call, AnswerPhone(call.offer.leg), "answer", call.id, item.command_id)
    return True


def _reject(core: Core, item: CommandInput) -> bool:
    agent = _here(core, item.args)
    call = _call_of(core, agent, "reserved", "ringing")
    if call.offer is None or call.offer.answered:
        raise CtiError("wrong-state", f"no call rings at agent {agent.id}")
    _linked(core, call)
    offers.failed(core, call, "rejected", leg_lives=True, cause="CALL_REJECTED")
    return False


def _hold(core: Core, item: CommandInput) -> bool:
    call = _call_of(core, _here(core, item.args), "talking")
    if call.holding or not call.agent_leg:
        raise CtiError("wrong-state", "the call is being put on hold already")
    _linked(core, call)
    talk.hold(core, call, item.command_id)
    return True


def _resume(core: Core, item: CommandInput) -> bool:
    call = _call_of(core, _here(core, item.args), "holding")
    if call.resuming:
        raise CtiError("wrong-state", "the call is being resumed already")
    _linked(core, call)
    talk.resume(core, call, item.command_id)
    return True


def _hang_up(core: Core, item: CommandInput) -> bool:
    args = item.args
    if args.get("agent_id"):
        agent = _here(core, args)
        call = _call_of(core, agent, "talking", "holding")
        if args.get("call_id") not in (None, "", call.id):
            raise CtiError("no-such-call", f"agent {agent.id} is not in call {args['call_id']!r}")
        _linked(core, call)
        talk.hang_up_agent(core, call, agent)
        return False
    if not args.get("call_id"):
        raise CtiError("bad-arguments", "HangupCall needs agent_id or call_id")
    call = _running(core, args["call_id"])
    _linked(core, call)
    caller.hang_up(core, call, "NORMAL_CLEARING", "answered" if call.agents else "failed")
    return False


def _running(core: Core, call_id: str) -> Call:
    call = core.calls.get(call_id)
    if call is None or call.caller_gone:
        raise CtiError("no-such-call", f"no running call has the id {call_id!r}")
    return call


def _set_data(core: Core, item: CommandInput) -> bool:
    call = _running(core, item.args["call_id"])
    given = item.args["data"]
    if not isinstance(given, Mapping) or any(not isinstance(k, str) or not isinstance(v, str) for k, v in given.items()):
        raise CtiError("bad-arguments", "data must be a mapping of text to text")
    merged = {key: value for key, value in {**call.data, **given}.items() if value}
    try:
        size = len(orjson.dumps(merged))
    except TypeError as error:
        raise CtiError("bad-arguments", "data holds text that is not valid UTF-8") from error
    if size > MAX_DATA_BYTES:
        raise CtiError("data-too-large", f"attached data would be {size} bytes; at most {MAX_DATA_BYTES}", {"size": size})
    call.data = merged
    core.changed("calls", call.id, "call.data_changed")
    return False


def _disposition(core: Core, item: CommandInput) -> bool:
    draft, code = _draft(core, item.args), item.args["code"]
    _known(code, [r.code for r in core.config.dispositions])
    drafts.save(core, draft, item.args.get("note", draft.note), item.args.get("version", draft.version), code)
    drafts.write(core, draft.agent)
    disposed = {"call_id": draft.call_id, "agent_id": draft.agent, "code": code, "note": draft.note}
    core.event("call.disposed", f"agent:{draft.agent}", disposed)
    core.reply(item.command_id, {"version": draft.version})
    return True


def _save_note(core: Core, item: CommandInput) -> bool:
    draft = _draft(core, item.args)
    drafts.save(core, draft, item.args["note"], item.args["version"])
    core.reply(item.command_id, {"version": draft.version})
    return True


def _draft(core: Core, args: _Args) -> Draft:
    """Of the running call or one of the last calls of the agent."""
    agent, call_id = _agent(core, args), args["call_id"]
    if not call_id or call_id not in (agent.call_id, *agent.last_calls):
        raise CtiError("no-such-call", f"call {call_id!r} is neither the running nor one of the last calls of agent {agent.id}")
    return drafts.of(core, agent.id, call_id)


def _end_wrap_up(core: Core, item: CommandInput) -> bool:
    agent = _here(core, item.args)
    if agent.state != "wrap_up":
        raise CtiError("wrong-state", f"agent {agent.id} is {agent.state}, not in wrap-up", {"state": agent.state})
    wrapup.end(core, agent.id)
    return False


def _report_recording(core: Core, item: CommandInput) -> bool:
    wrong = item.args["problem"]
    if wrong not in PROBLEMS:
        raise CtiError("bad-arguments", f"a recording is {' or '.join(PROBLEMS)}, not {wrong!r}")
    recording.alarm(core, item.args["call_id"], wrong, "seen when its file was looked for")
    return False


def _are_parts(row: object) -> bool:
    return isinstance(row, dict) and all(type(value) is int and value >= 0 for value in row.values())


def _restore_figures(core: Core, item: CommandInput) -> bool:
    data = item.args["data"] if isinstance(item.args["data"], dict) else {}
    day, queues, people = data.get("day_start_ms"), cast(Any, data.get("queues")), cast(Any, data.get("agents"))
    wrong = not isinstance(queues, dict) or not isinstance(people, dict)
    if wrong or not all(map(_are_parts, [*queues.values(), *people.values()])):
        raise CtiError("bad-arguments", "data is {day_start_ms, queues, agents}, both {id: {part: number}}")
    if day != figures.today(core)[0]:
        raise CtiError("wrong-state", "these are figures of another day")
    figures.restore(core, queues, people)
    for queue_id in core.queues.keys() & queues.keys():
        agents.queue_touched(core, queue_id)
    return False


_HANDLERS: dict[str, Callable[[Core, CommandInput], bool]] = {
    # the handler gives True when the answer comes later
    "LoginAgent": _login,
    "LogoutAgent": _logout,
    "ReadyAgent": _status("ready"),
    "PauseAgent": _pause,
    "AnswerCall": _answer,
    "RejectCall": _reject,
    "HoldCall": _hold,
    "ResumeCall": _resume,
    "HangupCall": _hang_up,
    "SetCallData": _set_data,
    "SaveNote": _save_note,
    "SetDisposition": _disposition,
    "EndWrapUp": _end_wrap_up,
    "AgentPageGone": _page_gone,
    "AgentPageBack": _page_back,
    "ReportRecording": _report_recording,
    "RestoreFigures": _restore_figures,
    "Ping": lambda core, item: False,
}

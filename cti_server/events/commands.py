"""Commands that people and programs send over the ``commands`` stream, with their arguments and error ids.

An agent id is always an argument: who may act for whom is the sender's (web, CLI) business and is checked there,
``issuer`` says who did it and goes into the audit fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from cti_server.domain import border
from cti_server.errors import CtiError

COMMANDS: dict[str, tuple[str, ...]] = {
    # name -> required arguments ('?' suffix: optional)
    "LoginAgent": ("agent_id", "extension?"),
    "LogoutAgent": ("agent_id",),
    "ReadyAgent": ("agent_id",),
    "PauseAgent": ("agent_id", "reason"),
    "AnswerCall": ("agent_id",),  # the ringing phone is asked to answer
    "RejectCall": ("agent_id",),
    "HoldCall": ("agent_id",),
    "ResumeCall": ("agent_id",),
    "HangupCall": ("agent_id?", "call_id?"),  # agent: his call; call_id alone: the operator ends the call
    "SetCallData": ("call_id", "data"),  # merges; '' removes a key
    "SaveNote": ("agent_id", "call_id", "note", "version"),  # a draft without a disposition; version: that it was written over
    "SetDisposition": ("agent_id", "call_id", "code", "note?", "version?"),  # without a note the draft's stays
    "EndWrapUp": ("agent_id",),
    "AgentPageGone": ("agent_id", "why?"),  # 'closed' (the last socket was seen to close) or 'lost' (its web process went)
    "AgentPageBack": ("agent_id",),
    "ReportRecording": ("call_id", "problem"),  # the worker: a call's file is not as it should be ('missing', 'empty', 'short')
    # the worker: what the ledger has of today from before the daemon's start, {day_start_ms, queues, agents: {id: {part: value}}}
    "RestoreFigures": ("data",),
    "ReloadConfig": (),  # handled by the daemon's shell: read the newest document
    "Ping": (),  # handled by the engine: proves that the loop runs
}

DEFAULT_WAIT_MS = 5000
MOST_WAIT_MS = 24 * 3_600_000

ERRORS: dict[str, str] = {
    "no-such-command": "the command's name is unknown",
    "bad-arguments": "an argument is missing, unknown or of the wrong type",
    "too-late": "the command's deadline has passed; send it again if it is still wanted",
    "no-such-agent": "no agent has this id",
    "no-such-call": "no running call has this id",
    "not-your-phone": "the extension is neither the agent's own nor one of free seating",
    "phone-in-use": "somebody is logged in at this phone; one's own phone is free when the call there is over",
    "no-such-reason": "the not-ready reason or disposition code is not configured",
    "not-logged-in": "the agent is not logged in",
    "already-logged-in": "the agent is already logged in",
    "wrong-state": "the agent's state does not allow this now",
    "phone-not-registered": "the agent's phone is not registered on any switch",
    "no-switch": "no switch is linked",
    "switch-refused": "the switch refused; the message has its words",
    "outcome-unknown": "the engine restarted while the command ran; look at the screen before you send it again",
    "note-changed": "another window has saved another note meanwhile; details: note, version, code",
    "data-too-large": "attached data over 16 KiB",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it crosses Redis. ``wait_ms``: how long it is wanted, from the moment when Redis took it (0: for ever).
    ``reply_to`` is the process name of ``replies:PROCESS``."""

    id: str
    name: str
    args: Mapping[str, Any]
    issuer: str
    wait_ms: int
    reply_to: str


@dataclass(frozen=True, slots=True)
class CommandReply:
    command_id: str
    ok: bool
    error_id: str = ""
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def check_arguments(name: str, args: Mapping[str, Any]) -> None:
    """Raises CtiError 'no-such-command' or 'bad-arguments'."""
    known = COMMANDS.get(name)
    if known is None:
        raise CtiError("no-such-command", f"{name!r} is not a command; known: {', '.join(sorted(COMMANDS))}")
    allowed = {a.rstrip("?") for a in known}
    missing = [a for a in known if not a.endswith("?") and a not in args]
    unknown = [a for a in args if a not in allowed]
    if missing or unknown:
        raise CtiError(
            "bad-arguments",
            f"{name} takes {', '.join(known) or 'no arguments'}; missing: {missing or 'none'}, unknown: {unknown or 'none'}",
            {"missing": missing, "unknown": unknown},
        )


def encode_command(command: Command) -> bytes:
    return orjson.dumps(
        {
            "id": command.id,
            "name": command.name,
            "args": command.args,
            "issuer": command.issuer,
            "wait_ms": command.wait_ms,
            "reply_to": command.reply_to,
        }
    )


def decode_command(raw: bytes) -> Command:
    """Raises BadInput (a ValueError) for anything that is not a command."""
    d = border.document(raw, "command")
    return Command(
        border.text(d, "id"),
        border.text(d, "name"),
        border.mapping(d, "args"),
        border.text(d, "issuer"),
        border.whole(d, "wait_ms", 0, MOST_WAIT_MS, DEFAULT_WAIT_MS),
        border.text(d, "reply_to"),
    )


def encode_reply(reply: CommandReply) -> bytes:
    return orjson.dumps(
        {
            "command_id": reply.command_id,
            "ok": reply.ok,
            "error_id": reply.error_id,
            "message": reply.message,
            "data": reply.data,
        }
    )


def decode_reply(raw: bytes) -> CommandReply:
    """Raises BadInput (a ValueError) for anything that is not a reply."""
    d = border.document(raw, "reply")
    if type(d.get("ok")) is not bool:
        raise border.BadInput("ok is neither true nor false")
    return CommandReply(
        border.text(d, "command_id"),
        d["ok"],
        border.text(d, "error_id"),
        border.text(d, "message", 20_000),
        border.mapping(d, "data"),
    )

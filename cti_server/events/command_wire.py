"""How a command and its one reply cross Redis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from cti_server.domain import border

FORMAT = 1
"""Of commands and replies; raised when a reader of the old one would read it wrong."""
DEFAULT_WAIT_MS = 5000
MOST_WAIT_MS = 24 * 3_600_000


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


def encode_command(command: Command) -> bytes:
    return orjson.dumps(
        {
            "format": FORMAT,
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
    border.known_format(d, FORMAT)
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
            "format": FORMAT,
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
    border.known_format(d, FORMAT)
    if type(d.get("ok")) is not bool:
        raise border.BadInput("ok is neither true nor false")
    return CommandReply(
        border.text(d, "command_id"),
        d["ok"],
        border.text(d, "error_id"),
        border.text(d, "message", 20_000),
        border.mapping(d, "data"),
    )

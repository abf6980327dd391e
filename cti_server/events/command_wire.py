"""How a command and its one reply cross Redis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson

from cti_server.domain.border import document
from cti_server.domain.record import Text, Whole, plain, read

FORMAT = 1
"""Of commands and replies; raised when a reader of the old one would read it wrong."""
DEFAULT_WAIT_MS = 5000
MOST_WAIT_MS = 24 * 3_600_000

Word = Annotated[str, Text(0, 200)]


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it crosses Redis. ``wait_ms``: how long it is wanted, from the moment when Redis took it (0: for ever).
    ``reply_to`` is the process name of ``replies:PROCESS``."""

    id: Word
    name: Word
    args: Mapping[str, Any]
    issuer: Word
    wait_ms: Annotated[int, Whole(0, MOST_WAIT_MS)]
    reply_to: Word


@dataclass(frozen=True, slots=True)
class CommandReply:
    command_id: Word
    ok: bool
    error_id: Word = ""
    message: Annotated[str, Text(0, 20_000)] = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def encode_command(command: Command) -> bytes:
    return orjson.dumps({"format": FORMAT, **plain(command)})


def encode_reply(reply: CommandReply) -> bytes:
    return orjson.dumps({"format": FORMAT, **plain(reply)})


def decode_command(raw: bytes) -> Command:
    """Raises BadInput (a ValueError) for anything that is not a command."""
    return read(Command, {"wait_ms": DEFAULT_WAIT_MS, **document(raw, "command", FORMAT)})


def decode_reply(raw: bytes) -> CommandReply:
    """Raises BadInput (a ValueError) for anything that is not a reply."""
    return read(CommandReply, document(raw, "reply", FORMAT))

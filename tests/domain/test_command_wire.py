"""Commands and replies as they cross Redis: what goes out comes back, and another format is refused with a clear word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from cti_server.domain.border import BadInput
from cti_server.events.command_wire import (
    FORMAT,
    Command,
    CommandReply,
    decode_command,
    decode_reply,
    encode_command,
    encode_reply,
)

COMMAND = Command("c1", "SetCallData", {"call_id": "x", "data": {"a": "b"}}, "user:1", 5000, "web-1")
REPLY = CommandReply("c1", False, "too-late", "later than 5 s", {"ms": [1]})


def test_what_goes_out_comes_back() -> None:
    assert decode_command(encode_command(COMMAND)) == COMMAND
    assert decode_reply(encode_reply(REPLY)) == REPLY


@pytest.mark.parametrize(("raw", "decode"), [(encode_command(COMMAND), decode_command), (encode_reply(REPLY), decode_reply)])
def test_another_format_is_not_read(raw: bytes, decode: Callable[[bytes], Any]) -> None:
    with pytest.raises(BadInput, match="format 2, known is 1"):
        decode(orjson.dumps({**orjson.loads(raw), "format": FORMAT + 1}))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ok": 1}, "ok: must be true or false, is 1"),
        ({"message": "x" * 20_001}, "message: must have 0 to 20000 characters, has 20001"),
        ({"data": []}, "data: must be an object, is a list of 0"),
    ],
)
def test_what_is_no_reply_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        decode_reply(orjson.dumps({**orjson.loads(encode_reply(REPLY)), **changes}))

"""The body of one event frame in, its headers out: ``text/event-json`` and ``text/event-plain``.

In JSON a repeated header is an array and the event's own body is the key ``_body``. In plain every value is
percent-encoded on its own line, so lines are split first and values decoded after: a caller's name cannot forge a header.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

import orjson

from cti_server.errors import CtiError
from cti_server.esl.framing import Frame

Headers = Mapping[str, str | list[str]]
"""One event's headers; a list where the switch repeated one."""

JSON, PLAIN = "text/event-json", "text/event-plain"
_ARRAY = "ARRAY::"


def event_headers(frame: Frame) -> Headers | None:
    """The headers of an event frame, None when the frame is no event. Raises CtiError 'broken-event'."""
    if frame.content_type == JSON:
        return json_headers(frame.body)
    if frame.content_type == PLAIN:
        return plain_headers(frame.body)
    return None


def json_headers(body: bytes) -> Headers:
    """Invalid UTF-8 (a GBK caller name) is replaced. Raises CtiError 'broken-event' when it is no JSON object."""
    try:
        headers = orjson.loads(body)
    except orjson.JSONDecodeError:
        headers = _repaired(body)
    if type(headers) is not dict:
        raise CtiError("broken-event", "an event is not a JSON object", {"start": repr(body[:60])})
    return headers


def _repaired(body: bytes) -> object:
    try:
        return orjson.loads(body.decode("utf-8", "replace"))
    except orjson.JSONDecodeError as error:
        raise CtiError("broken-event", f"an event is not JSON: {error}", {"start": repr(body[:60])}) from error


def plain_headers(body: bytes) -> Headers:
    """Percent-decoded headers; ``ARRAY::a|:b`` becomes a list as in JSON; an inner body becomes ``_body``."""
    block, _, inner = body.partition(b"\n\n")
    headers: dict[str, str | list[str]] = {}
    for line in block.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(": ")
        if not colon:
            continue
        if "%" in value:
            value = unquote(value, errors="replace")
        headers[name] = value[len(_ARRAY) :].split("|:") if value.startswith(_ARRAY) else value
    if inner:
        headers["_body"] = inner.decode("utf-8", "replace")
    return headers


def text(headers: Headers, name: str) -> str:
    """One header as text: '' when absent, the last of a repeated one."""
    value = headers.get(name, "")
    return value if isinstance(value, str) else _last(value)


def number(headers: Headers, name: str, default: int = 0) -> int:
    """One header as a whole number, ``default`` when absent or not one."""
    value = text(headers, name)
    digits = value[1:] if value.startswith("-") else value
    return int(value) if digits.isascii() and digits.isdigit() and len(digits) < 20 else default


def _last(value: object) -> str:
    if isinstance(value, list):
        return str(value[-1]) if value else ""
    return "" if value is None else str(value)

"""The body of one event frame in, its headers out: ``text/event-json`` and ``text/event-plain``.

In JSON a repeated header is an array and the event's own body is the key ``_body``. In plain every value is
percent-encoded on its own line, so lines are split first and values decoded after: a caller's name cannot forge a header.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote_to_bytes

import orjson

from cti_server.domain.border import LATEST_MS, digits
from cti_server.domain.foreign_text import readable, readable_json
from cti_server.errors import CtiError
from cti_server.esl.framing import Frame

Headers = Mapping[str, str | list[str]]
"""One event's headers; a list where the switch repeated one."""

JSON, PLAIN = "text/event-json", "text/event-plain"
_ARRAY = "ARRAY::"
_COMPACT = (b'{"Event-Name":"', b'{"Event-Subclass":"')  # how the switch writes; anything else is parsed whole


class BrokenEvent(CtiError, id="broken-event"):
    """An event that cannot be read."""


def event_headers(frame: Frame) -> Headers | None:
    """The headers of an event frame, None when the frame is no event. Raises BrokenEvent."""
    if frame.content_type == JSON:
        return json_headers(frame.body)
    if frame.content_type == PLAIN:
        return plain_headers(frame.body)
    return None


def json_headers(body: bytes) -> Headers:
    """Headers of a JSON event, found when asked for. Raises BrokenEvent when it is no JSON object."""
    if body.startswith(_COMPACT) and body.endswith(b"}"):
        return JsonHeaders(body)
    return parsed(body)


class JsonHeaders(Mapping[str, str | list[str]]):
    """A compact JSON object of strings, of which only what is asked for is read.

    An event has 50 to 280 headers and a typed event needs a few. A key is found as ``,"NAME":`` (the first one as
    ``{"NAME":``), which valid JSON holds nowhere else: within a string a quote follows a backslash, and behind the end of a
    string comes no letter. A value that is not a plain string, or has an escape in it, is left to orjson.
    A header that the switch writes twice (Hangup-Cause) has the same value twice.
    """

    __slots__ = ("_body", "_parsed")

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._parsed: dict[str, str | list[str]] | None = None

    def text(self, name: str) -> str:
        """One header as text, '' when absent; the usual case in as few steps as possible."""
        body = self._body
        key, late = _KEYS.get(name) or _key(name)
        at = body.rfind(key) if late else body.find(key)
        if at < 0:
            return _last(self.all().get(name, "")) if body.startswith(key[1:], 1) else ""
        at += len(key)
        if body[at] == 34:
            value = body[at + 1 : body.find(b'"', at + 1)]
            if b"\\" not in value:
                return readable(value)
        return _last(self.all().get(name, ""))

    def event(self) -> str:
        """The event's name, which stands first unless it is CUSTOM."""
        body = self._body
        if body.startswith(_COMPACT[0]):
            return body[15 : body.find(b'"', 15)].decode("utf-8", "replace")
        return self.text("Event-Name")

    def starting_with(self, prefix: str) -> dict[str, str]:
        """All headers whose name starts so; the last value of a repeated one."""
        body, start = self._body, f',"{prefix}'.encode()
        found: dict[str, str] = {}
        at = body.rfind(start)
        while at >= 0:
            end = body.find(b'"', at + 2)
            key = body[at + 2 : end]
            if body[end : end + 2] != b'":' or b"\\" in key:
                return {name: text(self.all(), name) for name in self.all() if name.startswith(prefix)}
            name = key.decode("utf-8", "replace")
            found.setdefault(name, self.text(name))
            at = body.rfind(start, 0, at)
        return found

    def all(self) -> dict[str, str | list[str]]:
        """Every header, read by orjson. Raises BrokenEvent."""
        if self._parsed is None:
            self._parsed = parsed(self._body)
        return self._parsed

    def __getitem__(self, name: str) -> str | list[str]:
        return self.all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())


_KEYS: dict[str, tuple[bytes, bool]] = {}
_LATE = ("variable_", "Application", "Record-", "DTMF-")


def _key(name: str) -> tuple[bytes, bool]:
    """The bytes before a header's value, and whether it stands near the event's end; remembered for names asked for."""
    key = (f',"{name}":'.encode(), name.startswith(_LATE))
    if len(_KEYS) < 1000:
        _KEYS[name] = key
    return key


def event_name(headers: Headers) -> str:
    """The event's name; for CUSTOM its subclass."""
    name = headers.event() if isinstance(headers, JsonHeaders) else text(headers, "Event-Name")
    return text(headers, "Event-Subclass") if name == "CUSTOM" else name


def starting_with(headers: Headers, prefix: str) -> dict[str, str]:
    """All headers whose name starts with ``prefix``, as text."""
    if isinstance(headers, JsonHeaders):
        return headers.starting_with(prefix)
    return {name: text(headers, name) for name in headers if name.startswith(prefix)}


def parsed(body: bytes) -> dict[str, str | list[str]]:
    """Every header by orjson; a text that is no UTF-8 (a GBK caller name) by ``foreign_text``. Raises BrokenEvent."""
    try:
        headers = orjson.loads(body)
    except orjson.JSONDecodeError:
        headers = _repaired(body)
    if type(headers) is not dict:
        raise BrokenEvent("an event is not a JSON object", {"start": repr(body[:60])})
    return headers


def _repaired(body: bytes) -> object:
    try:
        return readable_json(body)
    except (ValueError, RecursionError) as error:
        raise BrokenEvent(f"an event is not JSON: {error}", {"start": repr(body[:60])}) from error


def plain_headers(body: bytes) -> Headers:
    """Percent-decoded headers; ``ARRAY::a|:b`` becomes a list as in JSON; an inner body becomes ``_body``."""
    block, _, inner = body.partition(b"\n\n")
    headers: dict[str, str | list[str]] = {}
    for line in block.split(b"\n"):
        raw_name, colon, raw_value = line.partition(b": ")
        if not colon:
            continue
        name, value = readable(raw_name), readable(unquote_to_bytes(raw_value))
        headers[name] = value[len(_ARRAY) :].split("|:") if value.startswith(_ARRAY) else value
    if inner:
        headers["_body"] = readable(inner)
    return headers


def text(headers: Headers, name: str) -> str:
    """One header as text: '' when absent, the last of a repeated one."""
    if type(headers) is JsonHeaders:
        return headers.text(name)
    return _last(headers.get(name, ""))


def outside(headers: Headers, name: str) -> str:
    """What the network says of a caller, without the characters that turn the direction of all that is written around them."""
    said = text(headers, name)
    return said if said.isascii() else said.translate(_DIRECTIONS)


_DIRECTIONS = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def number(headers: Headers, name: str, default: int = 0) -> int:
    """One header as a whole number of at most 53 bits, ``default`` when absent or not one."""
    value = text(headers, name)
    found = digits(value.removeprefix("-"), -1)
    if found < 0:
        return default
    return -found if value.startswith("-") else found


def moment_ms(headers: Headers, name: str) -> int:
    """One header that counts microseconds since 1970 as UTC ms, 0 when absent or in no calendar."""
    return digits(text(headers, name), 0, LATEST_MS * 1000) // 1000


def _last(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _last(value[-1]) if value and not isinstance(value[-1], list) else ""
    return str(value) if isinstance(value, int | float) else ""

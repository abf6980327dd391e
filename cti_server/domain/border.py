"""The border of every process: what comes from outside (Redis, a switch, SQL, files) becomes values that the inside can hold.

What a reader here lets through can be written again and compared: whole numbers of 53 bits, moments of this century, JSON that
is not deeper than DEPTH (records of it: ``domain.record``). Anything else is BadInput: the one error of every border, which says
what is wrong and where. Whoever reads a stream, a table or a file sets that entry aside, tells it, and goes on with the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import NoneType
from typing import Any

import orjson

DEPTH = 32
LARGEST = 2**53 - 1
"""What JSON readers of every language hold exactly."""
LATEST_MS = 4_102_444_800_000
"""2100-01-01, UTC ms. A moment behind it is none: the calendar of a day ends somewhere."""


BROKEN_TEXT = "not text: it holds half of a surrogate pair (U+D800 to U+DFFF) or NUL; send whole characters"
_FLAT, _DEEP = frozenset((str, int, float, bool, NoneType)), frozenset((dict, list))
"""Nearly all values of a large document: for a quick look."""
_BROKEN = re.compile("[\0\ud800-\udfff]")


class BadInput(ValueError):
    """An entry from outside is not what was agreed; the text says what is wrong."""


def document(raw: bytes | str, what: str = "entry", ours: int = 0) -> dict[str, Any]:
    """JSON -> a JSON object of at most DEPTH levels, of the format ``ours`` (0: it has none). Raises BadInput: what is of another
    format is to be read with the version that wrote it."""
    try:
        found = orjson.loads(raw)
    except (orjson.JSONDecodeError, TypeError) as error:
        raise BadInput(f"{what}: not JSON: {error}") from error
    if type(found) is not dict:
        raise BadInput(f"{what}: must be an object, is {_kind(found)}")
    brackets = raw.count(b"{") + raw.count(b"[") if isinstance(raw, bytes) else raw.count("{") + raw.count("[")
    if brackets > DEPTH:
        check_depth(found, what)
    if ours and found.get("format") != ours:
        raise BadInput(f"format {shown(found.get('format'))}, known is {ours}")
    return found


def check_depth(value: Any, what: str = "entry") -> None:
    """Raises BadInput for JSON values that are nested deeper than DEPTH."""
    level = [value]
    for _ in range(DEPTH):
        level = [
            item
            for outer in level
            for item in (outer.values() if type(outer) is dict or isinstance(outer, Mapping) else outer)
            if type(item) in _DEEP or (type(item) not in _FLAT and isinstance(item, tuple | Mapping))
        ]
        if not level:
            return
    raise BadInput(f"{what}: is nested deeper than {DEPTH} levels")


def mapping(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A JSON object. Raises BadInput."""
    value = found.get(name)
    if type(value) is not dict:
        raise BadInput(f"{name} must be an object, is {shown(value) if name in found else 'missing'}")
    return value


def digits(said: str | bytes | None, default: int = 0, largest: int = LARGEST) -> int:
    """Decimal digits as a whole number from 0 to ``largest``, ``default`` for anything else (signs, other scripts, too many)."""
    plain = said.decode("ascii", "replace") if isinstance(said, bytes) else said or ""
    plain = plain.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) < 20):
        return default
    number = int(plain)
    return number if number <= largest else default


_KINDS: dict[type, str] = {
    dict: "an object", str: "a text", bool: "true or false", int: "a whole number", float: "a number", NoneType: "null",
}  # fmt: skip


def _kind(value: Any) -> str:
    return f"a list of {len(value)}" if isinstance(value, list | tuple) else _KINDS.get(type(value), type(value).__name__)


def shown(value: Any) -> str:
    """Short, and safe also for what is deeply nested."""
    return _kind(value) if isinstance(value, list | dict | tuple) or value is None else f"{value!r:.60}"


def is_broken(value: Any) -> bool:
    """Whether a decoded JSON value has half a character or NUL in any of its texts."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if _BROKEN.search(value):
                return True
        elif isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False

"""Bytes that should be UTF-8 and may be of an older Chinese system: names as GB18030 (GBK, GB2312 are parts of it)."""

from __future__ import annotations

import codecs
import json
from typing import Any


def readable(raw: bytes) -> str:
    """UTF-8 (also where it was cut inside its last character), else GB18030, else UTF-8 with replacement characters: no error."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not raw[: error.start].isascii():
            return raw[: error.start].decode("utf-8")
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def readable_json(raw: bytes) -> Any:
    """JSON of which some texts are not UTF-8: each text is read by itself, so that one name does not spoil the others.

    Escapes are undone before the bytes are read, as whoever wrote them escaped bytes (the second byte of a GBK character may be
    a backslash). Raises ValueError.
    """
    return _texts(json.loads(raw.removeprefix(codecs.BOM_UTF8).decode("latin-1")))


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, dict):
        return {_text(key): _texts(item) for key, item in value.items()}
    return value


def _text(value: str) -> str:
    """A character up to 255 stands for a byte here; what is beyond came from an escape."""
    return readable(b"".join(c.encode("latin-1" if c <= "\xff" else "utf-8", "replace") for c in value))

"""Odd values, damaged bytes and documents with one odd place: what somebody, a bug or a torn disk could have written anywhere."""

from __future__ import annotations

import contextlib
import random
from typing import Any

import orjson

from cti_server.esl.translate import TABLE

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**53,
    2**63,
    -(2**63),
    1e300,
    -0.5,
    "",
    " ",
    "\x00",
    "x" * 70_000,
    "²",
    "٣",
    "9" * 5000,
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "<img src=x onerror=alert(1)>",
    "${jndi:ldap://x}",
    "'; DROP TABLE calls; --",
    [],
    {},
    [[]],
    {"": ""},
    {"id": {}},
    [None] * 50,
    "1001",
    "main",
    "idle",
    "talking",
    "\u202e\ufeff",
    "张三",
    "-ERR",
    "+OK",
)
BITS = (
    b"",
    b"\x00",
    b"\xff",
    b"\n",
    b"\n\n",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"9" * 30,
    b"null",
    b"\\ud800",
    b"-",
    b"%",
    b": ",
    b"Content-Length: -1\n",
    b"Content-Length: 99999999999\n",
)
DEEP = (b'{"a":' * 300 + b"1" + b"}" * 300, b"[" * 5000, b"[" * 300 + b"]" * 300)


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Some bytes changed, cut, inserted, repeated."""
    piece = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(piece) + 1)
        kind = rng.randrange(4)
        if kind == 0 and at < len(piece):
            piece[at] = rng.randrange(256)
        elif kind == 1:
            del piece[at : at + rng.randrange(1, 60)]
        elif kind == 2:
            piece[at:at] = rng.choice(BITS)
        else:
            piece[at:at] = piece[at : at + rng.randrange(1, 300)]
    return bytes(piece)


def changed(document: Any, rng: random.Random) -> Any:
    """The document with an odd value at one place, somewhere in its depth."""
    if isinstance(document, dict) and document and rng.random() < 0.9:
        key = rng.choice(list(document))
        if rng.random() < 0.05:
            return {name: value for name, value in document.items() if name != key}
        return {**document, key: changed(document[key], rng)}
    if isinstance(document, list) and document and rng.random() < 0.8:
        at = rng.randrange(len(document))
        return [*document[:at], changed(document[at], rng), *document[at + 1 :]]
    return rng.choice(VALUES)


def raw(document: Any, rng: random.Random) -> bytes:
    """JSON bytes of something like ``document``: mostly one odd place, else damaged bytes, too deep, or nothing like it."""
    kind = rng.random()
    if kind < 0.70:
        try:
            return orjson.dumps(changed(document, rng))
        except TypeError:  # a number that JSON writers refuse, or a row that is odd already
            return b'{"epoch":1e400}'
    if kind < 0.95:
        try:
            return damaged(orjson.dumps(document), rng)
        except TypeError:
            return rng.choice(DEEP)
    return rng.choice((*DEEP, *BITS, orjson.dumps(rng.choice(VALUES[:8]))))


def event(rng: random.Random, body: bytes) -> bytes:
    """A switch event that the switch never said: another name, another leg, odd figures."""
    with contextlib.suppress(orjson.JSONDecodeError, TypeError):
        headers = orjson.loads(body)
        if isinstance(headers, dict):
            for name in rng.sample(list(headers), min(2, len(headers))):
                headers[name] = rng.choice(VALUES)
            kind = rng.choice(("CUSTOM", *TABLE))
            return orjson.dumps({"Event-Name": kind, **{k: v for k, v in headers.items() if k != "Event-Name"}})
    return damaged(body, rng)

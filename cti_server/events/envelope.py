"""The envelope of everything on the ``events`` stream, and its JSON.

Order is (epoch, seq), given by the engine. ``at_ms`` is UTC. Names, their data and who gets them: ``events/views.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from cti_server.domain import border
from cti_server.events.views import EVENTS

FORMAT = 1
"""Raised when a reader of the old one would read it wrong."""


@dataclass(frozen=True, slots=True)
class Envelope:
    epoch: int
    seq: int
    name: str
    at_ms: int
    origin: str
    data: Mapping[str, Any] = field(default_factory=dict)


def document(envelope: Envelope) -> dict[str, Any]:
    """The envelope as on the wire."""
    return {
        "format": FORMAT,
        "epoch": envelope.epoch,
        "seq": envelope.seq,
        "name": envelope.name,
        "at_ms": envelope.at_ms,
        "origin": envelope.origin,
        "data": envelope.data,
    }


def encode(envelope: Envelope) -> bytes:
    """Envelope -> JSON bytes."""
    return orjson.dumps(document(envelope))


def decode(raw: bytes) -> Envelope:
    """JSON bytes -> Envelope of a declared event, whose data fits. Raises BadInput (a ValueError) for what is not one."""
    d = border.document(raw, "event")
    border.known_format(d, FORMAT)
    name = border.text(d, "name")
    data = border.mapping(d, "data") if "data" in d else {}
    if name not in EVENTS:
        raise border.BadInput(f"no event is called {name!r:.60}")
    EVENTS[name].check(data)
    return Envelope(
        epoch=border.whole(d, "epoch"),
        seq=border.whole(d, "seq"),
        name=name,
        at_ms=border.moment(d, "at_ms"),
        origin=border.text(d, "origin", default=""),
        data=data,
    )

"""The envelope of everything on the ``events`` stream, its JSON, and the audience words.

Order is (epoch, seq), given by the engine. ``at_ms`` is UTC. ``audience`` names rooms; a screen gets an event when it is
in one of them:

    agent:ID   that agent's desk          team:ID   leaders of that team
    floor      every leader and admin     ops       operators and admins
    all        every logged-in page
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from cti_server.domain import border
from cti_server.events.views import SHAPES, check_view


@dataclass(frozen=True, slots=True)
class Envelope:
    epoch: int
    seq: int
    name: str
    at_ms: int
    origin: str
    audience: tuple[str, ...]
    data: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1


def encode(envelope: Envelope) -> bytes:
    """Envelope -> JSON bytes."""
    return orjson.dumps(
        {
            "epoch": envelope.epoch,
            "seq": envelope.seq,
            "name": envelope.name,
            "version": envelope.version,
            "at_ms": envelope.at_ms,
            "origin": envelope.origin,
            "audience": envelope.audience,
            "data": envelope.data,
        }
    )


def decode(raw: bytes) -> Envelope:
    """JSON bytes -> Envelope with views that fit ``events.views``. Raises BadInput (a ValueError) for what is not one."""
    d = border.document(raw, "event")
    audience = d.get("audience", [])
    if type(audience) is not list or not all(type(room) is str for room in audience):
        raise border.BadInput("audience is no list of texts")
    data = border.mapping(d, "data") if "data" in d else {}
    for word in SHAPES:
        if isinstance(data.get(word), dict):
            check_view(word, data[word])
    return Envelope(
        epoch=border.whole(d, "epoch"),
        seq=border.whole(d, "seq"),
        name=border.text(d, "name"),
        version=border.whole(d, "version", default=1),
        at_ms=border.moment(d, "at_ms"),
        origin=border.text(d, "origin", default=""),
        audience=tuple(audience),
        data=data,
    )

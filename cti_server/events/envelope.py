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
    """JSON bytes -> Envelope. Raises ValueError for anything that is not one."""
    try:
        document = orjson.loads(raw)
        return Envelope(
            epoch=int(document["epoch"]),
            seq=int(document["seq"]),
            name=str(document["name"]),
            version=int(document.get("version", 1)),
            at_ms=int(document["at_ms"]),
            origin=str(document.get("origin", "")),
            audience=tuple(document.get("audience", ())),
            data=document.get("data", {}),
        )
    except (KeyError, TypeError, orjson.JSONDecodeError) as error:
        raise ValueError(f"not an event envelope: {error!r}") from error

"""The envelope of everything on the ``events`` stream, and its JSON.

Order is (epoch, seq), given by the engine. ``at_ms`` is UTC. Names, their data and who gets them: ``events/views.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson

from cti_server.domain import border
from cti_server.domain.border import LARGEST, LATEST_MS
from cti_server.domain.record import Text, Whole, read
from cti_server.events.views import EVENTS

FORMAT = 1
"""Raised when a reader of the old one would read it wrong."""


@dataclass(frozen=True)
class Envelope:
    epoch: Annotated[int, Whole(0, LARGEST)]
    seq: Annotated[int, Whole(0, LARGEST)]
    name: Annotated[str, Text(0, 200)]
    at_ms: Annotated[int, Whole(0, LATEST_MS)]
    origin: Annotated[str, Text(0, 200)] = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def document(envelope: Envelope) -> dict[str, Any]:
    """The envelope as on the wire."""
    return {"format": FORMAT, **vars(envelope)}


def encode(envelope: Envelope) -> bytes:
    """Envelope -> JSON bytes."""
    return orjson.dumps(document(envelope))


def decode(raw: bytes) -> Envelope:
    """JSON bytes -> Envelope of a declared event, whose data fits. Raises BadInput (a ValueError) for what is not one."""
    found = read(Envelope, border.document(raw, "event", FORMAT))
    if found.name not in EVENTS:
        raise border.BadInput(f"no event is called {found.name!r:.60}")
    EVENTS[found.name].check(found.data)
    return found

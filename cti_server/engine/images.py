"""Images: the part of a thing that only a restarted engine needs, written beside its view and read at adoption.

An image is the reduced plain form of the state record; open intervals and segments keep their ids in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cti_server.domain.agent import STATES, STATUSES, TRANSIENT_STATES
from cti_server.domain.kpi import QueueRow
from cti_server.engine.alarms import Raised
from cti_server.engine.codec import plain, revive
from cti_server.engine.memory import Core
from cti_server.engine.state import Agent, Call, Draft, Switch, Trunk

ACTIVITIES = ("arriving", "ivr", "queue", "talk", "survey", "ended")
MOST_PRIORITY = 100_000
LEG = re.compile(r"[A-Za-z0-9_.-]{1,64}")
"""How a switch names a channel."""


def image(core: Core, kind: str, thing: str) -> Any:
    """The core of a Mirror document."""
    if kind == "queues":
        return {"row": plain(core.queues[thing].row)}
    return plain(getattr(core, kind)[thing])


def agent(document: Mapping[str, Any]) -> Agent:
    """Raises ValueError, like the others, for a document that another version wrote or that contradicts itself."""
    found = revive(Agent, _known(Agent, document))
    if found.status not in STATUSES or found.state not in STATES:
        raise ValueError(f"no agent is {found.status!r:.40}, {found.state!r:.40}")
    if found.pending not in ("", *STATUSES):
        raise ValueError(f"nobody can become {found.pending!r:.40}")
    if found.state in TRANSIENT_STATES and not found.deadline_ms:
        raise ValueError(f"{found.state} without an end")
    return found


def call(document: Mapping[str, Any]) -> Call:
    found = revive(Call, _known(Call, document))
    if found.activity not in ACTIVITIES:
        raise ValueError(f"no call does {found.activity!r:.40}")
    if not all(map(LEG.fullmatch, found.legs)):
        raise ValueError("it has a leg that no switch has")
    if any(leg_id != leg.id or leg.call_id != found.id for leg_id, leg in found.legs.items()):
        raise ValueError("it has a leg of another call")
    offered = found.offer.leg if found.offer else ""
    missing = [leg for leg in (found.caller_leg, found.agent_leg, offered) if leg not in found.legs]
    if [leg for leg in missing if leg or leg == found.caller_leg] and not found.caller_gone:
        raise ValueError(f"its leg {missing[0]!r:.60} is missing")
    if any(kind != segment.segment for kind, segment in found.segments.items()):
        raise ValueError("its segments are mixed up")
    if abs(found.priority) > MOST_PRIORITY:
        raise ValueError(f"priority {found.priority} is out of range")
    return found


def queue_row(document: Mapping[str, Any]) -> QueueRow:
    return revive(QueueRow, _known(QueueRow, document["row"]))


def draft(document: Mapping[str, Any]) -> Draft:
    return revive(Draft, _known(Draft, document))


def switch(document: Mapping[str, Any]) -> Switch:
    return revive(Switch, _known(Switch, document))


def trunk(document: Mapping[str, Any]) -> Trunk:
    return revive(Trunk, _known(Trunk, document))


def alarm(document: Mapping[str, Any]) -> Raised:
    return revive(Raised, _known(Raised, document))


def _known(kind: type, document: Any) -> dict[str, Any]:
    """Fields that this version does not know are left out."""
    if not isinstance(document, Mapping):
        raise ValueError(f"not a {kind.__name__}")
    names = getattr(kind, "__dataclass_fields__", {})
    return {name: value for name, value in document.items() if name in names}

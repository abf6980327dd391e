"""Images: the part of a thing that only a restarted engine needs, written beside its view and read at adoption.

An image is the reduced plain form of the state record; open intervals and segments keep their ids in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cti_server.engine.codec import plain, revive
from cti_server.engine.memory import Core
from cti_server.engine.state import Agent, Alarm, Call, Draft, Switch, Trunk


def image(core: Core, kind: str, thing: str) -> Any:
    """The core of a Mirror document."""
    if kind == "queues":
        return {"row": plain(core.queues[thing].row)}
    return plain(getattr(core, kind)[thing])


def agent(document: Mapping[str, Any]) -> Agent:
    """Raises ValueError, like the others, for a document that another version wrote."""
    return revive(Agent, _known(Agent, document))


def call(document: Mapping[str, Any]) -> Call:
    return revive(Call, _known(Call, document))


def draft(document: Mapping[str, Any]) -> Draft:
    return revive(Draft, _known(Draft, document))


def switch(document: Mapping[str, Any]) -> Switch:
    return revive(Switch, _known(Switch, document))


def trunk(document: Mapping[str, Any]) -> Trunk:
    return revive(Trunk, _known(Trunk, document))


def alarm(document: Mapping[str, Any]) -> Alarm:
    return revive(Alarm, _known(Alarm, document))


def _known(kind: type, document: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that this version does not know are left out."""
    names = getattr(kind, "__dataclass_fields__", {})
    return {name: value for name, value in document.items() if name in names}

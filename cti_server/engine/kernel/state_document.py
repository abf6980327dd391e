"""The engine's whole state as one plain document, and back: what each file of the input log begins with.

Taken between two inputs. The engine that comes back goes on as the first one would have: same effects, same ``state_hash``.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

import orjson

from cti_server.domain.config import CentreConfig
from cti_server.domain.ivr_nodes import ANYTHING
from cti_server.domain.ivr_parse import Flow, parse_flow
from cti_server.domain.record import Whole, plain, read
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.results import Pending
from cti_server.engine.kernel.shown import SHOWN
from cti_server.engine.kernel.state import Doubt, Leg

_PARTS: dict[str, Any] = {
    # attribute of Core beside the tables of the kinds -> its type; what else there is is derived or empty between two inputs
    "now": int,
    "stalled_until_ms": int,
    "counter": int,
    "seq": int,
    "random_state": Annotated[int, Whole(0, 2**64 - 1)],
    "day": tuple[str, int, int],
    "by_extension": dict[str, str],
    "figures_before_ms": int,
    "lacking": dict[str, Any],
    "ghosts": dict[str, str],
    "connecting": dict[str, str],
    "phones": dict[str, list[str]],
    "registrations": dict[str, str],
    "desk_phones": dict[str, Any],
    "trunk_legs": dict[str, tuple[str, str]],
    "remembers": bool,
    "unread": dict[str, Any],
    "own_calls": dict[str, tuple[str, str]],
    "pending": dict[str, Pending],
    "doubts": dict[str, Doubt],
    "repairs": int,
    "freed": dict[str, Any],
    "unserved": dict[str, Any],
    "leaving": dict[str, Any],
    "closing": dict[str, Any],
    "staged": list[dict[str, Any]],
    "unsettled_queues": dict[str, Any],
    "unsettled_agents": dict[str, Any],
}
_FLOWS = ("flows", "old_flows")


"""A flow that runs was checked when it came, perhaps against queues that have gone since."""


def document(core: Core) -> dict[str, Any]:
    """JSON-able."""
    found: dict[str, Any] = {name: plain(getattr(core, name)) for name in _PARTS}
    found |= {kind.table: plain(core.table(kind)) for kind in SHOWN}
    found |= {name: {key: plain(flow.document) for key, flow in getattr(core, name).items()} for name in _FLOWS}
    found["leg_order"] = list(core.legs)
    found["legs"] = {leg.id: plain(leg) for leg in core.legs.values() if leg.call_id not in core.calls}
    return {**found, "epoch": core.epoch, "config": plain(core.config), "deadlines": core.deadlines.plain()}


def state_hash(core: Core) -> str:
    """SHA-256 of all that the future depends on, in canonical JSON (sorted keys)."""
    return sha256(orjson.dumps(document(core), option=orjson.OPT_SORT_KEYS)).hexdigest()


def restore(state: Mapping[str, Any]) -> Core:
    """Raises ValueError for what is no document of this version."""
    try:
        core = Core(read(CentreConfig, state["config"]), int(state["epoch"]), 0)
        for name, kind in _PARTS.items():
            setattr(core, name, read(kind, state[name]))
        for shown, how in SHOWN.items():
            core.table(shown).update({thing: read(how.record, one) for thing, one in state[shown.table].items()})
        for name in _FLOWS:
            setattr(core, name, {key: _flow(key, text) for key, text in state[name].items()})
        core.deadlines.take(state["deadlines"])
        core.legs = read(dict[str, Leg], state["legs"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the state of an engine of this version: {error!r}") from error
    known = dict(core.legs)
    for call in core.calls.values():
        known |= call.legs
    for agent in core.agents.values():
        known |= agent.station.legs if agent.station else {}
    core.legs = {leg: known[leg] for leg in state["leg_order"]}
    core.gateways = {(trunk.node, trunk.gateway): trunk.id for trunk in core.trunks.values()}
    return core


def _flow(key: str, text: Mapping[str, Any]) -> Flow:
    return parse_flow(text, key.partition(":")[0], ANYTHING)

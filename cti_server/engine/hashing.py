"""The state's hash: every record, line, deadline and counter in canonical JSON (sorted keys), then SHA-256."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson

from cti_server.engine.codec import plain
from cti_server.engine.memory import Core

_HASHED = (
    "epoch", "now", "counter", "seq", "random_state", "agents", "by_extension", "queues", "calls", "drafts",
    "ghosts", "connecting", "phones", "registrations", "desk_phones", "switches", "trunks", "trunk_legs", "pending", "doubts",
    "repairs", "alarms", "figures_before_ms", "lacking",
)  # fmt: skip


def state_document(core: Core) -> dict[str, Any]:
    """All that the future depends on."""
    document = {name: plain(getattr(core, name)) for name in _HASHED}
    document["legs"] = {leg.id: leg.call_id for leg in core.legs.values()}
    document["deadlines"] = core.deadlines.plain()
    document["config"] = core.config.version
    document["flows"] = {name: flow.version for name, flow in core.flows.items()}
    document["old_flows"] = sorted(core.old_flows)
    return document


def state_hash(core: Core) -> str:
    return sha256(orjson.dumps(state_document(core), option=orjson.OPT_SORT_KEYS)).hexdigest()

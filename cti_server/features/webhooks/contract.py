"""What webhooks are told, under which names, and what can be wrong with a delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from cti_server.errors import CtiError
from cti_server.events.facts import FACTS, AuditFact
from cti_server.events.live import Change, Removal
from cti_server.events.views import EVENTS, EVERYBODY, FLOOR, NETWORK
from cti_server.words import family

State = Literal["waiting", "sent", "failed"]
STATES = family(
    "delivery_state", {"waiting": ("Waiting", "待发送"), "sent": ("Delivered", "已送达"), "failed": ("Given up", "已放弃")}, State
)
MISSED, TEST = "stream.missed", "webhook.test"
"""That events were lost before they could be read; what somebody sends to try a webhook."""


class NoSuchDelivery(CtiError, id="no-such-delivery", status=404, en="There is no such delivery.", zh="没有该推送记录。"):
    """The log has no such delivery of this webhook (any more)."""


def _is_for_all(name: str) -> bool:
    """Whether leaders and admins see such an event: what is one agent's own is sent to nobody."""
    told = EVENTS[name]
    rooms = told.kind.rooms({"id": ""}) if isinstance(told, Change | Removal) else told.rooms({})
    return bool(rooms & {FLOOR, NETWORK, EVERYBODY})


def _topic(name: str) -> str:
    told = EVENTS[name]
    return told.kind.table if isinstance(told, Change | Removal) else "others"


TOPICS: Mapping[str, str] = {
    **{name: _topic(name) for name in EVENTS if _is_for_all(name)},
    **{f"fact.{fact.kind}": "facts" for fact in FACTS if fact is not AuditFact},
    MISSED: "",
    TEST: "",
}
"""What may be sent -> its topic; '' whatever a webhook wants. The audit is for those who may read it."""
WANTED = sorted({*TOPICS, *TOPICS.values()} - {"", MISSED, TEST})
"""What a webhook may name: kinds and topics."""


def subject_of(kind: str, data: Mapping[str, Any]) -> str:
    """What it is about: deliveries about the same never overtake each other. A call has all that is said of it."""
    told = EVENTS.get(kind)
    if isinstance(told, Change):
        return f"{told.kind.word}:{data[told.kind.word]['id']}"
    if isinstance(told, Removal):
        return f"{told.kind.word}:{data['removed']['id']}"
    return f"call:{data['call_id']}" if data.get("call_id") else kind

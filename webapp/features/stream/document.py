"""The AsyncAPI document: what comes on the event stream and to webhooks, made from the declared views, events and facts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

from cti_server.events.fact import Fact
from cti_server.events.facts import FACTS
from cti_server.events.live import Change, Declared, Nothing, Removal, RemovedData
from cti_server.events.views import EVENTS, KINDS
from cti_server.features.webhooks.contract import MISSED, TEST
from cti_server.features.webhooks.contract import TOPICS as SENT
from webapp.features.stream.json_schema import Schemas, json_schema
from webapp.realtime.health import Health
from webapp.realtime.streams import TOPICS, Why

DESCRIPTION = """What happens in the contact centre, as it happens. Times are UTC ms, 0 not yet; ids are text, '' none.

Every message is a JSON object with a `type`. A view rides whole in its event and replaces the one with its id; `.removed`, and an
event that says so, take it away. Keep (`epoch`, `seq`) of the last message that has them and open with them again: what was
missed comes, or a `snapshot` where that is too much. Numbers in between belong to what others see. Ignore fields and types that
you do not know.

The channel `webhook` is the other way to hear the same: requests to the address of each webhook, without
a connection of yours."""
DELIVERY = """POST requests to the address that a webhook names, each of them signed. At least once: keep the `webhook-id` of
those that are done. Deliveries about the same thing (a call, an agent, ...) never overtake each other. Answer 2xx within 15
s; anything else, a redirect too, is tried again after 5, 10, 20 s ... 15 min, at most 20 times; 410 switches the webhook
off. Refuse what is older than five minutes, or whose signature is none of the secret's."""
SIGNATURE = """HMAC-SHA256 of `ID.TIMESTAMP.BODY` (webhook-id, webhook-timestamp, the body byte by byte) as base64 behind
`v1,`; its key is what stands behind `whsec_` in the webhook's secret, as base64. The form is that of Standard Webhooks."""

OF_FACTS: Mapping[str, type[Fact]] = {f"fact.{fact.kind}": fact for fact in FACTS}
ID: Schemas = {
    "type": "string",
    "maxLength": 160,
    "description": "of the delivery, the same whenever it is sent again: webhook-id",
}
WHOLE: Schemas = {"type": "integer"}
PLACE: Schemas = {"epoch": {**WHOLE, "description": "of the engine"}, "seq": {**WHOLE, "description": "counts within the epoch"}}
MISSED_DATA: Schemas = dict.fromkeys(("epoch", "after_seq", "before_seq"), WHOLE)
OTHERS: Mapping[str, tuple[Schemas, str]] = {
    MISSED: (
        {"type": "object", "properties": MISSED_DATA, "required": list(MISSED_DATA)},
        "Events between these two were lost before they could be sent: read what you need again. Facts are never missed.",
    ),
    TEST: ({"type": "object", "properties": {}}, "Somebody tries whether the address answers."),
}
"""Sent to every webhook, whatever it wants."""
TRAIT: Schemas = {
    "contentType": "application/json",
    "headers": {
        "type": "object",
        "properties": {
            "webhook-id": ID,
            "webhook-timestamp": {"type": "string", "pattern": "^[0-9]+$", "description": "when it is sent, in seconds of UTC"},
            "webhook-signature": {"type": "string", "pattern": "^v1,[A-Za-z0-9+/]{43}=$", "description": SIGNATURE},
        },
        "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    },
    "correlationId": {"location": "$message.header#/webhook-id"},
}


@cache
def document() -> dict[str, Any]:
    """As plain JSON."""
    schemas: Schemas = {}
    views = {table: {"type": "array", "items": json_schema(kind.shape, schemas)} for table, kind in KINDS.items()}
    flags = {"engine": {"type": "boolean"}, "redis": {"type": "boolean"}, "behind_ms": WHOLE}
    assert flags.keys() == Health.__dataclass_fields__.keys()
    messages = {
        "snapshot": _message("snapshot", "All that may be seen of the topics.", {**PLACE, "server_ms": WHOLE}, views),
        "resumed": _message("resumed", "What was missed has come before this.", {**PLACE, "server_ms": WHOLE, "events": WHOLE}),
        "beat": _message("beat", "Every few seconds: all until there has come.", {**PLACE, "server_ms": WHOLE}),
        "health": _message("health", "What the server can reach, and how late events are.", flags),
        "closing": _message("closing", "The last word.", {"why": {"type": "string", "enum": list(get_args(Why))}}),
        **{name: _event(name, one, schemas) for name, one in EVENTS.items()},
    }
    sent = {f"webhook.{kind}": _delivery(kind, schemas) for kind in SENT}
    query = {"topics": {"type": "string", "description": f"with commas, of {', '.join(TOPICS)}; none: all"}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "CTI middleware", "version": "1", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {
            "stream": {
                "address": "/api/stream",
                "description": "A websocket; its handshake has the header Authorization: Bearer TOKEN.",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
                "bindings": {"ws": {"method": "GET", "query": {"type": "object", "properties": {**query, **PLACE}}}},
            },
            "webhook": {
                "address": None,
                "title": "Webhook",
                "description": DELIVERY,
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in sent},
            },
        },
        "operations": {
            "follow": {
                "action": "send",
                "channel": {"$ref": "#/channels/stream"},
                "summary": "What the server sends to a program.",
                "security": [{"$ref": "#/components/securitySchemes/api_token"}],
            },
            "deliver": {
                "action": "send",
                "channel": {"$ref": "#/channels/webhook"},
                "summary": "What the server sends to a webhook that wants it.",
                "security": [{"$ref": "#/components/securitySchemes/webhook_signature"}],
                "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
            },
        },
        "components": {
            "messages": messages | sent,
            "messageTraits": {"delivery": TRAIT},
            "schemas": schemas,
            "securitySchemes": {
                "api_token": {"type": "http", "scheme": "bearer", "description": "An API token: cti_ID_SECRET."},
                "webhook_signature": {
                    "type": "httpApiKey",
                    "name": "webhook-signature",
                    "in": "header",
                    "description": SIGNATURE,
                },
            },
        },
    }


def _message(kind: str, text: str, properties: Schemas, optional: Mapping[str, Any] = {}) -> dict[str, Any]:
    required = {"type": {"type": "string", "const": kind}, **properties}
    payload = {"type": "object", "properties": {**required, **optional}, "required": list(required)}
    return {"name": kind, "summary": text, "payload": payload}


def _event(name: str, declared: Declared, schemas: Schemas) -> dict[str, Any]:
    data, text = _told(declared, schemas)
    named = {"name": {"type": "string", "const": name}, "at_ms": WHOLE, "data": data}
    return {**_message("event", text, {**PLACE, **named}), "name": name}


def _told(declared: Declared, schemas: Schemas) -> tuple[Schemas, str]:
    """What an event says, and when."""
    if isinstance(declared, Change):
        view = {declared.kind.word: json_schema(declared.kind.shape, schemas)}
        return _data(declared.more, schemas, view), declared.says + (" It is gone then." if declared.last else "")
    if isinstance(declared, Removal):
        return json_schema(RemovedData, schemas), f"A thing of {declared.kind.table} is gone."
    return json_schema(declared.data, schemas), declared.says


def _delivery(kind: str, schemas: Schemas) -> dict[str, Any]:
    """The body of a request to a webhook."""
    place: Schemas = {}
    if kind in EVENTS:
        (data, text), place = _told(EVENTS[kind], schemas), PLACE
    elif kind in OF_FACTS:
        data, text = _fact(OF_FACTS[kind], schemas), " ".join((OF_FACTS[kind].__doc__ or "").split())
    else:
        data, text = OTHERS[kind]
    properties = {"id": ID, "kind": {"type": "string", "const": kind}, "at_ms": WHOLE, **place, "data": data}
    payload = {"type": "object", "properties": properties, "required": list(properties)}
    tags = {"tags": [{"name": SENT[kind]}]} if SENT[kind] else {}
    return {
        "name": kind,
        "summary": text,
        **tags,
        "traits": [{"$ref": "#/components/messageTraits/delivery"}],
        "payload": payload,
    }


def _fact(fact: type[Fact], schemas: Schemas) -> Schemas:
    """With the columns that the ledger adds."""
    more = {
        name: json_schema(get_type_hints(vars(fact)[name].fget, include_extras=True)["return"], schemas) for name in fact.added
    }
    told = json_schema(fact, schemas)
    return {"allOf": [told, {"type": "object", "properties": more, "required": list(more)}]} if more else told


def _data(more: Any, schemas: Schemas, view: Schemas) -> Schemas:
    """A view, and what an event has besides."""
    plain: Schemas = {"type": "object", "properties": view, "required": list(view)}
    return plain if more is Nothing else {"allOf": [plain, json_schema(more, schemas)]}

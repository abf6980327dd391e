"""The AsyncAPI document: made from the declared views, events and facts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from cti_server.events.live import Change, Declared, Nothing, Removal, RemovedData
from cti_server.events.views import EVENTS, KINDS
from webapp.features.stream.json_schema import Schemas, json_schema
from webapp.realtime.health import Health
from webapp.realtime.streams import TOPICS, Why

DESCRIPTION = """What happens in the contact centre, as it happens. Times are UTC ms, 0 not yet; ids are text, '' none.

Every message is a JSON object with a `type`. A view rides whole in its event and replaces the one with its id; `.removed`, and an
event that says so, take it away. Keep (`epoch`, `seq`) of the last message that has them and open with them again: what was
missed comes, or a `snapshot` where that is too much. Numbers in between belong to what others see. Ignore fields and types that
you do not know."""

WHOLE: Schemas = {"type": "integer"}
PLACE: Schemas = {"epoch": {**WHOLE, "description": "of the engine"}, "seq": {**WHOLE, "description": "counts within the epoch"}}


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
            }
        },
        "operations": {
            "follow": {
                "action": "send",
                "channel": {"$ref": "#/channels/stream"},
                "summary": "What the server sends to a program.",
                "security": [{"$ref": "#/components/securitySchemes/api_token"}],
            }
        },
        "components": {
            "messages": messages,
            "schemas": schemas,
            "securitySchemes": {"api_token": {"type": "http", "scheme": "bearer", "description": "An API token: cti_ID_SECRET."}},
        },
    }


def _message(kind: str, text: str, properties: Schemas, optional: Mapping[str, Any] = {}) -> dict[str, Any]:
    required = {"type": {"type": "string", "const": kind}, **properties}
    payload = {"type": "object", "properties": {**required, **optional}, "required": list(required)}
    return {"name": kind, "summary": text, "payload": payload}


def _event(name: str, declared: Declared, schemas: Schemas) -> dict[str, Any]:
    if isinstance(declared, Change):
        view = {declared.kind.word: json_schema(declared.kind.shape, schemas)}
        data = _data(declared.more, schemas, view)
        text = declared.says + (" It is gone then." if declared.last else "")
    elif isinstance(declared, Removal):
        data, text = json_schema(RemovedData, schemas), f"A thing of {declared.kind.table} is gone."
    else:
        data, text = json_schema(declared.data, schemas), declared.says
    named = {"name": {"type": "string", "const": name}, "at_ms": WHOLE, "data": data}
    return {**_message("event", text, {**PLACE, **named}), "name": name}


def _data(more: Any, schemas: Schemas, view: Schemas) -> Schemas:
    """A view, and what an event has besides."""
    plain: Schemas = {"type": "object", "properties": view, "required": list(view)}
    return plain if more is Nothing else {"allOf": [plain, json_schema(more, schemas)]}

"""The audit's rows as JSON. Times are UTC ms."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from cti_server.features.audit.contract import ChainState
from cti_server.features.audit.service import AuditQuery
from webapp.declared import field, many, query, schema
from webapp.features.calls.schemas import DAYS, LANGUAGE

AuditQuerySchema = query(AuditQuery, **DAYS)
AuditFileQuery = query(AuditQuery, omit=("page", "per_page"), **DAYS, lang=LANGUAGE)
AuditRowSchema = Schema.from_dict(
    {
        "id": field(int),
        "at_ms": field(int, "UTC ms"),
        "issuer": field(str, "agent:ID, user:ID, phone:EXTENSION, system:WHAT"),
        "who": field(str, "the login; '' none"),
        "action": field(str),
        "subject": field(str, "with whom or what it was done: agent:ID, call:ID, ENTITY:KEY"),
        "detail": field(dict[str, Any], "what more is known; before and after of a change"),
    },
    name="AuditRow",
)
AuditPageSchema = Schema.from_dict(
    {"items": many(AuditRowSchema), "total": field(int), "page": field(int), "per_page": field(int)}, name="AuditPage"
)
ChainStateSchema = schema(ChainState)

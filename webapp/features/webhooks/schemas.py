"""Shapes of the log of deliveries."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from marshmallow import Schema, fields, validate

from cti_server.features.webhooks.contract import State
from webapp.declared import field, many, schema
from webapp.schemas import QuerySchema


class Delivery(TypedDict):
    id: int
    delivery: Annotated[str, "its id outside, the header webhook-id: the same at every try and replay"]
    kind: str
    subject: Annotated[str, "what it is about: of these none overtakes another"]
    made_ms: int
    state: State
    due_ms: Annotated[int, "of a waiting one: not before"]
    tries: int
    status: Annotated[int, "HTTP's, of the last try; 0 nobody answered"]
    trouble: str
    done_ms: int
    body: Annotated[str, "as it is sent"]


DeliverySchema = schema(Delivery)
DeliveryPageSchema = Schema.from_dict(
    {"items": many(DeliverySchema), "total": field(int), "page": field(int), "per_page": field(int)}, name="DeliveryPage"
)


class DeliveryQuery(QuerySchema):
    state = field(Literal["", State], load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    per_page = fields.Integer(load_default=50, validate=validate.Range(1, 200))

"""The shapes of messages."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from marshmallow import Schema, fields, validate

from cti_server.domain.record import Text
from cti_server.features.messages.contract import Box, Message, Note, State
from webapp.declared import field, many, schema
from webapp.schemas import BodySchema, QuerySchema


class Boxes(TypedDict):
    items: list[Box]


MessageSchema, BoxesSchema = schema(Message), schema(Boxes)
MessagePageSchema = Schema.from_dict(
    {"items": many(MessageSchema), "total": field(int), "page": field(int), "per_page": field(int)}, name="MessagePage"
)


class MessageQuery(QuerySchema):
    box = field(Annotated[str, Text(0, 32)], "'' all that the user reaches", load_default="")
    state = field(Literal["", State], load_default="")
    message = field(Annotated[str, Text(0, 96)], "this one only; '' all", load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))
    per_page = fields.Integer(load_default=50, validate=validate.Range(1, 200))


MessageWish = BodySchema.from_dict(
    {
        "done": field(bool | None, "false: it waits again; left out: as it is", load_default=None),
        "note": field(Note | None, "what was done; left out: as it is", load_default=None),
    },
    name="MessageWish",
)

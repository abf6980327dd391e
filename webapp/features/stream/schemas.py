"""What a program says when it opens the event stream."""

from __future__ import annotations

from typing import Annotated, Any

from marshmallow import ValidationError, fields, validate, validates_schema

from cti_server.domain.border import LARGEST
from cti_server.domain.record import Text
from webapp.declared import field
from webapp.realtime.streams import TOPICS
from webapp.schemas import QuerySchema

_WORDS = f"with commas, of {', '.join(TOPICS)}; '' all"


class StreamQuery(QuerySchema):
    topics = field(Annotated[str, Text(0, 200)], _WORDS, load_default="")
    epoch = fields.Integer(validate=validate.Range(0, LARGEST), metadata={"description": "with seq: the last place seen"})
    seq = fields.Integer(validate=validate.Range(0, LARGEST), metadata={"description": "with epoch"})

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if ("epoch" in data) != ("seq" in data):
            raise ValidationError("Give both, epoch and seq, or none.", "seq" if "epoch" in data else "epoch")
        if unknown := [one for one in topics_of(data["topics"]) if one not in TOPICS]:
            raise ValidationError(f"No topic is called {unknown[0]:.60}; there are {', '.join(TOPICS)}.", "topics")


def topics_of(text: str) -> list[str]:
    """All for ''."""
    return [one.strip() for one in text.split(",")] if text else list(TOPICS)

"""The shapes of the centre's own look."""

from __future__ import annotations

from typing import Annotated, TypedDict

from marshmallow import fields, validate

from cti_server.features.look.contract import PICTURES, Look
from webapp.declared import schema
from webapp.schemas import QuerySchema


class Converted(TypedDict):
    picture: Annotated[str, "as a field of the record takes it: a data: address"]


LookSchema, ConvertedSchema = schema(Look), schema(Converted)


class PictureQuery(QuerySchema):
    version = fields.String(
        load_default="", validate=validate.Length(0, 64), metadata={"description": "with the present one it may be kept for ever"}
    )


class ConvertQuery(QuerySchema):
    of = fields.String(required=True, validate=validate.OneOf(PICTURES), metadata={"description": "where it will be shown"})

"""A command: its name and arguments, made from the declarations."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from marshmallow import Schema, fields, validate

from cti_server.events.commands import COMMANDS
from cti_server.events.declare import Argument, Text, Whole
from webapp.schemas import BodySchema

LARGEST_DATA = 16_384


def _field(argument: Argument) -> fields.Field[Any]:
    limits = argument.limits
    if get_origin(argument.type) is Literal:
        return fields.String(validate=validate.OneOf(get_args(argument.type)))
    if isinstance(limits, Whole):
        return fields.Integer(strict=True, validate=validate.Range(limits.lowest, limits.largest))
    if argument.type is str and isinstance(limits, Text):
        return fields.String(validate=validate.Length(limits.shortest, limits.longest))
    return fields.Dict(keys=fields.String())


ArgumentsSchema = Schema.from_dict(
    {name: _field(argument) for kind in COMMANDS.values() for name, argument in kind.declared.items()}, name="Arguments"
)
"""Of any command; which ones each takes is checked by its declaration."""


class CommandSchema(BodySchema):
    name = fields.String(required=True, validate=validate.Length(1, 64))
    args = fields.Nested(ArgumentsSchema, load_default=dict)


class ReplySchema(Schema):
    data = fields.Dict(required=True)

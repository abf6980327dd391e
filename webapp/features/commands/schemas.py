"""A command: its name and arguments, told one by one from the declarations."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from cti_server.domain.record import Text
from cti_server.events.commands import COMMANDS
from cti_server.events.declare import Arguments
from webapp.declared import field
from webapp.schemas import BodySchema

LARGEST_DATA = 16_384


class CommandSchema(BodySchema):
    """Of any command; its arguments are checked by its declaration."""

    name = field(str, Text(1, 64))
    args = fields.Dict(keys=fields.String(), load_default=dict)


class ReplySchema(Schema):
    data = field(dict[str, Any], "what the command answers with")


def _schema(name: str, kind: type[Arguments]) -> type[Schema]:
    args = {key: field(one.type, one.limits, required=one.required) for key, one in kind.declared.items()}
    needed = any(one.required for one in kind.declared.values())
    text = f"{kind.__doc__} For: {', '.join((*kind.may, 'admin'))}."
    return BodySchema.from_dict(
        {
            "name": fields.String(required=True, validate=validate.Equal(name), metadata={"description": text}),
            "args": fields.Nested(BodySchema.from_dict(args, name=f"{name}Arguments"), required=needed),
        },
        name=name,
    )


ANY = {"oneOf": [_schema(name, kind) for name, kind in COMMANDS.items()], "discriminator": {"propertyName": "name"}}
BODY: dict[str, Any] = {"required": True, "content": {"application/json": {"schema": ANY}}}

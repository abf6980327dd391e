"""A command: its name and arguments. The arguments' types are the same for every command."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from webapp.schemas import BodySchema

LARGEST_DATA = 16_384


class ArgumentsSchema(Schema):
    """Unknown arguments are refused; which ones a command takes is checked by events.commands."""

    agent_id = fields.String(validate=validate.Length(1, 64))
    extension = fields.String(validate=validate.Length(1, 64))
    reason = fields.String(validate=validate.Length(0, 64))
    call_id = fields.String(validate=validate.Length(1, 100))
    problem = fields.String(validate=validate.Length(1, 64))
    code = fields.String(validate=validate.Length(1, 64))
    note = fields.String(validate=validate.Length(0, 4000))
    version = fields.Integer(strict=True, validate=validate.Range(0, 2**31))
    data = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 200)), values=fields.String(validate=validate.Length(0, LARGEST_DATA))
    )


class CommandSchema(BodySchema):
    name = fields.String(required=True, validate=validate.Length(1, 64))
    args = fields.Nested(ArgumentsSchema, load_default=dict)


class ReplySchema(Schema):
    data = fields.Dict(required=True)

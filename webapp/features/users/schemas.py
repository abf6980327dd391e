"""What is told of sessions that were ended."""

from __future__ import annotations

from marshmallow import Schema, fields


class EndedSchema(Schema):
    ended = fields.Integer(required=True, metadata={"description": "how many sessions there were"})

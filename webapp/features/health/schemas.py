"""What is told of a process's health."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class HealthSchema(Schema):
    status = fields.String(required=True, validate=validate.OneOf(("ok", "degraded")))
    redis = fields.Boolean()
    engine = fields.Boolean()
    database = fields.Boolean()
    clocks_differ_ms = fields.Integer(metadata={"description": "of this machine, Redis and the engine, the largest"})

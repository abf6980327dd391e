"""The shape of what every desk needs to know of the centre's configuration."""

from __future__ import annotations

from marshmallow import Schema, fields

from webapp.features.session.schemas import LOCALES


class IdNameSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class QueueSchema(IdNameSchema):
    service_level_s = fields.Integer(required=True)
    wrap_up_s = fields.Integer(required=True)


class AgentSchema(IdNameSchema):
    team = fields.String(required=True)
    extension = fields.String(required=True)


TextsSchema = Schema.from_dict({locale: fields.String() for locale in LOCALES}, name="Texts")


class ReasonSchema(Schema):
    code = fields.String(required=True)
    texts = fields.Nested(TextsSchema, required=True)


class PhoneSchema(Schema):
    ws_url = fields.String(required=True)
    realm = fields.String(required=True)
    extension = fields.String(required=True)
    password = fields.String(required=True)


class CentreSchema(Schema):
    version = fields.Integer(required=True)
    domain = fields.String(required=True)
    time_zone = fields.String(required=True)
    teams = fields.List(fields.Nested(IdNameSchema), required=True)
    queues = fields.List(fields.Nested(QueueSchema), required=True)
    agents = fields.List(fields.Nested(AgentSchema), required=True)
    not_ready_reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    dispositions = fields.List(fields.Nested(ReasonSchema), required=True)
    free_seats = fields.List(fields.String(), required=True)
    labels = fields.Dict(keys=fields.String(), values=fields.Nested(TextsSchema), required=True)
    phone = fields.Nested(PhoneSchema, required=True, allow_none=True)

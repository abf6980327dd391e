"""Shapes of login and session."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from cti_server.features.users.service import ROLES
from webapp.schemas import BodySchema

LOCALES = ("zh-CN", "en")


class LoginSchema(BodySchema):
    login = fields.String(required=True, validate=validate.Length(1, 100))
    password = fields.String(required=True, validate=validate.Length(1, 500), load_only=True)


class UserSchema(Schema):
    id = fields.Integer(required=True)
    login = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    agent_id = fields.String(required=True)
    team = fields.String(required=True)
    locale = fields.String(required=True, validate=validate.OneOf(("", *LOCALES)))


class SessionSchema(Schema):
    user = fields.Nested(UserSchema, required=True)
    csrf = fields.String(required=True, metadata={"description": "send it as X-CSRF-Token"})


class LocaleSchema(BodySchema):
    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))


class TicketSchema(Schema):
    ticket = fields.String(required=True, metadata={"description": "for Socket.IO, one use, 60 s"})

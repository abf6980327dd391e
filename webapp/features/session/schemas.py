"""Shapes of login and session."""

from __future__ import annotations

from marshmallow import Schema

from cti_server.domain.record import Text
from cti_server.words import Language
from webapp.auth.sessions import User
from webapp.declared import field
from webapp.schemas import BodySchema

LoginSchema = BodySchema.from_dict(
    {"login": field(str, Text(1, 100)), "password": field(str, Text(1, 500), load_only=True)}, name="Login"
)
SessionSchema = Schema.from_dict({
        "user": field(User),
        "teams": field(list[str], "those that a right with the scope group reaches"),
        "csrf": field(str, "send it as X-CSRF-Token"),
    }, name="Session")
LocaleSchema = BodySchema.from_dict({"locale": field(Language)}, name="Locale")
TicketSchema = Schema.from_dict({"ticket": field(str, "for Socket.IO, one use, 60 s")}, name="Ticket")

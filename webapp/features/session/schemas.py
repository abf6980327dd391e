"""Shapes of login and session."""

from __future__ import annotations

from typing import Annotated, TypedDict

from cti_server.domain.record import Text
from cti_server.words import Language
from webapp.auth.sessions import User
from webapp.declared import field, schema
from webapp.schemas import BodySchema


class Login(TypedDict):
    login: Annotated[str, Text(1, 100)]


class SessionTold(TypedDict):
    user: User
    csrf: Annotated[str, "send it as X-CSRF-Token"]


class Locale(TypedDict):
    locale: Language


class Ticket(TypedDict):
    ticket: Annotated[str, "for Socket.IO, one use, 60 s"]


LoginSchema = schema(Login, base=BodySchema, password=field(str, Text(1, 500), load_only=True))
SessionSchema = schema(SessionTold, "Session")
LocaleSchema = schema(Locale, base=BodySchema)
TicketSchema = schema(Ticket)

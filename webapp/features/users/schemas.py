"""Shapes of what administrators see and do of somebody's sign-in."""

from __future__ import annotations

from typing import Annotated, TypedDict

from marshmallow import Schema

from cti_server.domain.record import Text
from cti_server.features.users.service import LinkKind
from webapp.auth.sessions import Session
from webapp.declared import field, many, schema
from webapp.schemas import BodySchema


class SeenSession(TypedDict):
    id: Annotated[str, "to end it by"]
    address: Annotated[str, "from where the person logged in"]
    browser: Annotated[str, "its User-Agent"]
    created_ms: int
    seen_ms: Annotated[int, "last used, to the minute"]
    own: Annotated[bool, "this very one"]


class OpenLink(TypedDict):
    kind: LinkKind
    made_ms: int
    expires_ms: int
    made_by: str


class SeenLock(TypedDict):
    at_ms: int
    by: str
    reason: str


class SeenWait(TypedDict):
    kind: Annotated[str, "which rule: browser (a known one), pair (one address), account (from wherever)"]
    address: str
    failures: int
    wait_s: Annotated[int, "how long nobody may try; 0: one may"]


class HasSecond(TypedDict):
    totp: bool
    recovery_left: int
    passkeys: Annotated[int, "how many"]


class SignIn(TypedDict):
    login: str
    name: str
    has_password: bool
    disabled: bool
    mail: Annotated[bool, "a link can be sent by mail"]
    link: Annotated[OpenLink | None, "one that can still be used"]
    lock: SeenLock | None
    second: HasSecond
    waits: list[SeenWait]
    sessions: list[SeenSession]


class MadeLink(TypedDict):
    login: str
    kind: LinkKind
    link: Annotated[str, "told this once"]
    expires_ms: int
    mailed: bool


def seen(session: Session, own: str = "") -> SeenSession:
    """``own``: the key of the one who looks."""
    return {
        "id": session.id,
        "address": session.address,
        "browser": session.browser,
        "created_ms": session.created_ms,
        "seen_ms": session.seen_ms,
        "own": session.key == own,
    }


EndedSchema = Schema.from_dict({"ended": field(int, "how many sessions there were")}, name="Ended")
SignInSchema, MadeLinkSchema = schema(SignIn), schema(MadeLink)
InvitedSchema = Schema.from_dict(
    {"people": many(MadeLinkSchema), "mailed": field(int, "how many mails are on their way")}, name="Invited"
)
LockSchema = BodySchema.from_dict({"reason": field(str, Text(1, 200), "why, for other administrators")}, name="Lock")

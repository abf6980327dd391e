"""Shapes of login and session."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from marshmallow import Schema

from cti_server.domain.record import Text
from cti_server.features.sign_in.service import Kind
from cti_server.features.users.service import LinkKind
from cti_server.words import Language
from webapp.auth.sessions import User
from webapp.declared import field, schema
from webapp.features.users.schemas import SeenSession
from webapp.schemas import BodySchema


class SeenPasskey(TypedDict):
    id: int
    name: str
    made_ms: int
    used_ms: Annotated[int, "0 never"]


class SeenSecond(TypedDict):
    """Somebody's second factors."""

    totp: Annotated[bool, "an app makes codes"]
    recovery_left: Annotated[int, "recovery codes that were not used yet"]
    passkeys: list[SeenPasskey]
    demanded: Annotated[bool, "who has this role must have one"]
    codes: Annotated[bool, "codes of an app can be set up here"]


class NewTotp(TypedDict):
    secret: str
    uri: Annotated[str, "what an app reads from the picture"]
    picture: Annotated[str, "a QR code as SVG, in a data: URL"]


class Account(TypedDict):
    """What somebody sees of their own sign-in."""

    has_password: bool
    second: SeenSecond
    sessions: list[SeenSession]


class LinkFor(TypedDict):
    login: str
    name: str
    kind: LinkKind
    expires_ms: int


class WayProvider(TypedDict):
    """A provider by which people come in. `kind` ldap: with login and password."""

    id: str
    texts: dict[str, str]
    kind: Kind


class Ways(TypedDict):
    """How people may come in here."""

    forgotten: bool
    providers: list[WayProvider]


class Away(TypedDict):
    """Where the browser goes."""

    url: str


class Left(TypedDict):
    """Where the browser goes to sign out there, too; '' nowhere."""

    url: str


LoginSchema = BodySchema.from_dict(
    {"login": field(str, Text(1, 100)), "password": field(str, Text(1, 500), load_only=True)}, name="Login"
)
SessionSchema = Schema.from_dict({
        "user": field(User),
        "teams": field(list[str], "those that a right with the scope group reaches"),
        "csrf": field(str, "send it as X-CSRF-Token"),
    }, name="Session")
LocaleSchema = BodySchema.from_dict({"locale": field(Language)}, name="Locale")
PENDING = field(Annotated[str, Text(1, 100)], load_only=True)
CODE = field(Annotated[str, Text(1, 40)], load_only=True)
SECRET = field(Annotated[str, Text(32, 32)], load_only=True)
OWN_PASSWORD = field(Annotated[str, Text(1, 500)], load_only=True)
SecondSchema = BodySchema.from_dict({"pending": PENDING, "code": CODE}, name="Second")
FirstSecondSchema = BodySchema.from_dict({"pending": PENDING, "secret": SECRET, "code": CODE}, name="FirstSecond")
FirstSessionSchema = SessionSchema.from_dict({"recovery_codes": field(list[str], "told this once")}, name="FirstSession")
PasskeyAskSchema = Schema.from_dict(
    {"handle": field(str), "options": field(dict[str, Any], "for `navigator.credentials`, as WebAuthn has it in JSON")},
    name="PasskeyAsk",
)
PasskeySchema = BodySchema.from_dict(
    {"handle": field(Annotated[str, Text(1, 100)]), "credential": field(dict[str, Any], "as WebAuthn has it in JSON")},
    name="Passkey",
)
NewPasskeySchema = BodySchema.from_dict(
    {
        "password": OWN_PASSWORD,
        "name": field(Annotated[str, Text(1, 64)]),
        "handle": field(Annotated[str, Text(1, 100)]),
        "credential": field(dict[str, Any], "as WebAuthn has it in JSON"),
    },
    name="NewPasskey",
)
NewTotpSchema = schema(NewTotp)
TotpSchema = BodySchema.from_dict({"password": OWN_PASSWORD, "secret": SECRET, "code": CODE}, name="Totp")
ProofSchema = BodySchema.from_dict({"password": OWN_PASSWORD}, name="Proof")
RecoveryCodesSchema = Schema.from_dict({"recovery_codes": field(list[str], "told this once")}, name="RecoveryCodes")
AccountSchema, LinkForSchema, WaysSchema = schema(Account), schema(LinkFor), schema(Ways)
AwaySchema, LeftSchema = schema(Away), schema(Left)
BroughtSchema = BodySchema.from_dict(
    {
        "state": field(Annotated[str, Text(1, 200)], load_only=True),
        "code": field(Annotated[str, Text(0, 4000)], load_only=True, load_default=""),
        "iss": field(Annotated[str, Text(0, 500)], "who sends it (RFC 9207)", load_only=True, load_default=""),
        "error": field(Annotated[str, Text(0, 200)], "why the provider refuses", load_only=True, load_default=""),
    },
    name="Brought",
)
PasswordChangeSchema = BodySchema.from_dict(
    {"old": field(str, Text(1, 500), load_only=True), "new": field(str, Text(1, 500), load_only=True)}, name="PasswordChange"
)
LinkLookSchema = BodySchema.from_dict({"token": field(str, Text(1, 200), load_only=True)}, name="LinkLook")
LinkUseSchema = BodySchema.from_dict(
    {"token": field(str, Text(1, 200), load_only=True), "password": field(str, Text(1, 500), load_only=True)}, name="LinkUse"
)
ForgottenSchema = BodySchema.from_dict({"login": field(str, Text(1, 100))}, name="Forgotten")
TicketSchema = Schema.from_dict({"ticket": field(str, "for Socket.IO, one use, 60 s")}, name="Ticket")

"""The shape of what every desk needs to know of the centre's configuration."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from cti_server.domain.config import AgentConfig, QueueConfig, ShortNumber, TeamConfig
from cti_server.words import LANGUAGES
from webapp.declared import many, schema

Texts = TypedDict("Texts", dict.fromkeys(LANGUAGES, str), total=False)  # type: ignore[misc]


class Reason(TypedDict):
    code: str
    texts: Texts


class Disposition(TypedDict):
    code: str
    texts: Texts
    parent: Annotated[str, "the code that it stands below; one that others stand below is a heading, no choice; '': none"]
    queues: Annotated[list[str], "for whose calls it is offered; none: for all"]


class Opening(TypedDict):
    open: bool
    changes_ms: Annotated[int | None, "when it is the other way; null: not within a year"]


class Phone(TypedDict):
    ws_url: str
    realm: str
    extension: str
    password: str


class SipServer(TypedDict):
    """Where telephones register; the user is the extension."""

    host: str
    port: int
    transport: Literal["udp", "tcp", "tls"]
    realm: Annotated[str, "the domain of their addresses"]
    codecs: Annotated[list[str], "that the switch takes, the best first"]


class Centre(TypedDict):
    version: int
    tenant: str
    time_zone: str
    not_ready_reasons: list[Reason]
    dispositions: list[Disposition]
    seats: Annotated[list[str], "other phones at which the user may begin a shift"]
    short_numbers: list[ShortNumber]
    flows: dict[str, list[str]]  # the names of its nodes
    labels: dict[str, Texts]
    phone: Phone | None
    sip: SipServer


OpeningSchema = schema(Opening)
CentreSchema = schema(
    Centre,
    teams=many(schema(TeamConfig, "Team")),
    queues=many(schema(QueueConfig, "Queue", ("id", "name", "service_level_s", "wrap_up_s"))),
    agents=many(schema(AgentConfig, "Agent", ("id", "name", "team", "extension"))),
)

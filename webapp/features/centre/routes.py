"""The configuration as desks need it, and the own web phone's account. Nobody gets another one's phone password."""

from __future__ import annotations

from typing import Any

import structlog

from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig
from cti_server.domain.ivr_labels import merged
from cti_server.errors import BadArguments, DatabaseAway, NoConfiguration
from cti_server.features.centre.service import Phones
from cti_server.features.entities.contract import NoSuchEntry
from cti_server.features.entities.sql import Entities
from cti_server.settings import SIP_SERVER
from webapp.auth.guard import anybody, current_user, needs
from webapp.auth.sessions import User
from webapp.blueprint import Blueprint, answers
from webapp.features.centre.opening import opening
from webapp.features.centre.schemas import CentreSchema, OpeningSchema
from webapp.features.entities.schemas import GivenSchema
from webapp.ports import Config

log = structlog.get_logger(__name__)


CODECS = ("OPUS", "PCMU", "PCMA")
"""As freeswitch/conf/sip_profiles/internal.xml has them."""
PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}


def sip_server(said: str, realm: str) -> dict[str, Any]:
    """What setting ``phone_server`` says; the rest as usual."""
    found = SIP_SERVER.fullmatch(said)
    told = found.groupdict() if found else {}
    transport = told.get("transport") or "udp"
    port = int(told.get("port") or PORTS[transport])
    return {"host": told.get("host") or realm, "port": port, "transport": transport, "realm": realm, "codecs": list(CODECS)}


def routes(
    config: Config, phones: Phones, entities: Entities, clock: Clock, phone_ws_url: str, phone_realm: str, phone_server: str
) -> Blueprint:
    blueprint = Blueprint("centre", "/api", "The centre's configuration")

    @blueprint.get("/centre")
    @blueprint.response(200, CentreSchema)
    @answers(NoConfiguration)
    @anybody
    def read_centre() -> dict[str, Any]:
        """What a desk needs to know of the configuration."""
        now = config()
        return {
            **{name: getattr(now, name) for name in ("version", "tenant", "time_zone", "not_ready_reasons", "dispositions")},
            **{table: [row for _, row in sorted(getattr(now, table).items())] for table in ("teams", "queues", "agents")},
            "seats": seats(now, current_user()),
            "short_numbers": sorted(now.short_numbers.values(), key=lambda one: one.code),
            "flows": {name: list(flow.get("nodes", ())) for name, flow in sorted(now.flows.items())},
            "labels": {word: _texts(label) for word, label in merged(now.flows).items()}
            | {word: dict(label.texts) for word, label in now.data_labels.items()},
            "phone": web_phone(now, current_user()),
            "sip": sip_server(phone_server, phone_realm),
        }

    @blueprint.post("/opening")
    @blueprint.arguments(GivenSchema)
    @blueprint.response(200, OpeningSchema)
    @answers(BadArguments, NoSuchEntry, DatabaseAway)
    @needs("setup.hours.see")
    def tell_opening(body: dict[str, Any]) -> dict[str, Any]:
        """Whether these hours (a record of entity `hours`, saved or not) are open now, and when that changes."""
        return opening(entities, clock, body["record"])

    def seats(now: CentreConfig, user: User) -> list[str]:
        agent = now.agents.get(user.agent_id) if user.agent_id else None
        return [] if agent is None else [one for one in agent.phones or now.free_seating if one != agent.extension]

    def web_phone(now: CentreConfig, user: User) -> dict[str, str] | None:
        """None also while the database is away and the phone is not remembered: the rest of the desk must come."""
        agent = now.agents.get(user.agent_id) if user.agent_id else None
        if agent is None or not phone_ws_url:
            return None
        try:
            phone = phones.phone(agent.extension)
        except DatabaseAway:
            log.warning("a desk gets no web phone: the database is away", extension=agent.extension)
            return None
        if phone is None or not phone.password:
            return None
        return {"ws_url": phone_ws_url, "realm": phone_realm, "extension": phone.extension, "password": phone.password}

    return blueprint


def _texts(label: dict[str, str]) -> dict[str, str]:
    """A label of a flow in the page's languages, as the texts of reasons are."""
    return {{"zh": "zh-CN"}.get(language, language): text for language, text in label.items()}

"""The configuration as desks need it, and the own web phone's account. Nobody gets another one's phone password."""

from __future__ import annotations

from typing import Any

import structlog

from cti_server.domain.config import CentreConfig
from cti_server.domain.ivr_labels import merged
from cti_server.errors import DatabaseAway
from webapp.auth.guard import current_user, roles
from webapp.auth.sessions import User
from webapp.blueprint import Blueprint
from webapp.context import parts
from webapp.features.centre.schemas import CentreSchema
from webapp.ports import Phone

log = structlog.get_logger(__name__)
blueprint = Blueprint("centre", __name__, url_prefix="/api", description="The centre's configuration")


@blueprint.get("/centre")
@blueprint.response(200, CentreSchema)
@roles()
def read_centre() -> dict[str, Any]:
    config = parts().ports.centre.config()
    return {
        "version": config.version,
        "domain": config.domain,
        "time_zone": config.time_zone,
        "teams": sorted(config.teams.values(), key=lambda t: t.id),
        "queues": sorted(config.queues.values(), key=lambda q: q.id),
        "agents": sorted(config.agents.values(), key=lambda a: a.id),
        "not_ready_reasons": config.not_ready_reasons,
        "dispositions": config.dispositions,
        "free_seats": config.free_seating,
        "labels": {word: _texts(label) for word, label in merged(config.flows).items()},
        "phone": web_phone(config, current_user()),
    }


def _texts(label: dict[str, str]) -> dict[str, str]:
    """A label of a flow in the page's languages, as the texts of reasons are."""
    return {{"zh": "zh-CN"}.get(language, language): text for language, text in label.items()}


def web_phone(config: CentreConfig, user: User) -> dict[str, str] | None:
    """None also while the database is away and the phone is not remembered: the rest of the desk must come."""
    settings = parts().settings
    agent = config.agents.get(user.agent_id) if user.agent_id else None
    if agent is None or not settings.phone_ws_url:
        return None
    phone = _phone(agent.extension)
    if phone is None or not phone.password:
        return None
    return {
        "ws_url": settings.phone_ws_url,
        "realm": settings.phone_realm,
        "extension": phone.extension,
        "password": phone.password,
    }


def _phone(extension: str) -> Phone | None:
    try:
        return parts().ports.centre.phone(extension)
    except DatabaseAway:
        log.warning("a desk gets no web phone: the database is away", extension=extension)
        return None

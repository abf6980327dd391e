"""Notices: everybody's own, and who has read one, as far as one's right goes."""

from __future__ import annotations

from typing import Any

from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.features.notices.contract import READERS, NoSuchNotice
from cti_server.features.notices.sql import SqlNotices
from webapp.auth.guard import anybody, current_user, needs, reach
from webapp.blueprint import Blueprint, answers
from webapp.features.notices.schemas import NoticesSchema, ReadersSchema, ReceiptSchema
from webapp.ports import Config


def routes(notices: SqlNotices, config: Config) -> Blueprint:
    blueprint = Blueprint("notices", "/api", "Notices")

    def me() -> tuple[str, str, str, bool, str]:
        user = current_user()
        return user.login, user.team, user.agent_id, "setup.notices.see" in user.rights, config().time_zone

    @blueprint.get("/notices")
    @blueprint.response(200, NoticesSchema)
    @answers(NoConfiguration, DatabaseAway)
    @anybody
    def own_notices() -> dict[str, Any]:
        """What the user is to know now, the most important first."""
        return {"items": notices.of(*me())}

    @blueprint.post("/notices/<string(maxlength=64):notice_id>/receipt")
    @blueprint.arguments(ReceiptSchema)
    @blueprint.response(204)
    @answers(NoSuchNotice, NoConfiguration, DatabaseAway)
    @anybody
    def read_notice(body: dict[str, Any], notice_id: str) -> None:
        """The user has read it."""
        notices.read(notice_id, body["version"], *me())

    @blueprint.get("/notices/<string(maxlength=64):notice_id>/readers")
    @blueprint.response(200, ReadersSchema)
    @answers(NoSuchNotice, DatabaseAway)
    @needs(READERS)
    def notice_readers(notice_id: str) -> dict[str, Any]:
        """Its audience, who has not read it first; as far as one's right goes."""
        return {"items": notices.readers(notice_id, None if reach(READERS).whole else reach(READERS).teams)}

    return blueprint

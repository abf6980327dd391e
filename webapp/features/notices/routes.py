"""Notices: everybody's own, and who has read one, for leaders (their team) and administrators."""

from __future__ import annotations

from typing import Any

from cti_server.errors import DatabaseAway, NoConfiguration
from cti_server.features.notices.contract import NoSuchNotice
from cti_server.features.notices.sql import SqlNotices
from webapp.auth.guard import current_user, roles
from webapp.blueprint import Blueprint, answers
from webapp.features.notices.schemas import NoticesSchema, ReadersSchema, ReceiptSchema
from webapp.ports import Config


def routes(notices: SqlNotices, config: Config) -> Blueprint:
    blueprint = Blueprint("notices", "/api", "Notices")

    def me() -> tuple[str, str, str, bool, str]:
        user = current_user()
        return user.login, user.team, user.agent_id, user.role == "admin", config().time_zone

    @blueprint.get("/notices")
    @blueprint.response(200, NoticesSchema)
    @answers(NoConfiguration, DatabaseAway)
    @roles()
    def own_notices() -> dict[str, Any]:
        """What the user is to know now, the most important first."""
        return {"items": notices.of(*me())}

    @blueprint.post("/notices/<string(maxlength=64):notice_id>/receipt")
    @blueprint.arguments(ReceiptSchema)
    @blueprint.response(204)
    @answers(NoSuchNotice, NoConfiguration, DatabaseAway)
    @roles()
    def read_notice(body: dict[str, Any], notice_id: str) -> None:
        """The user has read it."""
        notices.read(notice_id, body["version"], *me())

    @blueprint.get("/notices/<string(maxlength=64):notice_id>/readers")
    @blueprint.response(200, ReadersSchema)
    @answers(NoSuchNotice, DatabaseAway)
    @roles("leader", "admin")
    def notice_readers(notice_id: str) -> dict[str, Any]:
        """Its audience, who has not read it first; for leaders those of their team."""
        user = current_user()
        return {"items": notices.readers(notice_id, None if user.role == "admin" else user.team)}

    return blueprint

"""What opening hours mean right now, while they are being written."""

from __future__ import annotations

from typing import Any

from cti_server.domain.clock import Clock
from cti_server.domain.config import CalendarConfig, HoursConfig
from cti_server.domain.ivr_hours import NO_DAYS, check_hours, is_open, next_change
from cti_server.errors import BadArguments, BadConfig, DatabaseAway
from cti_server.features.centre.document import decode_record
from cti_server.features.entities.contract import NoSuchEntry
from cti_server.features.entities.sql import Entities
from webapp.auth.guard import roles
from webapp.blueprint import Blueprint, answers
from webapp.features.centre.schemas import OpeningSchema
from webapp.features.entities.schemas import GivenSchema


def routes(entities: Entities, clock: Clock) -> Blueprint:
    blueprint = Blueprint("opening", "/api", "Opening hours")

    @blueprint.post("/opening")
    @blueprint.arguments(GivenSchema)
    @blueprint.response(200, OpeningSchema)
    @answers(BadArguments, NoSuchEntry, DatabaseAway)
    @roles("admin")
    def tell_opening(body: dict[str, Any]) -> dict[str, Any]:
        """Whether these hours (a record of entity `hours`, saved or not) are open now, and when that changes."""
        try:
            hours = decode_record(HoursConfig, body["record"], "record")
        except BadConfig as error:
            raise BadArguments(error.message, error.details) from error
        if problems := check_hours(hours):
            raise BadArguments("; ".join(problems), {"problems": problems})
        calendar = NO_DAYS
        if hours.calendar:
            calendar = decode_record(CalendarConfig, entities.get("calendars", hours.calendar).values, "calendar")
        now_ms = clock.now_ms()
        return {"open": is_open(hours, now_ms, calendar), "changes_ms": next_change(hours, now_ms, calendar)}

    return blueprint

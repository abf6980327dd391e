"""What opening hours mean right now, while they are being written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cti_server.domain.clock import Clock
from cti_server.domain.config import CalendarConfig, HoursConfig
from cti_server.domain.ivr_hours import NO_DAYS, check_hours, is_open, next_change
from cti_server.errors import BadArguments, BadConfig
from cti_server.features.centre.document import decode_record
from cti_server.features.entities.sql import Entities


def opening(entities: Entities, clock: Clock, record: Mapping[str, Any]) -> dict[str, Any]:
    """Whether these hours are open, and when that changes (UTC ms, None: not within a year). Raises BadArguments, NoSuchEntry,
    DatabaseAway."""
    try:
        hours = decode_record(HoursConfig, record, "record")
    except BadConfig as error:
        raise BadArguments(error.message, error.details) from error
    if problems := check_hours(hours):
        raise BadArguments("; ".join(problems), {"problems": problems})
    calendar = NO_DAYS
    if hours.calendar:
        calendar = decode_record(CalendarConfig, entities.get("calendars", hours.calendar).values, "calendar")
    now_ms = clock.now_ms()
    return {"open": is_open(hours, now_ms, calendar), "changes_ms": next_change(hours, now_ms, calendar)}

"""Opening hours: is a centre open at this moment? Local wall clock of the hours' own zone, nothing else.

An opening belongs to the day on which it starts: ``["22:00", "06:00"]`` on Friday runs into Saturday morning even when
Saturday is a closed day. An end that is not after its start is on the next day (``["00:00", "00:00"]`` is the whole day);
``24:00`` is allowed as an end.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cti_server.domain.config import HoursConfig
from cti_server.errors import CtiError

DAY_MIN = 24 * 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


def minutes(clock: str) -> int:
    """'08:30' -> 510. Raises CtiError 'bad-hours' for anything that is not HH:MM between 00:00 and 24:00."""
    if not isinstance(clock, str) or not _CLOCK.fullmatch(clock):
        raise CtiError("bad-hours", f"{clock!r} is not a time of day HH:MM between 00:00 and 24:00")
    return int(clock[:2]) * 60 + int(clock[3:])


def check_hours(hours: HoursConfig) -> list[str]:
    """Everything that is wrong with these hours, in sentences; [] when they can be used."""
    problems = []
    try:
        _zone(hours)
    except CtiError as error:
        problems.append(error.message)
    if len(hours.week) != 7:
        problems.append(f"hours {hours.id}: week has {len(hours.week)} days, not 7 (Monday first)")
    for day, openings in zip(WEEKDAYS, hours.week, strict=False):
        for opening in openings:
            if len(opening) != 2:
                problems.append(f"hours {hours.id}, {day}: {list(opening)!r} is not a pair of start and end")
                continue
            for clock in opening:
                try:
                    minutes(clock)
                except CtiError as error:
                    problems.append(f"hours {hours.id}, {day}: {error.message}")
    for text in hours.closed_days:
        try:
            date.fromisoformat(text)
        except (TypeError, ValueError):
            problems.append(f"hours {hours.id}: closed day {text!r} is not a date like 2026-10-01")
    return problems


def is_open(hours: HoursConfig, now_ms: int) -> bool:
    """Whether ``hours`` are open at ``now_ms`` (UTC ms). Raises CtiError 'bad-hours' where check_hours has problems."""
    local = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(_zone(hours))
    minute = local.hour * 60 + local.minute
    today = local.date()
    return _covers(hours, today, minute) or _covers(hours, today - timedelta(days=1), minute + DAY_MIN)


def _covers(hours: HoursConfig, day: date, minute: int) -> bool:
    """Does an opening that starts on ``day`` cover ``minute``, counted from that day's midnight?"""
    if day.isoformat() in hours.closed_days:
        return False
    for start_text, end_text in hours.week[day.weekday()]:
        start, end = minutes(start_text), minutes(end_text)
        if end <= start:
            end += DAY_MIN
        if start <= minute < end:
            return True
    return False


def _zone(hours: HoursConfig) -> ZoneInfo:
    try:
        return ZoneInfo(hours.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CtiError("bad-hours", f"hours {hours.id}: {hours.zone!r} is not a time zone, e.g. Asia/Shanghai") from error

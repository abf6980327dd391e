"""A day of the centre's wall clock as UTC milliseconds. Days with a clock change have 23 or 25 hours, and that is right."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cti_server.errors import CtiError


def zone_named(name: str) -> ZoneInfo:
    """Raises CtiError 'no-such-zone'."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError) as error:
        raise CtiError("no-such-zone", f"{name!r} is no IANA time zone, e.g. Asia/Shanghai (is tzdata installed?)") from error


def day_bounds(day: str, zone: str) -> tuple[int, int]:
    """'YYYY-MM-DD' -> (first ms, first ms of the next day). Raises CtiError 'bad-day', 'no-such-zone'."""
    try:
        first = date.fromisoformat(day)
        following = first + timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise CtiError("bad-day", f"{day!r} is not a day like 2031-05-17") from error
    place = zone_named(zone)
    return _midnight_ms(first, place), _midnight_ms(following, place)


def day_of(at_ms: int, zone: str) -> str:
    """The local day 'YYYY-MM-DD' of a moment. Raises CtiError 'no-such-zone'."""
    return datetime.fromtimestamp(at_ms / 1000, zone_named(zone)).date().isoformat()


def intervals(start_ms: int, end_ms: int, interval_min: int) -> list[tuple[int, int]]:
    """[start, end) cut into intervals of ``interval_min`` elapsed minutes; the last one may be shorter."""
    width = interval_min * 60_000
    return [(at, min(at + width, end_ms)) for at in range(start_ms, end_ms, width)]


def _midnight_ms(day: date, zone: ZoneInfo) -> int:
    """Where midnight does not exist (clocks jump at 0:00) the day starts at the jump."""
    return int(datetime.combine(day, time.min, zone).astimezone(UTC).timestamp()) * 1000

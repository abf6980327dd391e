"""A day of the centre's wall clock as UTC milliseconds. Days with a clock change have 23 or 25 hours, and that is right."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cti_server.errors import CtiError

DAY_MIN = 24 * 60
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 12, 30)
"""The days that end after 0 ms and can be reckoned with in every zone."""


class BadDay(CtiError, id="bad-day", status=422, en="This is not a valid day.", zh="日期无效。"):
    """A text that is no day; days or moments in the wrong order."""


class NoSuchZone(CtiError, id="no-such-zone"):
    """No time zone has this name."""


def zone_named(name: str) -> ZoneInfo:
    """Raises NoSuchZone; also for a name that means another zone on each machine or counts leap seconds."""
    try:
        if name.split("/")[0] in ("", "Factory", "localtime", "posix", "posixrules", "right"):
            raise ValueError(name)
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # its name is a file's: too long, a folder
        raise NoSuchZone(f"{name!r:.80} is no IANA time zone, e.g. Asia/Shanghai (is tzdata installed?)") from error


def day_bounds(day: str, zone: str) -> tuple[int, int]:
    """'YYYY-MM-DD' -> (first ms, first ms of the next day), the second > 0. Raises BadDay, NoSuchZone."""
    first = day_named(day)
    place = zone_named(zone)
    return _midnight_ms(first, place), _midnight_ms(first + timedelta(days=1), place)


def day_named(text: str) -> date:
    """'YYYY-MM-DD', FIRST_DAY to LAST_DAY. Raises BadDay."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise BadDay(f"{text[:20]!r} is not a day like 2031-05-17") from error
    if found.isoformat() != text or not FIRST_DAY <= found <= LAST_DAY:
        raise BadDay(f"{text[:20]!r} is not a day from {FIRST_DAY} to {LAST_DAY}, e.g. 2031-05-17")
    return found


def span_bounds(day: str, until: str, zone: str) -> tuple[int, int]:
    """Days from ``day`` to ``until``, both included ('': the same day) -> (first ms, first ms of the day after).

    Raises BadDay (also for ``until`` before ``day``), NoSuchZone.
    """
    start, end = day_bounds(day, zone)
    if until:
        days_between(day, until)
        end = day_bounds(until, zone)[1]
    return start, end


def day_of(at_ms: int, zone: str) -> str:
    """The local day 'YYYY-MM-DD' of a moment. Raises NoSuchZone, BadDay for a moment that no calendar has."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, zone_named(zone)).date().isoformat()
    except (OverflowError, ValueError, OSError) as error:
        raise BadDay(f"{at_ms} ms is no moment of a calendar") from error


def days_between(first: str, last: str) -> int:
    """How many days from ``first`` to ``last``, both included. Raises BadDay (also for a ``last`` before it)."""
    found = (day_named(last) - day_named(first)).days + 1
    if found < 1:
        raise BadDay(f"{last} is before {first}: give the earlier day first")
    return found


def intervals(start_ms: int, end_ms: int, interval_min: int, zone: str) -> list[tuple[int, int]]:
    """[start, end) cut where the wall clock of ``zone`` shows a multiple of ``interval_min`` minutes of a day.

    An hour that comes twice is two intervals; a day (1440) has the hours that it has. The first and last may be shorter.
    Raises NoSuchZone.
    """
    place, cuts, at = zone_named(zone), [start_ms], start_ms
    while True:
        local = datetime.fromtimestamp(at / 1000, place)
        into_ms = (local.hour * 60 + local.minute) % interval_min * 60_000 + local.second * 1000 + local.microsecond // 1000
        if interval_min == DAY_MIN:
            at = _midnight_ms(local.date() + timedelta(days=1), place)
        else:
            at += interval_min * 60_000 - into_ms
        if at >= end_ms:
            return list(zip(cuts, [*cuts[1:], end_ms], strict=True))
        cuts.append(at)


def changes_clock(at_ms: int, zone: str) -> bool:
    """Whether the local day of this moment has a clock change: times of that day need their offset to be told apart."""
    start, end = day_bounds(day_of(at_ms, zone), zone)
    place = zone_named(zone)
    return datetime.fromtimestamp(start / 1000, place).utcoffset() != datetime.fromtimestamp(end / 1000, place).utcoffset()


def _midnight_ms(day: date, zone: ZoneInfo) -> int:
    """Where midnight does not exist (clocks jump at 0:00) the day starts at the jump."""
    return int(datetime.combine(day, time.min, zone).astimezone(UTC).timestamp()) * 1000

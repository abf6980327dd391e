"""Opening hours: is a centre open at this moment? Local wall clock of the hours' own zone, nothing else.

An opening belongs to the day on which it starts: ``["22:00", "06:00"]`` on Friday runs into Saturday morning even when
Saturday is a closed day. An end that is not after its start is on the next day (``["00:00", "00:00"]`` is the whole day);
``24:00`` is allowed as an end. A day of its own (a date, or a day of every year) has its own openings or none, instead of those
of its weekday; so have, behind them, the holidays and make-up working days of the hours' calendar. Days are compared as days,
however they were written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from cti_server.domain.config import CalendarConfig, HoursConfig
from cti_server.domain.localday import zone_named
from cti_server.errors import CtiError
from cti_server.reasons import at, reason

DAY_MIN = 24 * 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Opening = tuple[str, str]
Day = tuple[int, int, int]
"""Year (0: every year), month, day."""
_YEARLY = re.compile(r"(?:--)?([0-9]{2})-([0-9]{2})")
_PLAIN_DAY = re.compile(r"([0-9]{4}-)?[0-9]{2}-[0-9]{2}")
LEAP_YEAR = 2000
LOOKED_AHEAD_DAYS = 400
NO_DAYS = CalendarConfig("", "")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


class BadHours(CtiError, id="bad-hours"):
    """Opening hours that cannot be read."""


NO_TIME = reason(
    "no-time-of-day",
    "{clock} is not a time of day HH:MM between 00:00 and 24:00",
    "{clock} 不是 00:00 到 24:00 之间的时间（时:分）",
)


def minutes(clock: str) -> int:
    """'08:30' -> 510. Raises BadHours for anything that is not HH:MM between 00:00 and 24:00."""
    if not isinstance(clock, str) or not _CLOCK.fullmatch(clock):
        raise BadHours(NO_TIME(clock=repr(clock)))
    return int(clock[:2]) * 60 + int(clock[3:])


NO_WEEK = reason("no-week", "week has {days} days, not 7 (Monday first)", "一周应有 7 天（周一在前），当前为 {days} 天")
SAME_DAY = reason(
    "same-day", "{day} is the same day as {other}: it must be listed once", "{day} 与 {other} 是同一天，只能列出一次"
)
NO_PLAIN_DAY = reason(
    "no-plain-day",
    "{day} must be written like 2026-10-01, or like 10-01 for a day of every year",
    "{day} 应写成 2026-10-01；每年重复的日子写成 10-01",
)
BOTH_DAYS = reason("holiday-and-workday", "{day} is a holiday, too: it can be one of both", "{day} 同时是节假日，只能二选一")
OVERLAP = reason(
    "openings-overlap", "{day}: {one} and {other} overlap: make one opening of them", "{day}：{one} 与 {other} 重叠，请合并为一段"
)
NO_OPENING = reason("no-opening", "{opening} is not a pair of start and end", "{opening} 不是一组开始和结束时间")


def check_hours(hours: HoursConfig) -> list[str]:
    """Everything that is wrong with these hours, in sentences; [] when they can be used."""
    problems = []
    try:
        _zone(hours)
    except CtiError as error:
        problems.append(error.message)
    if len(hours.week) != 7:
        problems.append(at(f"hours {hours.id}", NO_WEEK(days=len(hours.week))))
    for weekday, openings in zip(WEEKDAYS, hours.week, strict=False):
        problems += _opening_problems(f"hours {hours.id}, {weekday}", openings)
    seen: dict[Day, str] = {}
    for text in (*hours.closed_days, *hours.special_days):
        try:
            day = day_named(text)
        except CtiError as error:
            problems.append(at(f"hours {hours.id}", error.message))
            continue
        if day in seen:
            problems.append(at(f"hours {hours.id}", SAME_DAY(day=repr(text), other=repr(seen[day]))))
        seen.setdefault(day, text)
    for text, openings in hours.special_days.items():
        problems += _opening_problems(f"hours {hours.id}, {text}", openings)
    return problems + _opening_problems(f"hours {hours.id}, holiday", hours.holiday)


def overlaps(hours: HoursConfig) -> list[tuple[str, str]]:
    """Openings of one day that run into each other, as (field, text). ``hours``: such as check_hours finds nothing wrong with."""
    days = [("week", weekday, openings) for weekday, openings in zip(WEEKDAYS, hours.week, strict=False)]
    days += [("special_days", text, openings) for text, openings in hours.special_days.items()]
    days.append(("holiday", "holiday", hours.holiday))
    return [
        (name, OVERLAP(day=day, one="-".join(one), other="-".join(other)))
        for name, day, openings in days
        for one, other in pairwise(sorted(openings, key=_stretch))
        if _stretch(other)[0] < _stretch(one)[1]
    ]


def check_calendar(calendar: CalendarConfig) -> list[tuple[str, str]]:
    """(field, what is wrong with it)."""
    found = []
    for name, days in (("holidays", calendar.holidays), ("workdays", calendar.workdays)):
        for text in days:
            try:
                day_named(text)
            except CtiError as error:
                found.append((name, error.message))
                continue
            if not _PLAIN_DAY.fullmatch(text):
                found.append((name, NO_PLAIN_DAY(day=repr(text))))
    both = sorted(calendar.holidays.keys() & calendar.workdays.keys())
    return found + [("workdays", BOTH_DAYS(day=text)) for text in both]


def _opening_problems(place: str, openings: Sequence[Sequence[str]]) -> list[str]:
    problems = []
    for opening in openings:
        if len(opening) != 2:
            problems.append(at(place, NO_OPENING(opening=repr(list(opening)))))
            continue
        for clock in opening:
            try:
                minutes(clock)
            except CtiError as error:
                problems.append(at(place, error.message))
    return problems


def day_named(text: str) -> Day:
    """A date in any ISO form ('2026-10-01', '20261001', '2026-W40-4') or a day of every year ('10-01', ISO's '--10-01').

    Raises BadHours.
    """
    try:
        yearly = _YEARLY.fullmatch(text)
        found = date(LEAP_YEAR, int(yearly[1]), int(yearly[2])) if yearly else date.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadHours(f"day {text!r} is neither a date like 2026-10-01 nor a day of every year like 10-01") from None
    return (0 if yearly else found.year, found.month, found.day)


def is_open(hours: HoursConfig, now_ms: int, calendar: CalendarConfig = NO_DAYS) -> bool:
    """Whether ``hours`` are open at ``now_ms`` (UTC ms). Raises BadHours where check_hours has problems."""
    local = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(_zone(hours))
    minute = local.hour * 60 + local.minute
    today = local.date()
    return any(
        start <= minute + back * DAY_MIN < end
        for back in (0, 1)
        for start, end in _stretches(hours, today - timedelta(days=back), calendar)
    )


def serves(hours: Mapping[str, HoursConfig], calendars: Mapping[str, CalendarConfig], name: str, now_ms: int) -> bool:
    """As ``is_open``; hours that are gone or broken count as open: the call is served."""
    found = hours.get(name)
    if found is None:
        return True
    try:
        return is_open(found, now_ms, calendars.get(found.calendar, NO_DAYS))
    except CtiError:
        return True


def next_change(hours: HoursConfig, now_ms: int, calendar: CalendarConfig = NO_DAYS) -> int | None:
    """When it is the other way, UTC ms; None: not in LOOKED_AHEAD_DAYS. Raises BadHours where check_hours has problems."""
    zone, now = _zone(hours), is_open(hours, now_ms, calendar)
    today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    for ahead in range(LOOKED_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        edges = {
            edge - back * DAY_MIN
            for back in (0, 1)
            for stretch in _stretches(hours, day - timedelta(days=back), calendar)
            for edge in stretch
        }
        for minute in sorted(edge for edge in edges if 0 <= edge < DAY_MIN):
            at = datetime.combine(day, time(*divmod(minute, 60)), zone)
            at_ms = int(at.timestamp()) * 1000
            if at_ms > now_ms and is_open(hours, at_ms, calendar) != now:
                return at_ms
    return None


def _stretches(hours: HoursConfig, day: date, calendar: CalendarConfig) -> list[tuple[int, int]]:
    """What starts on ``day``, in minutes from its midnight; an end may be on the next day."""
    return [_stretch(opening) for opening in _openings(hours, day, calendar)]


def _stretch(opening: Opening) -> tuple[int, int]:
    start, end = map(minutes, opening)
    return (start, end if end > start else end + DAY_MIN)


def _openings(hours: HoursConfig, day: date, calendar: CalendarConfig) -> Sequence[Opening]:
    own = _own_days(hours.closed_days, tuple(hours.special_days.items()))
    for year in (day.year, 0):
        found = own.get((year, day.month, day.day))
        if found is not None:
            return found
    dated = day.isoformat()
    for text in (dated, dated[5:]):
        if text in calendar.holidays:
            return hours.holiday
        if text in calendar.workdays:
            return hours.week[0]
    return hours.week[day.weekday()]


@lru_cache(maxsize=256)
def _own_days(closed: tuple[str, ...], special: tuple[tuple[str, tuple[Opening, ...]], ...]) -> dict[Day, tuple[Opening, ...]]:
    """The days that do not follow the week, parsed once."""
    return {**{day_named(text): openings for text, openings in special}, **{day_named(text): () for text in closed}}


def _zone(hours: HoursConfig) -> ZoneInfo:
    try:
        return zone_named(hours.zone)
    except CtiError as error:
        raise BadHours(at(f"hours {hours.id}", error.message)) from error

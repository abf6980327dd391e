"""Opening hours: zones, edges, closed days, nights."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cti_server.domain.config import CalendarConfig, HoursConfig
from cti_server.domain.ivr_hours import NO_DAYS, check_calendar, check_hours, is_open, minutes, next_change, overlaps, serves
from cti_server.errors import CtiError
from cti_server.features.centre.seed_calendars import CALENDARS

OFFICE = (("09:00", "12:00"), ("13:30", "18:00"))
NIGHT = (("22:00", "06:00"),)


def hours(*days, closed=(), special=None, zone="Asia/Shanghai"):
    return HoursConfig("h", zone, tuple(days), tuple(closed), special or {})


WORK_WEEK = hours(*[OFFICE] * 5, (), (), closed=["2026-10-01"])


def at(text, zone="Asia/Shanghai"):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("2026-09-28T08:59:59", False),  # Monday
        ("2026-09-28T09:00:00", True),
        ("2026-09-28T11:59:59", True),
        ("2026-09-28T12:00:00", False),
        ("2026-09-28T13:30:00", True),
        ("2026-09-28T18:00:00", False),
        ("2026-09-27T10:00:00", False),  # Sunday
        ("2026-10-01T10:00:00", False),  # closed day
        ("2026-10-02T10:00:00", True),
    ],
)
def test_office_hours(when, answer):
    assert is_open(WORK_WEEK, at(when)) is answer


def test_the_zone_decides_not_the_machine():
    new_york = hours(*[OFFICE] * 7, zone="America/New_York")
    assert is_open(new_york, at("2026-09-28T09:30:00", "America/New_York"))
    assert not is_open(new_york, at("2026-09-28T09:30:00", "Asia/Shanghai"))


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("2026-09-28T21:59:00", False),
        ("2026-09-28T22:00:00", True),
        ("2026-09-29T00:00:00", True),
        ("2026-09-29T05:59:59", True),
        ("2026-09-29T06:00:00", False),
    ],
)
def test_an_opening_across_midnight(when, answer):
    monday_night = hours(NIGHT, (), (), (), (), (), ())
    assert is_open(monday_night, at(when)) is answer


def test_a_night_belongs_to_the_day_on_which_it_starts():
    nights = hours(*[NIGHT] * 7, closed=["2026-10-03"])
    assert is_open(nights, at("2026-10-03T03:00:00")), "the night of the 2nd runs on"
    assert not is_open(nights, at("2026-10-03T23:00:00"))
    assert not is_open(nights, at("2026-10-04T03:00:00")), "the night of the 3rd never started"


def test_whole_days():
    assert is_open(hours(*[(("00:00", "24:00"),)] * 7), at("2026-09-28T23:59:59"))
    assert is_open(hours(*[(("00:00", "00:00"),)] * 7), at("2026-09-28T00:00:00"))


def test_the_hour_that_summer_time_skips_and_repeats():
    berlin = hours(*[(("02:00", "03:00"),)] * 7, zone="Europe/Berlin")
    start = at("2026-03-29T00:00:00", "Europe/Berlin")
    assert not any(is_open(berlin, start + m * 60_000) for m in range(0, 23 * 60, 10))
    start = at("2026-10-25T00:00:00", "Europe/Berlin")
    assert sum(is_open(berlin, start + m * 60_000) for m in range(25 * 60)) == 120


@pytest.mark.parametrize("text", ["9:00", "24:01", "25:00", "09:60", "", "0900", None, 540])
def test_a_bad_time_of_day(text):
    with pytest.raises(CtiError, match="bad-hours"):
        minutes(text)


def test_all_problems_are_named():
    bad = HoursConfig("h", "Mars/Olympus", ((("9", "12:00"),), (("09:00",),)), ("yesterday",))
    text = "\n".join(check_hours(bad))
    for part in ("Mars/Olympus", "2 days", "'9'", "Tuesday", "yesterday"):
        assert part in text
    assert check_hours(WORK_WEEK) == []
    with pytest.raises(CtiError, match="bad-hours"):
        is_open(bad, 0)


@pytest.mark.parametrize(
    ("openings", "told"),
    [
        ((("09:00", "12:00"), ("11:00", "13:00")), "09:00-12:00 and 11:00-13:00"),
        ((("11:00", "13:00"), ("09:00", "12:00")), "09:00-12:00 and 11:00-13:00"),
        ((("09:00", "12:00"), ("09:00", "12:00")), "09:00-12:00 and 09:00-12:00"),
        ((("00:00", "00:00"), ("09:00", "12:00")), "00:00-00:00 and 09:00-12:00"),
        ((("22:00", "06:00"), ("23:00", "24:00")), "22:00-06:00 and 23:00-24:00"),
        ((("09:00", "12:00"), ("12:00", "13:00")), ""),
        ((("22:00", "06:00"), ("06:00", "12:00"), ("04:00", "05:00")), ""),
        ((), ""),
    ],
)
def test_openings_of_a_day_that_run_into_each_other_are_told(openings, told):
    where = {
        "week": hours((), openings, *[()] * 5),
        "special_days": replace(hours(*[()] * 7), special_days={"12-31": openings}),
        "holiday": replace(hours(*[()] * 7), holiday=openings),
    }
    for name, one in where.items():
        assert check_hours(one) == []
        found = overlaps(one)
        assert [field for field, _ in found] == [name] * bool(told)
        assert all(f"{told} overlap" in text for _, text in found)


@pytest.mark.parametrize("written", ["2026-10-01", "20261001", "2026-W40-4", "2026W404", "10-01", "--10-01"])
def test_a_closed_day_is_closed_however_it_is_written(written):
    week = hours(*[OFFICE] * 7, closed=[written])
    assert check_hours(week) == []
    assert not is_open(week, at("2026-10-01T10:00:00"))
    assert is_open(week, at("2026-10-02T10:00:00"))


def test_a_day_of_every_year():
    week = hours(*[OFFICE] * 7, closed=["01-01", "02-29"])
    assert not any(is_open(week, at(f"{year}-01-01T10:00:00")) for year in (2026, 2027, 2040))
    assert not is_open(week, at("2028-02-29T10:00:00"))
    assert is_open(week, at("2027-02-28T10:00:00"))


HALF = (("09:00", "12:00"),)


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("2026-10-10T10:00:00", True),  # a Saturday that is worked
        ("2026-10-17T10:00:00", False),  # another Saturday
        ("2026-12-31T11:59:00", True),  # a half day of every year
        ("2026-12-31T14:00:00", False),
        ("2027-12-31T14:00:00", True),  # this year's is a date of its own and wins
        ("2028-01-01T10:00:00", False),  # closed every year
        ("2029-01-01T10:00:00", True),  # but not in this one
        ("2026-10-06T02:00:00", True),  # a special night runs into a closed day
        ("2026-10-06T23:00:00", False),
    ],
)
def test_days_with_openings_of_their_own(when, answer):
    week = hours(
        *[OFFICE] * 5,
        (),
        (),
        closed=["01-01", "2026-10-06"],
        special={
            "2026-10-10": OFFICE, "12-31": HALF, "20271231": OFFICE, "2029-01-01": HALF, "2026-10-05": NIGHT,
        },
    )  # fmt: skip
    assert check_hours(week) == []
    assert is_open(week, at(when)) is answer


def test_problems_of_days_are_named():
    bad = hours(*[()] * 7, closed=["2026-02-29", "13-01", "20261001"], special={"2026-10-01": HALF, "12-31": (("9", "12:00"),)})
    text = "\n".join(check_hours(bad))
    for part in ("'2026-02-29' is neither", "'13-01' is neither", "'2026-10-01' is the same day as '20261001'", "12-31: '9'"):
        assert part in text, part


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "right/Asia/Shanghai", "posix/UTC", "/Asia", ""])
def test_a_zone_that_is_another_one_elsewhere_is_none(zone: str) -> None:
    assert "time zone" in check_hours(HoursConfig("office", zone, ((),) * 7))[0]


CN = CalendarConfig("cn", "CN", {"2026-10-01": "国庆节", "05-01": "劳动节"}, {"2026-10-10": "调休上班"})
SHOP = HoursConfig("shop", "Asia/Shanghai", WORK_WEEK.week, calendar="cn", holiday=(("10:00", "12:00"),))


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("2026-10-01T11:00:00", True),
        ("2026-10-01T15:00:00", False),
        ("2027-05-01T11:00:00", True),
        ("2026-10-10T15:00:00", True),
        ("2026-10-17T15:00:00", False),
        ("2026-10-12T15:00:00", True),
    ],
    ids=["on a holiday", "after its hours", "each year", "a Saturday that is worked", "another Saturday", "a Monday"],
)
def test_a_calendar_has_holidays_and_make_up_working_days(when: str, answer: bool) -> None:
    assert is_open(SHOP, at(when), CN) is answer


def test_days_of_the_hours_themselves_come_before_the_calendar() -> None:
    own = replace(SHOP, special_days={"2026-10-01": (("20:00", "21:00"),)}, closed_days=("2026-10-10",))
    assert is_open(own, at("2026-10-01T20:30:00"), CN)
    assert not is_open(own, at("2026-10-10T15:00:00"), CN)


def test_hours_that_are_gone_count_as_open() -> None:
    assert serves({}, {}, "gone", 0)
    assert not serves({"shop": SHOP}, {"cn": CN}, "shop", at("2026-10-01T15:00:00"))
    assert serves({"shop": SHOP}, {}, "shop", at("2026-10-01T15:00:00")), "a calendar that is gone has no days"


@pytest.mark.parametrize(
    ("hours", "when", "change"),
    [
        (SHOP, "2026-09-28T10:00:00", "2026-09-28T12:00:00"),
        (SHOP, "2026-09-30T19:00:00", "2026-10-01T10:00:00"),
        (SHOP, "2026-10-01T12:30:00", "2026-10-02T09:00:00"),
        (hours(*[(("22:00", "06:00"),)] * 7), "2026-09-28T23:00:00", "2026-09-29T06:00:00"),
        (hours(*[(("22:00", "06:00"),)] * 7), "2026-09-28T05:00:00", "2026-09-28T06:00:00"),
        (hours((("12:00", "24:00"),), (("00:00", "02:00"),), (), (), (), (), ()), "2026-09-28T13:00:00", "2026-09-29T02:00:00"),
        (hours(*[(("00:00", "24:00"),)] * 7), "2026-09-28T13:00:00", None),
        (hours(*[()] * 7), "2026-09-28T13:00:00", None),
    ],
    ids=["today", "on the holiday", "after it", "over midnight", "from yesterday", "without a gap", "always", "never"],
)
def test_when_it_is_the_other_way(hours: HoursConfig, when: str, change: str | None) -> None:
    assert next_change(hours, at(when), CN if hours.calendar else NO_DAYS) == (at(change) if change else None)


def test_the_calendar_that_comes_with_the_product_is_one() -> None:
    for calendar in CALENDARS:
        assert check_calendar(calendar) == []
        assert min(calendar.workdays) > "2025"

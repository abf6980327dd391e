"""Figures: the check vector of every named formula, and the sums that must agree however the facts are cut."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_server.domain import kpi, record
from cti_server.domain.kpi import AgentRow, QueueRow
from cti_server.domain.localday import day_bounds, days_between, intervals
from cti_server.errors import CtiError

QUARTER = 15 * 60_000


def segment(kind: str, started: int, ended: int, outcome: str = "", **more: Any) -> dict[str, Any]:
    return {
        "call_id": "c1",
        "segment": kind,
        "queue": "repair",
        "agent": "1001",
        "team": "t",
        "leg": "",
        "started_ms": started,
        "ended_ms": ended,
        "outcome": outcome,
        "estimated": False,
        "detail": {},
        **more,
    }


def interval(status: str, state: str, started: int, ended: int) -> dict[str, Any]:
    return {"agent": "1001", "status": status, "state": state, "started_ms": started, "ended_ms": ended}


VECTOR = QueueRow(answered=1000, abandoned=60, answered_in_sl=860, abandoned_in_sl=20, short_abandoned=10)


@pytest.mark.parametrize(
    ("formula", "percent"),
    [
        ("of-answered", 86.00),
        ("negative", 81.13),
        ("positive", 83.02),
        ("ignore-abandons", 82.69),
        ("answered-offered", 81.90),
    ],
)
def test_service_level_of_the_check_vector(formula: str, percent: float) -> None:
    level = kpi.service_level(VECTOR, formula)
    assert level is not None
    assert round(level * 100, 2) == percent


def test_every_formula_is_checked_and_an_unknown_one_is_refused() -> None:
    assert len(kpi.FORMULAS) == 5
    with pytest.raises(CtiError, match="no-such-formula"):
        kpi.figures(VECTOR, "best-looking")


@pytest.mark.parametrize("formula", kpi.FORMULAS)
def test_an_empty_row_has_no_rates(formula: str) -> None:
    found = kpi.figures(QueueRow("repair"), formula)
    assert [found[key] for key in ("service_level", "asa_s", "aht_s", "abandon_rate")] == [None] * 4
    agent = kpi.figures(AgentRow("1001"))
    assert agent["aht_s"] is None
    assert agent["occupancy"] is None


@pytest.mark.parametrize(
    "figure",
    [
        kpi.Figure("talkative", "share", kpi.Words("Talkative", "健谈"), ("tlak_ms",), of=lambda row, formula: None),
        kpi.Figure("tlak_ms", "ms", kpi.Words("Talk", "通话")),
    ],
)
def test_a_figure_is_of_parts_that_its_row_has(figure: kpi.Figure) -> None:
    with pytest.raises(TypeError, match=f"figure '{figure.id}' is of 'tlak_ms', which its row does not have"):
        kpi._declared(kpi.AGENT_PARTS, figure)


def test_thresholds_are_at_most_for_the_level_and_below_for_short_abandons() -> None:
    row = QueueRow("repair", service_level_s=20, short_abandon_s=5)
    row.add_segment(segment("queue", 0, 20_000, "answered"))
    row.add_segment(segment("queue", 0, 20_001, "answered"))
    row.add_segment(segment("queue", 0, 4_999, "abandoned"))
    row.add_segment(segment("queue", 0, 5_000, "abandoned"))
    assert (row.answered, row.answered_in_sl, row.abandoned, row.short_abandoned, row.abandoned_in_sl) == (2, 1, 2, 1, 2)
    assert row.offered == 4


def test_the_thresholds_in_the_fact_win() -> None:
    row = QueueRow("repair", service_level_s=20, short_abandon_s=5)
    row.add_segment(segment("queue", 0, 25_000, "answered", detail={"service_level_s": 30, "short_abandon_s": 5}))
    assert row.answered_in_sl == 1


def test_a_whole_call_gives_asa_and_aht() -> None:
    row = QueueRow("repair")
    row.add_segment(segment("ivr", 0, 9_000))
    row.add_segment(segment("queue", 9_000, 19_000, "answered"))
    row.add_segment(segment("offer", 12_000, 19_000, "answered"))
    row.add_segment(segment("talk", 19_000, 49_000))
    row.add_segment(segment("hold", 49_000, 59_000))
    row.add_segment(segment("talk", 59_000, 69_000))
    row.add_segment(segment("wrap_up", 69_000, 79_000))
    found = kpi.figures(row)
    assert (found["asa_s"], found["aht_s"], found["handled"], found["offered"]) == (10.0, 60.0, 1, 1)


def test_talk_counts_where_its_call_arrived() -> None:
    row = QueueRow("repair", 0, QUARTER)
    row.add_segment(segment("talk", QUARTER + 5, QUARTER + 1_005, detail={"queued_ms": QUARTER - 10}))
    row.add_segment(segment("talk", QUARTER + 5, QUARTER + 1_005))
    assert row.talk_ms == 1_000


def test_agent_time_is_clipped_to_the_interval() -> None:
    """Answered 3:50, ended 4:05: ten minutes in 3:45, five in 4:00."""
    at = (3 * 60 + 50) * 60_000
    first, second = AgentRow("1001", at - 5 * 60_000, at + 10 * 60_000), AgentRow("1001", at + 10 * 60_000, at + 25 * 60_000)
    for row in (first, second):
        row.add_interval(interval("ready", "talking", at, at + 15 * 60_000))
    assert (first.talk_ms, second.talk_ms) == (10 * 60_000, 5 * 60_000)


def test_occupancy_leaves_not_ready_out() -> None:
    row = AgentRow("1001")
    for status, state, length in (
        ("ready", "idle", 200),
        ("ready", "ringing", 50),
        ("ready", "talking", 300),
        ("ready", "holding", 100),
        ("ready", "wrap_up", 350),
        ("not_ready", "idle", 1000),
        ("ready", "unreachable", 7),
        ("logged_out", "idle", 5000),
    ):
        row.add_interval(interval(status, state, 0, length))
    found = kpi.figures(row)
    assert found["occupancy"] == 0.8
    assert (found["not_ready_ms"], found["logged_in_ms"]) == (1007, 2007)


def test_offers_count_for_the_agent() -> None:
    row = AgentRow("1001")
    for outcome in ("answered", "no-answer", "rejected", "answered"):
        row.add_segment(segment("offer", 0, 10, outcome))
    assert (row.answered, row.rona) == (2, 1)


def call(first: str, last: str, **more: Any) -> dict[str, Any]:
    teams = {"first_team": "day", "last_team": "night"}
    return {"direction": "inbound", "arrived_ms": 0, "first_agent": first, "last_agent": last, **teams, **more}


def test_who_had_the_customer_first_and_last() -> None:
    row = AgentRow("1001")
    for ended in (call("1001", "1001"), call("1001", "1001"), call("1001", "1002"), call("1002", "1001"), call("1003", "1002")):
        row.add_call(ended)
    row.add_call(call("", ""))
    row.add_call(call("1001", "1001", direction="internal"))
    assert (row.first_in, row.last_in, row.passed_on) == (3, 3, 1)
    assert kpi.figures(row)["first_resolution"] == 2 / 3
    assert kpi.figures(AgentRow("1001"))["first_resolution"] is None


def test_a_call_counts_on_the_day_of_its_arrival() -> None:
    row = AgentRow("1001", *DAY)
    for arrived in (DAY[0] - 1, DAY[0], DAY[1] - 1, DAY[1]):
        row.add_call(call("1001", "1001", arrived_ms=arrived, ended_ms=DAY[1] + 5))
    assert row.first_in == 2


def test_a_call_counts_once_for_each_agent_whatever_the_team_was() -> None:
    assert kpi.agents_of(call("1001", "1002")) == {"1001": "day", "1002": "night"}
    assert kpi.agents_of(call("1001", "1001")) == {"1001": "night"}
    assert kpi.agents_of(call("", "")) == {}


DAY = day_bounds("2031-05-17", "Asia/Shanghai")
MOMENTS = st.integers(DAY[0], DAY[1] - 1)
OUTCOMES = st.sampled_from(["answered", "abandoned", "overflowed", "failed", "switch-lost", "voicemail", "unheard-of"])


@st.composite
def segments(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.integers(DAY[0] - QUARTER, DAY[1] + QUARTER))
    kind = draw(st.sampled_from(["queue", "talk", "hold", "wrap_up", "ivr", "offer"]))
    outcome = draw(OUTCOMES if kind == "queue" else st.sampled_from(["answered", "no-answer", ""]))
    queued = draw(st.none() | MOMENTS)
    detail = {} if queued is None else {"queued_ms": queued}
    return segment(kind, start, start + draw(st.integers(0, 3_600_000)), outcome, detail=detail)


@st.composite
def agent_intervals(draw: st.DrawFn) -> dict[str, Any]:
    start = draw(st.integers(DAY[0] - QUARTER, DAY[1]))
    status = draw(st.sampled_from(["ready", "not_ready", "logged_out"]))
    state = draw(st.sampled_from(["idle", "reserved", "ringing", "talking", "holding", "dialing", "wrap_up", "unreachable"]))
    return interval(status, state, start, start + draw(st.integers(0, 6 * 3_600_000)))


@given(st.lists(segments(), max_size=40), st.sampled_from([15, 30, 60]))
def test_the_live_row_is_the_sum_of_the_report_rows(facts: list[dict[str, Any]], minutes: int) -> None:
    live = QueueRow("repair", *DAY)
    rows = [QueueRow("repair", *bounds) for bounds in intervals(*DAY, minutes, "Asia/Shanghai")]
    for fact in facts:
        for row in (live, *rows):
            row.add_segment(fact)
    assert kpi.merge(rows) == live
    assert live.offered == live.answered + live.abandoned + live.overflowed + live.failed


AGENTS = st.sampled_from(["", "1001", "1002"])
CALLS = st.builds(lambda first, last, at: call(first, last, arrived_ms=at), AGENTS, AGENTS, MOMENTS)


@given(st.lists(agent_intervals(), max_size=20), st.lists(segments(), max_size=20), st.lists(CALLS, max_size=20))
def test_the_live_agent_is_the_sum_and_its_states_are_its_logged_in_time(
    times: list[dict[str, Any]], offers: list[dict[str, Any]], ended: list[dict[str, Any]]
) -> None:
    live = AgentRow("1001", *DAY)
    rows = [AgentRow("1001", *bounds) for bounds in intervals(*DAY, 15, "Asia/Shanghai")]
    for row in (live, *rows):
        for fact in times:
            row.add_interval(fact)
        for fact in offers:
            row.add_segment(fact)
        for fact in ended:
            row.add_call(fact)
    assert kpi.merge(rows) == live
    parts = (live.ring_ms, live.talk_ms, live.hold_ms, live.wrap_up_ms, live.idle_ms, live.not_ready_ms)
    assert sum(parts) == live.logged_in_ms


@st.composite
def queue_rows(draw: st.DrawFn) -> QueueRow:
    row = QueueRow(draw(st.sampled_from(["repair", "billing"])), 0, draw(st.integers(1, 100)))
    for part in (*kpi.QUEUE_PARTS, "waiting"):
        setattr(row, part, draw(st.integers(0, 10**9)))
    return row


@given(queue_rows(), queue_rows(), queue_rows())
def test_merge_is_associative_and_commutative(a: QueueRow, b: QueueRow, c: QueueRow) -> None:
    assert kpi.merge([kpi.merge([a, b]), c]) == kpi.merge([a, kpi.merge([b, c])]) == kpi.merge([c, a, b])
    assert record.read(QueueRow, record.plain(a)) == a


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2031-05-17", "Asia/Shanghai", 24),
        ("2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2026-10-04", "Australia/Lord_Howe", 23.5),
    ],
)
def test_a_local_day_has_the_hours_that_it_has(day: str, zone: str, hours: float) -> None:
    start, end = day_bounds(day, zone)
    assert end - start == hours * 3_600_000
    assert len(intervals(start, end, 15, zone)) == hours * 4
    assert intervals(start, end, 1440, zone) == [(start, end)]


@pytest.mark.parametrize(
    ("day", "zone", "minutes", "labels"),
    [
        ("2026-10-25", "Europe/Berlin", 60, ["02:00+02:00", "02:00+01:00", "03:00+01:00"]),
        ("2026-03-29", "Europe/Berlin", 60, ["01:00+01:00", "03:00+02:00", "04:00+02:00"]),
        ("2026-04-05", "Australia/Lord_Howe", 60, ["01:00+11:00", "01:30+10:30", "02:00+10:30"]),
        ("2026-10-04", "Australia/Lord_Howe", 60, ["01:00+10:30", "02:30+11:00", "03:00+11:00"]),
        ("2026-09-06", "America/Santiago", 1440, ["01:00-03:00"]),  # midnight does not exist
        ("2026-11-01", "America/Havana", 60, ["00:00-04:00", "00:00-05:00", "01:00-05:00"]),  # midnight comes twice
    ],
)
def test_intervals_begin_where_the_clock_on_the_wall_says(day: str, zone: str, minutes: int, labels: list[str]) -> None:
    start, end = day_bounds(day, zone)
    found = intervals(start, end, minutes, zone)
    moments = [datetime.fromtimestamp(at / 1000, ZoneInfo(zone)) for at, _ in found]
    shown = [f"{at:%H:%M}{at.isoformat()[-6:]}" for at in moments]
    first = shown.index(labels[0])
    assert shown[first : first + len(labels)] == labels
    assert len(set(shown)) == len(shown)
    assert [a for a, _ in found][1:] == [b for _, b in found][:-1]
    assert (found[0][0], found[-1][1]) == (start, end)


def test_what_begins_within_a_quarter_is_cut_at_the_quarters() -> None:
    start, _ = day_bounds("2026-10-24", "Europe/Berlin")
    odd = start + 7 * 60_000 + 23_456
    assert intervals(odd, start + 3 * QUARTER, 15, "Europe/Berlin") == [
        (odd, start + QUARTER), (start + QUARTER, start + 2 * QUARTER), (start + 2 * QUARTER, start + 3 * QUARTER)
    ]  # fmt: skip
    assert intervals(odd, odd + 1, 15, "Europe/Berlin") == [(odd, odd + 1)]


def test_days_of_a_range_are_whole_local_days() -> None:
    start, end = day_bounds("2026-10-24", "Europe/Berlin")[0], day_bounds("2026-10-26", "Europe/Berlin")[1]
    assert [(b - a) / 3_600_000 for a, b in intervals(start, end, 1440, "Europe/Berlin")] == [24, 25, 24]
    assert days_between("2026-10-24", "2026-10-26") == 3
    for first, last in (("2026-10-26", "2026-10-24"), ("x", "2026-10-24")):
        with pytest.raises(CtiError, match="bad-day"):
            days_between(first, last)


def test_bad_days_and_zones_are_said() -> None:
    with pytest.raises(CtiError, match="bad-day"):
        day_bounds("17.5.2031", "Asia/Shanghai")
    with pytest.raises(CtiError, match="no-such-zone"):
        day_bounds("2031-05-17", "Mars/Olympus")

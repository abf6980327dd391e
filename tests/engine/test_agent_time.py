"""Agents' time is complete at every moment: live figures and report agree, over midnight and a change of clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti_server.domain.kpi import AGENT_PARTS, agent_time_parts
from cti_server.domain.localday import day_bounds, day_of
from cti_server.features.reports.service import Reports
from tests.engine.world import START_MS, World, centre, with_queue

QUARTER_MS = 900_000
SHOWN = ("talk_ms", "hold_ms", "wrap_up_ms", "ring_ms", "idle_ms", "logged_in_ms", "first_in", "last_in", "passed_on")


class Ledger:
    """All facts that the engine has written; everything up to now is stored."""

    def __init__(self, w: World) -> None:
        self.w = w

    def segments(self, start: int, end: int, kinds: tuple[str, ...], **_: str) -> Iterator[Mapping[str, Any]]:
        return iter([s for s in self.w.of_kind("segment") if s["segment"] in kinds and start <= s["started_ms"] < end])

    def intervals(self, start: int, end: int, **_: str) -> Iterator[Mapping[str, Any]]:
        return iter([i for i in self.w.of_kind("agent_interval") if i["started_ms"] < end and i["ended_ms"] > start])

    def calls(self, start: int, end: int, **_: str) -> Iterator[Mapping[str, Any]]:
        return iter([call for call in self.w.of_kind("call") if start <= call["arrived_ms"] < end])

    def as_of_ms(self) -> int:
        return self.w.now


class Clock:
    def __init__(self, w: World) -> None:
        self.now_ms = lambda: w.now


def reported(w: World, views: list[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The report of the running day, with these views of what runs."""
    report = Reports(Ledger(w), None, lambda: w.config, Clock(w))  # type: ignore[arg-type]
    totals: dict[str, dict[str, Any]] = report.agents(day_of(w.now, w.config.time_zone), running=views)["totals"]
    return totals


def live(w: World, agent: str) -> dict[str, int]:
    """What a screen shows: today's figures and what has run since."""
    view = w.view("agents", agent)
    found = {part: view["today"].get(part, 0) for part in SHOWN}
    if view["counted_ms"]:
        open_now = {**view, "agent": agent, "started_ms": view["counted_ms"], "ended_ms": w.now}
        for part, value in agent_time_parts(open_now).items():
            found[part] = found.get(part, 0) + value
    return {part: found[part] for part in SHOWN}


def told(w: World) -> list[Mapping[str, Any]]:
    """The agents as a web process knows them: by events, which say nothing of a cut."""
    views: dict[str, Mapping[str, Any]] = {}
    for event in w.published:
        if "agent" in event.data:
            views[event.data["agent"]["id"]] = event.data["agent"]
    return list(views.values())


def test_seven_quiet_hours_are_seven_hours() -> None:
    w = World(centre(1))
    w.agent("1001")
    w.wait(7 * 3600 + 100)
    assert live(w, "1001")["idle_ms"] == (7 * 3600 + 100) * 1000
    assert reported(w, told(w))["1001"]["logged_in_ms"] == (7 * 3600 + 100) * 1000
    assert reported(w, [])["1001"]["logged_in_ms"] == 7 * 3_600_000, "the ledger alone is never later than a quarter of an hour"
    ended = [i["ended_ms"] for i in w.of_kind("agent_interval")]
    assert ended == [START_MS + n * QUARTER_MS for n in range(1, 29)]


def test_many_agents_are_cut_a_few_at_a_time() -> None:
    w = World(centre(250))
    for n in range(250):
        w.agent(f"{1001 + n}", ready=False)
    before = len(w.inputs)
    w.wait(QUARTER_MS // 1000 + 1)
    facts = w.of_kind("agent_interval")
    assert len(facts) == 250
    assert {i["ended_ms"] for i in facts} == {START_MS + QUARTER_MS}
    assert len(w.inputs) - before >= 3


def test_at_midnight_every_screen_gets_the_new_day() -> None:
    w = World(centre(2))
    w.agent("1001")
    leg = w.call()
    w.hang_up(leg)
    _, midnight = day_bounds(day_of(w.now, w.config.time_zone), w.config.time_zone)
    w.wait((midnight - w.now) / 1000 - 1)
    assert w.view("queues", "sales")["today"]["offered"] == 1
    seen = len(w.published)
    w.wait(2)
    names = {(e.name, (e.data.get("agent") or e.data.get("queue") or {})["id"]) for e in w.published[seen:]}
    assert {("agent.status_changed", "1001"), ("agent.status_changed", "1002"), ("queue.changed", "sales")} <= names
    assert live(w, "1001")["logged_in_ms"] == 1000
    assert w.view("queues", "sales")["today"]["offered"] == 0


def test_a_restart_keeps_what_runs() -> None:
    w = World(centre(1))
    w.agent("1001")
    w.wait(1000)
    w.restart(8)
    w.wait(2000)
    assert live(w, "1001")["logged_in_ms"] == 3_000_000 == reported(w, told(w))["1001"]["logged_in_ms"]
    assert w.doubles == []


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Asia/Shanghai", "2027-01-15T14:00:00+00:00"),  # two hours before midnight
        ("Europe/Berlin", "2027-03-27T22:00:00+00:00"),  # a day of 23 h begins
        ("Europe/Berlin", "2027-10-30T21:00:00+00:00"),  # one of 25 h
        ("Asia/Kathmandu", "2027-01-15T17:00:00+00:00"),  # 5:45
    ],
)
@settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([0, 1, 300, 899, 901, 5000, 20_000]), st.sampled_from(["in", "out", "pause", "call", "end", "pass"])
        ),
        min_size=3,
        max_size=12,
    )
)
def test_live_and_report_agree_at_every_moment(zone: str, start: str, steps: list[tuple[int, str]]) -> None:
    w = World(with_queue(centre(2, time_zone=zone), "sales", wrap_up_s=60))
    w.now = int(datetime.fromisoformat(start).timestamp() * 1000)
    w.agent("1001")
    for seconds, what in steps:
        if what == "in":
            w.agent("1001")
        elif what == "out":
            w.command("LogoutAgent", agent_id="1001")
        elif what == "pause":
            w.command("PauseAgent", agent_id="1001", reason="lunch")
        elif what == "call":
            w.call()
            if w.state("1001") == "reserved":
                w.pick_up(w.offered_leg())
        elif what == "pass":
            if w.view("agents", "1002")["status"] == "logged_out":
                w.agent("1002", ready=False)
            for own, other in (("1001", "1002"), ("1002", "1001")):
                if w.state(own) == "talking" and getattr(w.command("TransferToAgent", agent_id=own, colleague_id=other), "ok", 0):
                    w.answers(w.offered_leg())
                    break
        else:
            for leg in [c.leg for c in w.channels.values() if c.direction == "inbound"]:
                w.hang_up(leg)
        w.wait(seconds)
        for agent in ("1001", "1002"):
            shown = live(w, agent)
            row = reported(w, told(w))[agent]
            assert shown == {part: row[part] for part in SHOWN}
            assert {part: row[part] for part in SHOWN} == {part: reported(w, list(views(w)))[agent][part] for part in SHOWN}
            assert row["logged_in_ms"] == sum(row[part] for part in AGENT_PARTS if part.endswith("_ms")) - row["logged_in_ms"]


def views(w: World) -> list[Mapping[str, Any]]:
    return list(w.engine.snapshot()["agents"].values())


def test_another_time_zone_begins_its_day_at_once() -> None:
    w = World(centre(1, time_zone="Asia/Shanghai"))
    w.agent("1001")
    new = "Pacific/Auckland"
    w.wait(((day_bounds(day_of(w.now, new), new)[1] - w.now) / 1000 + 600) % 86_400)
    w.published.clear()
    w.reconfigure(centre(1, time_zone=new, version=2))
    w.wait(1)
    for kind, thing in (("queues", "sales"), ("queues", "repair")):
        today = w.view(kind, thing)["today"]
        assert (today["start_ms"], today["end_ms"]) == day_bounds(day_of(w.now, new), new)
    assert {"queue.changed", "agent.status_changed"} <= {event.name for event in w.published}

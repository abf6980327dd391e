"""A daemon that starts with an empty Redis: the day's live figures come back out of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain.kpi import attributed_ms
from cti_server.domain.localday import day_bounds, day_of
from cti_server.features.reports.live_figures import closed_before
from tests.engine.world import World


class Books:
    """The ledger, as the facts of a world. Implements features.reports.service.LedgerReader."""

    def __init__(self, w: World) -> None:
        self.world = w

    def segments(
        self, start_ms: int, end_ms: int, kinds: tuple[str, ...], queue: str = "", agent: str = "", team: str = ""
    ) -> Iterator[Mapping[str, Any]]:
        found = [s for s in self.world.of_kind("segment") if s["segment"] in kinds]
        return iter([s for s in found if start_ms <= attributed_ms(s) < end_ms])

    def intervals(self, start_ms: int, end_ms: int, agent: str = "", team: str = "") -> Iterator[Mapping[str, Any]]:
        return iter([i for i in self.world.of_kind("agent_interval") if i["started_ms"] < end_ms and i["ended_ms"] > start_ms])

    def calls(self, start_ms: int, end_ms: int, agent: str = "", team: str = "") -> Iterator[Mapping[str, Any]]:
        return iter([call for call in self.world.of_kind("call") if start_ms <= call["arrived_ms"] < end_ms])

    def as_of_ms(self) -> int:
        return self.world.now


def a_morning() -> World:
    w = World()
    w.agent("1001")
    w.agent("1002")
    for _ in range(3):
        leg = w.call()
        w.wait(2)
        w.pick_up(w.offered_leg())
        w.wait(40)
        w.hang_up(leg)
        w.wait(35)
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    w.command("PauseAgent", agent_id="1002", reason="lunch")
    lost = w.call()
    w.wait(12)
    w.hang_up(lost)
    w.command("LogoutAgent", agent_id="1001")
    w.command("LogoutAgent", agent_id="1002")
    return w


def shown(w: World) -> list[Any]:
    queues = [w.view("queues", one)["today"] for one in ("sales", "repair")]
    return queues + [w.view("agents", one)["today"] for one in ("1001", "1002", "1003")]


def restore(w: World) -> None:
    today = closed_before(Books(w), w.config, w.engine.figures_before_ms)
    for arguments in today.slices():
        reply = w.command("RestoreFigures", "system:worker", data=arguments)
        assert reply is not None
        assert reply.ok


def test_the_days_figures_come_back_from_the_ledger() -> None:
    w = a_morning()
    before = shown(w)
    w.wait(1)
    w.restart(8, mirror=False)
    assert shown(w)[0]["answered"] == 0
    assert w.engine.figures_before_ms == w.now
    seen = len(w.published)
    restore(w)
    assert shown(w) == before
    assert w.engine.figures_before_ms == 0, "nothing is lacking any more"
    told = {(e.name, (e.data.get("agent") or e.data.get("queue") or {})["id"]) for e in w.published[seen:]}
    assert told == {
        *(("queue.changed", queue) for queue in w.config.queues),
        *(("agent.status_changed", agent) for agent in w.config.agents),
    }, "every screen is told"


def test_what_closes_after_the_start_is_counted_once() -> None:
    w = a_morning()
    w.wait(1)
    w.restart(8, mirror=False)
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.wait(10)
    w.hang_up(leg)
    w.wait(40)
    restore(w)
    assert (shown(w)[0]["answered"], shown(w)[0]["abandoned"]) == (4, 1)
    restore_again = closed_before(Books(w), w.config, w.now).slices()
    for arguments in restore_again:
        w.command("RestoreFigures", "system:worker", data=arguments)
    assert shown(w)[0]["answered"] == 4


def test_with_a_mirror_nothing_is_lacking_and_another_day_is_refused() -> None:
    w = a_morning()
    w.restart(8)
    assert w.engine.figures_before_ms == 0
    w.restart(9, mirror=False)
    reply = w.command("RestoreFigures", "system:worker", data={"day_start_ms": 0, "queues": {}, "agents": {}})
    assert reply is not None
    assert reply.error_id == "wrong-state"
    day = closed_before(Books(w), w.config, w.now).day_start_ms
    for wrong in ({"sales": 5}, {"sales": {"answered": -1}}, {"sales": {"answered": "1"}}, []):
        bad = w.command("RestoreFigures", "system:worker", data={"day_start_ms": day, "queues": wrong, "agents": {}})
        assert bad is not None
        assert bad.error_id == "bad-arguments"
    w.wait(86_400)
    assert w.engine.figures_before_ms == 0, "yesterday's are of no use"


def _other_zone(w: World) -> str:
    """One whose day has begun before the morning of ``w`` and ends at another moment."""
    zones = ("Asia/Tokyo", "Asia/Kolkata", "Europe/Berlin", "America/New_York", "Pacific/Auckland")
    start = min(fact["arrived_ms"] for fact in w.of_kind("call")) - 60_000
    now = day_bounds(day_of(w.now, w.config.time_zone), w.config.time_zone)
    return next(z for z in zones if (day := day_bounds(day_of(w.now, z), z))[0] < start and day != now)


@pytest.mark.parametrize("meanwhile", [False, True])
def test_another_time_zone_keeps_the_figures_of_its_day(meanwhile: bool) -> None:
    """``meanwhile``: it was changed while no daemon ran."""
    w = a_morning()
    before = shown(w)
    zone = _other_zone(w)
    w.wait(1)
    if meanwhile:
        w.config = replace(w.config, time_zone=zone, version=2)
        w.restart(8)
    else:
        w.reconfigure(replace(w.config, time_zone=zone, version=2))
    assert shown(w)[0]["answered"] == 0
    assert w.engine.figures_before_ms == w.now
    restore(w)
    days = ("start_ms", "end_ms")
    assert [{k: v for k, v in row.items() if k not in days} for row in shown(w)] == [
        {k: v for k, v in row.items() if k not in days} for row in before
    ]
    assert shown(w)[0]["start_ms"] == day_bounds(day_of(w.now, zone), zone)[0]


def test_a_new_configuration_of_the_same_day_keeps_what_is_counted() -> None:
    w = a_morning()
    before = shown(w)
    w.reconfigure(replace(w.config, version=2))
    assert shown(w) == before
    assert w.engine.figures_before_ms == 0

"""Who had the customer first and who last: in the call's fact, in today's figures, and the same in the report."""

from __future__ import annotations

from typing import Any

import pytest

from cti_server.domain.localday import day_bounds, day_of
from tests.engine.test_agent_time import reported
from tests.engine.test_conference import three
from tests.engine.test_operations import consulting, do, ok
from tests.engine.test_talk import talking
from tests.engine.world import World

PARTS = ("first_in", "last_in", "passed_on")


def who(w: World) -> tuple[str, str, str, str]:
    (call,) = w.of_kind("call")
    return call["first_agent"], call["first_team"], call["last_agent"], call["last_team"]


def counted(w: World) -> dict[str, tuple[int, ...]]:
    """By agent, where there is anything; the report says the same."""
    today = {agent: view["today"] for agent, view in w.engine.snapshot()["agents"].items()}
    report: dict[str, dict[str, Any]] = reported(w, [])
    for agent, figures in today.items():
        assert [figures[part] for part in PARTS] == [report[agent][part] for part in PARTS]
    return {agent: row for agent, figures in today.items() if any(row := tuple(figures[part] for part in PARTS))}


def passed(w: World, own: str, other: str) -> None:
    ok(w.command("TransferToAgent", agent_id=own, colleague_id=other))
    w.answers(w.offered_leg())
    w.wait(5)


def test_one_agent_is_first_and_last_and_counts_when_the_call_has_ended() -> None:
    w = World()
    leg, _offer = talking(w)
    w.wait(10)
    assert counted(w) == {}
    w.hang_up(leg)
    team = w.config.agents["1001"].team
    assert who(w) == ("1001", team, "1001", team)
    assert counted(w) == {"1001": (1, 1, 0)}
    assert reported(w, [])["1001"]["first_resolution"] == 1


def test_a_call_that_was_passed_on_has_another_last() -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    passed(w, "1001", "1002")
    w.restart(8)
    w.hang_up(leg)
    assert who(w)[::2] == ("1001", "1002")
    assert counted(w) == {"1001": (1, 0, 1), "1002": (0, 1, 0)}
    assert reported(w, [])["1001"]["first_resolution"] == 0
    assert reported(w, [])["1002"]["first_resolution"] is None


def test_one_who_gets_the_customer_back_is_the_last() -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    passed(w, "1001", "1002")
    w.wait(60)
    passed(w, "1002", "1001")
    w.hang_up(leg)
    assert who(w)[::2] == ("1001", "1001")
    assert counted(w) == {"1001": (1, 1, 0)}
    assert [one["agents"] for one in w.of_kind("recording")] == [["1001", "1002"]]


@pytest.mark.parametrize(("leaves", "last"), [(2, "1001"), (1, "1002")])
def test_who_goes_on_after_a_conference_is_the_last(leaves: int, last: str) -> None:
    w = World()
    legs = three(w)
    w.hang_up(legs[leaves])
    w.wait(20)
    w.hang_up(legs[0])
    assert who(w)[::2] == ("1001", last)


def test_one_who_was_only_asked_had_no_customer() -> None:
    w = World()
    leg, _offer, other = consulting(w)
    w.hang_up(other)
    w.wait(5)
    w.hang_up(leg)
    assert counted(w) == {"1001": (1, 1, 0)}


def test_a_caller_whom_nobody_answered_counts_for_nobody() -> None:
    w = World()
    w.hang_up(w.call())
    assert who(w) == ("", "", "", "")
    assert counted(w) == {}


def test_an_internal_call_counts_for_nobody() -> None:
    w = World()
    w.agent("1001", ready=False)
    w.agent("1002", ready=False)
    do(w, "CallAgent", colleague_id="1002")
    own = w.offered_leg()
    w.answers(own)
    w.answers(w.offered_leg())
    w.wait(5)
    w.hang_up(own)
    assert who(w)[::2] == ("1001", "1001")
    assert counted(w) == {}


def test_a_call_over_midnight_is_of_the_day_of_its_arrival() -> None:
    w = World()
    _, midnight = day_bounds(day_of(w.now, w.config.time_zone), w.config.time_zone)
    w.wait((midnight - w.now) / 1000 - 60)
    leg, _offer = talking(w)
    w.wait(120)
    w.hang_up(leg)
    assert who(w)[::2] == ("1001", "1001")
    assert counted(w) == {}, "as in the queue: it was answered yesterday"

"""Which conversations are recorded: the first rule that is about one says it, else its queue or the agent's class of service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain.config import CentreConfig, ClassOfService, RecordingRule, TeamConfig
from cti_server.domain.recording import recorded
from tests.engine.test_operations import ok
from tests.engine.test_outside import outside
from tests.engine.world import World, centre, with_queue


def ruled(config: CentreConfig | None = None, **rules: dict[str, Any]) -> CentreConfig:
    return replace(config or centre(), recording_rules={name: RecordingRule(name, name, **more) for name, more in rules.items()})


def files(config: CentreConfig, number: str = "4000") -> int:
    """Of a call that an agent takes."""
    w = World(config)
    w.agent("1001")
    leg = w.call(number)
    w.pick_up(w.offered_leg())
    w.wait(20)
    w.hang_up(leg)
    return len(w.of_kind("recording"))


def test_without_a_rule_that_is_about_it_the_queue_says() -> None:
    other = {"other": {"queue": "repair", "share": 0}, "out": {"direction": "outbound", "share": 0}}
    assert files(ruled(**other)) == 1
    assert files(with_queue(ruled(**other), "sales", record=False)) == 0
    assert files(ruled(**other), "4001") == 0


@pytest.mark.parametrize(
    "about", [{}, {"queue": "sales"}, {"service_number": "4000"}, {"team": "east"}, {"direction": "inbound"}]
)
def test_a_rule_says_more_than_the_queue(about: dict[str, str]) -> None:
    assert files(ruled(none={**about, "share": 0})) == 0
    assert files(with_queue(ruled(every=about), "sales", record=False)) == 1


def test_the_smallest_position_holds() -> None:
    assert files(ruled(a={"position": 2, "share": 0}, b={"position": 1, "queue": "sales"})) == 1
    assert files(ruled(a={"position": 1, "share": 0}, b={"position": 2, "queue": "sales"})) == 0
    assert files(ruled(a={"share": 0}, b={})) == 0, "of the same the first by name"


def test_a_rule_for_one_queue_ends_with_it() -> None:
    w = World(ruled(none={"queue": "sales", "share": 0}))
    w.agent("1001")
    w.agent("1002", ready=False)
    leg = w.call()
    w.pick_up(w.offered_leg())
    assert w.channels[leg].variables.get("cti_record", "") == ""
    w.command("TransferToQueue", agent_id="1001", queue_id="repair")
    w.command("ReadyAgent", agent_id="1002")
    w.pick_up(w.offered_leg())
    w.wait(20)
    w.hang_up(leg)
    (file,) = w.of_kind("recording")
    assert (file["queue"], file["talk_ms"]) == ("repair", 20_000)


def test_who_is_rung_with_others_is_recorded_when_one_of_them_is() -> None:
    config = with_queue(ruled(east={"team": "east", "share": 0}), "sales", ring_at_once=2)
    teams, away = {**config.teams, "west": TeamConfig("west", "West")}, replace(config.agents["1002"], team="west")
    config = replace(config, teams=teams, agents={**config.agents, "1002": away})
    assert files(config) == 0
    w = World(config)
    for agent in ("1001", "1002"):
        w.agent(agent)
    leg = w.call()
    assert w.channels[leg].variables["cti_record"]


@pytest.mark.parametrize(("switch", "share", "recorded_"), [(True, None, 1), (False, None, 0), (True, 0, 0), (False, 100, 1)])
def test_what_an_agent_dials(switch: bool, share: int | None, recorded_: int) -> None:
    config = centre(1, classes_of_service={"c": ClassOfService("c", "C", dial=("national",), record=switch)})
    config = replace(config, agents={"1001": replace(config.agents["1001"], class_of_service="c")})
    rules = {"in": {"direction": "inbound", "share": 50}} | (
        {"out": {"team": "east", "share": share}} if share is not None else {}
    )
    w = World(ruled(config, **rules))  # type: ignore[arg-type]
    w.agent("1001", ready=False)
    ok(w.command("DialNumber", agent_id="1001", number="13800138000"))
    w.answers(w.offered_leg())
    customer = outside(w)
    w.answers(customer)
    w.wait(20)
    w.hang_up(customer)
    assert len(w.of_kind("recording")) == recorded_


def test_of_a_share_the_calls_id_says_which_every_time_the_same() -> None:
    about = ("inbound", "sales", "4000", "east")

    def taken(share: int) -> set[int]:
        rules = [RecordingRule("r", "R", share=share)]
        return {n for n in range(4_000) if recorded(rules, f"7-{n}", about, False)}

    assert (taken(0), taken(100)) == (set(), set(range(4_000)))
    assert 300 < len(taken(10)) < 500
    assert taken(10) == taken(10) < taken(30), "a greater share has those of a smaller one"

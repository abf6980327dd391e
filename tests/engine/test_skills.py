"""Queues that ask for skills: who is rung, who waits for whom, and how the demand is lowered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain.config import CentreConfig, SkillConfig
from tests.engine.world import World, centre, with_queue

LEVELS = {"1001": {"en": 2}, "1002": {"en": 8, "vip": 1}, "1003": {}}


def skilled(agents: int = 3, **queue: Any) -> CentreConfig:
    config = centre(agents, skills={"en": SkillConfig("en", "English"), "vip": SkillConfig("vip", "VIP")})
    people = {one: replace(agent, skills=LEVELS.get(one, {})) for one, agent in config.agents.items()}
    return with_queue(replace(config, agents=people), "sales", **queue)


def world(*agents: str, **queue: Any) -> World:
    w = World(skilled(**queue))
    for agent in agents:
        w.agent(agent)
        w.wait(1)
    return w


def rung(w: World) -> str:
    return str(w.channels[w.offered_leg()].variables["cti_agent"])


def test_only_who_has_the_skill_at_the_level_is_rung() -> None:
    w = world("1003", "1001", "1002", skills={"en": 5})
    w.call()
    assert rung(w) == "1002"
    waiting = w.call()
    assert w.the_call(waiting)["phase"] == "queued", "1001 and 1003 are idle and not good enough"


def test_several_skills_are_all_asked_for() -> None:
    w = world("1001", "1002", skills={"en": 1, "vip": 1})
    w.call()
    assert rung(w) == "1002"


def test_who_lacks_it_serves_other_queues_meanwhile() -> None:
    w = World(skilled(skills={"en": 5}))
    w.agent("1003", ready=False)
    english, other = w.call("4000"), w.call("4001")
    w.command("ReadyAgent", agent_id="1003")
    assert w.the_call(english)["phase"] == "queued"
    assert w.the_call(other)["agent"] == "1003"


def test_the_demand_is_lowered_as_the_call_waits() -> None:
    w = world("1001", skills={"en": 5}, widen_after_s=10)
    leg = w.call()
    w.wait(29)
    assert w.the_call(leg)["phase"] == "queued"
    w.wait(1)
    assert rung(w) == "1001", "three levels less are asked for"


def test_who_lacks_nothing_is_first_also_after_widening() -> None:
    w = World(skilled(skills={"en": 5}, widen_after_s=1))
    for agent in ("1001", "1002"):
        w.agent(agent, ready=False)
    leg = w.call()
    w.wait(60)
    w.command("ReadyAgent", agent_id="1001")
    assert w.the_call(leg)["agent"] == "1001"
    w.hang_up(leg)
    w.wait(1)
    w.command("ReadyAgent", agent_id="1002")
    w.call()
    assert rung(w) == "1002"


def test_a_freed_agent_gets_the_oldest_call_that_it_is_good_enough_for() -> None:
    w = World(skilled(skills={"en": 5}, widen_after_s=10))
    w.agent("1001", ready=False)
    old = w.call()
    w.wait(31)
    young = w.call()
    config = replace(w.config.service_numbers["4000"], priority=100)
    w.reconfigure(replace(w.config, version=2, service_numbers={**w.config.service_numbers, "4000": config}))
    urgent = w.call()
    w.command("ReadyAgent", agent_id="1001")
    assert [w.the_call(leg)["agent"] for leg in (old, young, urgent)] == ["1001", "", ""]


@pytest.mark.parametrize(
    ("order", "first"), [("level", "1003"), ("idle", "1001"), ("skill", "1002")], ids=["level", "longest idle", "best skill"]
)
def test_the_order_of_the_queue_decides_among_those_who_may(order: str, first: str) -> None:
    config = skilled(skills={"en": 1}, order=order, widen_after_s=0)
    people = {**config.agents}
    people["1003"] = replace(people["1003"], skills={"en": 1})
    for agent, level in (("1001", 2), ("1002", 2), ("1003", 1)):
        people[agent] = replace(people[agent], queues={"sales": level})
    w = World(replace(config, agents=people))
    for agent in ("1001", "1002", "1003"):
        w.agent(agent)
        w.wait(1)
    w.call()
    assert rung(w) == first


def test_a_change_of_skills_or_of_the_demand_counts_at_once_for_who_waits() -> None:
    w = world("1003", skills={"en": 5})
    first = w.call()
    people = {**w.config.agents, "1003": replace(w.config.agents["1003"], skills={"en": 6})}
    w.reconfigure(replace(w.config, version=2, agents=people))
    assert w.the_call(first)["agent"] == "1003"
    w = world("1003", skills={"en": 5})
    second = w.call()
    w.reconfigure(replace(with_queue(w.config, "sales", skills={}), version=2))
    assert w.the_call(second)["agent"] == "1003"


def test_it_is_widened_after_a_restart_too() -> None:
    w = world("1001", skills={"en": 5}, widen_after_s=10)
    leg = w.call()
    w.wait(20)
    w.restart(8)
    assert w.the_call(leg)["phase"] == "queued"
    w.wait(11)
    assert w.the_call(leg)["agent"] == "1001"


def test_who_asks_a_queue_waits_for_its_skills_as_well() -> None:
    w = World(skilled(skills={"en": 5}, widen_after_s=10))
    w.agent("1002")
    w.call("4001")
    w.pick_up(w.offered_leg())
    w.agent("1001")
    w.command("ConsultQueue", agent_id="1002", queue_id="sales")
    assert w.state("1001") == "idle"
    w.wait(31)
    assert w.state("1001") in ("reserved", "ringing")


def test_why_it_waits_says_what_is_asked_for_and_who_would_fit() -> None:
    w = world("1001", "1003", skills={"en": 5}, widen_after_s=10)
    leg = w.call()
    w.wait(12)
    reply = w.command("DescribeCall", call_id=w.the_call(leg)["id"])
    assert reply is not None
    (said,) = [one for one in reply.data["why"] if one["id"] == "wants-skills"]
    assert said == {
        "id": "wants-skills", "queue": "sales", "skills": "en ≥ 4", "order": "level", "fit": 0, "widens_in_s": 8,
    }  # fmt: skip


# ---------------------------------------------------------------- languages

SPEAK = {"1001": ("zh",), "1002": ("zh", "en"), "1003": ()}


def languages(*agents: str, line: str = "en", wait_s: int = 20, **queue: Any) -> World:
    """A line of ``line``, whose queue looks for who speaks it for ``wait_s``."""
    config = with_queue(centre(), "sales", language_wait_s=wait_s, **queue)
    people = {one: replace(agent, languages=SPEAK[one]) for one, agent in config.agents.items()}
    lines = {**config.service_numbers, "4000": replace(config.service_numbers["4000"], language=line)}
    w = World(replace(config, agents=people, service_numbers=lines))
    for agent in agents:
        w.agent(agent)
        w.wait(1)
    return w


@pytest.mark.parametrize(
    ("line", "wait_s", "whom"), [("en", 20, "1002"), ("zh", 20, "1001"), ("", 20, "1001"), ("en", 0, "1001")]
)
def test_who_speaks_the_callers_language_is_rung_first(line: str, wait_s: int, whom: str) -> None:
    w = languages("1001", "1002", line=line, wait_s=wait_s)
    w.call()
    assert rung(w) == whom


def test_nobody_who_speaks_it_is_free_then_it_waits_so_long_and_goes_to_anybody() -> None:
    w = languages("1001")
    leg = w.call()
    w.wait(19)
    assert w.the_call(leg)["phase"] == "queued"
    w.wait(1)
    assert rung(w) == "1001"


def test_who_becomes_free_and_speaks_it_has_it_at_once_and_the_other_the_next_call() -> None:
    w = languages()
    english = w.call()
    w.agent("1001")
    assert w.the_call(english)["phase"] == "queued"
    w.agent("1003")
    assert w.the_call(english)["agent"] == "1003", "who names no language speaks all"
    other = w.call("4001")
    assert w.the_call(other)["agent"] == "1001"


def test_several_are_rung_of_those_who_speak_it() -> None:
    w = languages("1001", "1002", "1003", ring_at_once=3)
    leg = w.call()
    assert {one.variables["cti_agent"] for one in w.channels.values() if one.leg != leg} == {"1002", "1003"}


def test_an_agent_who_learns_it_has_the_call_that_waits() -> None:
    w = languages("1001")
    leg = w.call()
    agents = {**w.config.agents, "1001": replace(w.config.agents["1001"], languages=("zh", "en"))}
    w.reconfigure(replace(w.config, agents=agents))
    assert w.the_call(leg)["agent"] == "1001"


def test_why_it_waits_says_the_language() -> None:
    w = languages("1001")
    leg = w.call()
    w.wait(5)
    reply = w.command("DescribeCall", call_id=w.the_call(leg)["id"])
    assert reply is not None
    (said,) = [one for one in reply.data["why"] if one["id"] == "wants-language"]
    assert said == {"id": "wants-language", "queue": "sales", "language": "en", "fit": 0, "for_s": 15}
    assert "wants-skills" not in {one["id"] for one in reply.data["why"]}


def test_a_queue_that_begins_to_look_for_the_language_and_ends() -> None:
    w = languages("1001", wait_s=0)
    w.reconfigure(with_queue(w.config, "sales", language_wait_s=60))
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"
    w.reconfigure(with_queue(w.config, "sales", language_wait_s=0))
    assert w.the_call(leg)["agent"] == "1001"

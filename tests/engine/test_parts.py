"""A configuration in parts comes to the same as the whole one; calls that run do not notice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti_server.domain.config import AgentConfig, CentreConfig, QueueConfig, ServiceNumberConfig
from cti_server.domain.record import plain
from cti_server.engine import configuration
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel.messages import ConfigPart, Publish
from cti_server.features.centre.parts import FLOWS, THINGS, parts_of
from tests.engine.world import World, centre

FLOW = {"name": "f", "version": 1, "start": "end", "nodes": {"end": {"type": "hang_up"}}}


def in_parts(w: World, config: CentreConfig) -> int:
    """How many there were."""
    parts = parts_of(plain(w.engine._core.config), plain(config))
    for part in parts:
        configuration.read_part(part["things"], part["rest"])
        w.give(ConfigPart(w.now, **part))
    return len(parts)


def settled(w: World) -> None:
    for _ in range(2000):
        if w.engine.config_version:
            return
        w.wait(0.001)
    raise AssertionError("it never settles")


def state(w: World) -> dict[str, Any]:
    """Without what counts events and moments."""
    found = w.engine.whole()
    for name in ("seq", "now", "deadlines", "alarms", "counter"):
        found.pop(name, None)
    for one in (*found["agents"].values(), *found["queues"].values()):
        for name in [name for name in one if name.endswith("_ms")]:
            one.pop(name)
        if one.get("interval"):
            one["interval"] = None
    return found


def large(agents: int, queues: int) -> CentreConfig:
    made = {f"q{n:04}": QueueConfig(f"q{n:04}", f"Q {n}") for n in range(queues)}
    people = {
        f"{2000 + n}": AgentConfig(f"{2000 + n}", f"A {n}", f"{2000 + n}", "east", {f"q{n % queues:04}": 1, "sales": 2})
        for n in range(agents)
    }
    base = centre()
    return replace(base, version=2, agents={**base.agents, **people}, queues={**base.queues, **made})


def test_a_first_large_one_comes_in_parts_and_is_seen_when_all_is_there() -> None:
    w, other = World(), World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    before = w.the_call(leg)
    config = replace(large(450, 40), service_numbers={"4000": ServiceNumberConfig("4000", "x", "", "q0001")}, flows={"f": FLOW})
    parts = parts_of(plain(w.engine._core.config), plain(config))
    assert all(sum(map(len, one["things"].values())) <= THINGS for one in parts)
    for part in parts[:-1]:
        w.give(ConfigPart(w.now, **part))
        assert w.engine._core.config.version == 1
        assert "2001" not in w.engine._core.config.agents
        assert w.engine._core.queues.keys() == {"sales", "repair"}
    w.give(ConfigPart(w.now, **parts[-1]))
    assert w.engine._core.config == config
    assert w.engine.config_version == 0, "queues and agents have yet to take it up"
    settled(w)
    assert w.the_call(leg) == before
    other.agent("1001")
    other.call()
    other.pick_up(other.offered_leg())
    other.reconfigure(config)
    assert state(w) == state(other)
    assert w.engine.config_version == 2
    w.hang_up(leg)
    assert w.of_kind("call")[0]["outcome"] == "answered"


def test_a_step_is_small() -> None:
    w = World()
    config = large(300, 30)
    in_parts(w, config)
    seen = len(w.engine._core.queues)
    while not w.engine.config_version:
        effects = len(w.published)
        w.wait(0.001)
        told = {(one.name, one.data.get("agent", one.data.get("queue", {})).get("id")) for one in w.published[effects:]}
        assert len(told) <= configuration.A_STEP + 1, told
    assert (len(w.engine._core.agents), len(w.engine._core.queues)) == (303, seen + 30 - (seen - 2))


def test_flows_are_read_a_few_at_a_time() -> None:
    w = World()
    flows = {f"f{n}": {**FLOW, "name": f"f{n}"} for n in range(12)}
    parts = parts_of(plain(centre()), plain(centre(version=2, flows=flows)) | {"version": 2})
    assert [len(one["things"]["flows"]) for one in parts] == [FLOWS, FLOWS, 2]
    assert w.engine._core.flows == {}


def test_parts_on_another_base_change_nothing_and_a_new_one_begins_anew() -> None:
    w = World()
    config = large(250, 3)
    parts = parts_of(plain(centre()), plain(config))
    w.give(ConfigPart(w.now, **{**parts[-1], "base": 7}))
    w.give(ConfigPart(w.now, **parts[0]))
    assert w.engine._core.config == centre()
    assert in_parts(w, replace(centre(), version=3, page_gone_s=77)) == 1
    assert (w.engine._core.config.page_gone_s, w.engine._core.config.version, len(w.engine._core.agents)) == (77, 3, 3)
    assert w.engine._core.staged == []


def test_an_engine_that_is_restored_between_two_parts_goes_on() -> None:
    w = World()
    config = large(250, 3)
    parts = parts_of(plain(centre()), plain(config))
    for part in parts[:2]:
        w.give(ConfigPart(w.now, **part))
    restored = Engine.restored(orjson.loads(orjson.dumps(w.engine.whole())))
    assert restored.state_hash() == w.engine.state_hash()
    for part in parts[2:]:
        w.give(ConfigPart(w.now, **part))
        restored.handle(ConfigPart(w.now, **part))
    assert restored.state_hash() == w.engine.state_hash()
    assert restored._core.config == config


@pytest.mark.parametrize(
    "things", [{"agents": {"1": {"id": "1"}}}, {"queues": {"q": {"id": "q", "name": "n", "priority": "high"}}}]
)
def test_what_is_no_record_is_no_part(things: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"name|priority"):
        configuration.read_part(things, {})


QUEUES = st.dictionaries(st.sampled_from(["sales", "repair", "vip"]), st.integers(0, 3), min_size=1, max_size=3)
LEVELS = st.dictionaries(st.sampled_from(["sales", "vip"]), st.integers(1, 3))
PEOPLE = st.dictionaries(
    st.sampled_from(["1001", "1002", "1003", "1004"]),
    st.tuples(st.sampled_from(["5001", "5002", "5003", "5004"]), LEVELS),
    max_size=4,
)


@given(QUEUES, PEOPLE, st.integers(0, 90))
@settings(max_examples=60, deadline=None)
def test_in_parts_is_as_at_once(queues: dict[str, int], people: dict[str, Any], page_gone_s: int) -> None:
    config = replace(
        centre(),
        version=2,
        queues={key: QueueConfig(key, key, priority=priority) for key, priority in sorted(queues.items())},
        agents={key: AgentConfig(key, key, extension, "east", levels) for key, (extension, levels) in sorted(people.items())},
        page_gone_s=page_gone_s,
    )
    one, other = World(), World()
    for w in (one, other):
        w.agent("1001")
        w.call()
    in_parts(one, config)
    settled(one)
    other.reconfigure(config)
    assert one.engine._core.config == config
    assert state(one) == state(other)
    assert not [event for event in one.published if isinstance(event, Publish) and event.name == "config.refused"]

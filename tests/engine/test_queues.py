"""Overflow, full queues, published figures; lost links and restarted switches; trunks."""

from __future__ import annotations

from dataclasses import replace

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig
from cti_server.events.views import QUEUE
from tests.engine.world import NODE, OTHER, START_MS, World, centre, with_queue


def test_after_the_longest_wait_to_the_next_queue_with_the_same_place() -> None:
    w = World(with_queue(centre(), "sales", max_wait_s=30, overflow_queue="repair"))
    leg = w.call()
    place = w.the_call(leg)["queued_ms"]
    w.wait(31)
    call = w.the_call(leg)
    assert (call["queue"], call["queued_ms"], call["phase"]) == ("repair", place, "queued")
    assert w.channels[leg].variables["cti_queue"] == "repair"
    assert [(s["queue"], s["outcome"]) for s in w.segments("queue")] == [("sales", "overflowed")]
    w.hang_up(leg)
    assert w.of_kind("call")[0]["outcome"] == "abandoned"


def test_overflow_withdraws_the_offer() -> None:
    w = World(with_queue(centre(), "sales", max_wait_s=10, ring_timeout_s=60, overflow_queue="repair"))
    w.agent("1001")
    leg = w.call()
    first = w.offered_leg()
    w.wait(11)
    assert first not in w.channels
    assert w.the_call(leg)["queue"] == "repair"
    assert w.the_call(leg)["phase"] == "offered"


def test_without_an_overflow_queue_the_call_ends() -> None:
    w = World(with_queue(centre(), "sales", max_wait_s=10))
    leg = w.call()
    w.wait(11)
    assert leg not in w.channels
    assert w.of_kind("call")[0]["outcome"] == "overflowed"
    assert w.view("queues", "sales")["today"]["overflowed"] == 1


def test_a_full_queue() -> None:
    w = World(with_queue(centre(), "sales", max_length=1))
    w.call()
    second = w.call()
    assert second not in w.channels
    assert next(c.cause for c in w.commands if isinstance(c, sw.KillLeg)) == "USER_BUSY"
    w = World(with_queue(centre(), "sales", max_length=1, overflow_queue="repair"))
    w.call()
    assert w.the_call(w.call())["queue"] == "repair"


def test_queue_views_are_published_at_most_twice_a_second() -> None:
    w = World()
    w.wait(1)
    w.published.clear()
    for _ in range(40):
        w.wait(0.05)
        w.call()
    assert 2 <= w.names().count("queue.changed") <= 6
    w.wait(1)
    last = [e for e in w.published if e.name == "queue.changed"][-1]
    assert last.data["queue"]["waiting"] == 40
    assert QUEUE.rooms(last.data["queue"]) == {"floor", "queue:sales"}


def test_offered_is_the_sum_of_outcomes_and_waiting() -> None:
    w = World()
    legs = [w.call() for _ in range(5)]
    w.hang_up(legs[0])
    w.agent("1001")
    w.pick_up(w.offered_leg())
    today = w.view("queues", "sales")["today"]
    assert (today["offered"], today["answered"], today["abandoned"], today["waiting"]) == (5, 1, 1, 3)


def test_a_lost_link_tears_nothing_down() -> None:
    w = World()
    w.agent("1001")
    talking = w.call()
    w.pick_up(w.offered_leg())
    waiting = w.call()
    w.lose_link()
    w.agent("1002")
    assert w.the_call(waiting)["phase"] == "queued"
    assert w.the_call(talking)["phase"] == "connected"
    reply = w.command("HoldCall", agent_id="1001")
    assert reply is not None
    assert reply.error_id == "no-switch"
    assert w.view("switches", NODE)["linked"] is False
    w.link()
    assert w.the_call(waiting)["agent"] == "1002"
    assert w.the_call(talking)["phase"] == "connected"


def test_a_restarted_switch_has_lost_its_calls() -> None:
    w = World()
    w.agent("1001")
    w.agent("1002")
    w.call()
    w.pick_up(w.offered_leg())
    w.call()
    w.wait(1)
    w.call()
    w.tell(sw.LinkDown(NODE, 0, "gone"))
    w.channels.clear()
    w.tell(sw.LinkUp(NODE, 0, "core-2"))
    assert [f["outcome"] for f in w.of_kind("call")] == ["switch-lost"] * 3
    assert w.state("1001") == "wrap_up"
    assert w.state("1002") == "idle"
    assert not w.engine.snapshot()["calls"]
    assert w.view("queues", "sales")["waiting"] == 0


def test_trunks_count_calls_and_failures() -> None:
    w = World()
    leg = w.call()
    trunk = "main:carrier"
    assert w.view("trunks", trunk)["calls_in"] == 1
    w.hang_up(leg)
    assert w.view("trunks", trunk)["calls_in"] == 0
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "REGED", "UP"))
    assert w.view("trunks", trunk)["state"] == "up"
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "FAIL_WAIT", "DOWN"))
    assert w.view("trunks", trunk)["state"] == "down"
    assert "alarm.raised" in w.names()


def test_heartbeats_show_the_switch() -> None:
    w = World()
    w.tell(sw.SwitchHeartbeat(NODE, 0, "core-1", 12, 1000, 30, 60_000))
    assert w.view("switches", NODE)["sessions"] == 12


def test_with_several_switches_a_call_goes_to_an_agent_whose_phone_its_switch_knows() -> None:
    w = World(nodes=(NODE, OTHER))
    w.agent("1001")
    w.agent("1002", node=OTHER)
    first, second = w.call(), w.call()
    assert w.the_call(first)["agent"] == "1001"
    assert w.the_call(second)["phase"] == "queued", "1002 is ready, but no phone of this switch"
    far = w.call(node=OTHER)
    assert w.the_call(far)["agent"] == "1002", "however long the other waits"
    w.agent("1003", ready=False)
    w.register("1003", OTHER)
    w.call(node=OTHER)
    w.command("ReadyAgent", agent_id="1003")
    assert w.the_call(second)["agent"] == "1003", "the longest wait of both switches"


def test_a_phone_that_registers_at_another_switch_too_gets_its_calls() -> None:
    w = World(nodes=(NODE, OTHER))
    w.agent("1001")
    far = w.call(node=OTHER)
    assert w.the_call(far)["phase"] == "queued"
    w.register("1001", OTHER)
    assert w.the_call(far)["agent"] == "1001"


def levels(*of_sales: int) -> CentreConfig:
    config = centre(len(of_sales))
    served = zip(config.agents.values(), of_sales, strict=True)
    people = {agent.id: replace(agent, queues={"sales": level, "repair": 1}) for agent, level in served}
    return replace(config, agents=people)


def test_the_best_level_comes_first_and_of_it_the_longest_idle() -> None:
    """A: level 1, idle for 5 s; B: level 1, 10 s; C: level 2, 30 s."""
    w = World(levels(1, 1, 2))
    for agent, seconds in (("1003", 20), ("1002", 5), ("1001", 5)):
        w.agent(agent)
        w.wait(seconds)
    for expected in ("1002", "1001", "1003"):
        leg = w.call()
        assert w.the_call(leg)["agent"] == expected
        w.pick_up(w.offered_leg())
    offers = [s["detail"] for s in w.segments("offer")]
    assert offers[0]["best"] == [["1002", 10_000], ["1001", 5000], ["1003", 30_000]]
    assert [detail["score"] for detail in offers] == [10_000, 5000, 30_000]


def test_a_level_counts_in_its_queue_only_and_follows_the_configuration() -> None:
    w = World(levels(2, 1))
    w.agent("1001")
    w.wait(1)
    w.agent("1002")
    leg = w.call("4001")
    assert w.the_call(leg)["agent"] == "1001"
    w.hang_up(leg)
    w.reconfigure(replace(levels(1, 2), version=2))
    assert w.the_call(w.call())["agent"] == "1001"


def test_the_place_in_line_is_the_servers_with_the_priority_of_number_and_queue() -> None:
    config = with_queue(centre(), "repair", priority=1)
    w = World(config)
    first = w.call("4000")
    w.wait(30)
    second = w.call("4001")
    places = [w.the_call(leg)["place_ms"] for leg in (first, second)]
    assert places == [START_MS, START_MS + 30_000 - 60_000]
    w.reconfigure(replace(with_queue(config, "sales", priority=2), version=2))
    assert w.the_call(first)["place_ms"] == START_MS - 120_000
    assert w.mirror["calls"][w.the_call(first)["id"]]["view"]["place_ms"] == START_MS - 120_000
    w.agent("1001")
    assert w.the_call(first)["phase"] == "offered"
    w.pick_up(w.offered_leg())
    assert w.the_call(first)["place_ms"] == 0

"""A new engine takes over: nobody is torn apart, nobody loses the place in line, the books have no double."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from itertools import pairwise

import pytest

from cti_server.domain import kpi
from cti_server.domain import switch as sw
from cti_server.domain.ivr import IvrState
from cti_server.engine.assembly import Engine
from cti_server.engine.kernel import state
from cti_server.engine.kernel.alarms import Raised
from cti_server.engine.kernel.messages import Adopt
from tests.engine.test_ivr import with_flow
from tests.engine.world import NODE, OTHER, World, centre, with_queue


def test_talking_waiting_ringing_and_held_calls_go_on() -> None:
    w = World()
    for agent in ("1001", "1002", "1003"):
        w.agent(agent)
        w.wait(1)
    talking = w.call()
    w.pick_up(w.offered_leg())
    held = w.call()
    w.pick_up(w.offered_leg())
    w.command("HoldCall", agent_id="1002")
    ringing = w.call()
    offer = w.offered_leg()
    w.ring(offer)
    w.wait(2)
    first = w.call()
    w.wait(1)
    second = w.call()
    before = w.engine.snapshot()
    w.wait(3)
    kills = len([c for c in w.commands if isinstance(c, sw.KillLeg)])
    w.restart(8)
    after = w.engine.snapshot()
    for agent in ("1001", "1002", "1003"):
        for name in ("status", "state", "state_since_ms", "deadline_ms", "call_id"):
            assert after["agents"][agent][name] == before["agents"][agent][name], (agent, name)
    for leg, phase in ((talking, "connected"), (held, "on_hold"), (ringing, "offered"), (first, "queued"), (second, "queued")):
        assert w.the_call(leg)["phase"] == phase
        old = next(c for c in before["calls"].values() if any(one["id"] == leg for one in c["legs"]))
        assert w.the_call(leg)["id"] == old["id"]
        assert w.the_call(leg)["queued_ms"] == old["queued_ms"]
    assert len([c for c in w.commands if isinstance(c, sw.KillLeg)]) == kills
    assert w.channels[first].playing
    assert w.channels[held].playing
    assert w.channels[first].variables["cti_epoch"] == "8"
    assert w.command("ResumeCall", agent_id="1002").ok  # type: ignore[union-attr]
    w.pick_up(offer)
    assert w.state("1003") == "talking"
    w.hang_up(talking)
    w.command("EndWrapUp", agent_id="1001")
    assert w.the_call(first)["phase"] == "offered"
    assert w.the_call(second)["phase"] == "queued"
    assert w.doubles == []
    talk = next(s for s in w.segments("talk") if s["call_id"] == before["agents"]["1001"]["call_id"])
    assert talk["ended_ms"] - talk["started_ms"] == 6000
    assert talk["estimated"] is False


def test_what_ended_unseen_is_booked_at_the_last_sight_and_marked() -> None:
    w = World()
    w.agent("1001")
    talking = w.call()
    w.pick_up(w.offered_leg())
    waiting = w.call()
    w.wait(10)
    w.last_seen = w.now
    w.silent = True
    w.now += 4000
    w.hang_up(talking)
    w.hang_up(waiting)
    w.now += 2000
    w.restart(8)
    facts = {f["outcome"]: f for f in w.of_kind("call")}
    assert set(facts) == {"answered", "abandoned"}
    assert all(f["estimated"] and f["ended_ms"] == w.last_seen for f in facts.values())
    (talk,) = w.segments("talk")
    assert (talk["estimated"], talk["ended_ms"]) == (True, w.last_seen)
    agent = w.view("agents", "1001")
    assert (agent["state"], agent["deadline_ms"]) == ("wrap_up", w.last_seen + 30_000)
    w.wait(60)
    w.command("LogoutAgent", agent_id="1001")
    spans = sorted((i["started_ms"], i["ended_ms"]) for i in w.of_kind("agent_interval"))
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert w.doubles == []
    assert "calls" not in w.mirror or not w.mirror["calls"]


def test_an_answer_in_the_gap_is_a_conversation() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.last_seen = w.now
    w.silent = True
    w.now += 3000
    w.pick_up(offer)
    w.now += 5000
    w.restart(8)
    assert w.the_call(leg)["phase"] == "connected"
    assert w.state("1001") == "talking"
    (queue,) = w.segments("queue")
    assert (queue["outcome"], queue["ended_ms"] - queue["started_ms"], queue["estimated"]) == ("answered", 3000, True)


def test_an_agent_who_left_in_the_gap() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.pick_up(offer)
    w.wait(5)
    w.silent = True
    w.hang_up(offer)
    assert w.channels[leg].parked
    w.restart(8)
    assert leg not in w.channels
    assert w.state("1001") == "wrap_up"
    assert w.of_kind("call")[0]["outcome"] == "answered"


def test_an_offer_that_failed_in_the_gap() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.silent = True
    w.refuse_offer(w.offered_leg(), "USER_BUSY")
    w.restart(8)
    assert [s["outcome"] for s in w.segments("offer")] == ["withdrawn"]
    assert w.the_call(leg)["phase"] == "offered"


def test_the_ivr_node_begins_again() -> None:
    w = World(with_flow())
    leg = w.call()
    w.done(leg)
    w.done(leg)
    w.restart(8)
    assert w.the_call(leg)["phase"] == "ivr"
    assert w.channels[leg].application == "play_and_get_digits"
    w.done(leg, digits="2")
    assert w.the_call(leg)["queue"] == "repair"


def test_a_cold_start_reads_the_channels() -> None:
    w = World(with_flow())
    for agent in ("1001", "1002"):
        w.agent(agent)
    talking = w.call()
    for digits in ("", "", "2"):
        w.done(talking, digits=digits)
    w.pick_up(w.offered_leg())
    menu = w.call()
    w.done(menu)
    w.done(menu)
    w.command("PauseAgent", agent_id="1002", reason="lunch")
    waiting = w.call()
    for digits in ("", "", "2"):
        w.done(waiting, digits=digits)
    ids = {leg: w.the_call(leg)["id"] for leg in (talking, menu, waiting)}
    place = w.the_call(waiting)["queued_ms"]
    w.wait(30)
    w.restart(8, mirror=False)
    assert {leg: w.the_call(leg)["id"] for leg in ids} == ids
    call = w.the_call(waiting)
    assert (call["phase"], call["queued_ms"], call["priority"]) == ("queued", place, 3)
    assert w.the_call(talking)["phase"] == "connected"
    assert w.the_call(talking)["agent"] == "1001"
    assert w.state("1001") == "talking"
    assert w.channels[menu].application == "play_and_get_digits"
    w.hang_up(talking)
    assert w.of_kind("call")[-1]["outcome"] == "answered"


@pytest.mark.parametrize("mirror", [True, False])
def test_callers_in_the_switchs_fallback_come_back_to_their_place(mirror: bool) -> None:
    w = World()
    leg = w.call()
    w.wait(3)
    place = w.the_call(leg)["queued_ms"]
    w.to_fallback(leg)
    w.commands.clear()
    w.restart(8, mirror=mirror)
    assert_taken_back(w, leg)
    call = w.the_call(leg)
    assert (call["queued_ms"], call["queue"]) == (place, "sales")
    assert w.channels[leg].variables["cti_enqueued_at"] == str(place)
    w.agent("1001")
    w.pick_up(w.offered_leg())
    w.wait(5)
    w.hang_up(leg)
    assert [s["started_ms"] for s in w.segments("queue")] == [place]


def assert_taken_back(w: World, leg: str) -> None:
    """Nothing runs on the leg before the transfer; afterwards the caller waits with music."""
    on_leg = [c for c in w.commands if isinstance(c, sw.TransferLeg | sw.Execute | sw.ParkLeg) and c.leg == leg]
    assert on_leg[0] == sw.TransferLeg(leg, "park", "cti_fallback")
    assert not any(isinstance(c, sw.TransferLeg | sw.ParkLeg) for c in on_leg[1:])
    assert w.the_call(leg)["phase"] == "queued"
    assert w.channels[leg].variables["cti_phase"] == "waiting"
    assert w.channels[leg].parked
    assert w.channels[leg].playing


def test_a_caller_who_came_while_there_was_no_daemon_keeps_the_place_too() -> None:
    w = World()
    w.silent = True
    leg = w.call()
    w.to_fallback(leg)
    w.now += 60_000
    w.restart(8)
    assert_taken_back(w, leg)
    call = w.the_call(leg)
    assert (call["queue"], call["service_number"], call["queued_ms"]) == ("sales", "4000", w.now - 60_000)


def test_a_taken_back_caller_whose_number_has_a_flow_hears_it() -> None:
    w = World(with_flow())
    w.silent = True
    leg = w.call()
    w.to_fallback(leg)
    w.restart(8)
    assert w.the_call(leg)["phase"] == "ivr"
    assert w.channels[leg].playing


def test_a_caller_whom_a_phone_has_taken_from_the_fallback_talks_on() -> None:
    w = World()
    w.silent = True
    leg = w.call()
    w.to_fallback(leg)
    w.channels[leg].bridged_to = "phone"
    w.restart(8)
    assert w.commands == []
    assert not w.engine.snapshot()["calls"]


def test_a_caller_whose_taking_back_was_refused_is_asked_for_again() -> None:
    w = World()
    leg = w.call()
    w.to_fallback(leg)
    w.refusals[sw.TransferLeg] = "-ERR busy"
    w.restart(8)
    w.agent("1001")
    assert not any(isinstance(c, sw.Originate) for c in w.commands), "not offered before the leg is back"
    w.refusals.clear()
    w.wait(6)
    w.pick_up(w.offered_leg())
    assert w.the_call(leg)["phase"] == "connected"


def test_a_caller_whose_way_back_nobody_heard_is_asked_and_goes_on() -> None:
    w = World()
    leg = w.call()
    w.to_fallback(leg)
    w._say = lambda event: None if isinstance(event, sw.LegParked) else World._say(w, event)  # type: ignore[method-assign]
    w.restart(8)
    del w._say
    w.wait(6)
    w.agent("1001")
    w.pick_up(w.offered_leg())
    assert w.the_call(leg)["phase"] == "connected"


@pytest.mark.parametrize("known", [True, False])
def test_the_reconciler_finds_callers_in_the_fallback(known: bool) -> None:
    """The switch's watchdog can move callers while the engine lives: when the link was away for long."""
    w = World()
    w.silent = not known
    leg = w.call()
    w.silent = True
    w.to_fallback(leg)
    w.silent = False
    w.commands.clear()
    for _ in range(4):
        w.reconcile()
        w.wait(1)
    assert_taken_back(w, leg)
    assert w.engine.repairs == 1


def test_orphans_are_killed_and_new_callers_taken() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    orphan = w.offered_leg()
    w.silent = True
    w.hang_up(leg)
    w.call(leg="early")
    w.restart(8)
    assert orphan not in w.channels
    assert w.the_call("early")["phase"] in ("queued", "offered")


def test_calls_on_a_switch_that_is_not_linked_are_kept() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    mirror = {kind: dict(table) for kind, table in w.mirror.items()}
    w.engine = Engine(w.config, 8, 1)
    w.give(Adopt(w.now, (), mirror, {}, w.now))
    assert w.the_call(leg)["phase"] == "connected"
    assert w.state("1001") == "talking"


def test_a_switch_that_the_settings_no_longer_have_is_gone_with_its_calls() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    waits = w.call()
    w.lose_link()
    call_id = w.the_call(leg)["id"]
    mirror = {kind: dict(table) for kind, table in w.mirror.items()}
    w.engine = Engine(w.config, 8, 1)
    w.published.clear()
    w._queue.clear()
    w.wait(5)
    w.give(Adopt(w.now, (), mirror, {"new": ("1001",)}, w.now - 5_000, ("new",)))
    seen = w.engine.snapshot()
    assert (list(seen["switches"]), seen["calls"], seen["alarms"]) == (["new"], {}, {})
    assert {trunk["node"] for trunk in seen["trunks"].values()} == {"new"}
    assert NODE not in w.mirror["switches"]
    assert [e.data for e in w.published if e.name == "switch.removed"] == [{"removed": {"kind": "switches", "id": NODE}}]
    booked = {fact["call_id"]: fact for fact in w.of_kind("call")}
    assert (booked[call_id]["outcome"], booked[call_id]["estimated"]) == ("switch-lost", True)
    assert booked[call_id]["ended_ms"] == w.now - 5_000
    assert len(booked) == 2, waits
    assert w.state("1001") == "wrap_up"
    assert not w.mirror["calls"]


def test_figures_and_deadlines_survive() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.wait(20)
    w.hang_up(leg)
    w.wait(10)
    today = w.view("queues", "sales")["today"]
    w.restart(8)
    assert w.view("queues", "sales")["today"] == today
    assert w.state("1001") == "wrap_up"
    w.wait(21)
    assert w.state("1001") == "idle"
    assert [s["ended_ms"] - s["started_ms"] for s in w.segments("wrap_up")] == [30_000]


@pytest.mark.parametrize("restarts", [1, 3])
def test_fifty_calls_in_all_states(restarts: int) -> None:
    """The daemon dies in the middle of 50 calls."""
    config = with_queue(centre(20), "sales", ring_timeout_s=3600)
    w = World(replace(config, unreachable_after_s=3600))
    for n in range(20):
        w.agent(f"{1001 + n}")
    legs = []
    for n in range(50):
        legs.append(w.call("4000" if n % 2 else "4001"))
        w.wait(0.1)
        if n < 15:
            w.pick_up(w.offered_leg())
    for n in range(5):
        w.command("HoldCall", agent_id=f"{1001 + n}")
    order = {leg: w.the_call(leg)["queued_ms"] for leg in legs}
    phases = {leg: w.the_call(leg)["phase"] for leg in legs}
    assert sorted(phases.values()) == ["connected"] * 10 + ["offered"] * 5 + ["on_hold"] * 5 + ["queued"] * 30
    for n in range(restarts):
        w.restart(8 + n)
        w.wait(1)
    assert {leg: w.the_call(leg)["phase"] for leg in legs} == phases
    assert {leg: w.the_call(leg)["queued_ms"] for leg in legs} == order
    for leg in legs:
        w.hang_up(leg)
        w.wait(0.1)
    assert len(w.of_kind("call")) == 50
    assert w.doubles == []
    w.wait(60)
    assert {a["state"] for a in w.engine.snapshot()["agents"].values()} == {"idle"}
    assert w.view("switches", NODE)["linked"]


def test_a_mirror_that_cannot_be_read_is_left_out_and_the_channel_speaks() -> None:
    w = World()
    leg = w.call()
    call = w.the_call(leg)["id"]
    w.mirror["calls"] = {call: {"view": {}, "core": {"legs": 7}}}
    w.mirror["agents"]["1001"] = {"view": {}}
    w.restart(8)
    assert w.the_call(leg)["id"] == call
    alarms = [e.data["alarm"]["kind"] for e in w.published if e.name == "alarm.raised"]
    assert "adoption" in alarms


def test_a_cold_start_finds_an_agent_who_talks_with_a_phone_that_is_not_registered() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.pick_up(offer)
    w.wait(10)
    w.phones[NODE].clear()
    w.restart(8, mirror=False)
    assert (w.state("1001"), w.the_call(leg)["phase"]) == ("talking", "connected")
    w.hang_up(leg)
    assert w.state("1001") == "wrap_up"
    assert len(w.segments("talk")) == 1


def test_a_conversation_of_an_agent_who_has_another_call_by_now_goes_on() -> None:
    w = World(nodes=(NODE, OTHER))
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.pick_up(offer)
    w.lose_link()
    w.wait(100)  # given up
    w.register("1001", OTHER)
    far = w.call(node=OTHER)
    assert w.state("1001") == "reserved"
    w.link()
    assert w.channels[leg].bridged_to == offer
    assert w.the_call(far)["agent"] == "1001"


# ---------------------------------------------------------------- mirrors of other versions

_ALWAYS_THERE = {
    state.Agent: {"id", "name", "extension", "team", "queues", "order", "row"},
    state.Call: {
        "id", "node", "caller_leg", "number", "name", "service_number", "service_name", "arrived_ms", "order",
    },
    state.Leg: {"id", "node", "party", "call_id"},
    state.Offer: {"leg", "agent", "queue", "started_ms", "deadline_ms"},
    state.Interval: {"id", "status", "state", "reason", "queue", "call_id", "started_ms"},
    state.Segment: {"id", "segment", "queue", "agent", "leg", "started_ms"},
    state.Recording: {"id", "path"},
    state.Running: {"flow", "version", "state"},
    state.Comeback: {"agent", "until_ms"},
    state.Draft: {"id", "agent", "call_id"},
    state.Switch: {"id"},
    state.Trunk: {"id", "name", "node", "gateway"},
    Raised: {"id", "alarm", "subject", "text", "raised_ms"},
    kpi.QueueRow: {"queue", "start_ms", "end_ms"},
    kpi.AgentRow: {"agent", "start_ms", "end_ms"},
    IvrState: {"flow", "version", "node"},
}  # fmt: skip


@pytest.mark.parametrize("record", _ALWAYS_THERE, ids=lambda record: record.__name__)
def test_what_is_new_in_a_record_has_a_default(record: type) -> None:
    """Else a mirror from before is not adopted: raise MIRROR_FORMAT, rather than change this table."""
    bare = {f.name for f in fields(record) if f.default is MISSING and f.default_factory is MISSING}  # type: ignore[arg-type]
    assert bare <= _ALWAYS_THERE[record]


def test_a_mirror_from_before_is_adopted() -> None:
    """As a version wrote it that knew nothing of what has a default now."""
    w = World()
    w.agent("1001")
    w.agent("1002")
    leg = w.call()
    w.pick_up(w.offered_leg())
    kept = {"agents": {"status", "state", "status_since_ms", "state_since_ms", "call_id", "interval"}, "queues": set()}
    kept["calls"] = {"activity", "agent", "agent_leg", "legs", "segments", "answered", "connected_ms"}
    bare = {"agents": state.Agent, "calls": state.Call}
    for kind, more in kept.items():
        for document in w.mirror[kind].values():
            core = document["core"]
            for name in [n for n in core if kind in bare and n not in more and n not in _ALWAYS_THERE[bare[kind]]]:
                del core[name]
    assert "own_extension" not in w.mirror["agents"]["1001"]["core"]
    w.restart(8)
    assert w.state("1001") == "talking"
    assert w.the_call(leg)["phase"] == "connected"
    assert w.engine._core.agents["1001"].own_extension == "1001"
    assert not [alarm for alarm in w.engine.snapshot()["alarms"] if alarm.startswith("bad-mirror")]


def test_an_agent_taken_out_of_the_configuration_in_a_call_stays_over_a_restart_until_the_call_is_over() -> None:
    w = World(centre(2))
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.wait(5)
    w.reconfigure(replace(w.config, version=2, agents={"1002": w.config.agents["1002"]}))
    w.restart(8)
    assert w.state("1001") == "talking"
    assert w.the_call(leg)["phase"] == "connected"
    w.wait(5)
    w.hang_up(leg)
    w.wait(60)
    assert [(t["agent"], t["ended_ms"] - t["started_ms"]) for t in w.segments("talk")] == [("1001", 10_000)]
    assert "1001" not in w.engine.snapshot()["agents"]
    assert not w.doubles


def test_an_agent_taken_out_while_no_daemon_ran_is_logged_out_with_the_time_until_then() -> None:
    w = World(centre(2))
    w.agent("1001")
    w.wait(600)
    w.config = replace(w.config, version=2, agents={"1002": w.config.agents["1002"]})
    w.restart(8)
    assert "1001" not in w.engine.snapshot()["agents"]
    assert sum(i["ended_ms"] - i["started_ms"] for i in w.of_kind("agent_interval") if i["agent"] == "1001") == 600_000

"""A customer waits in several queues at once: present in the first, in the lines of all; who is free first is rung."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig, QueueConfig
from cti_server.engine.acd import queueing
from tests.engine.test_explain import asked
from tests.engine.test_operations import do, nobody_in_silence, ok
from tests.engine.test_supervision import lead
from tests.engine.test_talk import SURVEY
from tests.engine.world import START_MS, World, centre, in_several, with_queue, wrong_lines


def floor(agents: int = 2, **queues: dict[str, Any]) -> CentreConfig:
    """1001 is of sales, 1002 of repair, the others of both; who calls 4002 waits in sales and also in repair."""
    config = in_several(centre(agents))
    for queue, settings in queues.items():
        config = with_queue(config, queue, **settings)
    return config


def waiting(w: World) -> str:
    """The caller of 4002: both agents are on shift and have a break."""
    for agent in ("1001", "1002"):
        w.agent(agent, ready=False)
    leg = w.call("4002")
    assert (w.the_call(leg)["queue"], w.the_call(leg)["also"]) == ("sales", ["repair"])
    return leg


def stands(w: World, leg: str) -> list[str]:
    call = w.the_call(leg)["id"]
    return [queue.id for queue in w.engine._core.queues.values() if call in queue.waiting]


def rung(w: World) -> list[str]:
    return [one.destination for one in w.channels.values() if one.direction == "outbound"]


def waits_in(w: World) -> dict[str, int]:
    assert not wrong_lines(w)
    return {queue: w.view("queues", queue)["waiting"] for queue in ("sales", "repair")}


def ended(w: World) -> list[tuple[str, str]]:
    return [(s["queue"], s["outcome"]) for s in w.segments("queue")]


# ---------------------------------------------------------------- who is free first


def test_present_in_the_first_and_in_the_lines_of_both() -> None:
    w = World(floor())
    leg = waiting(w)
    w.wait(1)
    assert stands(w, leg) == ["sales", "repair"]
    assert waits_in(w) == {"sales": 1, "repair": 0}
    assert w.view("queues", "repair")["today"]["offered"] == 0
    assert w.channels[leg].variables["cti_queue"] == "sales"


@pytest.mark.parametrize(("agent", "queue"), [("1001", "sales"), ("1002", "repair")])
def test_who_is_free_first_in_any_of_them_is_rung(agent: str, queue: str) -> None:
    w = World(floor())
    leg = waiting(w)
    w.wait(12)
    w.command("ReadyAgent", agent_id=agent)
    assert rung(w) == [agent]
    assert stands(w, leg) == []
    assert w.channels[w.offered_leg()].variables["cti_queue"] == queue
    assert (w.view("agents", agent)["queue"], w.the_call(leg)["queue"]) == (queue, "sales")
    w.pick_up(w.offered_leg())
    view = w.the_call(leg)
    assert (view["queue"], view["also"], view["waited_ms"], view["agent"]) == (queue, [], 12_000, agent)
    assert w.channels[leg].variables["cti_queue"] == queue
    assert "also" not in w.channels[leg].variables["cti_want"]
    assert waits_in(w) == {"sales": 0, "repair": 0}
    w.wait(5)
    w.hang_up(leg)
    assert [s["queue"] for s in w.segments("talk")] == [s["queue"] for s in w.segments("offer")] == [queue]
    assert w.of_kind("call")[0]["last_queue"] == queue


def test_answered_by_another_queue_it_has_overflowed_to_it_at_that_moment() -> None:
    w = World(floor())
    leg = waiting(w)
    w.wait(12)
    w.command("ReadyAgent", agent_id="1002")
    w.wait(3)
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    assert ended(w) == [("sales", "overflowed"), ("repair", "answered")]
    spans = {(s["started_ms"] - START_MS, s["ended_ms"] - START_MS) for s in w.segments("queue")}
    assert spans == {(0, 15_000)}, "both from the original place to the bridge"
    today = {queue: w.view("queues", queue)["today"] for queue in ("sales", "repair")}
    count = {queue: (one["offered"], one["answered"], one["overflowed"], one["abandoned"]) for queue, one in today.items()}
    assert count == {"sales": (1, 0, 1, 0), "repair": (1, 1, 0, 0)}


def test_the_first_queue_of_the_call_is_asked_first() -> None:
    w = World(floor(4))
    for agent in ("1003", "1002", "1001"):
        w.agent(agent)
        w.wait(1)
    w.call("4002")
    assert rung(w) == ["1003"], "of sales, too, and longest idle"
    w.call("4002")
    w.call("4002")
    assert rung(w) == ["1003", "1001", "1002"]


def test_each_queue_has_its_own_priority_in_its_own_line() -> None:
    w = World(floor(2, repair={"priority": 1}))
    first = waiting(w)
    w.wait(30)
    w.call("4003")  # repair first, and sales, too
    w.wait(1)
    keys = {queue: [key - START_MS for key, _, _ in w.engine._core.queues[queue].waiting.first(9)] for queue in waits_in(w)}
    assert keys == {"sales": [0, 30_000], "repair": [-60_000, -30_000]}
    assert w.the_call(first)["place_ms"] == START_MS
    w.reconfigure(with_queue(w.config, "repair", priority=3))
    assert [key - START_MS for key, _, _ in w.engine._core.queues["repair"].waiting.first(9)] == [-180_000, -150_000]
    assert not wrong_lines(w)
    assert w.the_call(first)["place_ms"] == START_MS, "of the first queue"


def test_hung_up_it_is_abandoned_in_the_first_alone() -> None:
    w = World(floor())
    leg = waiting(w)
    w.wait(8)
    w.hang_up(leg)
    assert ended(w) == [("sales", "abandoned")]
    assert waits_in(w) == {"sales": 0, "repair": 0}
    before = len(w.commands)
    w.command("ReadyAgent", agent_id="1002")
    assert not any(isinstance(c, sw.Originate) for c in w.commands[before:])


# ---------------------------------------------------------------- an offer has the rules of its queue


def test_a_failed_offer_brings_it_back_into_all_lines() -> None:
    w = World(floor(2, repair={"offer_failed": {"rejected": "next"}}))
    leg = waiting(w)
    w.command("ReadyAgent", agent_id="1002")
    w.refuse_offer(w.offered_leg(), "CALL_REJECTED")
    assert (w.view("agents", "1002")["status"], stands(w, leg)) == ("ready", ["sales", "repair"]), "by the rule of repair"
    w.command("ReadyAgent", agent_id="1001")
    w.refuse_offer(w.offered_leg(), "CALL_REJECTED")
    assert w.view("agents", "1001")["status"] == "not_ready", "by the rule of sales"
    w.wait(6)
    assert rung(w) == ["1002"]
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    assert ended(w) == [("sales", "overflowed"), ("repair", "answered")]


def test_not_to_the_same_agent_while_another_one_is_free_in_any_queue() -> None:
    w = World(floor(2, sales={"offer_failed": {"busy": "next"}}))
    leg = waiting(w)
    w.command("ReadyAgent", agent_id="1001")
    w.refuse_offer(w.offered_leg(), "USER_BUSY")
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    w.wait(6)
    w.lose_link()
    for agent in ("1001", "1002"):
        w.command("ReadyAgent", agent_id=agent)
    w.link()
    assert rung(w) == ["1002"]
    assert not wrong_lines(w)
    w.refuse_offer(w.offered_leg(), "CALL_REJECTED")
    assert rung(w) == ["1001"], "nobody else is there"
    assert leg in w.channels


def test_how_long_and_how_many_ring_and_what_comes_after_are_those_of_the_queue() -> None:
    config = floor(
        4,
        sales={"ring_timeout_s": 40, "record": False, "wrap_up_s": 50},
        repair={"ring_timeout_s": 7, "ring_at_once": 2, "record": True, "wrap_up_s": 9, "survey_flow": "survey"},
    )
    people = {key: replace(one, queues={"sales" if key == "1001" else "repair": 1}) for key, one in config.agents.items()}
    w = World(replace(config, agents=people, flows={**config.flows, "survey": SURVEY}))
    for agent in ("1002", "1003", "1004"):
        w.agent(agent)
    leg = w.call("4002")
    assert rung(w) == ["1002", "1003"]
    assert {c.timeout_s for c in w.commands if isinstance(c, sw.Originate)} == {7}
    assert w.channels[leg].variables["cti_record"]
    own = w.offered_leg()
    w.pick_up(own)
    agent = w.the_call(leg)["agent"]
    w.wait(5)
    w.hang_up(own)
    assert w.the_call(leg)["phase"] == "survey"
    assert (w.state(agent), w.view("agents", agent)["deadline_ms"] - w.now) == ("wrap_up", 9_000)
    w.hang_up(leg)
    assert {file["queue"] for file in w.of_kind("recording")} <= {"repair"}


def test_the_whisper_of_a_phone_off_hook_names_the_queue_by_which_it_comes() -> None:
    config = floor(2, sales={"whisper": "sales.wav"}, repair={"whisper": "repair.wav"})
    people = {key: replace(one, off_hook=key == "1002") for key, one in config.agents.items()}
    w = World(replace(config, agents=people))
    w.agent("1002")
    w.wait(0)
    own = w.offered_leg()
    w.answers(own)
    leg = w.call("4002")
    assert next(c.argument for c in reversed(w.commands) if isinstance(c, sw.Execute) and c.leg == own).endswith("!repair.wav")
    w.done(own)
    assert w.channels[leg].bridged_to == own
    assert ended(w) == [("sales", "overflowed"), ("repair", "answered")]


def test_a_phone_that_dies_gets_it_back_by_the_queue_that_answered() -> None:
    w = World(floor())
    leg = waiting(w)
    w.command("ReadyAgent", agent_id="1002")
    own = w.offered_leg()
    w.pick_up(own)
    w.wait(5)
    w.hang_up(own, "MEDIA_TIMEOUT")
    assert rung(w) == ["1002"]
    w.unregister("1002")
    w.wait(25)
    assert (w.the_call(leg)["queue"], stands(w, leg)) == ("repair", ["repair"])
    assert waits_in(w) == {"sales": 0, "repair": 1}


# ---------------------------------------------------------------- what ends the further queues


def test_the_longest_wait_is_that_of_the_first_and_overflow_ends_the_others() -> None:
    config = floor(2, sales={"max_wait_s": 20, "overflow_queue": "late"}, repair={"max_wait_s": 5})
    w = World(replace(config, queues={**config.queues, "late": QueueConfig("late", "Late")}))
    leg = waiting(w)
    w.wait(19)
    assert stands(w, leg) == ["sales", "repair"]
    w.wait(2)
    view = w.the_call(leg)
    assert (view["queue"], view["also"], view["queued_ms"], stands(w, leg)) == ("late", [], START_MS, ["late"])
    assert ended(w) == [("sales", "overflowed")]
    w.command("ReadyAgent", agent_id="1002")
    assert rung(w) == []


def test_only_the_first_can_be_full() -> None:
    w = World(floor(2, repair={"max_length": 1}, sales={"max_length": 1, "overflow_queue": "repair"}))
    w.call("4001")
    leg = w.call("4002")
    assert stands(w, leg) == ["sales", "repair"], "repair is full, and it is not present there"
    other = w.call("4002")
    assert other not in w.channels, "from sales, which is full now, to repair, which is full, too"
    assert not wrong_lines(w)


def test_a_colleague_who_picks_up_ends_all() -> None:
    w = World(floor())
    leg = waiting(w)
    w.command("ReadyAgent", agent_id="1002")
    ok(w.command("PickUpCall", agent_id="1001"))
    assert rung(w) == ["1001"]
    w.pick_up(w.offered_leg())
    assert (w.the_call(leg)["queue"], w.the_call(leg)["also"], stands(w, leg)) == ("repair", [], [])
    assert ended(w) == [("sales", "overflowed"), ("repair", "answered")], "by the queue by which it rang"
    assert not wrong_lines(w)


def test_a_leader_who_takes_over_ends_all() -> None:
    w = World(floor())
    leg = waiting(w)
    w.register("2001")
    call = w.the_call(leg)["id"]
    ok(lead(w, "ListenToCall", call_id=call, mode="listen"))
    w.answers(w.offered_leg())
    ok(lead(w, "TakeOverCall", call_id=call))
    assert (w.the_call(leg)["also"], stands(w, leg), ended(w)) == ([], [], [("sales", "answered")])
    assert not wrong_lines(w)


def test_a_transfer_to_a_queue_is_to_that_alone() -> None:
    w = World(floor())
    leg = waiting(w)
    w.command("ReadyAgent", agent_id="1001")
    w.pick_up(w.offered_leg())
    do(w, "TransferToQueue", queue_id="sales")
    assert (w.the_call(leg)["queue"], stands(w, leg)) == ("sales", ["sales"])


# ---------------------------------------------------------------- nobody is logged in


def test_the_rule_of_the_first_is_in_force_when_nobody_is_there_in_any() -> None:
    config = floor(2, sales={"unstaffed": "overflow", "overflow_queue": "late"})
    w = World(replace(config, queues={**config.queues, "late": QueueConfig("late", "Late")}))
    w.agent("1002", ready=False)
    leg = w.call("4002")
    assert stands(w, leg) == ["sales", "repair"], "somebody of repair is there"
    assert not [alarm for alarm in w.engine.snapshot()["alarms"] if "unstaffed" in alarm]
    w.command("LogoutAgent", agent_id="1002")
    w.wait(9)
    assert stands(w, leg) == ["sales", "repair"], "only changes the phone, perhaps"
    w.wait(2)
    assert (w.the_call(leg)["queue"], stands(w, leg)) == ("late", ["late"])
    assert "queue-unstaffed:sales" in w.engine.snapshot()["alarms"]
    late = w.call("4002")
    assert w.the_call(late)["queue"] == "late"
    assert not wrong_lines(w)


def test_the_last_one_of_the_first_goes_while_somebody_of_another_is_there() -> None:
    w = World(floor(2, sales={"unstaffed": "overflow", "overflow_queue": "repair"}))
    leg = waiting(w)
    w.command("LogoutAgent", agent_id="1001")
    w.wait(15)
    assert stands(w, leg) == ["sales", "repair"]
    assert "unstaffed" in [reason["id"] for reason in asked(w, leg)["why"]]


# ---------------------------------------------------------------- links, configuration, restarts


def test_out_of_all_lines_while_its_switch_is_not_heard() -> None:
    w = World(floor())
    leg = waiting(w)
    w.lose_link()
    assert stands(w, leg) == []
    w.link()
    assert stands(w, leg) == ["sales", "repair"]
    assert not wrong_lines(w)


def without(config: CentreConfig, queue: str) -> CentreConfig:
    people = {
        key: replace(one, queues={name: level for name, level in one.queues.items() if name != queue})
        for key, one in config.agents.items()
    }
    return replace(config, queues={name: one for name, one in config.queues.items() if name != queue}, agents=people)


def test_a_further_queue_that_is_removed_is_waited_for_no_more() -> None:
    w = World(floor())
    leg = waiting(w)
    w.reconfigure(without(w.config, "repair"))
    assert (w.the_call(leg)["also"], stands(w, leg)) == ([], ["sales"])
    assert "repair" not in w.engine.snapshot()["queues"]
    assert "also" not in w.channels[leg].variables["cti_want"]
    late = w.call("4002")  # the flow has kept its old version
    assert (w.the_call(late)["queue"], w.the_call(late)["also"]) == ("sales", [])
    assert "no-queue:repair" in w.engine.snapshot()["alarms"]


@pytest.mark.parametrize("answers", [True, False])
def test_a_further_queue_that_is_removed_while_it_rings_by_it(answers: bool) -> None:
    w = World(floor())
    leg = waiting(w)
    w.command("ReadyAgent", agent_id="1002")
    w.reconfigure(without(w.config, "repair"))
    assert "repair" in w.engine._core.queues, "until that is over"
    if answers:
        w.pick_up(w.offered_leg())
        assert ended(w) == [("sales", "overflowed"), ("repair", "answered")]
    else:
        w.refuse_offer(w.offered_leg(), "NO_ANSWER")
        assert stands(w, leg) == ["sales"]
    w.wait(1)
    assert "repair" not in w.engine._core.queues
    nobody_in_silence(w)


def test_the_first_is_removed_and_the_others_serve_it() -> None:
    w = World(floor())
    leg = waiting(w)
    w.reconfigure(without(w.config, "sales"))
    assert stands(w, leg) == ["sales", "repair"]
    w.command("ReadyAgent", agent_id="1002")
    w.pick_up(w.offered_leg())
    w.wait(1)
    assert "sales" not in w.engine._core.queues
    late = w.call("4002")
    assert (w.the_call(late)["queue"], w.the_call(late)["also"]) == ("repair", []), "what is there of them"


@pytest.mark.parametrize("mirror", [True, False])
@pytest.mark.parametrize("rings", [True, False])
def test_after_a_restart_it_waits_in_both(mirror: bool, rings: bool) -> None:
    w = World(floor())
    leg = waiting(w)
    w.wait(5)
    if rings:
        w.command("ReadyAgent", agent_id="1002")
    w.restart(8, mirror)
    w.wait(1)
    if not mirror:
        for agent in ("1001", "1002"):
            w.agent(agent, ready=False)
        w.wait(1)
    view = w.the_call(leg)
    assert (view["queue"], view["also"], view["queued_ms"]) == ("sales", ["repair"], START_MS)
    assert stands(w, leg) == ([] if rings and mirror else ["sales", "repair"])
    assert not wrong_lines(w)
    if not (rings and mirror):
        w.command("ReadyAgent", agent_id="1002")
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    assert ended(w) == [("sales", "overflowed"), ("repair", "answered")]


def test_the_first_queue_is_gone_after_a_restart() -> None:
    w = World(floor())
    leg = waiting(w)
    w.wait(5)
    w.config = without(w.config, "sales")
    w.restart(8)
    w.wait(1)
    assert (w.the_call(leg)["queue"], w.the_call(leg)["also"], w.the_call(leg)["queued_ms"]) == ("repair", [], START_MS)
    assert stands(w, leg) == ["repair"]
    w.command("ReadyAgent", agent_id="1002")
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    assert ended(w) == [("sales", "overflowed"), ("repair", "answered")]


@pytest.mark.parametrize("mirror", [True, False])
def test_answered_while_no_engine_ran(mirror: bool) -> None:
    w = World(floor())
    leg = waiting(w)
    w.wait(5)
    w.command("ReadyAgent", agent_id="1002")
    w.silent = True
    w.pick_up(w.offered_leg())
    w.restart(8, mirror)
    w.wait(1)
    view = w.the_call(leg)
    assert (view["phase"], view["queue"], view["also"], view["agent"]) == ("connected", "repair", [], "1002")
    assert not wrong_lines(w)
    w.hang_up(leg)
    assert ended(w) == ([("sales", "overflowed"), ("repair", "answered")] if mirror else [])
    assert [s["queue"] for s in w.segments("talk")] == ["repair"]


def test_from_the_switchs_own_queue_back_into_both() -> None:
    w = World(floor())
    leg = waiting(w)
    w.silent = True
    w.to_fallback(leg)
    w.restart(8, mirror=False)
    w.wait(1)
    assert stands(w, leg) == ["sales", "repair"]
    assert not wrong_lines(w)


def test_the_channel_says_it_only_while_there_is_something_to_say() -> None:
    w = World(floor(2, sales={"max_wait_s": 20, "overflow_queue": "repair"}))
    plain = w.call("4000")
    assert "cti_want" not in w.channels[plain].variables
    leg = waiting(w)
    assert "also=repair" in w.channels[leg].variables["cti_want"]
    w.wait(21)
    assert "also" not in w.channels[leg].variables["cti_want"], "a later engine is not to bring it back"


@pytest.mark.parametrize("also", ["nowhere", "sales", "repair,repair", "repair,nowhere", ",,"])
def test_what_a_channel_says_that_cannot_be(also: str) -> None:
    w = World(floor())
    leg = waiting(w)
    w.channels[leg].variables["cti_want"] = f"v=9&also={also.replace(',', '%2C')}"
    w.restart(8, mirror=False)
    w.wait(1)
    assert w.the_call(leg)["also"] == (["repair"] if "repair" in also else [])
    assert not wrong_lines(w)


def test_a_call_that_cannot_be_offered_stands_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World(floor())
    w.forgiving = True
    leg = waiting(w)

    def broken(*_: Any) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr(queueing, "out_of_line", broken)
    w.command("ReadyAgent", agent_id="1002")
    monkeypatch.undo()
    w.wait(1)
    assert not wrong_lines(w)
    assert leg in w.channels


# ---------------------------------------------------------------- what people read


def test_why_it_waits_names_all_its_queues() -> None:
    w = World(floor())
    leg = waiting(w)
    w.wait(4)
    found = asked(w, leg)
    assert [(r["id"], r["queue"], r["place"], r["of"]) for r in found["why"]] == [
        ("waits", "sales", 1, 1),
        ("waits", "repair", 1, 1),
    ]
    assert (found["graph"]["queue"], found["graph"]["also"]) == ("sales", ["repair"])

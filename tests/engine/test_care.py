"""Callers and agents whom somebody has to look after: nobody is logged in, nobody picks up, on hold for ever."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain.config import CentreConfig
from tests.engine.world import World, centre, with_queue

NOBODY = {
    "name": "nobody", "version": 1, "start": "say",
    "nodes": {"say": {"type": "play", "prompt": "closed", "next": "bye"}, "bye": {"type": "hang_up"}},
    "language": "en",
}  # fmt: skip


def unstaffed(way: str, **more: Any) -> CentreConfig:
    config = replace(centre(2), flows={"nobody": NOBODY})
    people = {k: replace(a, queues={"sales": 1}) for k, a in config.agents.items()}
    return with_queue(replace(config, agents=people), "sales", unstaffed=way, **more)


def alarms(w: World) -> list[str]:
    return list(w.engine.snapshot()["alarms"])


def test_where_nobody_is_logged_in_an_alarm_stands_until_somebody_is() -> None:
    w = World(centre(2))
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"
    assert alarms(w) == ["queue-unstaffed:sales"]
    assert "nobody is logged in" in w.view("alarms", "queue-unstaffed:sales")["text"]
    w.wait(7200)
    assert alarms(w) == ["queue-unstaffed:sales"], "it lasts"
    w.agent("1001", ready=False)
    assert alarms(w) == []
    w.call()
    assert alarms(w) == [], "not ready is there"


def test_callers_whom_nobody_can_serve_overflow_at_once() -> None:
    w = World(unstaffed("overflow", overflow_queue="repair"))
    leg = w.call()
    assert w.the_call(leg)["queue"] == "repair"
    assert w.the_call(leg)["phase"] == "queued"
    assert [(s["queue"], s["outcome"]) for s in w.segments("queue")] == [("sales", "overflowed")]
    assert sorted(alarms(w)) == ["queue-unstaffed:repair", "queue-unstaffed:sales"]


def test_two_queues_that_overflow_into_each_other_keep_the_caller() -> None:
    w = World(with_queue(unstaffed("overflow", overflow_queue="repair"), "repair", unstaffed="overflow", overflow_queue="sales"))
    leg = w.call()
    assert (w.the_call(leg)["queue"], w.the_call(leg)["phase"]) == ("repair", "queued")


def test_callers_whom_nobody_can_serve_hear_a_flow() -> None:
    w = World(unstaffed("flow", unstaffed_flow="nobody"))
    leg = w.call()
    assert w.the_call(leg)["phase"] == "ivr"
    assert w.channels[leg].application == "playback"
    w.done(leg)
    assert leg not in w.channels


def test_a_flow_that_leads_back_does_not_run_in_a_circle() -> None:
    back = {**NOBODY, "nodes": {**NOBODY["nodes"], "bye": {"type": "queue", "queue": "sales"}}}  # type: ignore[dict-item]
    w = World(replace(unstaffed("flow", unstaffed_flow="nobody"), flows={"nobody": back}))
    leg = w.call()
    w.done(leg)
    assert w.the_call(leg)["phase"] == "queued"
    w.agent("1001")
    assert w.the_call(leg)["phase"] == "offered"


@pytest.mark.parametrize(("way", "more", "phase"), [
    ("wait", {}, "queued"), ("flow", {"unstaffed_flow": "nobody"}, "ivr"), ("overflow", {"overflow_queue": "repair"}, "queued"),
])  # fmt: skip
def test_the_last_agent_logs_out_while_callers_wait(way: str, more: dict[str, str], phase: str) -> None:
    w = World(unstaffed(way, **more))
    w.agent("1001", ready=False)
    leg = w.call()
    w.command("LogoutAgent", agent_id="1001")
    w.wait(5)
    w.command("LoginAgent", agent_id="1001")
    w.wait(20)
    assert (w.the_call(leg)["phase"], w.the_call(leg)["queue"], alarms(w)) == ("queued", "sales", []), "a change of phones"
    w.command("LogoutAgent", agent_id="1001")
    w.wait(11)
    assert w.the_call(leg)["phase"] == phase
    assert "queue-unstaffed:sales" in alarms(w)
    assert w.the_call(leg)["queue"] == ("repair" if way == "overflow" else "sales")


def test_the_alarm_ends_by_a_restart_with_somebody_there() -> None:
    w = World(centre(2))
    w.call()
    w.restart(8)
    assert "queue-unstaffed:sales" in alarms(w)
    mirror = dict(w.mirror["alarms"])
    w.agent("1001")
    w.mirror["alarms"].update(mirror)
    w.restart(9)
    assert alarms(w) == []


def test_calls_not_taken_in_a_row_make_not_ready_with_an_alarm() -> None:
    config = with_queue(centre(1), "sales", offer_failed=dict.fromkeys(("no-answer", "rejected", "busy", "unreachable"), "next"))
    w = World(replace(config, failed_rings_max=3))
    w.agent("1001")
    w.call()
    for cause, status in (("NO_ANSWER", "ready"), ("USER_BUSY", "ready"), ("NO_ANSWER", "not_ready")):
        w.refuse_offer(w.offered_leg(), cause)
        assert w.view("agents", "1001")["status"] == status
        w.wait(6)
    assert w.view("agents", "1001")["reason"] == "no-answer"
    assert "3 in a row" in w.view("alarms", "failed-rings:1001")["text"]
    w.command("ReadyAgent", agent_id="1001")
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    assert w.view("agents", "1001")["status"] == "ready", "counted anew"


def test_a_call_taken_in_between_counts_from_the_start() -> None:
    config = with_queue(centre(1), "sales", wrap_up_s=0, offer_failed={"busy": "next"})
    w = World(replace(config, failed_rings_max=2))
    w.agent("1001")
    for _ in range(3):
        leg = w.call()
        w.refuse_offer(w.offered_leg(), "USER_BUSY")
        w.wait(6)
        w.pick_up(w.offered_leg())
        w.hang_up(leg)
    assert w.view("agents", "1001")["status"] == "ready"
    assert alarms(w) == []


def test_a_caller_forgotten_on_hold_raises_an_alarm_until_somebody_talks() -> None:
    w = World(replace(centre(1), hold_alarm_s=120))
    w.agent("1001")
    w.call()
    w.pick_up(w.offered_leg())
    w.command("HoldCall", agent_id="1001")
    w.wait(100)
    w.restart(8)
    w.wait(19)
    assert alarms(w) == []
    w.wait(1)
    assert "on hold for 2 min" in w.view("alarms", "long-hold:1001")["text"]
    w.restart(9)
    w.wait(7200)
    assert alarms(w) == ["long-hold:1001"], "it lasts"
    w.command("ResumeCall", agent_id="1001")
    assert alarms(w) == []


def test_who_logs_out_while_it_rings_gives_the_caller_back_at_once() -> None:
    w = World(with_queue(centre(2), "sales", ring_timeout_s=60))
    w.agent("1001")
    leg = w.call()
    w.ring(w.offered_leg())
    w.agent("1002")
    w.command("LogoutAgent", agent_id="1001")
    assert w.view("agents", "1001")["status"] == "logged_out"
    assert w.the_call(leg)["agent"] == "1002"
    assert [s["outcome"] for s in w.segments("offer")] == ["withdrawn"]


def test_who_logs_out_in_a_conversation_and_goes_does_not_keep_the_caller() -> None:
    w = World(centre(2))
    w.load_page("1001", "page")
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.agent("1002")
    w.command("LogoutAgent", agent_id="1001")
    assert w.the_call(leg)["phase"] == "connected"
    w.command("AgentPageGone", agent_id="1001")
    w.close_page("1001", "page")
    w.wait(5)
    assert w.view("agents", "1001")["status"] == "logged_out"
    assert w.the_call(leg)["agent"] == "1002"


def test_who_logs_out_while_the_caller_waits_for_the_phone_gives_the_caller_back() -> None:
    w = World(centre(2))
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.agent("1002")
    w.hang_up(w.offered_leg(), "MEDIA_TIMEOUT")
    assert w.state("1001") == "reserved"
    w.command("LogoutAgent", agent_id="1001")
    assert w.view("agents", "1001")["status"] == "logged_out"
    assert w.the_call(leg)["agent"] == "1002"


@pytest.mark.parametrize("way", ["wait", "overflow"])
@pytest.mark.parametrize("direct", [True, False], ids=["came in the gap", "was arriving"])
def test_a_restart_does_not_take_a_queue_with_people_for_one_without(way: str, direct: bool) -> None:
    w = World(with_queue(centre(), "sales", unstaffed=way, overflow_queue="repair"))
    w.agent("1001")
    w.agent("1002")
    for _ in range(2):
        w.call()
    w.silent = direct
    leg = w.call()
    w.restart(2)
    assert w.the_call(leg)["queue"] == "sales"
    assert not [s for s in w.segments("queue") if s["outcome"] == "overflowed"]
    assert "alarm.raised" not in w.names()

"""Offers that fail, are withdrawn, race, or never existed."""

from __future__ import annotations

import pytest

from cti_server.domain import switch as sw
from tests.engine.world import NODE, World, centre, with_queue


@pytest.mark.parametrize(
    ("cause", "why", "status", "reason"),
    [
        ("NO_ANSWER", "no-answer", "not_ready", "no-answer"),
        ("CALL_REJECTED", "rejected", "not_ready", "rejected"),
        ("USER_BUSY", "busy", "ready", ""),
        ("NO_USER_RESPONSE", "unreachable", "ready", ""),
    ],
)
def test_a_failed_offer_goes_to_the_next_agent_at_once(cause: str, why: str, status: str, reason: str) -> None:
    w = World()
    w.agent("1001")
    w.wait(1)
    w.agent("1002")
    w.wait(1)
    leg = w.call()
    place = w.the_call(leg)["queued_ms"]
    first = w.offered_leg()
    assert w.the_call(leg)["agent"] == "1001"
    w.wait(4)
    w.refuse_offer(first, cause)
    call = w.the_call(leg)
    assert (call["phase"], call["agent"], call["queued_ms"]) == ("offered", "1002", place)
    assert w.offered_leg() != first
    agent = w.view("agents", "1001")
    assert (agent["status"], agent["reason"], agent["state"]) == (status, reason, "idle")
    failed = next(e for e in w.published if e.name == "call.offer_failed")
    assert (failed.data["agent_id"], failed.data["why"]) == ("1001", why)
    assert failed.data["agent_id"] == "1001"
    (offer,) = w.segments("offer")
    assert (offer["outcome"], offer["ended_ms"] - offer["started_ms"]) == (why, 4000)


def test_alone_and_busy_is_tried_again_after_a_rest() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.refuse_offer(w.offered_leg(), "USER_BUSY")
    assert w.the_call(leg)["phase"] == "queued"
    w.wait(4)
    assert w.the_call(leg)["phase"] == "queued"
    w.wait(2)
    assert w.the_call(leg)["phase"] == "offered"


def test_the_line_keeps_its_order_after_a_failed_offer() -> None:
    w = World()
    w.agent("1001")
    first = w.call()
    w.wait(1)
    second = w.call()
    w.refuse_offer(w.offered_leg(), "CALL_REJECTED")
    w.command("ReadyAgent", agent_id="1001")
    assert w.the_call(first)["phase"] == "offered"
    assert w.the_call(second)["phase"] == "queued"


def test_priority_is_a_place_earlier_in_line() -> None:
    w = World(with_queue(centre(), "repair", priority=2))
    sales = w.call("4000")
    w.wait(60)
    repair = w.call("4001")
    w.agent("1001")
    assert w.the_call(repair)["phase"] == "offered"
    assert w.the_call(sales)["phase"] == "queued"


def test_longest_idle_over_queues() -> None:
    w = World()
    for agent in ("1002", "1003", "1001"):
        w.agent(agent)
        w.wait(1)
    assert [w.the_call(w.call(number))["agent"] for number in ("4000", "4001", "4000")] == ["1002", "1003", "1001"]


def test_the_caller_leaves_while_it_rings() -> None:
    w = World()
    w.agent("1001")
    w.wait(5)
    leg = w.call()
    offer = w.offered_leg()
    w.ring(offer)
    w.hang_up(leg)
    assert offer not in w.channels
    kill = [c for c in w.commands if isinstance(c, sw.KillLeg)]
    assert [(c.leg, c.cause) for c in kill] == [(offer, "ORIGINATOR_CANCEL")]
    assert w.state("1001") == "idle"
    assert w.view("agents", "1001")["status"] == "ready"
    assert [s["outcome"] for s in w.segments("offer")] == ["caller-left"]
    assert w.of_kind("call")[0]["outcome"] == "abandoned"


def test_a_withdrawn_leg_that_appears_late_is_killed_again() -> None:
    """The originate was on its way when the offer was withdrawn: no zombie ring."""
    w = World()
    w.refusals[sw.KillLeg] = "-ERR No such channel!"
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.hang_up(leg)
    assert offer in w.channels
    w.refusals.clear()
    w.ring(offer)
    assert offer not in w.channels


def test_an_answer_after_the_withdrawal_loses_the_race() -> None:
    w = World()
    w.refusals[sw.KillLeg] = "-ERR No such channel!"
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.hang_up(leg)
    w.refusals.clear()
    w.pick_up(offer)
    assert offer not in w.channels
    assert w.state("1001") == "idle"


def test_reject_by_command() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.ring(offer)
    assert w.command("RejectCall", agent_id="1001").ok  # type: ignore[union-attr]
    assert offer not in w.channels
    assert w.view("agents", "1001")["reason"] == "rejected"
    assert w.channels[leg].variables["cti_offer"] == ""
    assert w.the_call(leg)["phase"] == "queued"


def test_the_engine_ends_a_ringing_that_the_switch_forgot() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.ring(offer)
    w.wait(18)
    assert offer not in w.channels
    assert w.view("agents", "1001")["reason"] == "no-answer"
    assert w.the_call(leg)["phase"] == "queued"


def test_a_phone_that_is_not_there_fails_by_the_job_alone() -> None:
    w = World()
    w.agent("1001")
    w.phones[NODE].clear()
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"
    assert [s["outcome"] for s in w.segments("offer")] == ["unreachable"]
    assert w.view("agents", "1001")["status"] == "ready"


def test_a_refused_originate_is_a_failed_offer() -> None:
    w = World()
    w.refusals[sw.Originate] = "deadline"
    w.agent("1001")
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"
    assert w.state("1001") == "idle"


def test_an_agents_leg_that_parks_without_an_offer_is_killed() -> None:
    w = World()
    w.tell(sw.LegParked(NODE, 0, "stray", "outbound", True, "", "", "1001", "default", "", {"cti_agent": "1001"}))
    assert [c.leg for c in w.commands if isinstance(c, sw.KillLeg)] == ["stray"]


def test_music_comes_back_when_the_bridge_does_not() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.tell(sw.LegAnswered(NODE, 0, offer))
    w.wait(10)
    w.music_ends(leg)
    assert offer not in w.channels
    assert w.the_call(leg)["phase"] == "queued"
    assert w.channels[leg].playing
    assert w.channels[leg].variables["cti_phase"] == "waiting"


def _parks(w: World, leg: str) -> None:
    w.tell(sw.LegAnswered(NODE, 0, leg))
    w.tell(sw.LegParked(NODE, 0, leg, "outbound", True, "", "", "1001", "default", ""))


def test_a_leg_that_parks_before_the_script_bridges_it_is_left_to_the_script() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offered = w.offered_leg()
    _parks(w, offered)
    assert offered in w.channels
    w.pick_up(offered)
    assert w.the_call(leg)["phase"] == "connected"


def test_a_parked_leg_that_nobody_bridges_ends_at_the_deadline() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offered = w.offered_leg()
    _parks(w, offered)
    w.wait(6)
    assert offered not in w.channels
    assert w.the_call(leg)["phase"] in ("queued", "offered")
    assert [row["outcome"] for row in w.segments("offer")] == ["unreachable"]


# ---------------------------------------------------------------- a switch that is slow


def test_a_slow_switch_is_asked_for_less_and_for_more_again() -> None:
    w = World(centre(6))
    for agent in range(1001, 1007):
        w.agent(str(agent))
    w.tell(sw.SwitchDelay(NODE, 0, 1_500))
    legs = [w.call() for _ in range(4)]
    rung = [c for c in w.commands if isinstance(c, sw.Originate)]
    assert len(rung) == 1, "one at a time"
    assert w.view("switches", NODE)["slow"]
    w.ring(rung[0].leg)
    w.wait(0.3)
    assert len([c for c in w.commands if isinstance(c, sw.Originate)]) == 2, "one that only rings costs nothing"
    for _ in range(80):
        w.tell(sw.SwitchDelay(NODE, 0, 20))
        w.wait(0.1)
    assert [w.the_call(leg)["phase"] for leg in legs] == ["offered"] * 4
    assert not w.view("switches", NODE)["slow"]
    assert "switch-slow:main" not in w.engine.snapshot()["alarms"]


def test_a_phone_that_was_picked_up_is_waited_for_while_the_switch_is_slow() -> None:
    w = World(centre(1))
    w.agent("1001")
    leg = w.call()
    offered = w.offered_leg()
    w.tell(sw.SwitchDelay(NODE, 0, 3_000))
    w.channels[offered].answered_ms = w.now
    w.tell(sw.LegAnswered(NODE, 0, offered))
    for _ in range(12):
        w.wait(1)
        w.tell(sw.SwitchDelay(NODE, 0, 3_000))
    assert offered in w.channels
    w.pick_up(offered)
    assert w.the_call(leg)["phase"] == "connected"

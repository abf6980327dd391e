"""A queue is asked: an agent waits in its line for whoever of it is free next, while the customer hears music."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig
from tests.engine.test_operations import do, lengths, nobody_in_silence, ok
from tests.engine.test_outside import refused
from tests.engine.test_talk import talking
from tests.engine.world import World, centre, with_queue


def floor(**repair: object) -> CentreConfig:
    """1001 serves sales alone, 1002 and 1003 repair alone."""
    config = with_queue(centre(4), "repair", ring_timeout_s=10, **repair)
    queues = {"1001": "sales", "1002": "repair", "1003": "repair", "1004": "sales"}
    return replace(config, agents={a: replace(one, queues={queues[a]: 1}) for a, one in config.agents.items()})


def waiting(w: World) -> tuple[str, str]:
    """(caller's, agent's leg): nobody of repair is free."""
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.wait(10)
    do(w, "ConsultQueue", queue_id="repair")
    return leg, offer


def asking(w: World) -> tuple[str, str, str]:
    """Somebody has become free, and is rung."""
    leg, offer = waiting(w)
    w.wait(5)
    w.command("ReadyAgent", agent_id="1002")
    return leg, offer, w.offered_leg()


def test_the_agent_waits_with_music_and_gets_whoever_is_free_next() -> None:
    w = World(floor())
    leg, offer = waiting(w)
    assert w.channels[leg].playing
    assert w.channels[offer].playing
    assert w.state("1001") == "consulting"
    assert w.the_call(leg)["phase"] == "on_hold"
    assert [one["asks"] for one in w.the_call(leg)["legs"]] == ["", "repair"]
    queue = w.view("queues", "repair")
    assert (queue["waiting"], queue["today"]["waiting"]) == (0, 0), "it is no customer's call"
    w.wait(20)
    w.command("ReadyAgent", agent_id="1002")
    order = next(c for c in reversed(w.commands) if isinstance(c, sw.Originate))
    assert (order.contact, order.caller_number, order.caller_name, order.timeout_s) == ("ext:1002", "1001", "Agent 0", 10)
    assert order.connect_to == ""
    (mine,) = [one for one in w.the_call(leg)["legs"] if one["agent"] == "1002"]
    assert mine["asked_by"] == 2, "who asks, and about whom"
    w.ring(order.leg)
    assert w.state("1002") == "ringing"
    w.wait(4)
    w.answers(order.leg)
    assert w.channels[offer].bridged_to == order.leg
    assert [one["asks"] for one in w.the_call(leg)["legs"]] == ["", "", ""]
    w.wait(30)
    do(w, "SwapCalls")
    do(w, "SwapCalls")
    do(w, "ReturnToCaller")
    assert w.channels[leg].bridged_to == offer
    assert (w.state("1001"), w.state("1002")) == ("talking", "idle")
    w.wait(1)
    w.hang_up(leg)
    assert sorted(lengths(w, "consult"))[-1] == ("1002", 30)
    assert lengths(w, "queue") == [("", 0)], "of the queue that the customer called"
    assert [s["queue"] for s in w.segments("offer")] == ["sales", ""], "who was asked was rung by name"
    assert w.view("queues", "repair")["today"]["offered"] == 0
    assert w.view("agents", "1002")["today"]["answered"] == 0


def test_the_queue_gets_another_priority_while_it_is_asked() -> None:
    w = World(floor())
    _, offer = waiting(w)
    (before,) = w.engine._core.queues["repair"].waiting.first(9)
    w.reconfigure(with_queue(w.config, "repair", priority=3))
    assert w.engine._core.queues["repair"].waiting.first(9) == [(before[0] - 180_000, before[1], offer)]


def test_one_who_is_free_already_is_rung_at_once() -> None:
    w = World(floor())
    talking(w)
    w.agent("1003")
    w.wait(5)
    w.agent("1002")
    do(w, "ConsultQueue", queue_id="repair")
    assert next(c for c in reversed(w.commands) if isinstance(c, sw.Originate)).contact == "ext:1003", "the longest idle"


@pytest.mark.parametrize("end", ["complete", "join"])
def test_the_customer_is_passed_on_or_all_three_talk(end: str) -> None:
    w = World(floor())
    leg, offer, other = asking(w)
    w.answers(other)
    do(w, "CompleteTransfer" if end == "complete" else "JoinCalls")
    if end == "complete":
        assert w.channels[leg].bridged_to == other
        assert offer not in w.channels
        assert w.state("1002") == "talking"
    else:
        assert w.the_call(leg)["phase"] == "conference"


def test_passed_on_while_the_other_one_is_rung() -> None:
    w = World(floor())
    leg, offer, other = asking(w)
    do(w, "CompleteTransfer")
    assert offer not in w.channels
    w.answers(other)
    assert w.channels[leg].bridged_to == other


def test_passed_on_while_nobody_is_free_the_customer_waits_in_that_line() -> None:
    w = World(floor())
    leg, offer = waiting(w)
    w.wait(7)
    do(w, "CompleteTransfer")
    assert offer not in w.channels
    view = w.the_call(leg)
    assert (view["phase"], view["queue"], view["queued_ms"]) == ("queued", "repair", w.now)
    assert w.view("queues", "repair")["waiting"] == 1
    w.command("ReadyAgent", agent_id="1002")
    w.pick_up(w.offered_leg())
    assert w.state("1002") == "talking"
    w.hang_up(leg)
    assert w.view("queues", "repair")["today"]["answered"] == 1


def test_the_agent_gives_up_at_any_time() -> None:
    w = World(floor())
    leg, offer = waiting(w)
    do(w, "ReturnToCaller")
    assert w.channels[leg].bridged_to == offer
    before = len(w.commands)
    w.command("ReadyAgent", agent_id="1002")
    assert not any(isinstance(c, sw.Originate) for c in w.commands[before:]), "nobody asks any more"
    idle = w.engine._core.agents["1002"].idle_since_ms
    w.wait(3)
    do(w, "ConsultQueue", queue_id="repair")
    other = w.offered_leg()
    w.wait(3)
    do(w, "ReturnToCaller")
    assert other not in w.channels
    assert w.channels[leg].bridged_to == offer
    assert w.state("1002") == "idle"
    assert w.engine._core.agents["1002"].idle_since_ms == idle, "keeps the place among the idle"


def test_who_does_not_take_it_is_dealt_with_by_the_queues_rule_and_the_next_is_rung() -> None:
    w = World(floor())
    leg, _, other = asking(w)
    w.agent("1003")
    w.refuse_offer(other, "NO_ANSWER")
    assert w.view("agents", "1002")["reason"] == "no-answer"
    assert [e.data["agent_id"] for e in w.published if e.name == "call.offer_failed"] == ["1002"]
    again = w.offered_leg()
    assert w.channels[again].destination == "1003"
    w.refuse_offer(again, "USER_BUSY")
    assert w.state("1003") == "idle"
    assert [one["asks"] for one in w.the_call(leg)["legs"]] == ["", "repair"], "it waits on"
    w.wait(6)
    assert w.channels[w.offered_leg()].destination == "1003", "who has rested"


def test_it_is_served_in_its_place_among_the_callers() -> None:
    w = World(floor())
    first = w.call("4001")
    w.wait(1)
    waiting(w)
    w.wait(1)
    w.call("4001")
    w.command("ReadyAgent", agent_id="1002")
    one = w.offered_leg()
    assert w.channels[one].connect_to == first
    w.agent("1003")
    assert w.channels[w.offered_leg()].connect_to == "", "the agent who asks"


def test_the_longest_wait_of_the_queue_is_over() -> None:
    w = World(floor(max_wait_s=60))
    leg, offer = waiting(w)
    w.wait(59)
    assert w.state("1001") == "consulting"
    w.wait(2)
    assert w.channels[leg].bridged_to == offer
    (told,) = [e.data for e in w.published if e.name == "call.consult_failed"]
    assert (told["agent_id"], told["queue_id"]) == ("1001", "repair")
    assert len(w.engine._core.queues["repair"].waiting) == 0


def test_one_who_rings_when_the_longest_wait_ends_may_still_take_it() -> None:
    w = World(floor(max_wait_s=10))
    _, offer = waiting(w)
    w.wait(7)
    w.command("ReadyAgent", agent_id="1002")
    other = w.offered_leg()
    w.wait(5)
    w.answers(other)
    assert w.channels[offer].bridged_to == other


@pytest.mark.parametrize("rung", [False, True])
@pytest.mark.parametrize("who", ["customer", "agent"])
def test_whoever_hangs_up(who: str, rung: bool) -> None:
    w = World(floor())
    leg, offer, *other = asking(w) if rung else waiting(w)
    w.hang_up(leg if who == "customer" else offer)
    if rung and who == "agent":
        w.answers(other[0])
        assert w.channels[leg].bridged_to == other[0], "as in a consultation of one who was named"
        w.hang_up(leg)
    w.wait(40)
    assert w.channels == {}
    assert len(w.engine._core.queues["repair"].waiting) == 0
    assert w.state("1001") == "idle"


def test_it_waits_on_at_its_place_after_a_restart() -> None:
    w = World(floor(max_wait_s=60))
    leg, offer = waiting(w)
    w.wait(20)
    w.restart(8)
    assert [one["asks"] for one in w.the_call(leg)["legs"]] == ["", "repair"]
    nobody_in_silence(w)
    w.call("4001")
    w.command("ReadyAgent", agent_id="1002")
    other = w.offered_leg()
    assert w.channels[other].connect_to == ""
    w.restart(9)
    w.answers(other)
    assert w.channels[offer].bridged_to == other


def test_it_waits_on_when_the_link_is_back_and_while_it_is_away_nobody_is_rung() -> None:
    w = World(floor())
    _, offer = waiting(w)
    w.lose_link()
    w.wait(5)
    w.command("ReadyAgent", agent_id="1002")
    assert w.state("1002") == "idle"
    w.link()
    w.answers(w.offered_leg())
    assert w.channels[offer].bridged_to == w.offered_leg()


def test_a_queue_that_is_no_longer_configured() -> None:
    w = World(floor())
    leg, offer = waiting(w)
    w.reconfigure(replace(w.config, queues={"sales": w.config.queues["sales"]}))
    assert w.channels[leg].bridged_to == offer
    assert w.the_call(leg)["phase"] == "connected"


def test_what_is_refused() -> None:
    w = World(floor())
    assert refused(w.command("ConsultQueue", agent_id="1001", queue_id="repair")) == "agent-not-logged-in"
    talking(w)
    assert refused(w.command("ConsultQueue", agent_id="1001", queue_id="no")) == "no-such-queue"
    assert refused(w.command("ConsultQueue", agent_id="1001", queue_id="repair")) == "nobody-on-shift"
    assert refused(w.command("ConsultQueue", agent_id="1001", queue_id="sales")) == "nobody-on-shift", "nobody else"
    w.agent("1002", ready=False)
    ok(w.command("ConsultQueue", agent_id="1001", queue_id="repair"))
    assert refused(w.command("ConsultQueue", agent_id="1001", queue_id="repair")) == "wrong-state"
    for name in ("SwapCalls", "JoinCalls"):
        assert refused(w.command(name, agent_id="1001")) == "wrong-state"
    assert w.command("DescribeCall", call_id=w.view("agents", "1001")["call_id"]).data["why"][-1]["id"] == "asks"  # type: ignore[union-attr]

"""Several agents are rung for a call at once: the first who answers has it, the others lose nothing."""

from __future__ import annotations

import pytest

from cti_server.domain import switch as sw
from tests.engine.test_operations import nobody_in_silence
from tests.engine.world import World, centre, with_queue


def ringing(agents: int = 3, at_once: int = 3) -> tuple[World, str, list[str]]:
    """A caller for whom so many phones ring, in the order of who was idle longest."""
    w = World(with_queue(centre(agents), "sales", ring_at_once=at_once))
    for n in range(agents):
        w.agent(str(1001 + n))
        w.wait(1)
    leg = w.call()
    legs = [one.leg for one in w.channels.values() if one.direction == "outbound"]
    for one in legs:
        w.ring(one)
    return w, leg, legs


def states(w: World) -> list[str]:
    return [w.state(str(1001 + n)) for n in range(len(w.config.agents))]


def test_the_longest_idle_ones_are_rung_and_no_more_than_the_queue_says() -> None:
    w, leg, legs = ringing(agents=3, at_once=2)
    assert [w.channels[one].destination for one in legs] == ["1001", "1002"]
    assert states(w) == ["ringing", "ringing", "idle"]
    assert w.channels[leg].variables["cti_offer"] == ",".join(legs)
    assert w.the_call(leg)["phase"] == "offered"
    told = [c for c in w.commands if isinstance(c, sw.Originate) or (isinstance(c, sw.SetVariable) and c.name == "cti_offer")]
    assert [type(c) for c in told] == [sw.SetVariable, sw.Originate, sw.Originate], "who answers at once would be forgotten"


@pytest.mark.parametrize("who", [0, 1, 2])
def test_the_first_who_answers_has_it(who: int) -> None:
    w, leg, legs = ringing()
    w.wait(4)
    w.pick_up(legs[who])
    assert w.channels[leg].bridged_to == legs[who]
    assert set(w.channels) == {leg, legs[who]}
    assert states(w) == ["talking" if n == who else "idle" for n in range(3)]
    offers = {s["agent"]: s["outcome"] for s in w.segments("offer")}
    assert offers == {str(1001 + n): "answered" if n == who else "withdrawn" for n in range(3)}
    assert w.the_call(leg)["agent"] == str(1001 + who)
    w.wait(5)
    w.hang_up(leg)
    assert w.channels == {}
    assert w.of_kind("call")[0]["outcome"] == "answered"
    assert not [agent for agent in w.engine.snapshot()["agents"].values() if agent["today"]["rona"]]


def test_those_who_were_not_first_keep_their_place_among_the_idle() -> None:
    w, _leg, legs = ringing()
    w.pick_up(legs[1])
    w.call()
    rung = [one.destination for one in w.channels.values() if one.direction == "outbound" and not one.answered_ms]
    assert rung == ["1001", "1003"]


def test_two_answer_at_the_same_moment() -> None:
    w, leg, legs = ringing()
    w.silent = True
    w.pick_up(legs[2])
    w.silent = False
    w.pick_up(legs[0])  # the switch lets it lose; what it says of the first comes late
    for _ in range(4):
        w.wait(2)
        w.reconcile()
    assert w.channels[leg].bridged_to == legs[2]
    assert w.state("1003") == "talking"
    nobody_in_silence(w)


def test_who_rejects_or_does_not_answer_leaves_the_others_ringing() -> None:
    w, leg, legs = ringing()
    w.command("RejectCall", agent_id="1001")
    assert states(w)[1:] == ["ringing", "ringing"]
    w.refuse_offer(legs[1], "USER_BUSY")
    assert w.channels[leg].variables["cti_offer"] == ",".join(legs[1:]), "the one we ended is no more in it"
    assert w.the_call(leg)["phase"] == "offered"
    w.pick_up(legs[2])
    assert w.channels[leg].bridged_to == legs[2]


def test_nobody_answers() -> None:
    w, leg, _legs = ringing()
    w.wait(30)
    assert w.the_call(leg)["phase"] == "queued"
    assert w.channels[leg].playing
    assert [one for one in w.channels.values() if one.direction == "outbound"] == []
    assert {w.view("agents", str(1001 + n))["status"] for n in range(3)} == {"not_ready"}


def test_the_caller_hangs_up() -> None:
    w, leg, _legs = ringing()
    w.hang_up(leg)
    assert w.channels == {}
    assert states(w) == ["idle"] * 3


@pytest.mark.parametrize("answered", [False, True])
def test_a_restart_while_they_ring(answered: bool) -> None:
    w, leg, legs = ringing()
    if answered:
        w.silent = True
        w.pick_up(legs[1])
    w.restart(8)
    w.wait(1)
    if not answered:
        assert states(w) == ["ringing"] * 3
        w.pick_up(legs[1])
    assert w.channels[leg].bridged_to == legs[1]
    assert set(w.channels) == {leg, legs[1]}
    assert states(w) == ["idle", "talking", "idle"]


def test_one_of_them_is_picked_up_by_a_colleague() -> None:
    w, leg, _legs = ringing(agents=4, at_once=3)
    w.command("PickUpCall", agent_id="1004", colleague_id="1002")
    mine = w.offered_leg()
    assert w.channels[mine].destination == "1004"
    w.pick_up(mine)
    assert w.channels[leg].bridged_to == mine
    assert set(w.channels) == {leg, mine}


def test_one_is_rung_where_the_queue_says_nothing() -> None:
    w = World(centre(2))
    for agent in ("1001", "1002"):
        w.agent(agent)
    w.call()
    assert len([c for c in w.commands if isinstance(c, sw.Originate)]) == 1

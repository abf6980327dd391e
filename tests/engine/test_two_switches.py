"""Two switches: callers come to either, phones are at one or at both, and a call lives on one of them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import Any

import orjson
import pytest

from cti_server.domain import switch as sw
from cti_server.engine.assembly import Engine
from tests.engine.test_away import PIN
from tests.engine.test_off_hook import floor as off_hook_floor
from tests.engine.test_off_hook import shift
from tests.engine.test_off_hook import talking as talking_off_hook
from tests.engine.test_operations import consulting, nobody_in_silence
from tests.engine.world import NODE, OTHER, World, centre, with_queue


@pytest.fixture
def w() -> World:
    """1001 talks at one switch, 1002 is at the other, 1003's call rings at the first."""
    w = World(nodes=(NODE, OTHER))
    w.agent("1001")
    w.call()
    w.pick_up(w.offered_leg())
    w.agent("1002", ready=False, node=OTHER)
    w.agent("1003")
    w.register("2001", OTHER)
    return w


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ConsultAgent", {"agent_id": "1001", "colleague_id": "1002"}),
        ("AddAgent", {"agent_id": "1001", "colleague_id": "1002"}),
        ("TransferToAgent", {"agent_id": "1001", "colleague_id": "1002"}),
        ("CallAgent", {"agent_id": "1003", "colleague_id": "1002"}),
        ("RetrieveCall", {"agent_id": "1002", "slot": "1"}),
        ("PickUpCall", {"agent_id": "1002", "colleague_id": "1003"}),
        ("ListenToCall", {"agent_id": "1001", "extension": "2001"}),
    ],
)
def test_what_would_need_a_phone_at_another_switch_is_refused(w: World, name: str, arguments: dict[str, Any]) -> None:
    if name == "PickUpCall":
        w.call()
    if name == "RetrieveCall":
        w.command("ParkCall", agent_id="1001", slot="1")
        w.wait(1)
    before, sent = w.engine.state_hash(), len(w.commands)
    reply = w.command(name, issuer="user:9" if name == "ListenToCall" else "", **arguments)
    assert reply is not None
    assert (reply.error_id, reply.data) == ("other-switch", {"node": NODE, "there": [OTHER]})
    assert (w.engine.state_hash(), len(w.commands)) == (before, sent), "nothing has changed"


def test_a_code_for_a_call_that_rings_at_another_switch(w: World) -> None:
    w.call()
    leg = w.dial_code("1002", "*81003", OTHER)
    assert w.tones[leg] == "refused"
    assert w.state("1003") == "reserved"


def test_a_phone_at_both_switches_is_rung_where_the_call_is(w: World) -> None:
    w.register("1002", NODE)
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    assert w.channels[w.offered_leg()].node == NODE
    far = w.call(node=OTHER)
    w.register("1003", OTHER)
    assert w.channels[w.offered_leg()].node == OTHER
    w.pick_up(w.offered_leg())
    assert w.the_call(far)["agent"] == "1003"


def test_one_link_is_lost_and_the_other_switch_goes_on(w: World) -> None:
    w.lose_link()
    far = w.call(node=OTHER)
    w.command("ReadyAgent", agent_id="1002")
    w.pick_up(w.offered_leg())
    w.wait(10)
    w.link()
    w.wait(2)
    assert (w.state("1001"), w.state("1002"), w.the_call(far)["agent"]) == ("talking", "talking", "1002")


@pytest.mark.parametrize("away", [NODE, OTHER])
def test_a_start_while_one_switch_is_not_reached(w: World, away: str) -> None:
    far = w.call(node=OTHER)
    w.command("ReadyAgent", agent_id="1002")
    w.pick_up(w.offered_leg())
    legs = set(w.channels)
    w.restart(8, away=[away])
    w.wait(10)
    assert (w.state("1001"), w.state("1002")) == ("talking", "talking")
    w.link(node=away)
    w.wait(2)
    assert (w.state("1001"), w.state("1002"), w.the_call(far)["agent"]) == ("talking", "talking", "1002")
    assert set(w.channels) == legs


# ---------------------------------------------------------------- what days at random have found


@pytest.mark.parametrize("mirror", [True, False])
def test_a_call_that_was_given_up_with_its_switch_outlives_the_next_daemon_too(mirror: bool) -> None:
    """It is a new call then, and the channels of all its parties have to say so."""
    w = World(replace(centre(), flows={"pin": PIN}))
    w.agent("1001")
    customer = w.call()
    agent = w.offered_leg()
    w.pick_up(agent)
    w.command("SendToFlow", agent_id="1001", flow="pin")
    w.lose_link()
    w.wait(100)
    w.link()
    w.wait(1)
    w.restart(8, mirror)
    w.wait(1)
    assert w.state("1001") == "holding"
    w.command("ResumeCall", agent_id="1001")
    assert w.channels[customer].bridged_to == agent


def test_a_colleague_who_logs_out_while_rung_puts_nobody_into_a_line() -> None:
    w = World()
    w.agent("1001")
    customer = w.call()
    w.pick_up(w.offered_leg())
    w.agent("1002", ready=False)
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.ring(w.offered_leg())
    w.agent("1003")
    rung = [c for c in w.commands if isinstance(c, sw.Originate)]
    w.command("LogoutAgent", agent_id="1002")
    w.wait(1)
    assert [c for c in w.commands if isinstance(c, sw.Originate)] == rung, "nobody else is rung for the customer"
    assert (w.view("agents", "1002")["status"], w.state("1001")) == ("logged_out", "talking")
    assert w.channels[customer].bridged_to


def test_what_an_earlier_call_wanted_of_a_phone_off_hook_is_over_when_the_next_has_it() -> None:
    """The daemon was killed when the phone had come back, and could not say that it is ordinary again."""
    w = World(off_hook_floor())
    own = shift(w)
    w.channels[own].variables["cti_want"] = f"v=9&home=main&group={own}&as=aside&sound=silence&talked=1"
    w.restart(8)
    w.commands.clear()
    w.call()
    told = [(c.name, c.value != "") for c in w.commands if isinstance(c, sw.SetVariable) and c.leg == own]
    assert told == [("cti_want", False), ("cti_call", True)], "in this order: killed between them, nobody takes it for an aside"


@pytest.mark.parametrize("node", [NODE, OTHER])
def test_a_phone_off_hook_is_not_rung_beside_others(node: str) -> None:
    """Neither where it is, when it has unregistered, nor at the other switch."""
    w = World(with_queue(off_hook_floor(), "sales", ring_at_once=3), nodes=(NODE, OTHER))
    for agent in ("1002", "1003"):
        w.agent(agent, node=node)
    w.wait(1)
    shift(w)
    w.register("1001", OTHER)
    w.unregister("1001")
    if node == NODE:
        w.unregister("1001", OTHER)
    w.call(node=node)
    assert {c.destination for c in w.channels.values() if c.direction == "outbound" and not c.answered_ms} == {"1002", "1003"}


def test_an_agents_time_has_no_overlap_when_a_phone_off_hook_is_given_up_with_its_switch() -> None:
    """It is given up as of the moment when the switch was last heard; the agent has done something since."""
    w = World(off_hook_floor())
    shift(w, ready=False)
    w.wait(10)
    w.lose_link()
    w.wait(20)
    w.command("ReadyAgent", agent_id="1001")
    w.wait(60)
    w.command("LogoutAgent", agent_id="1001")
    spans = sorted((row["started_ms"], row["ended_ms"]) for row in w.of_kind("agent_interval"))
    assert all(one[1] == other[0] for one, other in pairwise(spans)), spans


@pytest.mark.parametrize("off_hook", [True, False])
def test_a_ring_that_is_over_while_nobody_is_heard_is_over_for_the_next_daemon_too(off_hook: bool) -> None:
    w = World(off_hook_floor())
    if off_hook:
        w.agent("1001", ready=False)
        w.wait(0)
        kind, thing, (leg,) = "agents", "1001", w.channels
    else:
        w.register("2001")
        w.call()
        kind, (thing,) = "calls", w.engine.snapshot()["calls"]
        w.command("ListenToCall", issuer="user:9", call_id=thing, extension="2001")
        leg = w.offered_leg()
    w.lose_link()
    w.wait(40)
    core = w.mirror[kind][thing]["core"]
    assert (core["station"] if off_hook else core)["legs"][leg]["gone"] == "NO_ANSWER"


def test_a_state_with_a_phone_that_is_being_rung_off_hook_comes_back() -> None:
    """What is asked of the switch has a name that no other has."""
    w = World(off_hook_floor())
    w._collect = lambda effect: None  # type: ignore[method-assign] # no answer yet
    w.register("1001")
    w.command("LoginAgent", agent_id="1001")
    w.wait(0)
    state = orjson.loads(orjson.dumps(w.engine.whole()))
    assert Engine.restored(state).state_hash() == w.engine.state_hash()


def test_a_phone_off_hook_that_has_left_a_call_is_not_in_it_by_an_older_mirror() -> None:
    """The daemon was killed when the channels had been told, and before the mirror was."""
    w = World(off_hook_floor())
    _, own = talking_off_hook(w)
    w.command("HoldCall", agent_id="1001")
    w.agent("1002", ready=False)
    older = deepcopy(w.mirror)
    w.command("TransferToAgent", agent_id="1001", colleague_id="1002")
    w.mirror = older
    w.restart(8)
    w.wait(2)
    assert own not in {leg["id"] for call in w.engine.snapshot()["calls"].values() for leg in call["legs"]}
    nobody_in_silence(w)


def test_who_was_consulted_when_the_watchdog_moved_the_customer_leaves_too() -> None:
    w = World()
    customer, _, _ = consulting(w)
    w.lose_link()
    w.to_fallback(customer)
    w.link()
    w.wait(1)
    assert [leg["party"] for leg in w.the_call(customer)["legs"]] == ["customer"]
    assert (w.state("1002"), w.the_call(customer)["phase"]) == ("idle", "queued")
    nobody_in_silence(w)

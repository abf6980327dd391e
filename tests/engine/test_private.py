"""Private calls: nobody listens, nobody picks them up, and their recording has silence unless the centre records them."""

from __future__ import annotations

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import ServiceNumberConfig
from tests.engine.test_operations import consulting, ok
from tests.engine.test_talk import talking
from tests.engine.world import World, centre

FLOW = {
    "name": "vip",
    "language": "en",
    "version": 1,
    "start": "mark",
    "nodes": {"mark": {"type": "set", "data": {"private": "yes"}, "next": "wait"}, "wait": {"type": "queue", "queue": "sales"}},
}


def private(w: World, wanted: bool = True) -> None:
    ok(w.command("SetCallPrivate", agent_id="1001", private=wanted))


def masks(w: World) -> list[bool]:
    return [command.masked for command in w.commands if isinstance(command, sw.MaskRecording)]


def test_who_listens_leaves_and_nobody_listens_until_it_is_over() -> None:
    w = World()
    leg, offer = talking(w)
    w.register("2001")
    ok(w.command("ListenToCall", issuer="user:9", agent_id="1001", extension="2001"))
    listener = w.offered_leg()
    w.answers(listener)
    assert w.hears(listener) == {leg, offer}
    private(w)
    assert listener not in w.channels
    assert w.engine.snapshot()["listeners"] == {}
    assert w.the_call(leg)["private"] is True
    for whom in ({"agent_id": "1001"}, {"call_id": w.the_call(leg)["id"]}):
        refused = w.command("ListenToCall", issuer="user:9", extension="2001", **whom)
        assert refused.error_id == "call-private"  # type: ignore[union-attr]
    private(w, False)
    ok(w.command("ListenToCall", issuer="user:9", agent_id="1001", extension="2001"))


def test_each_mark_is_written_down_once() -> None:
    w = World()
    leg, _offer = talking(w)
    private(w)
    ok(w.command("SetCallPrivate", issuer="user:1", agent_id="1001", private=False))
    rows = [(a["issuer"], a["subject"], a["detail"]["private"]) for a in w.of_kind("audit") if a["action"] == "SetCallPrivate"]
    assert rows == [("agent:1001", f"call:{w.the_call(leg)['id']}", True), ("user:1", "agent:1001", False)]


@pytest.mark.parametrize("recorded", [False, True])
def test_the_recording_has_silence_meanwhile_as_the_centre_has_it(recorded: bool) -> None:
    w = World(centre(3, private_recorded=recorded))
    talking(w)
    private(w)
    private(w)
    ok(w.command("HoldCall", agent_id="1001") or w.replies[f"c{w._numbers}"])
    ok(w.command("ResumeCall", agent_id="1001") or w.replies[f"c{w._numbers}"])
    assert masks(w) == ([] if recorded else [True])
    private(w, False)
    assert masks(w) == ([] if recorded else [True, False])


def test_a_consultation_that_is_recorded_has_silence_too() -> None:
    w = World(centre(3, record_consults=True))
    _leg, offer, _other = consulting(w)
    private(w)
    (file,) = [c for c in w.commands if isinstance(c, sw.MaskRecording) and c.leg == offer]
    assert file.masked


def test_by_its_flow_before_anybody_talks_and_nobody_picks_it_up() -> None:
    numbers = {"4000": ServiceNumberConfig("4000", "VIP", "vip", "")}
    w = World(centre(3, flows={"vip": FLOW}, service_numbers=numbers))
    w.agent("1001")
    w.agent("1002", ready=False)
    leg = w.call()
    assert w.the_call(leg)["private"] is True
    w.ring(w.offered_leg())
    assert w.command("PickUpCall", agent_id="1002").error_id == "nothing-there"  # type: ignore[union-attr]
    assert w.command("PickUpCall", agent_id="1002", colleague_id="1001").error_id == "call-private"  # type: ignore[union-attr]
    assert w.tones[w.dial_code("1002", "*81001")] == "refused"
    w.pick_up(w.offered_leg())
    assert masks(w) == [True]
    assert [(a["issuer"], a["action"]) for a in w.of_kind("audit")] == [("system:flow", "SetCallPrivate")]


@pytest.mark.parametrize("mirror", [True, False])
def test_it_stays_private_through_a_restart(mirror: bool) -> None:
    w = World()
    leg, _offer = talking(w)
    private(w)
    w.restart(8, mirror)
    assert w.the_call(leg)["private"] is True


def test_who_has_no_conversation_marks_none() -> None:
    w = World()
    w.agent("1001")
    assert w.command("SetCallPrivate", agent_id="1001", private=True).error_id == "wrong-state"  # type: ignore[union-attr]

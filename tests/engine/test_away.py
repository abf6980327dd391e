"""The customer goes somewhere else for a while: through a flow and back, into a slot; a ringing call goes to somebody else; and
what a phone does by its own key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti_server.domain import switch as sw
from tests.engine.test_operations import do, lengths, nobody_in_silence, ok
from tests.engine.test_talk import SURVEY, talking
from tests.engine.world import NODE, World, centre

PIN = {
    "name": "pin",
    "version": 1,
    "language": "zh",
    "start": "ask",
    "nodes": {
        "ask": {
            "type": "collect",
            "prompt": "pin",
            "min_digits": 4,
            "max_digits": 4,
            "store": "pin",
            "ok": "done",
            "none": "done",
        },
        "done": {"type": "play", "prompt": "thanks", "next": "end"},
        "end": {"type": "hang_up"},
    },
}


def world() -> World:
    return World(replace(centre(), flows={"pin": PIN, "survey": SURVEY}))


def test_the_customer_types_a_pin_and_comes_back_and_the_recording_has_silence_meanwhile() -> None:
    w = world()
    leg, offer = talking(w)
    w.wait(10)
    ok(w.command("SendToFlow", agent_id="1001", flow="pin"))
    assert w.channels[leg].application == "play_and_get_digits"
    assert w.channels[offer].playing, "the agent hears music"
    assert w.masked
    assert w.state("1001") == "holding"
    assert w.the_call(leg)["phase"] == "ivr"
    w.wait(6)
    w.done(leg, "_none_", "1234")
    assert w.channels[leg].application == "playback"
    w.done(leg)
    assert w.channels[leg].bridged_to == offer
    assert not w.masked
    assert w.state("1001") == "talking"
    view = w.the_call(leg)
    assert (view["data"]["pin"], view["ivr_path"][-1]["pressed"]) == ("••••", "••••")
    assert "1234" not in str(w.mirror) + str(list(w.facts.values()))
    w.wait(3)
    w.hang_up(leg)
    assert lengths(w, "talk") == [("1001", 10), ("1001", 3)]
    assert lengths(w, "hold") == [("1001", 6)]
    assert lengths(w, "ivr") == [("", 6)]
    assert w.of_kind("call")[0]["outcome"] == "answered"


def test_the_agent_fetches_the_customer_out_of_the_flow() -> None:
    w = world()
    leg, offer = talking(w)
    ok(w.command("SendToFlow", agent_id="1001", flow="pin"))
    ok(w.command("ResumeCall", agent_id="1001"))
    assert w.channels[leg].bridged_to == offer
    w.wait(1)
    assert w.the_call(leg)["phase"] == "connected"
    w.hang_up(offer)
    assert leg not in w.channels


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_whoever_hangs_up_while_the_customer_is_in_the_flow(who: str) -> None:
    w = world()
    leg, offer = talking(w)
    w.command("SendToFlow", agent_id="1001", flow="pin")
    w.hang_up(leg if who == "customer" else offer)
    assert w.state("1001") == "wrap_up"
    if who == "agent":
        w.done(leg, "_none_", "1234")
        w.done(leg)
    assert w.channels == {}
    assert w.of_kind("call")[0]["outcome"] == "answered"


def test_a_customer_in_the_flow_comes_back_after_a_restart() -> None:
    w = world()
    leg, offer = talking(w)
    w.command("SendToFlow", agent_id="1001", flow="pin")
    w.wait(2)
    w.restart(8)
    assert w.channels[leg].application == "play_and_get_digits"
    w.done(leg, "_none_", "1234")
    w.done(leg)
    assert w.channels[leg].bridged_to == offer
    assert not w.masked


def test_passed_on_to_a_flow() -> None:
    w = world()
    leg, offer = talking(w)
    do(w, "TransferToFlow", flow="pin")
    assert offer not in w.channels
    assert w.the_call(leg)["phase"] == "ivr"
    w.done(leg, "_none_", "1234")
    w.done(leg)
    assert leg not in w.channels
    assert w.of_kind("call")[0]["outcome"] == "answered"
    assert w.command("TransferToFlow", agent_id="1001", flow="no").error_id == "wrong-state"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("TransferToFlow", {"flow": "survey"}), ("TransferToQueue", {"queue_id": "repair"}), ("ParkCall", {"slot": "7"}),
        ("TransferToAgent", {"colleague_id": "1002"}),
    ],
)  # fmt: skip
def test_who_is_in_a_flow_is_fetched_back_before_the_call_is_passed_on(name: str, args: dict[str, str]) -> None:
    w = world()
    leg, offer = talking(w)
    w.agent("1002")
    ok(w.command("SendToFlow", agent_id="1001", flow="pin"))
    refused = w.command(name, agent_id="1001", **args)
    assert refused is not None
    assert (refused.error_id, "fetch the customer back" in refused.message) == ("wrong-state", True)
    w.done(leg, "_none_", "1234")
    w.done(leg)
    assert w.channels[leg].bridged_to == offer
    do(w, "ParkCall", slot="7")
    assert (w.the_call(leg)["phase"], w.the_call(leg)["slot"]) == ("parked", "7"), "nothing of it strikes later"
    w.wait(121)
    assert w.state("1001") == "reserved", "it comes back to who parked it"


@pytest.mark.parametrize("name", ["TransferToFlow", "SendToFlow"])
def test_to_a_node_of_the_flow_that_is_named(name: str) -> None:
    w = world()
    leg, _ = talking(w)
    refused = w.command(name, agent_id="1001", flow="pin", node="asks")
    assert refused is not None
    assert refused.error_id == "no-such-node"
    assert refused.data["nodes"] == ["ask", "done", "end"]
    assert w.state("1001") == "talking"
    w.command(name, agent_id="1001", flow="pin", node="done")
    assert w.channels[leg].application == "playback"
    w.done(leg)
    assert (w.state("1001") == "talking") == (name == "SendToFlow")
    assert w.defects == []


def parked(w: World) -> str:
    leg, offer = talking(w)
    w.wait(5)
    do(w, "ParkCall", slot="7")
    assert offer not in w.channels
    assert w.state("1001") == "wrap_up"
    return leg


def test_parked_in_a_slot_and_taken_out_by_a_colleague() -> None:
    w = World()
    leg = parked(w)
    view = w.the_call(leg)
    assert (view["phase"], view["slot"]) == ("parked", "7")
    assert w.channels[leg].playing
    assert w.channels[leg].variables["cti_phase"] == "held", "without a daemon the customer goes to the switch's own queue"
    w.agent("1002", ready=False)
    w.wait(20)
    ok(w.command("RetrieveCall", agent_id="1002", slot="7"))
    other = w.offered_leg()
    w.answers(other)
    assert w.channels[leg].bridged_to == other
    assert (w.the_call(leg)["phase"], w.the_call(leg)["slot"]) == ("connected", "")
    w.wait(200)
    w.hang_up(leg)
    assert lengths(w, "talk") == [("1001", 5), ("1002", 200)]


def test_who_does_not_pick_up_leaves_it_in_the_slot_and_at_last_who_parked_it_is_rung() -> None:
    w = World()
    leg = parked(w)
    w.agent("1002", ready=False)
    w.command("RetrieveCall", agent_id="1002", slot="7")
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    assert w.the_call(leg)["phase"] == "parked"
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    w.wait(121)
    back = w.offered_leg()
    assert w.channels[back].destination == "1001"
    assert w.channels[leg].playing
    w.answers(back)
    assert w.channels[leg].bridged_to == back


def test_nobody_takes_it_out_and_who_parked_it_has_gone() -> None:
    w = World()
    leg = parked(w)
    w.command("LogoutAgent", agent_id="1001")
    w.wait(125)
    assert w.the_call(leg)["phase"] == "queued"


def test_what_slots_refuse() -> None:
    w = World()
    parked(w)
    w.command("EndWrapUp", agent_id="1001")
    w.agent("1001")
    w.call()
    w.pick_up(w.offered_leg())
    assert w.command("ParkCall", agent_id="1001", slot="7").error_id == "slot-taken"  # type: ignore[union-attr]
    w.agent("1002", ready=False)
    assert w.command("RetrieveCall", agent_id="1002", slot="8").error_id == "nothing-there"  # type: ignore[union-attr]
    assert w.command("PickUpCall", agent_id="1002").error_id == "nothing-there"  # type: ignore[union-attr]


def test_a_parked_call_outlives_the_engine_and_ends_with_its_customer() -> None:
    w = World()
    leg = parked(w)
    w.restart(8)
    assert w.the_call(leg)["phase"] == "parked"
    nobody_in_silence(w)
    w.hang_up(leg)
    assert w.of_kind("call")[0]["outcome"] == "answered"


@pytest.mark.parametrize("colleague", ["1001", ""])
def test_a_ringing_call_is_picked_up_by_a_colleague(colleague: str) -> None:
    w = World()
    w.agent("1001")
    w.agent("1002", ready=False)
    leg = w.call()
    first = w.offered_leg()
    w.ring(first)
    w.wait(5)
    more = {"colleague_id": colleague} if colleague else {}
    ok(w.command("PickUpCall", agent_id="1002", **more))
    assert first not in w.channels
    assert w.state("1001") in ("idle", "reserved")
    w.pick_up(w.offered_leg())
    assert w.the_call(leg)["agent"] == "1002"


def test_the_phones_own_hold_key_is_seen_shown_and_booked() -> None:
    w = World()
    leg, offer = talking(w)
    w.wait(5)
    w.hold_key(offer, True)
    assert w.state("1001") == "holding"
    assert w.channels[leg].playing, "the customer hears music"
    w.wait(7)
    w.hold_key(offer, False)
    assert w.channels[leg].bridged_to == offer
    assert w.state("1001") == "talking"
    w.hold_key(offer, False)
    assert w.state("1001") == "talking", "an update that is none"
    w.hang_up(leg)
    assert lengths(w, "hold") == [("1001", 7)]


def test_the_hold_key_of_a_phone_that_was_just_picked_up_waits_for_the_conversation() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.ring(offer)
    w.silent = True
    w.pick_up(offer)
    w.silent = False
    w.tell(sw.LegAnswered(NODE, 0, offer))
    w.hold_key(offer, True)
    w.tell(sw.LegsBridged(NODE, 0, leg, offer))
    assert w.state("1001") == "talking"

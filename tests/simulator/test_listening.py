"""Listening, whispering, barging in and taking over on the simulated switch; phones that hold by their own key."""

from __future__ import annotations

import pytest

from cti_server.domain import switch as s
from cti_server.esl.replies import outcome
from tests.simulator.desk import Desk
from tests.simulator.test_rooms import ROOM, answered_leg, dump, ears, order, typed

MODES: list[tuple[s.ListenMode, dict[str, str]]] = [
    ("listen", {"C": "A", "A": "C", "S": "AC"}),
    ("whisper", {"C": "A", "A": "CS", "S": "AC"}),
    ("barge", {"C": "AS", "A": "CS", "S": "AC"}),
]


def listened_to() -> tuple[Desk, str]:
    """C and A talk, S listens to A."""
    desk = Desk(callers={"patience_s": 500, "talk_s": 500, "linger_s": 500})
    caller = desk.waiting_call()
    desk.api(f"uuid_setvar_multi {caller} park_after_bridge=true;uuid_bridge_park_on_cancel=true")
    for leg, extension in (("leg-A", "1001"), ("leg-S", "1002")):
        answered_leg(desk, leg, extension)
    order(desk, s.BridgeLegs(caller, "leg-A"))
    desk.passes(0.1)
    order(desk, s.Listen("leg-S", "leg-A"))
    desk.passes(0.1)
    return desk, caller


def test_who_listens_is_heard_by_nobody() -> None:
    desk, _ = listened_to()
    assert ears(desk) == MODES[0][1]
    started = [(e.leg, e.target) for e in typed(desk, s.ListeningStarted) if isinstance(e, s.ListeningStarted)]
    assert started == [("leg-S", "leg-A")]
    assert (dump(desk, "leg-S").listens_to, dump(desk, "leg-A").listens_to) == ("leg-A", "")


def test_the_mode_changes_without_a_new_leg_or_an_event() -> None:
    desk, _ = listened_to()
    before = len(desk.events)
    for mode, heard in (*MODES, *reversed(MODES)):
        assert order(desk, s.SetListenMode("leg-S", mode)).startswith("+OK ")
        desk.passes(0.1)
        assert ears(desk) == heard, mode
    desk.api("uuid_recv_dtmf leg-S 3")
    desk.passes(0.1)
    assert ears(desk) == MODES[0][1], "its own keys do nothing"
    assert {event["Event-Name"] for event in desk.events[before:]} <= {"API", "RE_SCHEDULE"}


def test_it_follows_the_agent_through_hold_consult_room_and_to_the_next_caller() -> None:
    desk, caller = listened_to()
    order(desk, s.ParkLeg("leg-A"))
    desk.passes(0.1)
    assert ears(desk)["S"] == "A"
    answered_leg(desk, "leg-B", "1003")
    order(desk, s.BridgeLegs("leg-A", "leg-B"))
    desk.passes(0.1)
    assert ears(desk)["S"] == "AB"
    order(desk, s.JoinRoom("leg-A", ROOM, both=True))
    order(desk, s.JoinRoom(caller, ROOM))
    order(desk, s.SetListenMode("leg-S", "whisper"))
    desk.passes(0.1)
    assert ears(desk) == {"S": "ABC", "A": "BCS", "B": "AC", "C": "AB"}
    order(desk, s.SetListenMode("leg-S", "barge"))
    assert ears(desk) == {"S": "ABC", "A": "BCS", "B": "ACS", "C": "ABS"}


def test_two_listen_to_one() -> None:
    desk, _ = listened_to()
    answered_leg(desk, "leg-T", "1003")
    order(desk, s.Listen("leg-T", "leg-A"))
    desk.passes(0.1)
    order(desk, s.SetListenMode("leg-T", "whisper"))
    assert ears(desk) == {"C": "A", "A": "CT", "S": "AC", "T": "AC"}


def test_one_who_waits_can_be_listened_to() -> None:
    desk = Desk()
    caller = desk.waiting_call(PATIENCE_S="500")
    answered_leg(desk, "leg-S", "1002")
    order(desk, s.Listen("leg-S", caller))
    desk.passes(0.1)
    assert ears(desk) == {"C": "", "S": "C"}
    order(desk, s.SetListenMode("leg-S", "whisper"))
    assert ears(desk) == {"C": "S", "S": "C"}


def test_one_that_still_rings_is_waited_for() -> None:
    desk = Desk()
    answered_leg(desk, "leg-S", "1002")
    desk.say(f"bgapi originate {{origination_uuid=leg-A}}{desk.people.phones['1004'].contact} &park()")
    desk.passes(0.1)
    order(desk, s.Listen("leg-S", "leg-A"))
    desk.passes(0.1)
    assert ears(desk)["S"] == ""
    desk.api("sim phone 1004 answer")
    desk.passes(0.1)
    assert ears(desk)["S"] == "A"


@pytest.mark.parametrize("how", ["park", "kill", "phone", "target", "nobody"])
def test_the_end_of_listening(how: str) -> None:
    desk, caller = listened_to()
    since = len(desk.events)
    if how == "park":
        order(desk, s.ParkLeg("leg-S"))
    elif how == "kill":
        order(desk, s.KillLeg("leg-S"))
    elif how == "phone":
        desk.api("sim phone 1002 hangup")
    elif how == "target":
        order(desk, s.KillLeg("leg-A"))
    else:
        order(desk, s.Listen("leg-S", "never-was"))
    desk.passes(0.1)
    gone = how in ("kill", "phone")
    assert ("leg-S" in desk.switch.channels) is not gone
    assert ears(desk).get("S", "") == ""
    if not gone:
        assert [e["Event-Name"] for e in desk.events[since:] if e.get("Unique-ID") == "leg-S"][-1] == "CHANNEL_PARK"
        assert dump(desk, "leg-S").listens_to == ""
    assert ears(desk)["C"] == ("" if how == "target" else "A")
    stops = [e["Unique-ID"] for e in desk.told("MEDIA_BUG_STOP")]
    assert stops == ["leg-A"]
    assert desk.switch.channels[caller].alive


def test_take_over_parks_the_agent() -> None:
    desk, caller = listened_to()
    order(desk, s.SetListenMode("leg-S", "barge"))
    order(desk, s.BridgeLegs(caller, "leg-S"))
    desk.passes(0.1)
    assert ears(desk) == {"C": "S", "S": "C", "A": ""}
    assert desk.names("leg-A")[-1] in ("CHANNEL_PARK", "MEDIA_BUG_STOP")
    assert dump(desk, caller).bridged_to == "leg-S"


def test_a_phone_that_holds_by_its_own_key() -> None:
    desk, _ = listened_to()
    flow = s.AskMediaFlow("leg-A")
    assert outcome(flow, [order(desk, flow)]) == s.CommandOutcome(True, "sendrecv")
    assert desk.api("sim phone 1001 hold") == "+OK"
    assert outcome(flow, [order(desk, flow)]) == s.CommandOutcome(True, "sendonly")
    assert (ears(desk)["C"], ears(desk)["A"]) == ("", "")
    assert desk.api("sim phone 1001 hold") == "-ERR the phone has no such call"
    assert desk.api("sim phone 1001 resume") == "+OK"
    assert outcome(flow, [order(desk, flow)]) == s.CommandOutcome(True, "sendrecv")
    assert ears(desk) == MODES[0][1]
    assert [e.leg for e in typed(desk, s.PhoneReinvited) if isinstance(e, s.PhoneReinvited)] == ["leg-A", "leg-A"]
    assert not desk.told("CHANNEL_HOLD")

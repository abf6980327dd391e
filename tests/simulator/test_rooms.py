"""Rooms of the simulated switch: coming, going, muting, who hears whom, what is told and what a dump says."""

from __future__ import annotations

import array
import json
import wave
from pathlib import Path

import pytest

from cti_server.domain import switch as s
from cti_server.esl.encode import encode
from cti_server.esl.replies import channel_dump, channel_report
from cti_server.esl.translate import translate
from cti_server.simulator.hearing import hears
from cti_server.simulator.truth import Truth
from tests.simulator.desk import Desk

ROOM = "cti-c1"


def order(desk: Desk, command: s.SwitchCommand) -> str:
    (message,) = encode(command)
    return desk.say(message.decode().removesuffix("\n\n"))


def answered_leg(desk: Desk, leg: str, extension: str) -> str:
    """A phone that has answered and is parked, as the daemon rings it."""
    variables = {"park_after_bridge": "true", "uuid_bridge_park_on_cancel": "true", "eavesdrop_enable_dtmf": "false"}
    order_ = s.Originate(leg, f"ext:{extension}", 20, "138", "", f"job-{leg}", variables=variables)
    (message,) = encode(order_, {extension: desk.people.phones[extension].contact})
    desk.say(message.decode().removesuffix("\n\n"))
    desk.passes(1.3)
    assert desk.names(leg)[-1] == "CHANNEL_PARK"
    return leg


def three() -> tuple[Desk, str]:
    """C and A talk, then all three are in a room."""
    desk = Desk(callers={"patience_s": 500, "talk_s": 500, "linger_s": 500})
    caller = desk.waiting_call()
    desk.api(f"uuid_setvar_multi {caller} park_after_bridge=true;uuid_bridge_park_on_cancel=true")
    answered_leg(desk, "leg-A", "1001")
    answered_leg(desk, "leg-B", "1002")
    order(desk, s.BridgeLegs(caller, "leg-A"))
    desk.passes(0.1)
    assert order(desk, s.JoinRoom(caller, ROOM, both=True)) == "+OK"
    assert order(desk, s.JoinRoom("leg-B", ROOM)) == "+OK"
    desk.passes(0.1)
    return desk, caller


def ears(desk: Desk) -> dict[str, str]:
    """leg -> whom it hears, the caller as C."""

    def name(uuid: str) -> str:
        return uuid.removeprefix("leg-") if uuid.startswith("leg-") else "C"

    return {name(leg.uuid): "".join(sorted(name(one.uuid) for one in hears(leg))) for leg in desk.switch.channels.values()}


def typed(desk: Desk, *kinds: type[s.SwitchEvent]) -> list[s.SwitchEvent]:
    found = (translate("n", event) for event in desk.events)
    return [event for event in found if isinstance(event, kinds)]


def dump(desk: Desk, leg: str) -> s.ChannelSnapshot:
    return channel_report("n", channel_dump(desk.api(f"uuid_dump {leg} json")))


def test_a_pair_and_a_third_in_a_room() -> None:
    desk, caller = three()
    assert ears(desk) == {"C": "AB", "A": "BC", "B": "AC"}
    joined = [event for event in typed(desk, s.RoomJoined) if isinstance(event, s.RoomJoined)]
    assert {(event.leg, event.room) for event in joined} == {(leg, ROOM) for leg in (caller, "leg-A", "leg-B")}
    assert len({event.member for event in joined}) == 3
    for leg in (caller, "leg-A", "leg-B"):
        assert (dump(desk, leg).room, dump(desk, leg).bridged_to) == (ROOM, "")


def test_who_is_muted_is_not_heard_and_hears_on() -> None:
    desk, _ = three()
    (member,) = [event.member for event in typed(desk, s.RoomJoined) if isinstance(event, s.RoomJoined) and event.leg == "leg-B"]
    assert order(desk, s.MuteMember(ROOM, member, True)) == f"+OK mute {member}"
    assert ears(desk) == {"C": "A", "A": "C", "B": "AC"}
    assert order(desk, s.MuteMember(ROOM, member, False)) == f"+OK unmute {member}"
    assert ears(desk) == {"C": "AB", "A": "BC", "B": "AC"}
    told = [(event.leg, event.muted) for event in typed(desk, s.RoomMuted) if isinstance(event, s.RoomMuted)]
    assert told == [("leg-B", True), ("leg-B", False)]
    assert desk.api(f"conference {ROOM} mute 99") == "-ERR Non-Existant ID 99"


@pytest.mark.parametrize("how", ["park", "bridge", "kill", "phone", "kick"])
def test_out_of_the_room(how: str) -> None:
    desk, _ = three()
    member = desk.switch.channels["leg-B"].member
    if how == "park":
        order(desk, s.ParkLeg("leg-B"))
    elif how == "bridge":
        answered_leg(desk, "leg-D", "1003")
        order(desk, s.BridgeLegs("leg-B", "leg-D"))
    elif how == "kill":
        order(desk, s.KillLeg("leg-B"))
    elif how == "phone":
        desk.api("sim phone 1002 hangup")
    else:
        assert desk.api(f"conference {ROOM} kick {member}") == f"+OK kicked {member}"
    desk.passes(0.1)
    heard = ears(desk)
    assert (heard["C"], heard["A"]) == ("A", "C")
    assert heard.get("B", "gone") == {"park": "", "kick": "", "bridge": "D"}.get(how, "gone")
    assert [event.leg for event in typed(desk, s.RoomLeft) if isinstance(event, s.RoomLeft)] == ["leg-B"]
    if how in ("park", "kick"):
        assert desk.names("leg-B")[-1] == "CHANNEL_PARK"
        assert dump(desk, "leg-B").room == ""
        order(desk, s.JoinRoom("leg-B", ROOM))
        desk.passes(0.1)
        assert desk.switch.channels["leg-B"].member == member, "a leg keeps its number"
        assert ears(desk)["B"] == "AC"


def test_a_consult_out_of_the_room_and_all_back_in() -> None:
    desk, _ = three()
    answered_leg(desk, "leg-D", "1003")
    order(desk, s.BridgeLegs("leg-A", "leg-D"))
    desk.passes(0.1)
    assert ears(desk) == {"C": "B", "B": "C", "A": "D", "D": "A"}
    order(desk, s.JoinRoom("leg-A", ROOM, both=True))
    desk.passes(0.1)
    assert ears(desk) == {"C": "ABD", "A": "BCD", "B": "ACD", "D": "ABC"}


def test_back_to_a_bridge_and_the_room_is_gone() -> None:
    desk, caller = three()
    order(desk, s.KillLeg("leg-B"))
    desk.passes(0.1)
    order(desk, s.BridgeLegs(caller, "leg-A"))
    desk.passes(0.2)
    assert ears(desk) == {"C": "A", "A": "C"}
    actions = [event["Action"] for event in desk.told("CUSTOM") if event.get("Event-Subclass") == "conference::maintenance"]
    assert (actions[0], actions[-1]) == ("conference-create", "conference-destroy")
    assert desk.api(f"conference {ROOM} list") == f"-ERR Conference {ROOM} not found"


def test_the_list_of_a_room() -> None:
    desk, caller = three()
    rows = [row.split(";") for row in desk.api(f"conference {ROOM} list").splitlines()]
    assert {row[2]: row[5] for row in rows} == {caller: "hear|speak", "leg-A": "hear|speak", "leg-B": "hear|speak"}


def test_what_a_recording_in_a_room_holds(tmp_path: Path) -> None:
    """On the right is what the caller hears: somebody of the room, until all but the muted have gone."""
    desk, caller = three()
    desk.api(f"uuid_setvar {caller} RECORD_STEREO true")
    desk.api(f"uuid_record {caller} start {tmp_path}/c.wav")
    desk.passes(1)
    order(desk, s.ParkLeg("leg-A"))
    order(desk, s.MuteMember(ROOM, desk.switch.channels["leg-B"].member, True))
    desk.passes(1)
    desk.api(f"uuid_record {caller} stop {tmp_path}/c.wav")
    with wave.open(str(tmp_path / "c.wav")) as sound:
        right = array.array("h", sound.readframes(16000))[1::2]
    assert any(right[1000:5000])
    assert not any(right[10_000:14_000])


def test_what_happens_to_a_caller_in_a_room_is_written_down(tmp_path: Path) -> None:
    desk, _ = three()
    desk.switch.truth = Truth(tmp_path / "truth.jsonl")
    order(desk, s.KillLeg("leg-B"))
    desk.passes(0.1)
    order(desk, s.KillLeg("leg-A"))
    desk.passes(0.1)
    rows = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert [row["what"] for row in rows] == ["unbridged"], "the caller talked on until the last had gone"


def test_without_a_daemon_a_room_talks_on_and_who_listens_has_a_minute() -> None:
    desk, caller = three()
    answered_leg(desk, "leg-S", "1003")
    desk.api(f"uuid_setvar {caller} cti_phase talking")
    for leg, role in (("leg-A", "agent"), ("leg-B", "agent"), ("leg-S", "supervisor")):
        desk.api(f"uuid_setvar {leg} cti_role {role}")
    order(desk, s.Listen("leg-S", "leg-A"))
    desk.api("global_setvar cti_heartbeat=1800000000")
    desk.passes(15)
    assert ears(desk) == {"C": "AB", "A": "BC", "B": "AC", "S": "ABC"}
    order(desk, s.KillLeg("leg-A"))
    order(desk, s.KillLeg("leg-B"))
    desk.passes(5)
    assert set(ears(desk)) == {"S"}, "a caller who is alone in a room is let go"
    desk.passes(55)
    assert ears(desk) == {}


def test_without_a_daemon_a_phone_off_hook_has_a_minute_and_another_one_has_not() -> None:
    desk, _ = three()
    answered_leg(desk, "leg-P", "1003")
    order(desk, s.KillLeg("leg-A"))
    desk.passes(1)
    for leg, persistent in (("leg-P", "true"), ("leg-B", "")):
        desk.api(f"uuid_setvar {leg} cti_role agent")
        desk.api(f"uuid_setvar {leg} cti_persistent {persistent}")
    desk.api("uuid_transfer leg-B park inline")
    desk.api("global_setvar cti_heartbeat=1800000000")
    desk.passes(15)
    assert [desk.api(f"uuid_exists {leg}") for leg in ("leg-B", "leg-P")] == ["false", "true"]
    desk.passes(60)
    assert desk.api("uuid_exists leg-P") == "false"

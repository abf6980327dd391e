"""What happens on legs: arriving, menus, offers, bridges, hold, hang-ups, recordings. Pure core, virtual time."""

from __future__ import annotations

import array
import json
import wave
from pathlib import Path

import pytest

from cti_server.simulator.truth import Truth
from tests.simulator.desk import Desk


def test_a_caller_is_parked_with_what_the_shipped_dialplan_sets() -> None:
    desk = Desk()

    leg = desk.call(NUMBER="13800138000", NAME="%E5%BC%A0%E4%B8%89", SERVICE="95598")

    park = desk.told("CHANNEL_PARK", Unique_ID=leg)[0]
    assert park["Caller-Caller-ID-Name"] == "张三"
    assert (park["Caller-Caller-ID-Number"], park["Caller-Destination-Number"]) == ("13800138000", "95598")
    assert park["Answer-State"] == "ringing"
    assert {name: park[f"variable_{name}"] for name in ("cti_phase", "cti_dialled", "cti_trunk", "park_after_bridge")} == {
        "cti_phase": "arriving", "cti_dialled": "95598", "cti_trunk": "telco", "park_after_bridge": "true",
    }  # fmt: skip


def test_a_hostile_name_stays_one_value_in_both_forms() -> None:
    desk = Desk()

    leg = desk.call(NAME="%E5%BC%A0%0AUnique-ID: forged".replace(" ", "%20"))

    assert desk.told("CHANNEL_PARK")[0]["Unique-ID"] == leg
    assert desk.told("CHANNEL_PARK")[0]["Caller-Caller-ID-Name"] == "张\nUnique-ID: forged"
    assert b"%0AUnique-ID%3A%20forged" in desk.frames[-1].body or any(b"%0AUnique-ID" in f.body for f in desk.frames)


def test_patience_ends_as_a_hang_up_by_the_caller() -> None:
    desk = Desk()
    leg = desk.waiting_call(PATIENCE_S="7")

    desk.passes(7)

    end = desk.told("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)[0]
    assert (end["Hangup-Cause"], end["variable_sip_hangup_disposition"]) == ("NORMAL_CLEARING", "recv_bye")
    assert desk.api(f"uuid_exists {leg}") == "false"


@pytest.mark.parametrize(
    ("pressed", "result", "variable"),
    [("2", "success", "2"), ("9", "failure", ""), ("", "timeout", "")],
)
def test_a_menu_sets_its_variable_only_on_success(pressed: str, result: str, variable: str) -> None:
    desk = Desk()
    leg = desk.call(DIGITS=pressed)
    desk.execute(leg, "answer")

    desk.execute(leg, "play_and_get_digits", "1 1 1 3000 # silence_stream://400 silence_stream://100 cti_digits ^[1-4]$", "menu")
    desk.passes(5)

    done = desk.told("CHANNEL_EXECUTE_COMPLETE", Application_UUID="menu")[0]
    assert done["variable_read_result"] == result
    assert done.get("variable_cti_digits", "") == variable


def test_a_number_ends_at_the_terminator_or_the_maximum() -> None:
    desk = Desk()
    leg = desk.call(DIGITS="12#,345678")
    desk.execute(leg, "answer")
    for exec_id in ("one", "two"):
        desk.execute(leg, "play_and_get_digits", "1 4 1 3000 # silence_stream://100 silence_stream://100 cti_digits", exec_id)
        desk.passes(5)

    got = [desk.told("CHANNEL_EXECUTE_COMPLETE", Application_UUID=x)[0]["variable_cti_digits"] for x in ("one", "two")]

    assert got == ["12", "3456"]


def test_a_second_playback_nests_and_the_first_goes_on() -> None:
    desk = Desk()
    leg = desk.call()
    desk.execute(leg, "answer")
    desk.execute(leg, "playback", "tone_stream://%(2000,0,300)", "outer")
    desk.passes(0.5)

    desk.execute(leg, "playback", "tone_stream://%(1000,0,300)", "inner")
    desk.passes(10)

    done = [e["Application-UUID"] for e in desk.told("CHANNEL_EXECUTE_COMPLETE", Application="playback")]
    assert done == ["inner", "outer"]
    outer = desk.told("CHANNEL_EXECUTE_COMPLETE", Application_UUID="outer")[0]
    started = desk.told("CHANNEL_EXECUTE", Application_UUID="outer")[0]
    took_us = int(outer["Event-Date-Timestamp"]) - int(started["Event-Date-Timestamp"])
    assert took_us == pytest.approx(3_000_000, abs=50_000)


def test_event_lock_makes_the_next_one_wait() -> None:
    desk = Desk()
    leg = desk.call()
    desk.execute(leg, "answer")
    desk.execute(leg, "playback", "tone_stream://%(1000,0,300)", "first", "\nevent-lock: true")
    desk.execute(leg, "playback", "tone_stream://%(500,0,300)", "second", "\nevent-lock: true")

    desk.passes(5)

    assert [e["Application-UUID"] for e in desk.told("CHANNEL_EXECUTE_COMPLETE", Application="playback")] == ["first", "second"]


def test_break_all_ends_what_plays_and_forgets_what_waits() -> None:
    desk = Desk()
    leg = desk.call()
    desk.execute(leg, "answer")
    desk.execute(leg, "playback", "tone_stream://%(9000,0,300)", "long", "\nevent-lock: true")
    desk.execute(leg, "playback", "tone_stream://%(9000,0,300)", "never", "\nevent-lock: true")
    desk.passes(0.5)

    desk.api(f"uuid_break {leg} all")
    desk.passes(0.1)

    assert desk.told("CHANNEL_EXECUTE_COMPLETE", Application_UUID="long")[0]["Application-Response"] == "FILE PLAYED"
    assert not desk.told("CHANNEL_EXECUTE", Application_UUID="never")


def test_the_offered_leg_is_bridged_and_the_job_says_this_or_that() -> None:
    desk = Desk()

    caller, leg = desk.talking_pair()

    assert desk.job("job-leg-1") in ("-ERR ORIGINATOR_CANCEL", "+OK leg-1")
    assert desk.api(f"uuid_getvar {caller} cti_phase") == "talking"
    assert desk.api(f"uuid_getvar {caller} cti_offer") == "_undef_"
    assert desk.api(f"uuid_getvar {caller} bridge_to") == leg


def test_the_connect_script_as_the_application_of_the_leg() -> None:
    desk = Desk()
    caller = desk.waiting_call()
    desk.api(f"uuid_setvar {caller} cti_offer leg-1")
    for leg, extension in (("leg-1", "1001"), ("late", "1002")):
        contact = desk.people.phones[extension].contact
        script = f"'&lua(cti_connect.lua {caller} {leg})'"
        desk.say(f"bgapi originate {{origination_uuid='{leg}',cti_role='agent'}}{contact} {script}\nJob-UUID: job-{leg}")
    desk.passes(1.3)

    assert desk.job("job-leg-1") == "+OK leg-1"
    assert desk.api(f"uuid_getvar {caller} bridge_to") == "leg-1"
    assert not desk.told("CHANNEL_PARK", Unique_ID="leg-1")
    assert desk.told("CHANNEL_HANGUP", Unique_ID="late")[0]["Hangup-Cause"] == "LOSE_RACE"


def test_of_several_offered_legs_the_first_wins_and_the_other_loses() -> None:
    desk = Desk()
    caller = desk.waiting_call()
    desk.api(f"uuid_setvar {caller} cti_offer a,b")
    desk.offer(caller, "a", "1004")
    desk.offer(caller, "b", "1002")
    desk.passes(1.2)

    desk.api("sim phone 1004 answer")
    desk.passes(0.2)

    assert desk.api(f"uuid_getvar {caller} bridge_to") == "b"
    assert desk.told("CHANNEL_HANGUP", Unique_ID="a")[0]["Hangup-Cause"] == "LOSE_RACE"
    assert desk.job("job-a") == "-ERR LOSE_RACE"


def test_uuid_phone_event_answers_a_manual_phone() -> None:
    desk = Desk()
    caller = desk.waiting_call()
    desk.api(f"uuid_setvar {caller} cti_offer m")
    desk.offer(caller, "m", "1004")
    desk.passes(5)
    assert not desk.told("CHANNEL_BRIDGE")

    assert desk.api("uuid_phone_event m talk") == "+OK Success"
    desk.passes(0.2)

    assert desk.told("CHANNEL_BRIDGE")


def test_hold_by_parking_and_back_on_one_recording(tmp_path: Path) -> None:
    desk = Desk()
    caller, leg = desk.talking_pair()
    path = tmp_path / "in" / "call.wav"
    desk.api(f"uuid_setvar {caller} RECORD_STEREO true")
    assert desk.api(f"uuid_record {caller} start {path}") == "+OK Success"
    desk.passes(3)

    assert desk.api(f"uuid_transfer {leg} park inline") == "+OK"
    desk.execute(caller, "playback", "local_stream://moh", "hold")
    desk.passes(2)
    held = (desk.names(leg)[-1], desk.names(caller)[-1])
    desk.api(f"uuid_bridge {caller} {leg}")
    desk.passes(2)
    desk.api(f"uuid_record {caller} stop {path}")

    assert held == ("CHANNEL_PARK", "PLAYBACK_START")
    assert len(desk.told("CHANNEL_BRIDGE")) == 2
    stop = desk.told("RECORD_STOP")[0]
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getframerate(), sound.getnframes()) == (2, 8000, 7 * 8000)
        samples = array.array("h", sound.readframes(sound.getnframes()))
    assert (stop["variable_record_ms"], stop["variable_record_file_size"]) == ("7000", str(path.stat().st_size))
    second = [[max(samples[at + side : at + 16000 : 2]) for side in (0, 1)] for at in range(0, len(samples), 16000)]
    assert all(left > 5000 for left, _ in second)
    assert [right > 5000 for _, right in second] == [True, True, True, True, False, True, True]  # quiet on hold


def test_a_masked_stretch_is_silent_and_an_empty_recording_is_44_bytes(tmp_path: Path) -> None:
    desk = Desk()
    caller, _ = desk.talking_pair()
    path, empty = tmp_path / "a.wav", tmp_path / "b.wav"
    desk.api(f"uuid_record {caller} start {empty}")
    desk.api(f"uuid_record {caller} stop {empty}")
    desk.api(f"uuid_record {caller} start {path}")
    desk.passes(1)
    desk.api(f"uuid_record {caller} mask {path}")
    desk.passes(1)
    desk.api(f"uuid_record {caller} unmask {path}")
    desk.passes(1)
    desk.api(f"uuid_kill {caller}")
    desk.passes(0.02)

    with wave.open(str(path)) as sound:
        samples = array.array("h", sound.readframes(24000))
    assert empty.stat().st_size == 44
    assert [max(samples[at : at + 8000]) > 5000 for at in (0, 8000, 16000)] == [True, False, True]


def test_cti_record_begins_with_the_bridge(tmp_path: Path) -> None:
    desk = Desk(recordings_dir=str(tmp_path))
    caller = desk.waiting_call()
    desk.api(f"uuid_setvar {caller} cti_record {tmp_path}/x.wav")
    desk.api(f"uuid_setvar {caller} cti_offer leg-1")
    desk.offer(caller, "leg-1")
    desk.passes(1.3)

    names = desk.names(caller)

    assert names.index("CHANNEL_BRIDGE") < names.index("RECORD_START")
    desk.api(f"uuid_setvar {caller} execute_on_pre_bridge")
    desk.api(f"uuid_record {caller} stop {tmp_path}/x.wav")
    desk.api("uuid_park leg-1")
    desk.passes(0.1)
    desk.api(f"uuid_bridge {caller} leg-1")
    desk.passes(1)
    assert desk.names(caller).count("RECORD_START") == 1, "it would fire at every bridge, were it not unset"


@pytest.mark.parametrize("who", ["caller", "agent"])
def test_who_hangs_up_and_who_stays(who: str) -> None:
    desk = Desk()
    caller, leg = desk.talking_pair()

    desk.api(f"sim caller {caller} hangup" if who == "caller" else "sim phone 1001 hangup")
    desk.passes(0.1)

    if who == "caller":
        assert desk.api("show channels count") == "\n0 total."
        assert desk.told("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)[0]["variable_sip_hangup_disposition"] == "send_bye"
    else:
        assert desk.names(caller)[-1] == "CHANNEL_PARK"
        assert desk.told("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)[0]["variable_sip_hangup_disposition"] == "recv_bye"
    assert len(desk.told("CHANNEL_UNBRIDGE")) == 1


def test_talk_time_runs_only_while_they_hear_each_other() -> None:
    desk = Desk()
    caller, leg = desk.talking_pair(TALK_S="10")
    desk.passes(6)
    desk.api(f"uuid_park {leg}")
    desk.passes(14)
    desk.api(f"uuid_bridge {caller} {leg}")
    desk.passes(3.5)
    assert not desk.told("CHANNEL_HANGUP")

    desk.passes(1)

    assert desk.told("CHANNEL_HANGUP", Unique_ID=caller)


def test_a_leg_that_comes_between_takes_the_caller_and_the_old_one_goes() -> None:
    desk = Desk()
    caller, leg = desk.talking_pair()
    desk.api(f"originate {{origination_uuid=second}}{desk.people.phones['1002'].contact} &park()")
    desk.passes(1.2)

    assert desk.api(f"uuid_bridge {caller} second") == "+OK second"
    desk.passes(0.1)

    assert desk.api(f"uuid_getvar {caller} bridge_to") == "second"
    assert desk.told("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)


def test_voicemail_lasts_as_long_as_the_caller_speaks(tmp_path: Path) -> None:
    desk = Desk()
    leg = desk.call(VOICE_S="4")
    desk.execute(leg, "answer")
    desk.execute(leg, "record", f"{tmp_path}/vm.wav 60 200 3", "vm")

    desk.passes(8)

    assert desk.told("CHANNEL_EXECUTE_COMPLETE", Application_UUID="vm")
    assert desk.told("RECORD_STOP")[0]["variable_record_ms"] == "4000"


def test_an_application_that_is_not_simulated_fails_loudly() -> None:
    desk = Desk()
    leg = desk.call()

    desk.execute(leg, "valet_park", "x")
    desk.passes(0.1)

    assert "not supported by the simulator" in desk.told("FAILURE")[0]["Failure-Message"]
    assert desk.told("CHANNEL_HANGUP", Unique_ID=leg)[0]["Hangup-Cause"] == "SERVICE_NOT_IMPLEMENTED"


def test_the_same_seed_gives_the_same_events() -> None:
    def run() -> list[tuple[str, str]]:
        desk = Desk(callers={"enabled": True, "rate_per_s": 0.5, "names": ["a", "b", "c"], "patience_s": [5, 20]})
        desk.passes(60)
        return [(e["Event-Name"], e.get("Unique-ID", "")) for e in desk.events]

    assert len(run()) > 300
    assert run() == run()


def test_what_happens_to_a_caller_is_written_down(tmp_path: Path) -> None:
    desk = Desk()
    desk.switch.truth = Truth(tmp_path / "truth.jsonl")
    leg, _ = desk.talking_pair(NUMBER="13800138000", TALK_S="30")
    desk.passes(60)

    rows = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    happened = [(row["what"], row["with"]) for row in rows]
    assert happened == [("arrived", ""), ("bridged", "1001"), ("unbridged", ""), ("ended", "")]
    assert {(row["uuid"], row["number"]) for row in rows} == {(leg, "13800138000")}
    assert (rows[2]["at_us"] - rows[1]["at_us"]) // 1_000_000 == 30


def test_a_recording_begun_as_the_caller_hangs_up_leaves_a_session_for_ever(tmp_path: Path) -> None:
    """As the real switch does, three times in two hundred; begun by the caller's own thread it cannot."""
    desk = Desk()
    caller = desk.waiting_call()
    desk.api(f"uuid_kill {caller}")
    assert desk.api(f"uuid_record {caller} start {tmp_path}/x.wav") == "+OK Success"
    desk.passes(1)
    assert caller in desk.api("show channels as json")
    assert desk.api(f"uuid_exists {caller}") == "false"

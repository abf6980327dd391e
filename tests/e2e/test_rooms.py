"""Rooms, listening and a phone's own keys on a real switch: by tones, who hears whom before, during and after each order."""

from __future__ import annotations

import array
import math
import time
import wave
from pathlib import Path

import pytest

from cti_server.domain import switch as s
from cti_server.engine.graph import caller
from tests.e2e.table import Table
from tests.fixtures_switch import PrivateSwitch

pytestmark = pytest.mark.switch
GAP_S = 0.5
"""Who should hear somebody does so again within this time."""


def test_a_pair_a_third_one_muted_a_consult_outside_and_a_bridge_again(real_switch: PrivateSwitch) -> None:
    with Table(real_switch, "CABS") as t:
        c, a, b, o = (t.legs[name] for name in "CABS")  # S is a colleague here
        t.order(s.BridgeLegs(c, a))
        began = t.hear(C="A", A="C", B="", S="")
        t.order(s.JoinRoom(c, "cti-1", both=True))
        t.hear(C="A", A="C", B="", S="")
        t.order(s.JoinRoom(b, "cti-1"))
        t.hear(C="AB", A="CB", B="CA", S="")
        assert max(t.gap_s("C", began), t.gap_s("A", began)) < GAP_S
        assert (t.snapshot("C").room, t.snapshot("B").room, t.snapshot("C").bridged_to) == ("cti-1", "cti-1", "")
        members = {e.leg: e.member for e in t.told(s.RoomJoined, 3)}
        assert set(members) == {c, a, b}

        t.order(s.MuteMember("cti-1", members[b], True))
        t.hear(C="A", A="C", B="CA", S="")
        t.order(s.MuteMember("cti-1", members[b], False))
        t.hear(C="AB", A="CB", B="CA", S="")
        assert [(e.leg, e.muted) for e in t.told(s.RoomMuted, 2)] == [(b, True), (b, False)]

        t.order(s.BridgeLegs(a, o))
        consult = t.hear(C="B", B="C", A="S", S="A")
        with t.recorded("C") as file:
            time.sleep(0.2)
            assert t.ears(consult)["C"] == "B", "a consult is heard by those who consult"
        assert file == {"said": "C", "heard": "B"}
        t.order(s.JoinRoom(a, "cti-1", both=True))
        t.hear(C="ABS", A="CBS", B="CAS", S="CAB")
        assert {e.leg: e.member for e in t.told(s.RoomJoined, 5)}[a] == members[a], "a leg keeps its number"

        since = time.time()
        t.order(s.BridgeLegs(c, b))
        t.hear(C="B", B="C", A="S", S="A")
        assert t.gap_s("C", since) < GAP_S
        t.order(s.ParkLeg(o))
        t.hear(C="B", B="C", A="", S="")
        assert (t.snapshot("C").bridged_to, t.snapshot("C").room) == (b, "")
        assert {e.leg for e in t.told(s.RoomLeft, 4)} == {a, c, b, o}


def test_listening_whispering_barging_in_and_taking_over(real_switch: PrivateSwitch) -> None:
    with Table(real_switch, "CAS") as t:
        c, a, listener = (t.legs[name] for name in "CAS")
        t.order(s.BridgeLegs(c, a))
        t.hear(C="A", A="C", S="")
        before = time.time()
        t.order(s.Listen(listener, a))
        t.hear(C="A", A="C", S="CA")
        assert [(e.leg, e.target) for e in t.told(s.ListeningStarted, 1)] == [(listener, a)]
        assert t.snapshot("S").listens_to == a
        with t.recorded("C") as file:
            t.order(s.SetListenMode(listener, "whisper"))
            t.hear(C="A", A="CS", S="CA")
            time.sleep(0.2)
            assert t.ears(before)["C"] == "A", "the whisper reaches the agent only"
        assert file == {"said": "C", "heard": "A"}, "and no recording of the customer"
        t.order(s.SetListenMode(listener, "barge"))
        t.hear(C="AS", A="CS", S="CA")
        t.order(s.SetListenMode(listener, "listen"))
        t.hear(C="A", A="C", S="CA")
        assert t.events(s.DigitReceived) == [], "no tone switches the mode"

        t.order(s.ParkLeg(a))
        t.hear(C="", A="", S="A")
        t.order(s.BridgeLegs(c, a))
        t.hear(C="A", A="C", S="CA")

        since = time.time()
        t.order(s.BridgeLegs(c, listener))
        t.hear(C="S", S="C", A="")
        assert t.gap_s("C", since) < GAP_S
        assert t.snapshot("A").state == "CS_PARK", "the agent is kept"


def test_a_phone_that_holds_by_its_own_key(real_switch: PrivateSwitch) -> None:
    with Table(real_switch, "CA") as t:
        c, a = t.legs["C"], t.legs["A"]
        t.order(s.BridgeLegs(c, a))
        t.hear(C="A", A="C")
        assert t.order(s.AskMediaFlow(a)) == "sendrecv"
        t.phones["A"].reinvite("sendonly")
        assert [e.leg for e in t.told(s.PhoneReinvited, 1)] == [a]
        assert t.order(s.AskMediaFlow(a)) == "sendonly"
        t.order(s.ParkLeg(c))
        t.soon("both are parked", lambda: all(t.snapshot(name).state in ("CS_PARK", "CS_EXECUTE") for name in "CA"))
        t.phones["A"].reinvite("sendrecv")
        assert [e.leg for e in t.told(s.PhoneReinvited, 2)] == [a, a]
        assert t.order(s.AskMediaFlow(a)) == "sendrecv"
        t.order(s.BridgeLegs(c, a))
        t.hear(C="A", A="C")


def _name_of_a_queue(folder: Path) -> Path:
    """Half a second of 600 Hz."""
    path = folder / "queue.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(array.array("h", (int(8000 * math.sin(2 * math.pi * 600 * n / 8000)) for n in range(4000))).tobytes())
    return path


def test_a_phone_off_hook_hears_tone_and_name_alone_then_the_customer_and_is_in_silence_again(real_switch: PrivateSwitch) -> None:
    with Table(real_switch, "CA") as t:
        c, a = t.legs["C"], t.legs["A"]
        t.order(s.Execute(a, "playback", caller.SOURCES["silence"], "silence-1"))
        t.order(s.Execute(c, "playback", "tone_stream://%(60000,0,1050);loops=-1", "music-1"))
        t.hear(C="S", A="")
        since = time.time()
        name = _name_of_a_queue(real_switch.folder)
        t.order(s.Execute(a, "playback", f"file_string://{caller.SOURCES['tone']}!{name}", "tone-1"))
        t.soon("the tone is over", lambda: any(e.exec_id == "tone-1" for e in t.events(s.ApplicationDone)))
        ended, sounds = time.time(), {"tone": 900, "name": 600, "music": 1050}
        assert t.phones["A"].voice.tones(since, ended, sounds) == {"tone", "name"}
        assert t.phones["C"].voice.tones(since, ended, sounds) == {"music"}
        t.order(s.BridgeLegs(c, a))
        t.hear(C="A", A="C")
        t.order(s.KillLeg(c))
        t.soon("parked", lambda: [e.leg for e in t.events(s.LegParked)].count(a) == 2)
        t.order(s.Execute(a, "playback", caller.SOURCES["silence"], "silence-2"))
        t.hear(C="", A="")
        t.soon("silence", lambda: t.snapshot("A").runs)

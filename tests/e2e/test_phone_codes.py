"""Codes that agents dial at their phones, on a real switch: what is done, and which tone the phone hears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.events.commands import PauseAgent, ReadyAgent
from scripts.stack import free_ports
from tests.e2e.floor import Floor
from tests.e2e.floor import floor as a_floor
from tests.e2e.test_operations import Talk
from tests.phones import Phone
from tests.sip_phone import Phone as PhoneWithKeys

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("phone-codes")]
TONES = {"350,440": "done", "480,620": "refused"}


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("floor"))) as found:
        found.switch.esl.subscribe("PLAYBACK_START", "CHANNEL_HANGUP_COMPLETE")
        yield found


def second_line(floor: Floor, extension: str = "1001") -> Phone:
    """The same phone, by its password."""
    return Phone(floor.switch.internal_port, extension, f"phone-secret-{extension}")


def dials(floor: Floor, code: str, extension: str = "1001") -> str:
    """The tone that it hears; the switch ends the call."""
    with second_line(floor, extension) as phone:
        floor.switch.esl.events.clear()
        assert phone.dial(code) == 200
        while True:
            event = floor.switch.esl.event("PLAYBACK_START")
            for pair, name in TONES.items():
                if pair in event["Playback-File-Path"]:
                    floor.switch.esl.event("CHANNEL_HANGUP_COMPLETE", Unique_ID=event["Unique-ID"])
                    return name


def test_ready_and_not_ready(floor: Floor) -> None:
    assert dials(floor, "*11") == "done"
    assert floor.views("agents", id="1001")[0]["status"] == "not_ready"
    assert dials(floor, "*10") == "done"
    assert floor.views("agents", id="1001")[0]["status"] == "ready"
    assert dials(floor, "*99") == "refused"
    assert dials(floor, "*5") == "refused"
    floor.stack.wait("the books", lambda: floor.rows("SELECT id FROM audit WHERE issuer = 'phone:1001'"))
    assert not floor.rows("SELECT id FROM agent_intervals WHERE state = 'own_call' AND agent = '1001'")


def test_a_colleague_is_asked_and_gets_the_call(floor: Floor) -> None:
    talk = Talk(floor)
    assert dials(floor, "*21002") == "done"
    talk.soon("A and B talk", lambda: talk.together("1001", "1002"))
    assert talk.hears("C")
    assert dials(floor, "*6") == "done"
    talk.soon("C and A talk", lambda: talk.together("C", "1001") and talk.state("1002") == "idle")
    assert dials(floor, "*21002") == "done"
    talk.soon("A and B talk", lambda: talk.together("1001", "1002"))
    assert dials(floor, "*5") == "done"
    talk.soon("C and B talk", lambda: talk.together("C", "1002"))
    talk.soon("A is free", lambda: talk.state("1001") == "idle")
    assert dials(floor, "*31001", "1002") == "done"
    talk.soon("C and A talk", lambda: talk.together("C", "1001"))
    talk.ends()


def test_a_phone_whose_hold_key_is_pressed_meanwhile(floor: Floor) -> None:
    port = free_ports(1)[0]
    floor.switch.register("1001", port)
    with PhoneWithKeys(port=port) as phone:
        talk = Talk(floor)
        phone.reinvite("sendonly")
        talk.soon("A holds", lambda: talk.state("1001") == "holding")
        assert dials(floor, "*21002") == "done"
        talk.soon("A and B talk", lambda: talk.together("1001", "1002"))
        for way in ("sendrecv", "sendonly"):
            phone.answers.clear()
            phone.reinvite(way)
            talk.soon(way, lambda: phone.answers.get("INVITE") == 200)
        assert dials(floor, "*6") == "done"
        talk.soon("A still holds, and C hears music", lambda: talk.state("1001") == "holding" and talk.hears("C"))
        phone.reinvite("sendrecv")
        talk.soon("C and A talk", lambda: talk.together("C", "1001"))
        talk.ends()


def test_a_ringing_call_is_picked_up_on_the_line_that_dialled_and_is_recorded(floor: Floor) -> None:
    with Phone(floor.switch.internal_port, "1001", "phone-secret-1001", answer=180) as rings, second_line(floor, "1002") as phone:
        assert rings.register() == 200
        talk = Talk.__new__(Talk)
        talk.floor = floor
        talk.soon("both are free", lambda: all(talk.state(agent) == "idle" for agent in ("1001", "1002")))
        talk.do(PauseAgent(agent_id="1002", reason="lunch"))
        talk.do(ReadyAgent(agent_id="1001"))
        calls = len(rings.invites())
        talk.id = floor.call("13912345678", "offered")["id"]
        rings.rung(calls=calls + 1)
        talk.soon("it rings", lambda: talk.state("1001") == "ringing")
        assert dials(floor, "*87777", "1002") == "refused"
        assert phone.dial("*8") == 200
        talk.soon("C and B talk", lambda: talk.together("C", "1002"))
        talk.soon("it is recorded", lambda: floor.views("calls", id=talk.id)[0]["recording"])
        assert "1001" not in talk.legs()
        assert talk.state("1002") == "talking"
        talk.lasts()
        talk.ends()
        talk.soon("the file", lambda: floor.rows(f"SELECT id FROM recordings WHERE call_id = '{talk.id}' AND problem = ''"))


def test_without_a_daemon_a_code_is_refused_and_one_that_waits_for_it_ends(floor: Floor) -> None:
    floor.stack.kill("daemon")
    with second_line(floor) as phone:
        floor.switch.esl.events.clear()
        assert phone.dial("*10") == 200
        assert floor.switch.esl.event("CHANNEL_HANGUP_COMPLETE")["Hangup-Cause"] == "ORIGINATOR_CANCEL"
    assert dials(floor, "*10") == "refused"

"""Two parties on a real switch: the moments in which a call was lost, and the phones that did it."""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import replace

import gevent
import pytest

from cti_server.domain.config import ServiceNumberConfig
from cti_server.domain.switch import Originate, SetVariable
from cti_server.esl.encode import encode
from tests.engine.world import World, centre
from tests.fixtures_switch import PrivateSwitch
from tests.freeswitch.driver import Driver
from tests.freeswitch.test_real_switch import offer, parked_call
from tests.sip_phone import Phone

pytestmark = pytest.mark.switch
HEADER = 44
"""Bytes of a wav file before its sound."""


def kept_call(switch: PrivateSwitch) -> str:
    """A caller as the daemon prepares one."""
    world = World()
    theirs = world.call()
    leg = parked_call(switch)
    for command in world.commands:
        if isinstance(command, SetVariable) and command.leg == theirs and not command.name.startswith("cti_"):
            switch.api(f"uuid_setvar {leg} {command.name} {command.value}")
    switch.api(f"uuid_setvar {leg} cti_phase waiting")
    return leg


def no_session(switch: PrivateSwitch) -> bool:
    """One that ``show channels`` no longer lists may still be ending; one that never ends stays."""
    return re.search(r"^0 session\(s\) - ", switch.api("status"), re.MULTILINE) is not None


def state(switch: PrivateSwitch, leg: str) -> str:
    return next((row["state"] for row in switch.channels() if row["uuid"] == leg), "")


def test_a_phone_that_hangs_up_as_it_is_connected_leaves_the_caller(real_switch):
    """The bridge is ordered some 25 ms after the answer and there after 65 ms."""
    for after_s in (0.024, 0.040, 0.048, 0.056, 0.070):
        caller = kept_call(real_switch)
        with Phone(bye_after_s=after_s) as phone:
            leg = offer(real_switch, caller, phone.port)
            ended = real_switch.esl.event("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)
            assert ended["variable_sip_hangup_disposition"] == "recv_bye"
            real_switch.wait(
                lambda caller=caller: state(real_switch, caller) in ("CS_PARK", "CS_EXECUTE"), what=f"{after_s}: park"
            )
        real_switch.clear()


@pytest.mark.long
def test_forty_phones_that_hang_up_as_they_are_connected_leave_forty_callers(real_switch):
    lost = []
    for n in range(40):
        caller = kept_call(real_switch)
        real_switch.api(f"uuid_setvar {caller} cti_record {real_switch.recordings}/forty-{n}.wav")
        with Phone(bye_after_s=n * 0.002) as phone:
            leg = offer(real_switch, caller, phone.port)
            real_switch.esl.event("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)
            time.sleep(0.2)
            if state(real_switch, caller) not in ("CS_PARK", "CS_EXECUTE"):
                lost.append(n * 2)
        real_switch.clear()
    assert lost == [], "milliseconds after the answer"


@pytest.mark.long
def test_a_hundred_callers_who_hang_up_at_the_connect_leave_no_session(real_switch):
    for n in range(100):
        caller = kept_call(real_switch)
        real_switch.api(f"uuid_setvar {caller} cti_record {real_switch.recordings}/hundred-{n}.wav")
        with Phone() as phone:
            leg = offer(real_switch, caller, phone.port)
            real_switch.esl.event("CHANNEL_ANSWER", Unique_ID=leg)
            time.sleep(n * 0.0025)
            real_switch.api(f"uuid_kill {caller}")
            real_switch.api(f"uuid_kill {leg}")
        real_switch.clear()
        real_switch.wait(lambda: no_session(real_switch), what=f"no session after try {n}")


def test_a_recording_that_was_stopped_does_not_begin_again(real_switch):
    caller = kept_call(real_switch)
    path = real_switch.recordings / "once.wav"
    real_switch.api(f"uuid_setvar {caller} cti_record {path}")
    esl = real_switch.esl
    with Phone() as phone:
        leg = offer(real_switch, caller, phone.port)
        esl.event("CHANNEL_BRIDGE")
        started = esl.event("RECORD_START", Unique_ID=caller)
        assert started["Record-File-Path"] == str(path)
        real_switch.wait(lambda: path.exists() and path.stat().st_size > HEADER, what="sound in the file")  # an empty one goes
        real_switch.api(f"uuid_setvar {caller} execute_on_pre_bridge")  # as the daemon does now
        real_switch.api(f"uuid_record {caller} stop {path}")
        esl.event("RECORD_STOP", Unique_ID=caller)
        size = path.stat().st_size
        real_switch.api(f"uuid_transfer {leg} park inline")
        esl.event("CHANNEL_PARK", Unique_ID=caller)
        real_switch.api(f"uuid_bridge {caller} {leg}")
        esl.event("CHANNEL_BRIDGE")
        time.sleep(0.4)  # the hook would fire at the tenth frame
        phone.bye()
        esl.event("CHANNEL_PARK", Unique_ID=caller)
    assert not any(event["Event-Name"] == "RECORD_START" for event in esl.events)
    assert path.stat().st_size == size


@pytest.mark.parametrize("after_s", [0.02, 0.05, 0.15, 0.21])
def test_a_caller_who_hangs_up_at_the_connect_leaves_no_session(real_switch, after_s):
    caller = kept_call(real_switch)
    real_switch.api(f"uuid_setvar {caller} cti_record {real_switch.recordings}/gone-{after_s}.wav")
    with Phone() as phone:
        leg = offer(real_switch, caller, phone.port)
        real_switch.esl.event("CHANNEL_ANSWER", Unique_ID=leg)
        time.sleep(after_s)
        real_switch.api(f"uuid_kill {caller}")
        real_switch.wait(lambda: not real_switch.exists(caller), what="the caller's end")
        real_switch.api(f"uuid_kill {leg}")
        real_switch.wait(lambda: real_switch.channels() == [], what="the switch to forget both")
    real_switch.wait(lambda: no_session(real_switch), what="no session")


def test_a_phone_that_forwards_to_itself_is_rung_once(real_switch):
    real_switch.esl.subscribe("BACKGROUND_JOB")
    with Phone(redirect=True) as phone:
        leg = str(uuid.uuid4())
        contact = f"sofia/internal/sip:1001@127.0.0.1:{phone.port}"
        (order,) = encode(Originate(leg, "ext:1001", 3, "138", "Caller", leg, leg), {"1001": contact})
        real_switch.esl._command(order.decode().strip())
        job = real_switch.esl.event("BACKGROUND_JOB", Job_UUID=leg)
        assert job["_body"].strip() == "-ERR REQUESTED_CHAN_UNAVAIL"
        assert phone.invites == 1


def test_the_hold_key_of_a_phone_holds_nothing_on_the_switch(real_switch):
    """With the switch's own hold the caller was hung up when the call was then parked."""
    caller = kept_call(real_switch)
    esl = real_switch.esl
    esl.subscribe("CHANNEL_HOLD", "CHANNEL_UNHOLD", "CUSTOM sofia::reinvite")
    with Phone() as phone:
        leg = offer(real_switch, caller, phone.port)
        esl.event("CHANNEL_BRIDGE")
        phone.reinvite("sendonly")
        esl.event("CUSTOM", Event_Subclass="sofia::reinvite")
        assert real_switch.get(leg, "remote_audio_media_flow") == "sendonly"
        assert not any(event["Event-Name"] == "CHANNEL_HOLD" for event in esl.events)
        real_switch.api(f"uuid_transfer {leg} park inline")
        esl.event("CHANNEL_PARK", Unique_ID=caller)
        real_switch.api(f"uuid_bridge {caller} {leg}")
        esl.event("CHANNEL_BRIDGE")
        phone.reinvite("sendrecv")
        esl.event("CUSTOM", Event_Subclass="sofia::reinvite")
        phone.bye()
        esl.event("CHANNEL_PARK", Unique_ID=caller)


def test_the_transfer_key_of_a_phone_is_refused_and_both_talk_on(real_switch):
    """A transfer by SIP would go past the daemon: agents dial a code."""
    caller = kept_call(real_switch)
    with Phone() as phone:
        leg = offer(real_switch, caller, phone.port)
        real_switch.esl.event("CHANNEL_BRIDGE")
        phone.refer("1002")
        real_switch.wait(lambda: "REFER" in phone.answers, what="the answer to the REFER")
        assert phone.answers["REFER"] == 405
        assert real_switch.bridged(caller, leg)


@pytest.mark.parametrize("events", [True, False], ids=["rfc-2833-agreed", "info-only"])
def test_digits_by_sip_info_are_heard(real_switch, events):
    esl = real_switch.esl
    esl.events.clear()
    esl.subscribe("CHANNEL_PARK", "DTMF")
    with Phone(events=events) as caller:
        real_switch.beat()
        caller_leg = _dial(real_switch, caller)
        for digit in "5#":
            caller.info(digit)
            assert esl.event("DTMF", Unique_ID=caller_leg)["DTMF-Digit"] == digit


def _dial(switch: PrivateSwitch, phone: Phone) -> str:
    phone.start("95598", switch.external_port)
    leg = switch.esl.event("CHANNEL_PARK")["Unique-ID"]
    switch.esl.execute(leg, "answer")
    assert phone.answered.wait(30)
    return leg


@pytest.mark.parametrize("typed", ["", "1", "12", "2"])
def test_keys_pressed_in_the_greeting_answer_the_menus(real_switch, typed):
    """The engine itself on a real switch: a burst of keys in the greeting, the rest when the question is asked."""
    nodes = {
        "hello": {"type": "play", "prompt": "welcome", "next": "menu"},
        "menu": {"type": "menu", "prompt": "main_menu", "timeout": "out", "choices": {"1": "account", "2": "out"}},
        "account": {"type": "collect", "prompt": "enter_account", "store": "account", "min_digits": 2, "max_digits": 8,
                    "ok": "sales", "none": "out"},
        "sales": {"type": "queue", "queue": "sales"},
        "out": {"type": "queue", "queue": "repair"},
    }  # fmt: skip
    flow = {"name": "main", "version": 1, "language": "en", "start": "hello", "nodes": nodes}
    numbers = {"95598": ServiceNumberConfig("95598", "Service", "main", "sales")}
    config = replace(centre(1), flows={"main": flow}, service_numbers=numbers, prompts_dir=str(real_switch.prompts))
    real_switch.beat()
    with Driver(real_switch, config) as driver, Phone() as caller:
        caller.start("95598", real_switch.external_port)
        leg = driver.wait(lambda: driver.calls() and driver.calls()[0]["legs"][0]["id"])
        driver.wait(lambda: "welcome" in real_switch.get(leg, "current_application_data"))
        real_switch.api(f"uuid_recv_dtmf {leg} {typed or 'A'}")
        if not typed:
            driver.wait(lambda: "main_menu" in real_switch.get(leg, "current_application_data"))
            real_switch.api(f"uuid_recv_dtmf {leg} 1")
        if typed != "2":
            driver.wait(lambda: "enter_account" in real_switch.get(leg, "current_application_data"))
            gevent.sleep(0.1)
            real_switch.api(f"uuid_recv_dtmf {leg} 45#")
        call = driver.wait(lambda: driver.calls()[0]["phase"] == "queued" and driver.calls()[0])
    account = f"{typed[1:]}45"
    expected = ("repair", {}) if typed == "2" else ("sales", {"account": account})
    assert (call["queue"], call["data"]) == expected


@pytest.mark.long
def test_a_daemon_that_was_late_has_more_time_afterwards(real_switch):
    """The watchdog has seen the heartbeat of the same epoch come back."""
    tell, wait = real_switch.api, real_switch.wait

    def beat_is_old(age_s: int) -> None:
        tell(f"global_setvar cti_heartbeat_seen={tell('global_getvar cti_heartbeat')}@{int(tell('strepoch')) - age_s}")
        later = int(tell("strepoch")) + 1
        wait(lambda: int(tell("global_getvar cti_watchdog_ran")) > later, what="the watchdog to look twice")

    tell("global_setvar cti_epoch=7")
    wait(lambda: tell("global_getvar cti_heartbeat_epoch") == "7", what="the watchdog to see a heartbeat")
    caller = parked_call(real_switch)
    tell(f"uuid_setvar {caller} cti_phase waiting")
    real_switch.daemon_alive = False
    tell(f"global_setvar cti_heartbeat_seen=1@{int(tell('strepoch')) - 8}")
    wait(lambda: tell("global_getvar cti_heartbeat_late").startswith("7@"), what="the watchdog to note it")
    beat_is_old(9)
    assert real_switch.get(caller, "cti_phase") == "waiting"
    beat_is_old(17)
    assert real_switch.get(caller, "cti_phase") == "fallback"
    for name in ("cti_heartbeat_late", "cti_heartbeat_epoch", "cti_epoch"):
        tell(f"global_setvar {name}=")

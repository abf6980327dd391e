"""originate: every way it ends, how its variables are read, registrations and trunks."""

from __future__ import annotations

import json

import pytest

from cti_server.simulator.text import clean, parse_variables
from tests.simulator.desk import Desk


@pytest.mark.parametrize(
    ("mode", "cause", "status"),
    [("busy", "USER_BUSY", "486"), ("reject", "CALL_REJECTED", "603"), ("unavailable", "NO_USER_RESPONSE", "480"),
     ("no_answer", "NO_ANSWER", "487"), ("silent", "NO_ANSWER", "487")],
)  # fmt: skip
def test_a_phone_that_does_not_answer(mode: str, cause: str, status: str) -> None:
    desk = Desk()
    desk.api(f"sim phone 1001 mode {mode}")
    caller = desk.waiting_call()

    desk.offer(caller, "leg-1", timeout_s=12)
    desk.passes(13)

    end = desk.told("CHANNEL_HANGUP_COMPLETE", Unique_ID="leg-1")[0]
    assert (end["Hangup-Cause"], end["variable_sip_invite_failure_status"]) == (cause, status)
    assert desk.job("job-leg-1") == f"-ERR {cause}"


def test_a_phone_in_a_call_is_busy() -> None:
    desk = Desk()
    caller, _ = desk.talking_pair()

    desk.offer(caller, "leg-2", "1001")
    desk.passes(1)

    assert desk.job("job-leg-2") == "-ERR USER_BUSY"


@pytest.mark.parametrize(
    ("dial", "text", "destroyed"),
    [("sofia/gateway/backup/139", "-ERR GATEWAY_DOWN", True), ("sofia/gateway/none/139", "-ERR INVALID_GATEWAY", True),
     ("user/1005@127.0.0.1", "-ERR USER_NOT_REGISTERED", False), ("error/user_not_registered", "-ERR USER_NOT_REGISTERED", False),
     ("skinny/1", "-ERR CHAN_NOT_IMPLEMENTED", False)],
)  # fmt: skip
def test_a_leg_that_cannot_be_made_has_no_create(dial: str, text: str, destroyed: bool) -> None:
    desk = Desk()

    assert desk.say(f"bgapi originate {{origination_uuid=o}}{dial} &park()\nJob-UUID: j") == "+OK Job-UUID: j"
    desk.passes(1)

    assert desk.job("j") == text
    assert not desk.told("CHANNEL_CREATE")
    assert bool(desk.told("CHANNEL_DESTROY", Unique_ID="o")) is destroyed


def test_a_ringing_leg_is_withdrawn() -> None:
    desk = Desk()
    caller = desk.waiting_call()
    desk.offer(caller, "leg-1", "1004")
    desk.passes(2)

    assert desk.api("uuid_kill leg-1 ORIGINATOR_CANCEL") == "+OK"
    desk.passes(0.1)

    assert desk.job("job-leg-1") == "-ERR ORIGINATOR_CANCEL"
    assert desk.told("CHANNEL_HANGUP_COMPLETE", Unique_ID="leg-1")[0]["variable_sip_hangup_disposition"] == "send_cancel"


def test_api_originate_answers_when_the_far_end_did_and_holds_up_what_follows() -> None:
    desk = Desk()

    assert desk.say("api originate {origination_uuid=o}sofia/gateway/telco/139 &park()") == ""
    assert desk.say("api strepoch") == ""
    desk.passes(5)

    replies = [frame.body.decode().strip() for frame in desk.frames if frame.content_type == "api/response"]
    assert replies[0] == "+OK o"
    assert replies[1].isdigit()


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{a=1,b=2}x", {"a": "1", "b": "2"}),
        ("{a='x, y',b='it\\'s'}x", {"a": "x, y", "b": "it's"}),
        ("{a='p\\,q}{',b=}x", {"a": "p,q}{", "b": ""}),
        ("{^^:a=1,2:b=3}x", {"a": "1,2", "b": "3"}),
        ("{a='back" + "\\" * 8 + "slash'}x", {"a": "back\\slash"}),
        ("{data='{\"k\": {\"n\"\\: 1}}'}x", {"data": '{"k": {"n"\\: 1}}'}),
        ("x", {}),
    ],
)  # fmt: skip
def test_variables_in_braces(text: str, variables: dict[str, str]) -> None:
    assert parse_variables(text) == (variables, "x")


@pytest.mark.parametrize(
    ("sent", "kept"), [("a\\\\b", "a\\b"), ("it\\'s", "it's"), ("don't", "don't"), ("'a b'", "a b"), (" x ", "x")]
)
def test_values_as_the_switch_keeps_them(sent: str, kept: str) -> None:
    assert clean(sent) == kept


def test_registrations_come_and_go() -> None:
    desk = Desk()
    contact = desk.api("sofia_contact */1001@127.0.0.1")

    desk.api("sim phone 1001 unregister")
    gone = desk.api("sofia_contact */1001@127.0.0.1")
    desk.api("sim phone 1001 register")
    desk.api("sim phone 1001 expire")

    rows = json.loads(desk.api("show registrations as json"))["rows"]
    assert contact.startswith("sofia/internal/sip:1001@127.0.0.1:")
    assert gone == "error/user_not_registered"
    assert [row["reg_user"] for row in rows] == ["1002", "1003", "1004"]
    told = [(e["Event-Subclass"], e["from-user"], e["expires"]) for e in desk.told("CUSTOM")]
    assert told == [("sofia::unregister", "1001", "0"), ("sofia::register", "1001", "600"), ("sofia::expire", "1001", "0")]


def test_trunks_count_and_change() -> None:
    desk = Desk()
    desk.call()
    desk.api("sim trunk telco down")

    xml = desk.api("sofia xmlstatus gateway telco")

    assert "<status>DOWN</status>" in xml
    assert "<calls-in>0</calls-in>" in xml
    assert desk.api("sofia xmlstatus gateway none") == "Invalid Gateway!"
    assert desk.told("CUSTOM", Gateway="telco")[0]["Ping-Status"] == "DOWN"


def test_limits_and_pauses_refuse_calls() -> None:
    desk = Desk(max_sessions=1)
    desk.call()
    assert desk.api("sim call").startswith("-ERR the switch takes no calls now")
    paused = Desk()
    paused.api("fsctl pause inbound")
    assert paused.api("sim call").startswith("-ERR")
    paused.api("fsctl resume inbound")
    assert paused.call()

"""The switch as a whole: subscriptions, filters, globals, timers, the watchdog, what it shows."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest

from cti_server.daemon.description import PROFILES, ROOMS
from cti_server.errors import CtiError
from cti_server.esl.encode import ROOM_PROFILE
from cti_server.simulator import media, scenario
from cti_server.simulator.recording import write_wav
from cti_server.simulator.scheduler import Scheduler
from tests.simulator.desk import PASSWORD, Desk

SHIPPED = Path(scenario.__file__).parent / "scenarios"


def test_a_wrong_password_is_shown_out() -> None:
    desk = Desk()
    session, frames = desk.connect()

    session.feed(b"api status\n\nauth nope\n\n")

    assert [frame.headers.get("Reply-Text") for frame in frames] == [None, "-ERR command not found", "-ERR invalid", None]
    assert frames[-1].content_type == "text/disconnect-notice"


def test_commands_may_arrive_a_byte_at_a_time_and_many_at_once() -> None:
    desk = Desk(listens="")
    session, frames = desk.connect()
    for byte in f"auth {PASSWORD}\n\napi echo one\n\n".encode():
        session.feed(bytes([byte]))
    session.feed(b"api echo x\n\n" * 3000)

    assert [frame.body for frame in frames if frame.content_type == "api/response"] == [b"one"] + [b"x"] * 3000


def test_a_call_in_is_known_by_its_address_only() -> None:
    """As on the real switch: no gateway takes it, cti_inbound.lua says which trunk it is."""
    desk = Desk(listens="plain ALL")
    leg = desk.call()
    created, parked = desk.told("CHANNEL_CREATE", Unique_ID=leg)[0], desk.told("CHANNEL_PARK", Unique_ID=leg)[0]
    assert [name for name in {**created, **parked} if name.startswith("variable_sip_gateway")] == []
    assert ("variable_cti_trunk" in created, parked["variable_cti_trunk"]) == (False, "telco")
    assert "<calls-in>0</calls-in>" in desk.api("sofia xmlstatus gateway telco")


def test_what_the_daemon_asks_about_the_switch() -> None:
    desk = Desk()
    desk.passes(2.5)
    now_s = int(desk.api("strepoch"))
    assert now_s - int(desk.api("global_getvar cti_watchdog_ran")) in (0, 1)
    assert int(desk.api("strmicroepoch")) // 1_000_000 == now_s
    assert f'<profile name="{ROOM_PROFILE}">' in desk.api(f"xml_locate {ROOMS}")
    assert '<profile name="internal">' in desk.api(f"xml_locate {PROFILES}")


def test_json_events_and_custom_subclasses_only_as_asked() -> None:
    desk = Desk(listens="json CHANNEL_PARK CUSTOM sofia::register")
    desk.call(NAME="x")
    desk.api("sim phone 1001 unregister")
    desk.api("sim phone 1001 register")

    events = [orjson.loads(frame.body) for frame in desk.frames if frame.content_type == "text/event-json"]

    assert [event.get("Event-Subclass", event["Event-Name"]) for event in events] == ["CHANNEL_PARK", "sofia::register"]


def test_nixevent_noevents_and_filter() -> None:
    desk = Desk(listens="plain CHANNEL_PARK CHANNEL_CREATE")
    desk.say("nixevent CHANNEL_CREATE")
    desk.say("filter Unique-ID nobody")
    desk.call()
    assert desk.events == []
    desk.say("filter delete all")
    desk.call()
    assert [event["Event-Name"] for event in desk.events] == ["CHANNEL_PARK"]
    assert desk.say("noevents") == "+OK no longer listening for events"
    desk.call()
    assert len(desk.events) == 1


def test_a_filter_with_a_minus_keeps_out_what_another_lets_in() -> None:
    desk = Desk(listens="plain CHANNEL_PARK CHANNEL_EXECUTE_COMPLETE")
    desk.say("filter Core-UUID " + desk.say("api global_getvar core_uuid"))
    desk.say("filter Application -multiset")
    desk.call()
    seen = [event.get("Application", event["Event-Name"]) for event in desk.events]
    assert "CHANNEL_PARK" in seen
    assert "lua" in seen
    assert "multiset" not in seen


def test_a_job_body_in_json_has_its_length_in_bytes() -> None:
    desk = Desk(listens="json BACKGROUND_JOB")
    desk.say("bgapi echo 张三\nJob-UUID: j1")
    desk.passes(0.1)

    event = orjson.loads(desk.frames[-1].body)

    assert (event["Job-UUID"], event["_body"], event["Content-Length"]) == ("j1", "张三", "6")


def test_heartbeat_every_twenty_seconds_and_sequence_counts_all() -> None:
    desk = Desk(listens="plain HEARTBEAT")
    before = desk.switch.head.sequence
    desk.call()
    desk.passes(41)

    beats = desk.events

    assert len(beats) == 2
    assert beats[0]["Session-Count"] == "1"
    assert int(beats[0]["Event-Sequence"]) > before + 10


@pytest.mark.parametrize(
    ("argument", "value"),
    [("x=2", "2"), ("x=2=1", "2"), ("x=2=9", "1"), ("x=", ""), ("y=new=", "1")],
)
def test_global_variables_compare_and_set(argument: str, value: str) -> None:
    desk = Desk()
    desk.api("global_setvar x=1")

    assert desk.api(f"global_setvar {argument}") == "+OK"

    assert desk.api("global_getvar x") == (value or "-ERR no reply")
    assert desk.api("global_getvar y") == ("new" if argument == "y=new=" else "-ERR no reply")


def test_a_variable_is_never_run_as_code() -> None:
    desk = Desk()
    leg = desk.call(NAME="${system(touch%20x)}")
    desk.api(f"uuid_setvar {leg} held ${{strepoch()}}")
    desk.execute(leg, "set", "probe=${held}")
    desk.passes(0.1)

    assert desk.api(f"uuid_getvar {leg} probe") == "${strepoch()}"
    assert desk.told("CHANNEL_PARK")[0]["Caller-Caller-ID-Name"] == "${system(touch x)}"


def test_dump_and_show_agree() -> None:
    desk = Desk()
    caller, leg = desk.talking_pair(NUMBER="139")

    rows = {row["uuid"]: row for row in json.loads(desk.api("show channels as json"))["rows"]}
    dump = json.loads(desk.api(f"uuid_dump {caller} json"))
    calls = json.loads(desk.api("show calls as json"))["rows"]

    assert (rows[caller]["state"], rows[leg]["state"]) == ("CS_SOFT_EXECUTE", "CS_EXCHANGE_MEDIA")
    assert rows[leg]["call_uuid"] == caller
    assert (dump["Channel-State"], dump["variable_bridge_to"], dump["variable_cti_phase"]) == ("CS_SOFT_EXECUTE", leg, "talking")
    assert [(row["uuid"], row["b_uuid"]) for row in calls] == [(caller, leg)]
    assert f"Unique-ID: {caller}" in desk.api(f"uuid_dump {caller}")
    desk.api("hupall")
    desk.passes(0.1)
    assert json.loads(desk.api("show channels as json")) == {"row_count": 0}


def test_what_is_not_simulated_says_so() -> None:
    desk = Desk()
    assert desk.api("uuid_broadcast x y") == "-ERR uuid_broadcast not supported by the simulator"
    assert desk.say("bgapi originate user/1001 &intercept(x)\nJob-UUID: j") == "+OK Job-UUID: j"
    assert desk.job("j") == "-ERR intercept not supported by the simulator"
    leg = desk.call()
    assert "not supported" in desk.api(f"uuid_transfer {leg} intercept:x inline")
    assert desk.say("sendevent NOTIFY\nUnique-ID: x") == "-ERR sendevent NOTIFY not supported by the simulator"


def test_without_a_daemon_waiting_callers_go_to_the_fallback_and_pairs_talk_on() -> None:
    desk = Desk()
    talking, leg = desk.talking_pair(TALK_S="500", PATIENCE_S="500")
    waiting = desk.waiting_call(PATIENCE_S="500")
    desk.offer(waiting, "lone", "1004", timeout_s=100)
    for beat in range(3):
        desk.api(f"global_setvar cti_heartbeat={1_800_000_000 + beat}")
        desk.passes(1)
    assert desk.api(f"uuid_getvar {waiting} cti_phase") == "waiting"

    desk.passes(10)

    assert desk.api(f"uuid_getvar {waiting} cti_phase") == "fallback"
    assert desk.switch.channels[waiting].base["Caller-Context"] == "cti_fallback"
    assert desk.names(waiting)[-1] == "PLAYBACK_START"
    assert desk.api(f"uuid_getvar {talking} bridge_to") == leg
    assert desk.told("CHANNEL_HANGUP", Unique_ID="lone")[0]["Hangup-Cause"] == "ORIGINATOR_CANCEL"
    new = desk.call()
    desk.passes(0.1)
    assert desk.api(f"uuid_getvar {new} cti_phase") == "fallback"
    assert not desk.told("CHANNEL_PARK", Unique_ID=new)
    desk.api(f"uuid_transfer {waiting} park XML cti_fallback")
    desk.passes(0.1)
    assert desk.names(waiting)[-1] == "CHANNEL_PARK"


def test_an_event_nobody_wants_is_not_built() -> None:
    desk = Desk(listens="plain CHANNEL_PARK")
    made = desk.switch.head.make
    built: list[str] = []
    desk.switch.head.make = lambda name, now_us: built.append(name) or made(name, now_us)  # type: ignore[method-assign]
    desk.call()

    assert built == ["CHANNEL_PARK"]
    assert [event["Event-Name"] for event in desk.events] == ["CHANNEL_PARK"]


@pytest.mark.parametrize(
    ("sound", "ms"),
    [("silence_stream://1500", 1500), ("silence_stream://-1", media.ENDLESS), ("tone_stream://%(500,0,400)", 500),
     ("tone_stream://%(100,50,400);loops=3", 450), ("tone_stream://L=2;%(100,0,400)", 200), ("local_stream://moh", media.ENDLESS),
     ("file_string://silence_stream://100!silence_stream://200", 300), ("/no/such.wav", media.MISSING),
     ("odd://x", media.MISSING),
     ("silence_stream://x", media.MISSING), ("", media.MISSING)],
)  # fmt: skip
def test_how_long_a_sound_lasts(sound: str, ms: int) -> None:
    assert media.sound_ms(sound) == ms


def test_a_file_lasts_as_long_as_it_says(tmp_path: Path) -> None:
    write_wav(str(tmp_path / "p.wav"), False, 1250, "full", [(10000, True, False)])

    assert media.sound_ms("p.wav", str(tmp_path)) == 1250


def test_timers_fire_in_order_and_cancelled_ones_never() -> None:
    line, fired = Scheduler(0), []
    line.after(5, fired.append, "later")
    line.after(1, lambda: (fired.append("first"), line.after(1, fired.append, "second")))
    line.after(2, fired.append, "never").cancel()

    assert line.next_due_us() == 1000
    line.run_until(10_000)

    assert fired == ["first", "second", "later"]
    assert line.next_due_us() is None


@pytest.mark.parametrize("name", ["demo", "load"])
def test_shipped_scenarios_are_good(name: str) -> None:
    assert scenario.load(SHIPPED / f"{name}.yaml").phones


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"phonez": []}, "phonez: unknown; known: callers, clock"),
        ({"phones": [{"extensions": "1008-1001"}]}, "phones[0].extensions: the range '1008-1001' is empty"),
        ({"phones": [{"extensions": "1001", "modes": {"lazy": 1}}]}, "unknown 'lazy'; known: auto, manual"),
        ({"phones": [{"registered": True}]}, "phones[0].extensions: is missing"),
        ({"callers": {"talk_s": [9, 3]}}, "callers.talk_s: the first of [low, high] is larger"),
        ({"callers": {"talk_s": {"avg": 3}}}, "{mean, min, max}"),
        ({"trunks": [{"name": "t", "results": [{"number": "(", "cause": "USER_BUSY"}]}]}, "no regular expression"),
        ({"trunks": [{"name": "t", "state": "sideways"}]}, "trunks[0].state: must be up or down, is 'sideways'"),
        ({"dialplan": {"public": ["park"]}}, "dialplan.public[0]: must be [application] or"),
        ({"seed": "x"}, "seed: must be a whole number, is 'x'"),
        ({"seed": -1}, "seed: must be a whole number from 0 to"),
        ({"callers": {"linger_s": -1}}, "callers.linger_s: must be a number of 0 or more, is -1"),
        ({"watchdog": {"strikt": True}}, "watchdog.strikt: unknown; known: context"),
        ([], "must be an object"),
    ],
)  # fmt: skip
def test_a_bad_scenario_says_where_and_what(document: object, says: str) -> None:
    with pytest.raises(CtiError) as caught:
        scenario.parse(document, "x.yaml")

    assert caught.value.error_id == "bad-scenario"
    assert caught.value.message.startswith("x.yaml")
    assert says in caught.value.message


def test_numbers_of_yaml_are_texts_where_texts_are_meant() -> None:
    callers = {"services": {95598: 1}, "numbers": [13800138000], "digits": [[1], []], "patience_s": {"mean": 5}}
    read = scenario.parse({"phones": [{"extensions": 1001, "modes": "busy"}], "callers": callers})

    assert (read.phones[0].extensions, read.phones[0].modes) == (("1001",), {"busy": 1})
    assert (read.callers.services, read.callers.numbers) == ({"95598": 1}, ("13800138000",))
    assert (read.callers.digits, read.callers.patience_s) == ((("1",), ()), scenario.Spread(0, 50, 5))


def test_a_scenarios_dialplan_stands_beside_the_shipped_one() -> None:
    read = scenario.parse({"dialplan": {"public": [["answer"], ["playback", "a.wav"]], "lab/1": [["echo", "$0"]]}})

    assert read.dialplan_for("public", "95598") == [("answer", ""), ("playback", "a.wav")]
    assert read.dialplan_for("lab", "1") == [("echo", "1")]
    assert read.dialplan_for("cti_fallback", "park")[-1] == ("park", "")


def test_a_scenario_that_is_no_file_or_no_yaml(tmp_path: Path) -> None:
    broken = tmp_path / "b.yaml"
    broken.write_text("a: [1")
    for path in (tmp_path / "none.yaml", broken):
        with pytest.raises(CtiError, match=r"bad-scenario"):
            scenario.load(path)


@pytest.mark.parametrize("same", [True, False], ids=["the-same-daemon", "another-daemon"])
def test_a_daemon_that_was_late_has_more_time_afterwards(same: bool) -> None:
    """Callers do not go to and fro while its machine is too busy; another daemon has another epoch and begins anew."""
    desk = Desk()
    beats = iter(range(1, 1000))

    def beat(seconds: int) -> None:
        for _ in range(seconds):
            desk.api(f"global_setvar cti_heartbeat={next(beats)}")
            desk.passes(1)

    desk.api("global_setvar cti_epoch=7")
    beat(3)
    leg = desk.waiting_call()
    desk.passes(7)
    assert desk.api(f"uuid_getvar {leg} cti_phase") == "fallback", "five seconds of silence are a death"
    desk.api(f"global_setvar cti_epoch={7 if same else 8}")
    beat(5)
    again = desk.waiting_call()
    desk.passes(10)
    assert desk.api(f"uuid_getvar {again} cti_phase") == ("waiting" if same else "fallback")
    desk.passes(10)
    assert desk.api(f"uuid_getvar {again} cti_phase") == "fallback"

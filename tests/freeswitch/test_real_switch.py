"""The configuration, the dialplan and the Lua scripts on a real FreeSWITCH with SIPp callers and phones."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
import uuid
import wave
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, unquote

import pytest

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.switch_link import SwitchLink
from cti_server.daemon.description import MODULES, describe
from cti_server.domain import ivr
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import parse_flow
from cti_server.esl.translate import subscription, translate
from cti_server.features.ledger.fallback import read_line
from cti_server.settings import SwitchAddress
from scripts.stack import free_ports
from tests.fixtures_switch import Esl, PrivateSwitch
from tests.phones import Phone
from tests.security.test_fail2ban import banned
from tests.until import until


def parked_call(switch: PrivateSwitch, number: str = "95598", name: str = "Caller", answer: bool = True) -> str:
    """A caller who is parked for the daemon, answered; returns the leg."""
    esl = switch.esl
    esl.events.clear()
    esl.subscribe("CHANNEL_PARK", "CHANNEL_BRIDGE", "CHANNEL_HANGUP_COMPLETE", "CHANNEL_ANSWER", "RECORD_START", "RECORD_STOP")
    switch.beat()
    switch.call(number, name)
    event = esl.event("CHANNEL_PARK", variable_cti_dialled=number)
    leg = event["Unique-ID"]
    if answer:
        esl.execute(leg, "answer")
        switch.wait(lambda: switch.get(leg, "endpoint_disposition") == "ANSWER", what="the caller to be answered")
    return leg


def offer(switch: PrivateSwitch, caller: str, port: int, leg: str = "", *, wanted: bool = True, timeout: int = 20) -> str:
    """Ring the phone at ``port`` for ``caller`` as the daemon does."""
    leg = leg or str(uuid.uuid4())
    if wanted:
        switch.api(f"uuid_setvar {caller} cti_offer {leg}")
    variables = f"origination_uuid={leg},originate_timeout={timeout},hangup_after_bridge=true,cti_role=agent,cti_agent=1001"
    application = f"'&lua(cti_connect.lua {caller} {leg})'"
    switch.esl._command(f"bgapi originate {{{variables}}}sofia/internal/1001@127.0.0.1:{port} {application}")
    return leg


def talking_pair(switch: PrivateSwitch) -> tuple[str, str]:
    caller = parked_call(switch)
    port = free_ports(1)[0]
    switch.phone(port)
    leg = offer(switch, caller, port)
    switch.wait(lambda: switch.bridged(caller, leg), what="the bridge")
    return caller, leg


def in_fallback_queue(switch: PrivateSwitch, leg: str) -> bool:
    return switch.get(leg, "cti_phase") == "fallback" and leg in switch.api("callcenter_config queue list members cti_fallback")


# ---------------------------------------------------------------- configuration


def test_the_configuration_loads_without_a_complaint(real_switch):
    bad = [line for line in real_switch.start_log.splitlines() if re.search(r"\[(ERR|CRIT|ALERT)\]", line)]
    assert [line for line in bad if not re.search("curl|directory", line)] == []  # no web answers the directory's request


def test_what_is_loaded(real_switch):
    modules = json.loads(real_switch.api("show modules as json"))
    assert modules["row_count"] > 0
    for name in ("mod_lua", "mod_callcenter", "mod_sofia", "mod_local_stream", "mod_opus", "mod_conference"):
        assert real_switch.api(f"module_exists {name}") == "true"
    assert "max 300" in real_switch.api("status")
    assert "12000 session(s) max" in real_switch.api("status")
    assert "moh," in real_switch.api("local_stream show")
    assert "cti_fallback|" in real_switch.api("callcenter_config queue list")
    assert real_switch.api("show tasks").count(",cti,") == 1


def test_the_event_socket_listens_on_loopback_and_wants_the_password(real_switch):
    assert Esl(real_switch.esl_port, "ClueCon").auth_reply == "-ERR invalid"
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1", "127.0.1.1"}
    for address in others:
        with pytest.raises(OSError):
            socket.create_connection((address, real_switch.esl_port), timeout=2)


# ---------------------------------------------------------------- calls from outside


def test_a_call_is_parked_while_the_heartbeat_is_fresh(real_switch):
    leg = parked_call(real_switch, answer=False)
    assert real_switch.get(leg, "cti_phase") == "arriving"
    assert real_switch.get(leg, "cti_dialled") == "95598"
    assert real_switch.get(leg, "cti_trunk") == "carrier"
    assert real_switch.get(leg, "park_after_bridge") == "true"
    assert real_switch.get(leg, "hangup_after_bridge") == "false"


def test_the_subscription_leaves_out_only_the_applications_that_say_nothing(real_switch):
    esl = Esl(real_switch.esl_port, real_switch.password)
    for command in subscription(esl.api("global_getvar core_uuid")):
        assert esl._command(command).startswith("+OK")
    leg = parked_call(real_switch, answer=False)
    esl.event("CHANNEL_PARK", Unique_ID=leg)
    esl.execute(leg, "answer")
    esl.execute(leg, "set", "cti_phase=waiting")
    esl.execute(leg, "playback", "silence_stream://100")
    done = esl.event("CHANNEL_EXECUTE_COMPLETE", Unique_ID=leg)
    esl.close()
    assert done["Application"] == "playback", "the first application whose end is told"


@pytest.mark.long
def test_a_call_goes_to_the_fallback_queue_when_the_heartbeat_is_stale(real_switch):
    real_switch.daemon_alive = False
    real_switch.wait(lambda: _stale(real_switch), 12, "a stale heartbeat")
    port = free_ports(1)[0]
    real_switch.register("1001", port)
    real_switch.phone(port)
    real_switch.call("95598", name="张三 ${strepoch()}")
    leg = real_switch.wait(lambda: _inbound(real_switch), what="the call")
    real_switch.wait(lambda: real_switch.get(leg, "bridge_to"), 20, "the fallback queue to ring a registered phone")
    real_switch.wait(lambda: real_switch.get(leg, "cti_fallback_recording"), 2)
    recording = Path(real_switch.get(leg, "cti_fallback_recording"))
    real_switch.wait(lambda: recording.exists() and recording.stat().st_size > 16_000, what="a second of recording")
    real_switch.api(f"uuid_kill {leg}")
    book = real_switch.recordings / "fallback/calls.jsonl"
    real_switch.wait(lambda: book.exists() and leg in book.read_text("utf-8"), what="the line in the book")
    line = next(json.loads(text) for text in book.read_text("utf-8").splitlines() if leg in text)
    assert (line["dialled"], line["number"], line["agent"], line["recording"]) == ("95598", "13800138000", "1001", str(recording))
    assert line["name"].startswith("张")
    booked = read_line(json.dumps(line).encode())  # what the worker makes of it
    assert (booked.outcome, booked.agent, booked.dialled, booked.recording) == ("answered", "1001", "95598", str(recording))
    assert booked.started_ms < booked.answered_ms <= booked.ended_ms <= booked.started_ms + 120_000
    with wave.open(str(recording)) as sound:
        assert sound.getnchannels() == 2


def _stale(switch: PrivateSwitch) -> bool:
    seen = switch.api("global_getvar cti_heartbeat_seen")
    ran = switch.api("global_getvar cti_watchdog_ran")
    return "@" in seen and int(ran) - int(seen.partition("@")[2]) > 5


def _inbound(switch: PrivateSwitch) -> str:
    return next((row["uuid"] for row in switch.channels() if row["direction"] == "inbound"), "")


def test_a_number_that_is_no_number_is_refused(real_switch):
    call = real_switch.call("9%24%7Bx%7D")
    assert call.wait() != 0
    real_switch.wait(lambda: _inbound(real_switch) == "", 10, "the refused channel to end")


HOSTILE = (
    "${strepoch()}",
    "${system(touch TARGET)}",
    "${lua(~x)}",
    "a${caller_id_number}b",
    "%0AUnique-ID: forged",
    "';os.exit()--",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_execute_nothing(real_switch, name):
    target = real_switch.folder / "touched"
    name = name.replace("TARGET", str(target))
    caller = parked_call(real_switch, name=name)
    port = free_ports(1)[0]
    real_switch.phone(port)
    leg = offer(real_switch, caller, port)
    real_switch.wait(lambda: real_switch.bridged(caller, leg), what="the bridge")
    dump = json.loads(real_switch.api(f"uuid_dump {caller} json"))
    # the switch defuses ${ in names by itself, and uuid_dump decodes percent signs once
    assert dump["Caller-Caller-ID-Name"] == unquote(name.replace("${", "%{"))
    assert dump["Unique-ID"] == caller
    real_switch.esl.execute(caller, "set", "cti_copy=${caller_id_name}")  # even when somebody forgets the rule
    assert not re.search(r"\b1[0-9]{9}\b", real_switch.get(caller, "cti_copy"))
    real_switch.api(f"uuid_kill {caller}")
    real_switch.wait(lambda: not real_switch.exists(caller))
    assert not target.exists()


# ---------------------------------------------------------------- the connect script


def test_the_wanted_leg_is_bridged_and_recorded_in_stereo(real_switch):
    caller = parked_call(real_switch)
    path = real_switch.recordings / "2026/11/call 1.wav".replace(" ", "-")
    real_switch.api(f"uuid_setvar {caller} cti_phase waiting")
    real_switch.api(f"uuid_setvar {caller} cti_record {path}")
    real_switch.esl.execute(caller, "playback", "local_stream://moh")
    port = free_ports(1)[0]
    real_switch.phone(port)
    leg = offer(real_switch, caller, port)
    real_switch.esl.event("CHANNEL_BRIDGE")
    started = real_switch.esl.event("RECORD_START", Unique_ID=caller)
    assert started["Record-File-Path"] == str(path)
    assert real_switch.get(caller, "cti_phase") == "talking"
    assert real_switch.get(caller, "cti_offer") == ""
    real_switch.wait(lambda: path.exists() and path.stat().st_size > 100_000, what="three seconds of recording")
    real_switch.api(f"uuid_kill {leg}")
    real_switch.esl.event("CHANNEL_PARK", Unique_ID=caller)  # the caller is kept
    real_switch.api(f"uuid_kill {caller}")
    real_switch.esl.event("RECORD_STOP", Unique_ID=caller)
    left, right = voices(path)
    assert (left, right) == (440, 880), "the caller is on the left, the agent on the right"


def voices(path: Path) -> tuple[int, int]:
    """The frequency that is heard most on each channel of the second second."""
    import array
    import math

    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8000)
        sound.setpos(8000)
        samples = array.array("h", sound.readframes(8000))

    def power(channel: int, frequency: int) -> float:
        part = samples[channel::2]
        real = sum(s * math.cos(2 * math.pi * frequency * i / 8000) for i, s in enumerate(part))
        imaginary = sum(s * math.sin(2 * math.pi * frequency * i / 8000) for i, s in enumerate(part))
        return math.hypot(real, imaginary)

    return tuple(max((440, 880), key=lambda f: power(channel, f)) for channel in (0, 1))  # type: ignore[return-value]


@pytest.mark.parametrize(
    "path", ["/etc/cti.wav", "REC/../x.wav", "REC/a b.wav", "REC/${x}.wav", "REC/x.txt", "RECx/y.wav", "REC/.wav"]
)
def test_a_path_outside_the_recordings_folder_is_not_recorded(real_switch, path):
    caller = parked_call(real_switch)
    path = path.replace("REC", str(real_switch.recordings))
    real_switch.api(f"uuid_setvar {caller} cti_record {path}")
    port = free_ports(1)[0]
    real_switch.phone(port)
    leg = offer(real_switch, caller, port)
    real_switch.wait(lambda: real_switch.bridged(caller, leg), what="the bridge, recorded or not")
    assert not any(e["Event-Name"] == "RECORD_START" for e in real_switch.esl.events)


def test_an_unwanted_leg_loses(real_switch):
    caller = parked_call(real_switch)
    real_switch.api(f"uuid_setvar {caller} cti_offer someone-else")
    port = free_ports(1)[0]
    real_switch.phone(port)
    leg = offer(real_switch, caller, port, wanted=False)
    ended = real_switch.esl.event("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)
    assert ended["Hangup-Cause"] == "LOSE_RACE"
    assert real_switch.get(caller, "cti_offer") == "someone-else"
    assert real_switch.get(caller, "bridge_to") == ""


def test_a_leg_whose_caller_has_gone_loses(real_switch):
    port = free_ports(1)[0]
    real_switch.esl.subscribe("CHANNEL_HANGUP_COMPLETE")
    real_switch.phone(port)
    leg = offer(real_switch, str(uuid.uuid4()), port, wanted=False)
    assert real_switch.esl.event("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)["Hangup-Cause"] == "LOSE_RACE"


def test_ring_all_has_one_winner(real_switch):
    for _ in range(5):
        caller = parked_call(real_switch)
        legs, ports = [str(uuid.uuid4()) for _ in range(3)], free_ports(3)
        for port in ports:
            real_switch.phone(port)
        real_switch.api(f"uuid_setvar {caller} cti_offer {','.join(legs)}")
        for leg, port in zip(legs, ports, strict=True):
            offer(real_switch, caller, port, leg, wanted=False)
        real_switch.wait(lambda legs=legs: sum(map(real_switch.exists, legs)) == 1, what="two losers")
        winner = next(leg for leg in legs if real_switch.exists(leg))
        real_switch.wait(lambda caller=caller, winner=winner: real_switch.bridged(caller, winner), what="the bridge")
        assert real_switch.api(f"hash select/cti_claim/{caller}") in ("", "-ERR no reply")
        real_switch.clear()


# ---------------------------------------------------------------- the watchdog


def test_without_a_daemon_waiting_callers_are_in_the_fallback_queue_and_talking_pairs_talk(real_switch):
    talker, agent = talking_pair(real_switch)
    waiting = []
    for phase in ("waiting", "held", "ivr", "survey", "arriving"):
        leg = parked_call(real_switch)
        real_switch.api(f"uuid_setvar {leg} cti_phase {phase}")
        real_switch.esl.execute(leg, "playback", "local_stream://moh")
        waiting.append(leg)
    ringing_port = free_ports(1)[0]
    real_switch.phone(ringing_port, "ringing_phone.xml")
    ringing = offer(real_switch, waiting[0], ringing_port, timeout=60)
    real_switch.wait(lambda: real_switch.exists(ringing), what="the ringing leg")
    real_switch.beat()
    real_switch.daemon_alive = False
    real_switch.wait(lambda: all(in_fallback_queue(real_switch, leg) for leg in waiting), 10, "all waiting callers in the queue")
    assert real_switch.get(waiting[0], "cti_offer") == ""
    real_switch.wait(lambda: not real_switch.exists(ringing), 5, "the partnerless leg to end")
    assert real_switch.bridged(talker, agent)
    assert real_switch.get(talker, "cti_phase") == "talking"
    real_switch.api(f"uuid_kill {agent}")  # the agent hangs up: nobody is left to drive the caller
    real_switch.wait(lambda: not real_switch.exists(talker), 10, "the caller without a partner to end")


def test_the_daemon_of_one_tenant_is_silent_and_the_callers_of_the_other_wait_on(real_switch):
    for name, value in (("cti_tenants", "main south"), ("cti_tenant_4002", "south"), ("cti_heartbeat_south", int(time.time()))):
        real_switch.api(f"global_setvar {name}={value}")
    try:
        ours, theirs = parked_call(real_switch), parked_call(real_switch, "4002")
        assert [real_switch.get(leg, "cti_tenant") for leg in (ours, theirs)] == ["", "south"]
        for leg in (ours, theirs):
            real_switch.api(f"uuid_setvar {leg} cti_phase waiting")
        real_switch.wait(lambda: in_fallback_queue(real_switch, theirs), 15, "theirs in the queue: their daemon is silent")
        assert not in_fallback_queue(real_switch, ours)
        assert real_switch.get(ours, "cti_phase") == "waiting"
    finally:
        real_switch.api("global_setvar cti_tenants=")
        real_switch.api("global_setvar cti_tenant_4002=")


def test_the_daemon_takes_a_caller_back_from_the_fallback_queue(real_switch):
    caller = parked_call(real_switch)
    real_switch.api(f"uuid_setvar {caller} cti_phase waiting")
    real_switch.daemon_alive = False
    real_switch.wait(lambda: in_fallback_queue(real_switch, caller), 12, "the fallback queue")
    real_switch.daemon_alive = True
    real_switch.beat()
    real_switch.esl.events.clear()
    real_switch.api(f"uuid_transfer {caller} park XML cti_fallback")
    real_switch.esl.event("CHANNEL_PARK", Unique_ID=caller)
    assert real_switch.get(caller, "park_after_bridge") == "true"
    assert real_switch.get(caller, "api_hangup_hook") == ""
    real_switch.wait(
        lambda: caller not in real_switch.api("callcenter_config queue list members cti_fallback").replace("Abandoned", "")
    )


def test_a_leap_of_the_clock_is_not_the_daemons_death(real_switch):
    caller = parked_call(real_switch)
    real_switch.api(f"uuid_setvar {caller} cti_phase waiting")
    real_switch.beat()
    seen = real_switch.api("global_getvar cti_heartbeat")
    real_switch.api("global_setvar cti_watchdog_ran=1000")  # as if the clock had leapt since the last look
    real_switch.api(f"global_setvar cti_heartbeat_seen={seen}@1000")
    real_switch.wait(lambda: real_switch.api("global_getvar cti_watchdog_ran") != "1000", 5, "the watchdog to look")
    assert real_switch.get(caller, "cti_phase") == "waiting"


# ---------------------------------------------------------------- toll fraud


@pytest.mark.parametrize("number", ["0013105551234", "013800138000", "95598", "fallback", "park", "sofia", "done"])
def test_a_phone_may_not_dial_outside(real_switch, number):
    call = real_switch.sipp(
        "dial_from_phone.xml", "-m", "1", "-s", number, "-key", "user", "1001", "-au", "1001", "-ap", "phone-secret-1001",
        "-p", str(free_ports(1)[0]), f"127.0.0.1:{real_switch.internal_port}",
    )  # fmt: skip
    assert call.wait() == 0, Path(f"{call.log}.err").read_text(errors="replace")


def test_a_code_is_the_daemons_and_the_phone_is_who_its_password_says(real_switch):
    real_switch.esl.events.clear()
    real_switch.esl.subscribe("CHANNEL_PARK")
    real_switch.beat()
    with Phone(real_switch.internal_port, "1001", "phone-secret-1001") as phone:
        assert phone.dial("*99", user="1002") == 200
        parked = real_switch.esl.event("CHANNEL_PARK")
        assert (parked["variable_cti_role"], parked["variable_cti_extension"]) == ("code", "1001")
        assert (parked["Caller-Context"], parked["Caller-Destination-Number"]) == ("agents", "*99")


def test_a_phone_with_a_wrong_password_cannot_register(real_switch):
    call = real_switch.sipp(
        "register.xml", "-m", "1", "-s", "1001", "-au", "1001", "-ap", "1234", "-key", "contact_port", "9",
        "-p", str(free_ports(1)[0]), f"127.0.0.1:{real_switch.internal_port}",
    )  # fmt: skip
    assert call.wait() != 0


def test_a_guessed_password_is_logged_as_the_filter_of_fail2ban_reads_it(real_switch):
    with Phone(real_switch.internal_port, "1001", "1234") as phone:
        assert phone.register() == 403
        assert phone.dial("1002") == 403

    def hosts():
        return banned(real_switch.log().splitlines())

    assert real_switch.wait(lambda: len(hosts()) >= 2 and hosts()[-2:], what="both failures in the log") == ["127.0.0.1"] * 2
    with Phone(real_switch.internal_port, "1001", "phone-secret-1001") as phone:
        before = len(hosts())
        assert phone.register() == 200
        assert len(hosts()) == before, "a phone that is asked for its password has not failed"


# ---------------------------------------------------------------- directory, IVR


class _Directory(BaseHTTPRequestHandler):
    """What POST /switch/directory of the web process answers for extension 2001."""

    asked: ClassVar[list[tuple[str, dict[str, list[str]]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = parse_qs(body)
        type(self).asked.append((self.headers.get("Authorization", ""), form))
        if form.get("user") == ["2001"]:
            text = (
                '<document type="freeswitch/xml"><section name="directory"><domain name="127.0.0.1">'
                '<user id="2001" cacheable="true"><params>'
                '<param name="password" value="from-the-database"/></params></user></domain></section></document>'
            )
        else:
            text = '<document type="freeswitch/xml"><section name="result"><result status="not found"/></section></document>'
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_phones_come_from_the_database_and_from_the_file_when_the_web_is_away(real_switch):
    real_switch.register("1002")  # nobody answers at the directory's address: the file
    with pytest.raises(AssertionError):
        real_switch.register("2001", password="from-the-database")
    server = HTTPServer(("127.0.0.1", real_switch.directory_port), _Directory)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        real_switch.register("2001", password="from-the-database")
        real_switch.register("1003")  # the database does not know it: the file
        with pytest.raises(AssertionError):
            real_switch.register("2001", password="wrong")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    real_switch.daemon_alive = False  # nobody is left: whom the switch knows goes on
    real_switch.register("2001", password="from-the-database")
    real_switch.api("xml_flush_cache")  # as its watchdog does every 30 s while there is a daemon
    with pytest.raises(AssertionError):
        real_switch.register("2001", password="from-the-database")
    secret = b64encode(f"cti:{real_switch.directory_secret}".encode()).decode()
    assert {authorization for authorization, _ in _Directory.asked} == {f"Basic {secret}"}
    form = _Directory.asked[0][1]
    assert (form["section"], form["domain"], form["user"]) == (["directory"], ["127.0.0.1"], ["2001"])


def test_digits_of_a_flow_are_collected_by_the_switch(real_switch):
    """The pattern and the other arguments that a collect node gives, in play_and_get_digits."""
    nodes = {
        "ask": {"type": "collect", "prompt": "enter_account", "invalid": "invalid_account", "store": "account", "min_digits": 3,
                "max_digits": 6, "pattern": "1[0-9]{2,5}|22", "tries": 2, "timeout_s": 3, "ok": "end", "none": "end"},
        "end": {"type": "hang_up"},
    }  # fmt: skip
    flow = parse_flow({"name": "f", "version": 1, "start": "ask", "nodes": nodes}, "f", Known())
    _, (ask,) = ivr.start(flow, ivr.Context(0, prompts_dir=str(real_switch.prompts)))
    argument = (
        f"{ask.min_digits} {ask.max_digits} {ask.tries} {ask.timeout_ms} {ask.terminators} {ask.prompt} {ask.invalid_prompt} "
        f"cti_digits {ask.pattern}"
    )
    caller = parked_call(real_switch)
    esl = real_switch.esl
    esl.subscribe("CHANNEL_EXECUTE_COMPLETE", "PLAYBACK_START", "PLAYBACK_STOP")
    esl.execute(caller, "play_and_get_digits", argument)
    esl.event("PLAYBACK_START", Unique_ID=caller, Playback_File_Path=ask.prompt)
    real_switch.api(f"uuid_recv_dtmf {caller} 987#")
    esl.event("PLAYBACK_START", Unique_ID=caller, Playback_File_Path=ask.invalid_prompt)
    esl.event("PLAYBACK_START", Unique_ID=caller, Playback_File_Path=ask.prompt)
    real_switch.api(f"uuid_recv_dtmf {caller} 1234#")
    done = esl.event("CHANNEL_EXECUTE_COMPLETE", Unique_ID=caller, Application="play_and_get_digits")
    assert done["variable_cti_digits"] == "1234"


# ---------------------------------------------------------------- what the daemon reads


@pytest.fixture
def link(real_switch):
    link = SwitchLink(SwitchAddress("real", real_switch.host, real_switch.esl_port, real_switch.password), lambda event: None)
    link.start()
    until(lambda: link.linked)
    yield link
    link.stop()


def test_the_shipped_configuration_is_described_without_a_finding(real_switch, link):
    real_switch.wait(lambda: "@" in real_switch.api("global_getvar cti_heartbeat_seen"), what="the watchdog to see a heartbeat")
    said = describe(link, SystemClock().now_ms)
    assert said["modules"] == dict.fromkeys(MODULES, True)
    wanted = {"one_ms_timer": True, "api_expansion": False, "max_sessions": 12000, "sps": 300, "callid_as_uuid": False}
    wanted |= {"room_profile": True, "open_trunks": ["carrier"]}  # the trunk of this test
    assert {name: said["settings"][name] for name in wanted} == wanted
    assert all(0 <= age <= 3 for age in said["watchdog"].values()), said["watchdog"]


def test_a_call_in_names_its_trunk_to_the_engine(real_switch):
    """The trunk does not register, so nothing but our cti_trunk tells which one it is."""
    real_switch.esl.events.clear()
    real_switch.esl.subscribe("CHANNEL_CREATE", "CHANNEL_PARK")
    real_switch.call("95598")
    created, parked = (translate("real", real_switch.esl.event(name)) for name in ("CHANNEL_CREATE", "CHANNEL_PARK"))
    assert (created.gateway, parked.gateway) == ("", "carrier")


def test_the_pings_of_the_trunks(real_switch, link):
    """Its trunk is not pinged here, so its time is not known."""
    (gateway,) = link.gateways()
    assert (gateway.gateway, gateway.ping, gateway.ping_ms) == ("carrier", "UP", 0.0)

"""The scripted scenarios. Each does on a switch what was done when its capture of the same name was recorded."""

from __future__ import annotations

from collections.abc import Callable

from cti_server.domain.switch import Originate
from cti_server.esl.encode import encode
from tests.conformance.link import Link, Place

Scenario = Callable[[Place, Link], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(function: Scenario) -> Scenario:
    SCENARIOS[function.__name__] = function
    return function


def arrives(place: Place, link: Link, seconds: float) -> str:
    """A caller arrives and is parked by the dialplan; returns its leg."""
    since = len(link.events)
    place.caller(link, seconds)
    return link.wait("CHANNEL_PARK", since=since)["Unique-ID"]


def waits(place: Place, link: Link, seconds: float) -> str:
    """A caller waits with music, kept after the bridge."""
    leg = arrives(place, link, seconds)
    link.execute(leg, "answer")
    for name, value in (("cti_phase", "waiting"), ("park_after_bridge", "true"), ("hangup_after_bridge", "false")):
        link.api(f"uuid_setvar {leg} {name} {value}")
    link.execute(leg, "playback", "local_stream://moh", "moh-1")
    return leg


def rings_agent(place: Place, link: Link, timeout: int = 20, extra: str = "") -> None:
    link.command(
        f"bgapi originate {{origination_uuid=agentleg-5072,originate_timeout={timeout},ignore_early_media=true,"
        f"origination_caller_id_number=13800138000,cc_agent=1001{extra}}}"
        f"sofia/external/sip:1001@{place.address(5072)} &park()"
    )


def offers(place: Place, link: Link, caller: str, leg: str, port: int) -> None:
    link.command(
        f"bgapi originate {{origination_uuid={leg},originate_timeout=20,ignore_early_media=true,hangup_after_bridge=true,"
        f"api_on_answer='lua cti_connect.lua {caller} {leg}'}}sofia/external/sip:1001@{place.address(port)} &park()"
    )


def offers_as_the_product(place: Place, link: Link, caller: str, leg: str, port: int) -> None:
    """Byte for byte what the daemon's link sends."""
    variables = {"hangup_after_bridge": "true", "cti_role": "agent", "cti_agent": "1001"}
    order = Originate(leg, "ext:1001", 20, "13800138000", "Zhang", f"job-{leg}", caller, variables)
    (message,) = encode(order, {"1001": f"sofia/external/sip:1001@{place.address(port)}"})
    assert link.command(message.decode().removesuffix("\n\n")) == f"+OK Job-UUID: job-{leg}"


def completed(link: Link, exec_id: str, seconds: float = 30) -> None:
    link.wait("CHANNEL_EXECUTE_COMPLETE", seconds, Application_UUID=exec_id)


def ended(link: Link, leg: str, seconds: float = 30) -> None:
    link.wait("CHANNEL_HANGUP_COMPLETE", seconds, Unique_ID=leg)


@scenario
def inbound_abandon(place: Place, link: Link) -> None:
    leg = arrives(place, link, 2.5)
    link.execute(leg, "answer")
    link.execute(leg, "playback", "local_stream://moh", "moh-1")
    ended(link, leg)


@scenario
def ivr_digits(place: Place, link: Link) -> None:
    leg = arrives(place, link, 9)
    link.execute(leg, "answer")
    menu = "1 1 2 3000 # tone_stream://%(500,0,400) tone_stream://%(100,0,800) menu_choice [1-4]"
    link.execute(leg, "play_and_get_digits", menu, "menu-1")
    link.pause(1)
    link.api(f"uuid_recv_dtmf {leg} 9")
    link.pause(1.5)
    link.api(f"uuid_recv_dtmf {leg} 2")
    completed(link, "menu-1")
    link.execute(leg, "say", "zh number pronounced 128", "say-1")
    link.execute(leg, "speak", "flite|kal|your balance is one hundred", "tts-1")
    completed(link, "tts-1")
    link.api(f"uuid_kill {leg} NORMAL_CLEARING")
    ended(link, leg)


@scenario
def ivr_timeout_and_break(place: Place, link: Link) -> None:
    leg = arrives(place, link, 9)
    link.execute(leg, "answer")
    pin = "4 8 2 1000 # tone_stream://%(200,0,400) tone_stream://%(100,0,800) pin ^\\d+$ 800"
    link.execute(leg, "play_and_get_digits", pin, "pin-1")
    completed(link, "pin-1")
    link.execute(leg, "playback", "tone_stream://%(20000,0,300)", "long-1")
    link.execute(leg, "playback", "tone_stream://%(300,0,350)", "queued-1")
    link.pause(0.5)
    link.api(f"uuid_break {leg} all")
    link.pause(0.7)
    link.execute(leg, "playback", "/nonexistent/file.wav", "missing-1")
    completed(link, "missing-1")
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def queue_to_agent_bridge_record_hold_hangup_by_caller(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    leg = arrives(place, link, 11)
    link.execute(leg, "answer")
    link.execute(leg, "playback", "local_stream://moh", "moh-1")
    rings_agent(place, link)
    link.wait("CHANNEL_PARK", 8, Unique_ID="agentleg-5072")
    link.api(f"uuid_setvar_multi {leg} cc_queue=repair;cc_call_id=C1;cc_data=%7B%22k%22%3A1%7D")
    link.api(f"uuid_setvar {leg} RECORD_STEREO true")
    path = place.recordings / "cap1.wav"
    assert link.api(f"uuid_record {leg} start {path} 3600") == "+OK Success"
    link.api(f"uuid_bridge {leg} agentleg-5072")
    link.wait("CHANNEL_BRIDGE")
    link.pause(1)
    link.api("uuid_hold agentleg-5072")
    link.pause(1)
    link.api("uuid_hold off agentleg-5072")
    link.pause(0.7)
    assert link.api(f"uuid_record {leg} mask {path}") == "+OK Success"
    link.pause(0.4)
    assert link.api(f"uuid_record {leg} unmask {path}") == "+OK Success"
    ended(link, leg)
    link.pause(0.5)
    assert link.api("uuid_kill agentleg-5072") == "-ERR No such channel!"


@scenario
def agent_hangs_up_first_caller_kept(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    leg = arrives(place, link, 9)
    link.execute(leg, "answer")
    link.api(f"uuid_setvar_multi {leg} hangup_after_bridge=false;park_after_bridge=true")
    rings_agent(place, link)
    link.wait("CHANNEL_PARK", 8, Unique_ID="agentleg-5072")
    link.api(f"uuid_bridge {leg} agentleg-5072")
    link.wait("CHANNEL_BRIDGE")
    link.pause(1)
    link.api("uuid_kill agentleg-5072")
    link.pause(1)
    survey = "1 1 1 2000 # tone_stream://%(300,0,500) silence_stream://50 csat [1-5]"
    link.execute(leg, "play_and_get_digits", survey, "csat-1")
    link.pause(1)
    link.api(f"uuid_recv_dtmf {leg} 5")
    completed(link, "csat-1")
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def agent_leg_parks_after_caller_hangs_up(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    leg = arrives(place, link, 3.5)
    link.execute(leg, "answer")
    rings_agent(place, link, extra=",park_after_bridge=true,hangup_after_bridge=false")
    link.wait("CHANNEL_PARK", 8, Unique_ID="agentleg-5072")
    link.api(f"uuid_bridge {leg} agentleg-5072")
    ended(link, leg)
    link.pause(1)
    assert link.api("uuid_exists agentleg-5072") == "true"
    link.api("uuid_kill agentleg-5072")
    ended(link, "agentleg-5072")


@scenario
def agent_no_answer(place: Place, link: Link) -> None:
    place.phone(link, 5072, "no_answer")
    leg = arrives(place, link, 7)
    link.execute(leg, "answer")
    rings_agent(place, link, timeout=3)
    link.wait("BACKGROUND_JOB")
    link.pause(0.5)
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def agent_offer_withdrawn_when_caller_leaves(place: Place, link: Link) -> None:
    place.phone(link, 5072, "no_answer")
    leg = arrives(place, link, 2.5)
    link.execute(leg, "answer")
    rings_agent(place, link, timeout=30)
    ended(link, leg)
    link.api("uuid_kill agentleg-5072 ORIGINATOR_CANCEL")
    link.wait("BACKGROUND_JOB")


@scenario
def agent_rejects_busy_and_unregistered(place: Place, link: Link) -> None:
    for status in ("486", "480", "603"):
        place.phone(link, 5072, status)
        since = len(link.events)
        rings_agent(place, link)
        link.wait("BACKGROUND_JOB", 8, since=since)
        link.pause(0.3)
        place.scenario_over()
    since = len(link.events)
    link.command("bgapi originate {origination_uuid=unreg-1,originate_timeout=20}user/1002@127.0.0.1 &park()")
    link.wait("BACKGROUND_JOB", 8, since=since)


@scenario
def trunk_outbound_results(place: Place, link: Link) -> None:
    def dial(leg: str, number: str, gateway: str = "telco", extra: str = "") -> int:
        since = len(link.events)
        variables = f"{{origination_uuid={leg},originate_timeout=15{extra}}}"
        link.command(f"bgapi originate {variables}sofia/gateway/{gateway}/{number} &park()")
        return since

    quiet = ",ignore_early_media=true"
    for status in ("404", "486", "503", "480"):
        place.trunk(link, status)
        since = dial(f"out-{status}", f"13900139{status}", extra=quiet)
        link.wait("BACKGROUND_JOB", since=since)
        link.pause(0.3)
        place.scenario_over()
    link.wait("BACKGROUND_JOB", since=dial("out-down", "13900139000", "backup"))
    link.wait("BACKGROUND_JOB", since=dial("out-nogw", "13900139000", "absent"))
    place.trunk(link, "rings")
    since = dial("out-ok", "13900139200", extra=quiet)
    link.wait("CHANNEL_PARK", since=since)
    link.execute("out-ok", "speak", "flite|kal|your bill is overdue", "dun-1")
    completed(link, "dun-1")
    link.api("uuid_kill out-ok")
    ended(link, "out-ok")


@scenario
def blind_transfer_to_queue(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    leg = arrives(place, link, 8)
    link.execute(leg, "answer")
    rings_agent(place, link)
    link.wait("CHANNEL_PARK", 8, Unique_ID="agentleg-5072")
    link.api(f"uuid_bridge {leg} agentleg-5072")
    link.wait("CHANNEL_BRIDGE")
    link.pause(0.5)
    link.api(f"uuid_transfer {leg} q_repair XML public")
    link.pause(1.5)
    assert link.api(f"uuid_exists {leg}") == "true"
    assert link.api("uuid_exists agentleg-5072") == "false"
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def voicemail_record(place: Place, link: Link) -> None:
    leg = arrives(place, link, 7)
    link.execute(leg, "answer")
    link.execute(leg, "record", f"{place.recordings}/vm1.wav 10 200 3", "vm-1")
    link.pause(2)
    link.api(f"uuid_recv_dtmf {leg} #")
    completed(link, "vm-1")
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def connect_on_answer_by_script(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    leg = waits(place, link, 5)
    link.api(f"uuid_setvar {leg} cti_offer leg-A")
    offers(place, link, leg, "leg-A", 5072)
    link.wait("CHANNEL_BRIDGE")
    ended(link, leg)
    link.pause(0.4)
    assert link.api("uuid_exists leg-A") == "false"


@scenario
def offers_with_the_script_as_application(place: Place, link: Link) -> None:
    """One leg is not wanted; the other is recorded and bridged, and stays alone for a moment when the caller goes."""
    place.phone(link, 5072, "rings")
    place.phone(link, 5074, "rings")
    leg = waits(place, link, 5)
    link.api(f"global_setvar cti_recordings_dir={place.recordings}")
    link.api(f"uuid_setvar {leg} cti_record {place.recordings}/offered.wav")
    link.api(f"uuid_setvar {leg} cti_offer leg-B")
    offers_as_the_product(place, link, leg, "leg-A", 5072)
    link.pause(0.3)
    offers_as_the_product(place, link, leg, "leg-B", 5074)
    link.wait("CHANNEL_BRIDGE")
    link.pause(1)
    assert link.api(f"uuid_getvar {leg} cti_phase") == "talking"
    ended(link, leg)
    link.pause(0.4)
    assert link.api("uuid_exists leg-B") == "false"


@scenario
def agent_leaves_while_the_bridge_is_made(place: Place, link: Link) -> None:
    """Ordered and half done: both have left their places and do not hear each other yet. The caller parks."""
    place.phone(link, 5072, "rings")
    leg = waits(place, link, 20)
    link.api(f"uuid_setvar {leg} uuid_bridge_park_on_cancel true")
    rings_agent(place, link)
    link.wait("CHANNEL_PARK", 8, Unique_ID="agentleg-5072")
    link.pause(0.2)
    link.api(f"uuid_bridge {leg} agentleg-5072")
    link.wait("CHANNEL_UNPARK", Unique_ID="agentleg-5072")
    since = len(link.events)
    link.api("uuid_kill agentleg-5072")
    link.wait("CHANNEL_PARK", Unique_ID=leg, since=since)
    link.pause(0.5)
    assert link.api(f"uuid_exists {leg}") == "true"
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def recording_begins_with_the_bridge(place: Place, link: Link) -> None:
    """execute_on_pre_bridge fires at the bridge's tenth frame, and would again at the next one."""
    place.phone(link, 5072, "rings")
    leg = waits(place, link, 20)
    path = place.recordings / "pre.wav"
    link.api(f"uuid_setvar {leg} execute_on_pre_bridge record_session {path}")
    rings_agent(place, link)
    link.wait("CHANNEL_PARK", 8, Unique_ID="agentleg-5072")
    link.pause(0.2)
    link.api(f"uuid_bridge {leg} agentleg-5072")
    link.wait("RECORD_START", Unique_ID=leg)
    link.api(f"uuid_setvar {leg} execute_on_pre_bridge")
    link.pause(0.3)
    assert link.api(f"uuid_record {leg} stop {path}") == "+OK Success"
    link.pause(0.2)
    since = len(link.events)
    link.api("uuid_transfer agentleg-5072 park inline")
    link.wait("CHANNEL_PARK", Unique_ID=leg, since=since)
    link.pause(0.2)
    since = len(link.events)
    link.api(f"uuid_bridge {leg} agentleg-5072")
    link.wait("CHANNEL_BRIDGE", since=since)
    link.pause(0.6)
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def phone_forwards_to_itself(place: Place, link: Link) -> None:
    place.phone(link, 5072, "302")
    since = len(link.events)
    rings_agent(place, link, extra=",outbound_redirect_fatal=true")
    link.wait("BACKGROUND_JOB", 8, since=since)


@scenario
def digits_typed_ahead(place: Place, link: Link) -> None:
    """A digit ends a prompt that any key may end, the next one is heard by the park behind it, and both are told."""
    leg = arrives(place, link, 9)
    link.execute(leg, "answer")
    link.api(f"uuid_setvar {leg} playback_terminators any")
    link.execute(leg, "playback", "tone_stream://%(5000,0,400)", "hello-1")
    link.pause(0.5)
    link.api(f"uuid_recv_dtmf {leg} 12")
    completed(link, "hello-1")
    link.pause(0.3)
    menu = "1 1 1 3000 # tone_stream://%(5000,0,400) silence_stream://50 digits [1-4]"
    link.execute(leg, "play_and_get_digits", menu, "menu-1")
    link.wait("CHANNEL_EXECUTE", Application_UUID="menu-1")
    link.api(f"uuid_recv_dtmf {leg} 2")
    completed(link, "menu-1")
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def two_offers_one_wins(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    place.phone(link, 5074, "rings")
    leg = waits(place, link, 7)
    link.api(f"uuid_setvar {leg} cti_offer leg-B")
    offers(place, link, leg, "leg-A", 5072)
    link.pause(0.3)
    offers(place, link, leg, "leg-B", 5074)
    link.wait("CHANNEL_BRIDGE")
    link.pause(1)
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def caller_gone_before_answer(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    leg = waits(place, link, 9)
    link.api(f"uuid_setvar {leg} cti_offer leg-A")
    offers(place, link, leg, "leg-A", 5072)
    link.wait("PLAYBACK_START", Unique_ID=leg)
    link.api(f"uuid_kill {leg}")
    ended(link, "leg-A")


@scenario
def hold_by_park_and_back(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    leg = waits(place, link, 8)
    link.api(f"uuid_setvar {leg} cti_offer leg-A")
    offers(place, link, leg, "leg-A", 5072)
    link.wait("CHANNEL_BRIDGE")
    assert link.api(f"uuid_record {leg} start {place.recordings}/hold.wav 3600") == "+OK Success"
    link.pause(0.6)
    link.api("uuid_transfer leg-A park inline")
    link.execute(leg, "playback", "local_stream://moh", "hold-1")
    link.pause(1.2)
    since = len(link.events)
    link.api(f"uuid_bridge {leg} leg-A")
    link.wait("CHANNEL_BRIDGE", since=since)
    link.pause(0.6)
    link.api("uuid_kill leg-A")
    link.pause(0.5)
    assert link.api(f"uuid_exists {leg}") == "true"
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


@scenario
def watchdog_saves_waiting_not_talking(place: Place, link: Link) -> None:
    place.phone(link, 5072, "rings")
    beat = int(link.api("strepoch"))
    link.api(f"global_setvar cti_heartbeat={beat}")
    assert link.api("sched_api @1 cti lua cti_watchdog.lua").startswith("+OK Added: ")
    talking = waits(place, link, 30)
    link.api(f"uuid_setvar {talking} cti_offer leg-A")
    offers(place, link, talking, "leg-A", 5072)
    link.wait("CHANNEL_BRIDGE")
    waiting = arrives(place, link, 25)
    link.execute(waiting, "answer")
    link.api(f"uuid_setvar {waiting} cti_phase waiting")
    link.wait("CHANNEL_UNPARK", 12, Unique_ID=waiting)
    link.pause(1)
    assert link.api(f"uuid_getvar {waiting} cti_phase") == "fallback"
    assert link.api(f"uuid_getvar {talking} cti_phase") == "talking"
    assert link.api("sched_del cti") == "+OK Deleted: 1"
    for leg in (talking, waiting):
        link.api(f"uuid_kill {leg}")
    for leg in (talking, waiting):
        ended(link, leg)


@scenario
def timers_and_globals(place: Place, link: Link) -> None:
    leg = waits(place, link, 8)
    assert link.api(f"sched_transfer +2 {leg} fallback XML public") == "+OK"
    assert link.api(f"sched_del {leg}") == "+OK Deleted: 1"
    link.api(f"sched_transfer +1 {leg} fallback XML public")
    link.wait("CHANNEL_UNPARK")
    link.pause(0.8)
    assert link.api(f"uuid_getvar {leg} destination_number") == "fallback"
    for assignment in ("cti_epoch=7", "cti_epoch=8=7", "cti_epoch=9=7"):
        assert link.api(f"global_setvar {assignment}") == "+OK"
    assert link.api("global_getvar cti_epoch") == "8"
    assert link.api("global_setvar cti_epoch=") == "+OK"
    link.execute(leg, "set", "probe=${strepoch()}")
    link.pause(0.2)
    assert link.api(f"uuid_getvar {leg} probe") == "<API Execute Permission Denied>"
    data = "\u6b20\u8d39" * 700 + ";,'\"{}|="
    assert link.api(f"uuid_setvar {leg} data {data}") == "+OK"
    assert link.api(f"uuid_getvar {leg} data") == data
    assert link.api(f"uuid_setvar_multi {leg} a=1;2;b=3") == "+OK"
    assert link.api(f"uuid_getvar {leg} a") == "1"
    link.api(f"uuid_kill {leg}")
    ended(link, leg)


# What the real switch answered, to the letter (bad_commands has no legs to compare).
BAD_COMMANDS = {
    "api nosuchcommand": "-ERR nosuchcommand Command not found!",
    "api uuid_kill no-such-uuid": "-ERR No such channel!",
    "api uuid_bridge no-such a": "-ERR Invalid uuid",
    "sendmsg no-such-uuid\ncall-command: execute\nexecute-app-name: answer": "-ERR invalid session id [no-such-uuid]",
    "nosuchverb": "-ERR command not found",
    "event plain NOSUCH": "-ERR no keywords supplied",
    "api uuid_record no-such start /x.wav": "-ERR Cannot locate session!",
    "api uuid_getvar no-such x": "-ERR No such channel!",
    "api uuid_exists no-such": "false",
    "api uuid_transfer no-such 1000": "-ERR No such channel!",
    "api sofia xmlstatus gateway nosuch": "Invalid Gateway!",
    "api originate": "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] "
    "[<cid_name>] [<cid_num>] [<timeout_sec>]",
    "api uuid_hold no-such": "+OK Success",
    "api hupall": "+OK hangup all channels with cause MANAGER_REQUEST",
}


@scenario
def bad_commands(place: Place, link: Link) -> None:
    for command, answer in BAD_COMMANDS.items():
        assert link.command(command) == answer, command
    assert link.command("bgapi originate nonsense\nJob-UUID: job-1") == "+OK Job-UUID: job-1"
    assert link.wait("BACKGROUND_JOB", Job_UUID="job-1")["_body"].startswith("-USAGE: <call url>")

import random

import pytest

from cti_server.domain import switch as s
from cti_server.esl.events import JsonHeaders, event_headers, event_name, parsed, starting_with, text
from cti_server.esl.framing import FrameParser
from cti_server.esl.translate import TABLE, translate
from tests.esl import captures


@pytest.mark.parametrize("name", captures.ALL)
def test_every_byte_of_a_recording_is_understood(name):
    data = captures.data(name)
    parser = FrameParser()
    frames = parser.feed(data)
    kinds = {f.content_type for f in frames}
    assert kinds <= {"auth/request", "command/reply", "api/response", "text/event-plain", "text/event-json"}
    assert parser.feed(b"Content-Type: end\n\n")[-1].content_type == "end"
    for frame in frames:
        headers = event_headers(frame)
        if headers is not None:
            assert text(headers, "Event-Name")


@pytest.mark.parametrize("name", captures.ALL)
def test_cut_anywhere_a_recording_gives_the_same_frames(name):
    data, rng = captures.data(name), random.Random(name)
    whole = FrameParser().feed(data)
    parser, frames, at = FrameParser(), [], 0
    while at < len(data):
        size = rng.choice((1, 3, 50, 1500, 65536))
        frames += parser.feed(data[at : at + size])
        at += size
    assert frames == whole


@pytest.mark.parametrize("name", captures.ALL)
def test_byte_by_byte_a_recording_gives_the_same_frames(name):
    data = captures.data(name)
    parser, frames = FrameParser(), []
    for at in range(len(data)):
        frames += parser.feed(data[at : at + 1])
    assert frames == FrameParser().feed(data)


@pytest.mark.parametrize("name", captures.JSON)
def test_reading_few_headers_and_all_headers_agree(name):
    for frame in captures.frames(name):
        headers = event_headers(frame)
        if headers is None or event_name(headers).endswith("COMMAND"):
            continue  # those repeat what we sent, with two names in one event; never subscribed
        assert isinstance(headers, JsonHeaders)
        every = parsed(frame.body)
        assert event_name(headers) == event_name(every)
        assert translate("n", headers) == translate("n", every)
        assert {key: text(headers, key) for key in every} == {key: text(every, key) for key in every}
        assert starting_with(headers, "variable_sip_") == starting_with(every, "variable_sip_")


SAME_IN_BOTH = (s.LegCreated, s.LegAnswered, s.LegParked, s.LegHungUp, s.LegEnded, s.LegsBridged, s.JobDone)


@pytest.mark.parametrize("name", captures.JSON)
def test_json_and_plain_recordings_of_a_scenario_have_the_same_shape(name):
    """Each leg's own course is the same (the legs' ids differ, and so does the order between legs)."""

    def courses(events):
        legs: dict[str, list[str]] = {}
        for event in events:
            if isinstance(event, SAME_IN_BOTH):
                legs.setdefault(getattr(event, "leg", "job"), []).append(type(event).__name__)
        return sorted(legs.values())

    assert courses(captures.typed(name)) == courses(captures.typed(name.replace(".json", "")))


def test_every_subscribed_kind_of_event_but_one_is_in_the_recordings():
    seen = set()
    for name in captures.ALL:
        for frame in captures.frames(name):
            headers = event_headers(frame)
            if headers is not None:
                seen.add(event_name(headers))
    assert set(TABLE) - seen == {"sofia::expire"}


def test_the_agent_call_from_ring_to_end():
    events = captures.typed("agent_hangs_up_first_caller_kept.esl")
    caller = next(e for e in events if isinstance(e, s.LegParked))
    assert (caller.direction, caller.answered, caller.destination, caller.context) == ("inbound", False, "95598", "public")
    agent = [e for e in events if getattr(e, "leg", "") == "agentleg-5072"]
    assert [type(e).__name__ for e in agent if not isinstance(e, s.ApplicationDone)] == [
        "LegCreated", "LegRinging", "LegAnswered", "LegParked", "LegUnparked", "LegHungUp", "LegEnded", "LegDestroyed",
    ]  # fmt: skip
    bridge = next(e for e in events if isinstance(e, s.LegsBridged))
    assert {bridge.leg, bridge.other} == {caller.leg, "agentleg-5072"}
    ended = next(e for e in events if isinstance(e, s.LegEnded))
    assert (ended.cause, ended.answered, ended.hangup_disposition) == ("NORMAL_CLEARING", True, "send_bye")
    done = next(e for e in events if isinstance(e, s.ApplicationDone) and e.exec_id == "csat-1")
    assert (done.application, done.response) == ("play_and_get_digits", "_none_")
    assert caller.switch_ms == 1795355190240


def test_rejections_carry_their_sip_status():
    ended = [e for e in captures.typed("agent_rejects_busy_and_unregistered.json.esl") if isinstance(e, s.LegEnded)]
    assert [(e.cause, e.sip_status, e.answered) for e in ended] == [
        ("USER_BUSY", 486, False), ("NO_USER_RESPONSE", 480, False), ("CALL_REJECTED", 603, False),
    ]  # fmt: skip
    jobs = [e for e in captures.typed("agent_rejects_busy_and_unregistered.json.esl") if isinstance(e, s.JobDone)]
    assert [j.text for j in jobs] == ["-ERR USER_BUSY", "-ERR NO_USER_RESPONSE", "-ERR CALL_REJECTED", "-ERR USER_NOT_REGISTERED"]
    assert not any(j.ok for j in jobs)


def test_a_caller_cannot_forge_headers():
    for name in ("hostile_caller_headers.esl", "hostile_caller_headers.json.esl"):
        created = next(e for e in captures.typed(name) if isinstance(e, s.LegCreated))
        assert created.caller_name == "张三\nUnique-ID: forged"
        assert all(getattr(e, "leg", "") != "forged" for e in captures.typed(name))


def test_three_in_a_room_and_out_again():
    events = captures.typed("three_way_conference.esl")
    joined = [e for e in events if isinstance(e, s.RoomJoined)]
    assert len({e.leg for e in joined}) == 3
    assert len({e.room for e in joined}) == 1
    assert len({e.member for e in joined}) == 3
    left = [e for e in events if isinstance(e, s.RoomLeft)]
    assert {e.leg for e in left} <= {e.leg for e in joined}


def test_who_listens_to_whom():
    started = [e for e in captures.typed("supervisor_listen_whisper_barge_intercept.esl") if isinstance(e, s.ListeningStarted)]
    assert started
    assert all(e.target and e.target != e.leg for e in started)


def test_a_phone_that_holds_and_resumes_by_its_own_key():
    events = captures.typed("phone_holds_profile_disable_hold.esl")
    assert [e.leg for e in events if isinstance(e, s.PhoneReinvited)] == ["leg-A"] * 4


def test_a_web_phone_registers_and_leaves():
    events = captures.typed("webrtc_phone_register_call_hold_unregister.esl")
    here = next(e for e in events if isinstance(e, s.PhoneRegistered))
    assert (here.extension, here.realm, here.network_port, here.expires_s) == ("1001", "127.0.0.1", 47942, 600)
    recorded = captures.answers("webrtc_phone_register_call_hold_unregister.esl", "sofia/internal/")
    assert here.contact == recorded[0]
    gone = next(e for e in events if isinstance(e, s.PhoneUnregistered))
    assert (gone.extension, gone.realm, gone.contact) == ("1001", "127.0.0.1", here.contact)


def test_a_recording_tells_its_length_and_size():
    stopped = next(e for e in captures.typed("hold_by_park_and_back.esl") if isinstance(e, s.RecordingStopped))
    assert (stopped.length_ms, stopped.size) == (2480, 39724)


def test_a_gateway_and_the_heartbeat():
    events = captures.typed("bad_commands.esl")
    assert next((e.gateway, e.state, e.ping) for e in events if isinstance(e, s.GatewayChanged)) == ("backup", "TRYING", "DOWN")
    beat = next(e for e in captures.typed("blind_transfer_to_queue.esl") if isinstance(e, s.SwitchHeartbeat))
    assert (beat.max_sessions, beat.sessions_per_second, beat.uptime_ms) == (8000, 500, 539607)
    trunk = [e for e in captures.typed("trunk_outbound_results.esl") if isinstance(e, s.LegCreated)]
    assert {e.gateway for e in trunk if e.direction == "outbound"} == {"telco"}

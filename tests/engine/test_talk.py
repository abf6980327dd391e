"""Hold and resume, surveys, and the two ways in which a conversation ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import ServiceNumberConfig
from tests.engine.world import NODE, World, centre, with_queue

SURVEY = {
    "name": "survey",
    "version": 3,
    "language": "en",
    "start": "ask",
    "nodes": {
        "ask": {
            "type": "menu",
            "prompt": "rate",
            "tries": 1,
            "timeout": "bye",
            "choices": {str(n): {"next": "bye", "label": f"{n} points"} for n in range(1, 6)},
        },
        "bye": {"type": "hang_up"},
    },
}


def talking(w: World) -> tuple[str, str]:
    w.agent("1001")
    leg = w.call()
    offer = w.offered_leg()
    w.pick_up(offer)
    return leg, offer


def test_hold_and_resume() -> None:
    w = World()
    leg, offer = talking(w)
    w.wait(10)
    assert w.command("HoldCall", agent_id="1001").ok  # type: ignore[union-attr]
    assert w.state("1001") == "holding"
    assert w.the_call(leg)["phase"] == "on_hold"
    assert w.channels[leg].variables["cti_phase"] == "held"
    assert w.channels[leg].playing
    assert w.channels[leg].bridged_to == ""
    w.wait(5)
    w.music_ends(leg)
    assert w.channels[leg].playing
    assert w.command("ResumeCall", agent_id="1001").ok  # type: ignore[union-attr]
    assert w.state("1001") == "talking"
    assert w.channels[leg].bridged_to == offer
    assert w.channels[leg].variables["cti_phase"] == "talking"
    assert not w.channels[leg].playing
    w.wait(20)
    w.hang_up(leg)
    assert [s["ended_ms"] - s["started_ms"] for s in w.segments("talk")] == [10_000, 20_000]
    assert [s["ended_ms"] - s["started_ms"] for s in w.segments("hold")] == [5_000]
    (recording,) = w.of_kind("recording")
    assert (recording["holds"], recording["talk_ms"], recording["problem"]) == (1, 30_000, "")


def test_a_refused_hold_changes_nothing() -> None:
    w = World()
    leg, _ = talking(w)
    w.refusals[sw.ParkLeg] = "-ERR no"
    reply = w.command("HoldCall", agent_id="1001")
    assert reply is not None
    assert (reply.ok, reply.error_id) == (False, "switch-refused")
    assert w.state("1001") == "talking"
    assert w.the_call(leg)["phase"] == "connected"
    w.refusals.clear()
    assert w.command("HoldCall", agent_id="1001").ok  # type: ignore[union-attr]


def test_a_refused_resume_stays_on_hold() -> None:
    w = World()
    leg, _ = talking(w)
    w.command("HoldCall", agent_id="1001")
    w.refusals[sw.BridgeLegs] = "-ERR no"
    assert w.command("ResumeCall", agent_id="1001").error_id == "switch-refused"  # type: ignore[union-attr]
    assert w.state("1001") == "holding"
    assert w.channels[leg].playing


def test_the_caller_hangs_up_on_hold() -> None:
    w = World()
    leg, offer = talking(w)
    w.command("HoldCall", agent_id="1001")
    w.wait(3)
    w.hang_up(leg)
    assert offer not in w.channels
    assert w.state("1001") == "wrap_up"
    assert w.of_kind("call")[0]["hung_up_by"] == "customer"


def test_the_agent_hangs_up_on_hold() -> None:
    w = World()
    leg, _ = talking(w)
    w.command("HoldCall", agent_id="1001")
    assert w.command("HangupCall", agent_id="1001").ok  # type: ignore[union-attr]
    assert leg not in w.channels
    assert w.state("1001") == "wrap_up"


def test_the_caller_is_kept_for_the_survey() -> None:
    config = with_queue(replace(centre(), flows={"survey": SURVEY}), "sales", survey_flow="survey")
    w = World(config)
    leg, offer = talking(w)
    w.wait(5)
    w.hang_up(offer)
    call = w.the_call(leg)
    assert call["phase"] == "survey"
    assert w.channels[leg].variables["cti_phase"] == "survey"
    assert w.channels[leg].variables["cti_flow"] == "survey:3:ask"
    assert w.channels[leg].application == "play_and_get_digits"
    assert w.state("1001") == "wrap_up"
    w.wait(4)
    w.done(leg, digits="5")
    assert leg not in w.channels
    (fact,) = w.of_kind("call")
    assert (fact["outcome"], fact["hung_up_by"]) == ("answered", "agent")
    assert fact["ivr_path"] == [{"node": "ask", "pressed": "5", "label": "5 points"}]
    (survey,) = w.segments("survey")
    assert (survey["ended_ms"] - survey["started_ms"], survey["detail"]) == (4000, {"flow": "survey", "version": 3})


def test_the_survey_speaks_the_callers_language() -> None:
    entry = {
        "name": "main",
        "version": 1,
        "language": "en",
        "start": "chinese",
        "nodes": {
            "chinese": {"type": "set", "data": {"language": "zh"}, "next": "line"},
            "line": {"type": "queue", "queue": "sales"},
        },
    }
    numbers = {"4000": ServiceNumberConfig("4000", "Sales line", "main", "sales")}
    config = replace(centre(), flows={"survey": SURVEY, "main": entry}, service_numbers=numbers)
    w = World(with_queue(config, "sales", survey_flow="survey"))
    leg, offer = talking(w)
    w.hang_up(offer)
    assert w.the_call(leg)["phase"] == "survey"
    ask = next(c for c in reversed(w.commands) if isinstance(c, sw.Execute))
    assert "/zh/rate.wav" in ask.argument


def test_an_agents_leg_that_outlives_its_caller_is_killed() -> None:
    w = World()
    leg, offer = talking(w)
    w.channels[offer].variables["park_after_bridge"] = "true"
    w.hang_up(leg)
    assert offer not in w.channels
    assert w.state("1001") == "wrap_up"


def test_a_pair_that_somebody_parks_is_bridged_again() -> None:
    w = World()
    leg, offer = talking(w)
    w._execute(sw.ParkLeg(offer))
    w.drain()
    assert w.channels[leg].bridged_to == offer
    assert w.state("1001") == "talking"
    assert len(w.segments("talk")) == 0, "it is one conversation"


def test_a_phone_that_died_gets_its_caller_back() -> None:
    w = World()
    leg, offer = talking(w)
    w.wait(10)
    w.hang_up(offer, "RECOVERY_ON_TIMER_EXPIRE")
    assert w.state("1001") == "reserved"
    again = w.offered_leg()
    assert again != offer
    assert w.the_call(leg)["phase"] == "offered"
    w.ring(again)
    w.wait(2)
    w.pick_up(again)
    assert w.state("1001") == "talking"
    w.wait(5)
    w.hang_up(leg)
    assert [s["outcome"] for s in w.segments("queue")] == ["answered", "answered"]
    assert w.of_kind("call")[0]["outcome"] == "answered"
    assert len(w.of_kind("recording")) == 1
    queue, agent = w.view("queues", "sales")["today"], w.view("agents", "1001")["today"]
    assert (queue["offered"], queue["answered"], queue["handled"], agent["answered"]) == (1, 1, 1, 1), "it is one call"


def test_the_page_went_first_and_the_phone_comes_back_later() -> None:
    w = World()
    leg, offer = talking(w)
    w.command("AgentPageGone", agent_id="1001")
    w.unregister("1001")
    w.hang_up(offer, by="send_bye")
    assert w.the_call(leg)["phase"] == "queued"
    assert w.channels[leg].playing
    w.agent("1002")
    assert w.the_call(leg)["phase"] == "queued", "it waits for the same agent first"
    w.wait(8)
    w.register("1001")
    assert w.the_call(leg)["agent"] == "1001"
    w.pick_up(w.offered_leg())
    assert w.state("1001") == "talking"


def web_talking(w: World) -> tuple[str, str]:
    """An agent talks with a web phone: (caller's leg, agent's leg)."""
    w.agent("1001")
    w.load_page("1001", "first")
    leg = w.call()
    offer = w.offered_leg()
    w.ring(offer)
    w.pick_up(offer)
    w.wait(10)
    return leg, offer


@pytest.mark.parametrize("held", [False, True])
def test_a_reloaded_page_takes_its_call_back_although_the_old_leg_never_ends_by_itself(held: bool) -> None:
    w = World()
    leg, offer = web_talking(w)
    if held:
        w.command("HoldCall", agent_id="1001")
    w.command("AgentPageGone", agent_id="1001")
    w.close_page("1001", "first")
    assert offer in w.channels, "the socket alone says nothing"
    w.command("AgentPageBack", agent_id="1001")
    w.wait(1)
    w.load_page("1001", "second")
    assert offer not in w.channels
    assert w.channels[leg].playing, "music"
    again = w.offered_leg()
    assert again != offer
    w.ring(again)
    w.pick_up(again)
    assert w.state("1001") == "talking"
    w.hang_up(leg)
    assert len(w.of_kind("recording")) == 1
    assert w.of_kind("call")[0]["outcome"] == "answered"


def test_the_new_page_may_register_before_the_old_socket_is_seen_to_close() -> None:
    w = World()
    leg, offer = web_talking(w)
    w.load_page("1001", "second")
    assert offer in w.channels
    w.tell(sw.PhoneSocketClosed(NODE, 0, "1001", "r", "first"))
    assert offer not in w.channels
    w.pick_up(w.offered_leg())
    assert (w.state("1001"), w.the_call(leg)["agent"]) == ("talking", "1001")
    w.tell(sw.PhoneSocketClosed(NODE, 0, "1001", "r", "first"))
    assert w.state("1001") == "talking", "an older page says nothing about this leg"


def test_a_page_that_is_closed_for_good_gives_its_caller_music_soon() -> None:
    w = World()
    leg, offer = web_talking(w)
    w.close_page("1001", "first")
    w.command("AgentPageGone", agent_id="1001")
    w.wait(3)
    assert offer in w.channels
    w.wait(2)
    assert offer not in w.channels
    assert w.channels[leg].playing
    w.agent("1002")
    w.wait(21)
    assert w.the_call(leg)["agent"] == "1002"


def test_a_web_phone_whose_socket_blinks_talks_on() -> None:
    w = World()
    _, offer = web_talking(w)
    w.close_page("1001", "first")
    w.wait(2)
    w.load_page("1001", "first")
    w.wait(30)
    assert offer in w.channels
    assert w.state("1001") == "talking"
    w.close_page("1001", "first")
    w.wait(10)
    assert offer in w.channels, "the page is there: the sound decides"


def test_a_second_page_elsewhere_takes_no_conversation_away() -> None:
    w = World()
    _, offer = web_talking(w)
    w.load_page("1001", "another-browser")
    w.wait(10)
    assert offer in w.channels
    assert w.state("1001") == "talking"


def test_a_desk_phone_that_registers_from_another_port_talks_on() -> None:
    w = World()
    _, offer = talking(w)
    w.unregister("1001")
    w.wait(1)
    w.tell(sw.PhoneRegistered(NODE, 0, "1001", "r", "sofia/internal/sip:1001@10.0.0.9:5071", "10.0.0.9", 5071, "phone", 60))
    w.wait(10)
    assert offer in w.channels


def test_a_page_reloaded_while_it_rings_is_rung_again() -> None:
    w = World()
    w.agent("1001")
    w.load_page("1001", "first")
    leg = w.call()
    offer = w.offered_leg()
    w.ring(offer)
    w.command("AgentPageGone", agent_id="1001")
    w.close_page("1001", "first")
    w.command("AgentPageBack", agent_id="1001")
    w.load_page("1001", "second")
    assert offer not in w.channels
    w.wait(7)
    again = w.offered_leg()
    assert again != offer
    w.pick_up(again)
    assert w.the_call(leg)["agent"] == "1001"
    assert w.state("1001") == "talking"


def test_a_phone_that_stays_away_loses_its_caller_to_the_queue() -> None:
    w = World()
    leg, offer = talking(w)
    place = w.the_call(leg)["queued_ms"]
    w.unregister("1001")
    w.hang_up(offer, by="send_bye")
    w.agent("1002")
    w.wait(21)
    call = w.the_call(leg)
    assert (call["agent"], call["phase"], call["queued_ms"]) == ("1002", "offered", place)
    assert w.state("1001") == "unreachable"


def test_the_caller_does_not_wait_for_the_phone() -> None:
    w = World()
    leg, offer = talking(w)
    w.unregister("1001")
    w.hang_up(offer, by="send_bye")
    w.wait(3)
    w.hang_up(leg)
    assert w.state("1001") == "wrap_up"
    assert w.view("agents", "1001")["deadline_ms"] == w.now + 30_000
    w.wait(31)
    assert w.state("1001") == "unreachable"
    assert [s["ended_ms"] - s["started_ms"] for s in w.segments("wrap_up")] == [30_000]
    assert w.of_kind("call")[0]["outcome"] == "answered"
    assert [s["outcome"] for s in w.segments("queue")] == ["answered", "abandoned"]


@pytest.mark.parametrize("rings", [False, True])
def test_a_caller_who_gives_up_while_the_phone_is_rung_again_leaves_wrap_up(rings: bool) -> None:
    w = World()
    leg, offer = talking(w)
    w.hang_up(offer, "RECOVERY_ON_TIMER_EXPIRE")
    again = w.offered_leg()
    if rings:
        w.ring(again)
    w.hang_up(leg)
    assert w.state("1001") == "wrap_up"
    assert again not in w.channels
    assert w.command("EndWrapUp", agent_id="1001").ok  # type: ignore[union-attr]
    assert w.state("1001") == "idle"


# ---------------------------------------------------------------- who ended it, and what is recorded


def test_a_bye_just_after_the_registration_lapsed_is_the_agents_wish() -> None:
    w = World()
    leg, offer = talking(w)
    w.unregister("1001")
    w.hang_up(offer)
    assert leg not in w.channels
    assert (w.of_kind("call")[0]["hung_up_by"], w.state("1001")) == ("agent", "wrap_up")


@pytest.mark.parametrize("first", ["agent", "customer"])
def test_who_hung_up_is_told_by_the_legs_own_end(first: str) -> None:
    w = World()
    leg, offer = talking(w)
    w.wait(5)
    w.channels.pop(leg)
    w.channels.pop(offer)
    for one in (offer, leg) if first == "agent" else (leg, offer):
        w.tell(sw.LegHungUp(NODE, 0, one, "NORMAL_CLEARING", True))
    w.tell(sw.LegEnded(NODE, 0, leg, "NORMAL_CLEARING", 0, "recv_bye", True, {}))
    w.tell(sw.LegEnded(NODE, 0, offer, "NORMAL_CLEARING", 0, "send_bye", True, {}))
    w.wait(10)
    assert w.of_kind("call")[0]["hung_up_by"] == "customer"


def test_a_caller_whom_the_switch_hung_up_did_not_hang_up() -> None:
    w = World()
    leg = w.call()
    w.hang_up(leg, "ORIGINATOR_CANCEL", by="send_bye")
    assert w.of_kind("call")[0]["hung_up_by"] == "system"


def test_a_caller_parks_also_when_the_agent_leaves_while_the_bridge_is_made() -> None:
    w = World()
    leg = w.call()
    assert w.channels[leg].variables["uuid_bridge_park_on_cancel"] == "true"


def test_what_begins_the_recording_is_cleared_when_it_runs() -> None:
    w = World()
    leg, _ = talking(w)
    cleared = [c for c in w.commands if isinstance(c, sw.SetVariable) and c.name == "execute_on_pre_bridge"]
    assert cleared == [sw.SetVariable(leg, "execute_on_pre_bridge", "")]


def test_a_recording_that_was_stopped_is_followed_by_another_file() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002")
    w.wait(60)
    path, started = w._recordings.pop(leg)
    w.tell(sw.RecordingStopped(NODE, 0, leg, path, w.now - started, 1_920_044))
    w.hang_up(offer, "MEDIA_TIMEOUT", by="send_bye")
    w.wait(4)
    w.pick_up(w.offered_leg())
    w.wait(30)
    w.hang_up(leg)
    first, second = w.of_kind("recording")
    assert first["path"] != second["path"]
    assert [(f["talk_ms"], f["length_ms"], f["problem"]) for f in (first, second)] == [(60_000, 60_000, ""), (30_000, 30_000, "")]
    assert [alarm for alarm in w.engine.snapshot()["alarms"] if alarm.startswith("recording")] == []


def test_a_talk_too_short_for_the_recording_to_begin_is_no_trouble() -> None:
    w = World()
    leg, offer = talking(w)
    w.tell(sw.RecordingStopped(NODE, 0, leg, w._recordings.pop(leg)[0], 0, -1))
    w.wait(0.15)
    w.hang_up(offer)
    assert w.of_kind("recording") == []
    assert [alarm for alarm in w.engine.snapshot()["alarms"] if alarm.startswith("recording")] == []

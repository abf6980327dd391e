"""Flows on a caller's leg: applications out, their ends in, and what a broken flow or a refused application does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig, ServiceNumberConfig, VoicemailBox
from cti_server.domain.ivr import TONE
from tests.engine.world import World, centre, with_queue

FLOW: dict[str, Any] = {
    "name": "main",
    "version": 1,
    "language": "en",
    "start": "hello",
    "nodes": {
        "hello": {"type": "play", "prompt": ["welcome", "news"], "next": "menu"},
        "menu": {
            "type": "menu",
            "prompt": "menu",
            "tries": 2,
            "timeout": "message",
            "choices": {"1": {"next": "account", "label": "sales"}, "2": {"next": "repair", "label": "repair"}},
        },
        "account": {
            "type": "collect",
            "prompt": "account",
            "store": "account",
            "min_digits": 4,
            "max_digits": 8,
            "ok": "sales",
            "none": "sales",
        },
        "sales": {"type": "queue", "queue": "sales"},
        "repair": {"type": "queue", "queue": "repair", "priority": 3},
        "message": {"type": "voicemail", "prompt": "leave", "max_s": 60, "silence_s": 4, "next": "bye"},
        "bye": {"type": "hang_up"},
    },
}


def with_flow(flow: dict[str, Any] = FLOW) -> CentreConfig:
    numbers = {"4000": ServiceNumberConfig("4000", "Sales line", "main", "sales")}
    return replace(centre(), flows={"main": flow}, service_numbers=numbers)


def last_execute(w: World) -> sw.Execute:
    return next(c for c in reversed(w.commands) if isinstance(c, sw.Execute))


def test_play_menu_collect_queue() -> None:
    w = World(with_flow())
    leg = w.call()
    assert w.the_call(leg)["phase"] == "ivr"
    assert w.channels[leg].variables["cti_phase"] == "ivr"
    assert w.channels[leg].variables["cti_flow"] == "main:1:hello"
    assert last_execute(w).argument.endswith("/en/welcome.wav")
    w.done(leg)
    assert last_execute(w).argument.endswith("/en/news.wav")
    w.done(leg)
    menu = last_execute(w)
    assert menu.application == "play_and_get_digits"
    words = menu.argument.split(" ")
    assert words[:5] == ["1", "1", "2", "5000", "none"]
    assert words[5].endswith("/en/menu.wav")
    assert words[6:] == ["silence_stream://50", "cti_digits", "^[12]$"]
    w.wait(2)
    w.done(leg, digits="1")
    assert w.the_call(leg)["ivr_path"] == [{"node": "menu", "pressed": "1", "label": "sales"}]
    stale = [c for c in w.commands if isinstance(c, sw.SetVariable) and c.name == "cti_digits"]
    assert len(stale) == 2, "what an earlier node collected is cleared before each collection"
    w.done(leg, digits="12345")
    call = w.the_call(leg)
    assert (call["phase"], call["queue"], call["data"]) == ("queued", "sales", {"account": "12345"})
    assert w.channels[leg].variables["cti_flow"] == ""
    (ivr,) = w.segments("ivr")
    assert (ivr["ended_ms"] - ivr["started_ms"], ivr["detail"]) == (2000, {"flow": "main", "version": 1})


def test_the_flows_priority_counts() -> None:
    w = World(with_flow())
    early = w.call()
    for digits in ("", "", "1"):
        w.done(early, digits=digits)
    w.done(early, digits="1234")
    w.wait(100)
    late = w.call()
    for digits in ("", "", "2"):
        w.done(late, digits=digits)
    w.agent("1001")
    assert w.the_call(late)["phase"] == "offered"


def test_voicemail() -> None:
    w = World(with_flow())
    leg = w.call()
    for _ in range(3):
        w.done(leg)
    assert last_execute(w).argument.endswith("/en/leave.wav")
    w.done(leg)
    record = last_execute(w)
    path, *rest = record.argument.split(" ")
    assert (record.application, rest) == ("record", ["60", "200", "4"])
    w.tell(sw.RecordingStarted("main", 0, leg, path))
    w.wait(7)
    w.tell(sw.RecordingStopped("main", 0, leg, path, 7000, 112_044))
    w.done(leg, response="_none_")
    assert leg not in w.channels
    (fact,) = w.of_kind("call")
    assert fact["outcome"] == "voicemail"
    (file,) = w.of_kind("recording")
    assert (file["path"], file["recorded"], file["length_ms"], file["problem"]) == (path, "voicemail", 7000, "")
    (message,) = w.segments("voicemail")
    assert message["ended_ms"] - message["started_ms"] == 7000


IN_BOX = {**FLOW, "start": "message", "nodes": {**FLOW["nodes"], "message": {"type": "voicemail", "box": "sales"}}}


def boxed(flow: dict[str, Any] = IN_BOX, **box: Any) -> CentreConfig:
    return replace(with_flow(flow), voicemail_boxes={"sales": VoicemailBox("sales", "Sales", "east", **box)})


def test_a_message_for_a_box_says_so_and_the_box_says_what_the_flow_does_not() -> None:
    w = World(boxed(greeting="sales_away", max_s=40))
    leg = w.call()
    assert last_execute(w).argument.endswith("/en/sales_away.wav")
    w.done(leg)
    path, *rest = last_execute(w).argument.split(" ")
    assert rest == ["40", "200", "5"]
    w.tell(sw.RecordingStarted("main", 0, leg, path))
    w.wait(7)
    w.tell(sw.RecordingStopped("main", 0, leg, path, 7000, 112_044))
    w.done(leg, response="_none_")
    assert [(file["box"], file["queue"]) for file in w.of_kind("recording")] == [("sales", "")]


def test_without_a_greeting_there_is_a_tone_and_the_flow_may_say_more_than_the_box() -> None:
    w = World(boxed())
    w.call()
    assert last_execute(w).argument == TONE
    own = {"type": "voicemail", "box": "sales", "prompt": "leave", "max_s": 10}
    w = World(boxed({**IN_BOX, "nodes": {**IN_BOX["nodes"], "message": own}}, greeting="sales_away", max_s=40))
    leg = w.call()
    assert last_execute(w).argument.endswith("/en/leave.wav")
    w.done(leg)
    assert last_execute(w).argument.split(" ")[1] == "10"


def test_a_flow_that_names_a_box_that_is_not_there_is_refused() -> None:
    w = World(with_flow(IN_BOX))
    w.call()
    assert "no-flow:main" in w.engine.snapshot()["alarms"]


def test_a_missing_prompt_and_a_refused_application_do_not_stop_the_call() -> None:
    w = World(with_flow())
    leg = w.call()
    w.done(leg, response="FILE NOT FOUND")
    w.refusals[sw.Execute] = "-ERR no"
    w.done(leg, response="FILE NOT FOUND")
    w.refusals.clear()
    assert w.of_kind("call") == [] or w.of_kind("call")[0]["outcome"] in ("voicemail", "ivr")


def test_the_caller_leaves_in_the_menu() -> None:
    w = World(with_flow())
    leg = w.call()
    w.done(leg)
    w.wait(3)
    w.hang_up(leg)
    (fact,) = w.of_kind("call")
    assert (fact["outcome"], fact["last_queue"]) == ("ivr", "")


def test_a_number_without_a_usable_flow_goes_to_its_queue() -> None:
    broken = {**FLOW, "nodes": {"hello": {"type": "play", "prompt": "x", "next": "nowhere"}}}
    w = World(with_flow(broken))
    refused = next(e for e in w.published if e.name == "config.refused")
    assert "nowhere" in refused.data["problems"][0]
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"


def test_a_bad_new_flow_keeps_the_old_one_and_running_calls_keep_their_version() -> None:
    w = World(with_flow())
    leg = w.call()
    changed = {**FLOW, "version": 2, "start": "menu", "nodes": {**FLOW["nodes"], "hello": {**FLOW["nodes"]["hello"]}}}
    changed["nodes"] = {k: v for k, v in changed["nodes"].items() if k != "hello"}
    w.reconfigure(with_flow(changed))
    w.done(leg)
    assert last_execute(w).argument.endswith("/en/news.wav")
    w.done(leg)
    assert w.channels[leg].variables["cti_flow"] == "main:1:menu"
    other = w.call()
    assert w.channels[other].variables["cti_flow"] == "main:2:menu"
    w.reconfigure(with_flow({**changed, "version": 3, "start": "nowhere"}))
    third = w.call()
    assert w.channels[third].variables["cti_flow"] == "main:2:menu"


def test_the_language_goes_with_the_caller_into_the_next_flow() -> None:
    first = {
        **FLOW,
        "language": "zh",
        "start": "english",
        "nodes": {
            "english": {"type": "set", "data": {"language": "en"}, "next": "other"},
            "other": {"type": "flow", "flow": "other"},
        },
    }
    config = with_flow(first)
    w = World(replace(config, flows={**config.flows, "other": {**FLOW, "name": "other", "language": "zh"}}))
    w.call()
    assert last_execute(w).argument.endswith("/en/welcome.wav")


def test_flows_that_call_each_other_without_end_are_stopped() -> None:
    ring = {"name": "main", "version": 1, "language": "en", "start": "a", "nodes": {"a": {"type": "flow", "flow": "main"}}}
    w = World(with_flow(ring))
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"


# ---------------------------------------------------------------- keys that are pressed before the question


def test_a_key_in_the_greeting_answers_the_menu() -> None:
    w = World(with_flow())
    leg = w.call()
    w.press(leg, "2")
    call = w.the_call(leg)
    assert (call["queue"], call["ivr_path"]) == ("repair", [{"node": "menu", "pressed": "2", "label": "repair"}])


def test_keys_pressed_ahead_go_through_menu_and_collection() -> None:
    w = World(with_flow())
    leg = w.call()
    w.press(leg, "1")
    assert last_execute(w).argument.split()[5].endswith("/en/account.wav")
    w.press(leg, "12345#")
    assert (w.the_call(leg)["queue"], w.the_call(leg)["data"]) == ("sales", {"account": "12345"})


def test_a_number_pressed_ahead_in_part_is_completed_by_hand() -> None:
    w = World(with_flow())
    leg = w.call()
    w.done(leg)
    w.done(leg)
    w.press(leg, "1")
    asked = last_execute(w)
    assert asked.argument.split()[5].endswith("/en/account.wav")
    w.press(leg, "1234#")
    assert w.the_call(leg)["data"] == {"account": "1234"}


def test_a_key_that_the_menu_does_not_know_is_not_pressed_for_the_next_question() -> None:
    w = World(with_flow())
    leg = w.call()
    w.press(leg, "9")
    assert w.the_call(leg)["phase"] == "ivr"
    assert last_execute(w).application == "play_and_get_digits"
    w.press(leg, "2")
    assert w.the_call(leg)["queue"] == "repair"


def test_what_was_typed_ahead_is_dropped_when_a_question_is_answered_otherwise() -> None:
    flow = {**FLOW, "nodes": {**FLOW["nodes"], "hello": {**FLOW["nodes"]["hello"], "barge_in": False}}}
    w = World(with_flow(flow))
    leg = w.call()
    w.press(leg, "1199")
    w.refusals[sw.PressDigits] = "-ERR no"
    w.done(leg)
    w.done(leg)
    w.refusals.clear()
    w.done(leg, digits="1")
    assert w.the_call(leg)["phase"] == "ivr"
    w.done(leg, digits="")
    running = next(iter(w.engine._core.calls.values())).ivr
    assert running is None or running.typed == ""


def test_a_second_prompt_on_the_way_to_an_answered_question_is_left_out() -> None:
    news = {"type": "play", "prompt": "news", "next": "menu"}
    flow = {**FLOW, "nodes": {**FLOW["nodes"], "hello": {"type": "play", "prompt": "welcome", "next": "more"}, "more": news}}
    w = World(with_flow(flow))
    leg = w.call()
    w.press(leg, "2")
    assert last_execute(w).argument == "silence_stream://50"
    w.done(leg)
    assert w.the_call(leg)["queue"] == "repair"


def test_a_prompt_that_everybody_has_to_hear_is_not_ended_by_a_key() -> None:
    flow = {**FLOW, "nodes": {**FLOW["nodes"], "hello": {**FLOW["nodes"]["hello"], "barge_in": False}}}
    w = World(with_flow(flow))
    leg = w.call()
    w.press(leg, "2")
    w.done(leg)
    assert last_execute(w).argument.endswith("/en/news.wav")
    w.done(leg)
    assert w.the_call(leg)["queue"] == "repair", "but what was pressed is kept"


def test_keys_in_the_queue_do_not_stop_the_music() -> None:
    w = World(with_flow())
    leg = w.call()
    w.press(leg, "2")
    playing = w.channels[leg].playing
    w.press(leg, "*5")
    assert (w.channels[leg].playing, w.channels[leg].variables["playback_terminators"]) == (playing, "none")


def test_a_prompt_whose_end_nobody_heard_is_over_when_the_switch_says_so_twice() -> None:
    w = World(with_flow())
    leg = w.call()
    w.channels[leg].playing = ""
    for _ in range(20):
        w.wait(5)
        w.reconcile()
    assert w.channels[leg].playing
    assert last_execute(w).argument.endswith("/en/news.wav"), "the flow has gone on"
    assert [a["action"] for a in w.of_kind("audit")] == ["repair-silent"]


def test_music_whose_end_nobody_heard_begins_again() -> None:
    w = World()
    leg = w.call()
    w.channels[leg].playing = ""
    for _ in range(20):
        w.wait(5)
        w.reconcile()
    assert w.channels[leg].playing


def test_what_plays_for_long_is_left_alone() -> None:
    w = World(with_flow())
    leg = w.call()
    playing = w.channels[leg].playing
    for _ in range(60):
        w.wait(5)
        w.reconcile()
    assert (w.channels[leg].playing, w.engine.repairs) == (playing, 0)


def test_a_message_that_was_not_recorded_is_told() -> None:
    w = World(with_flow({**FLOW, "start": "message"}))
    leg = w.call()
    w.done(leg)
    w.done(leg, response="")
    w.hang_up(leg)
    assert w.of_kind("call")[0]["outcome"] == "ivr"
    assert [(r["problem"], r["length_ms"]) for r in w.of_kind("recording")] == [("missing", 0)]


def test_a_message_before_the_queue_does_not_name_the_call() -> None:
    flow = {**FLOW, "start": "message", "nodes": {**FLOW["nodes"], "message": {**FLOW["nodes"]["message"], "next": "sales"}}}
    for answered, outcome in ((True, "answered"), (False, "abandoned")):
        w = World(with_flow(flow))
        leg = w.call()
        w.done(leg)
        path = last_execute(w).argument.split(" ")[0]
        w.tell(sw.RecordingStarted("main", 0, leg, path))
        w.wait(4)
        w.tell(sw.RecordingStopped("main", 0, leg, path, 4000, 64_044))
        w.done(leg)
        if answered:
            w.agent("1001")
            w.pick_up(w.offered_leg())
        w.hang_up(leg)
        assert w.of_kind("call")[0]["outcome"] == outcome
        assert len(w.of_kind("recording")) >= 1


def test_who_comes_back_from_the_survey_waits_anew() -> None:
    survey = {"name": "survey", "version": 1, "start": "again", "nodes": {"again": {"type": "queue", "queue": "sales"}}}
    config = replace(centre(), flows={"survey": survey})
    w = World(with_queue(config, "sales", survey_flow="survey", wrap_up_s=0))
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.wait(300)
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    w.command("HangupCall", agent_id="1001")
    assert (w.the_call(leg)["phase"], w.the_call(leg)["queued_ms"]) == ("queued", w.now)

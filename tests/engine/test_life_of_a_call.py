"""A caller comes in, waits, is offered, talks, and everything is in the books."""

from __future__ import annotations

import orjson

from cti_server.domain import switch as sw
from cti_server.domain.record import plain, read
from cti_server.engine.kernel.messages import Effect
from tests.engine.world import Channel, World, centre, with_queue


def test_a_whole_call() -> None:
    w = World()
    w.agent("1001")
    w.wait(10)
    leg = w.call()
    call = w.the_call(leg)
    assert call["phase"] == "offered"
    offer = w.offered_leg()
    assert w.channels[leg].variables["cti_offer"] == offer
    assert w.channels[leg].variables["cti_phase"] == "waiting"
    assert w.channels[leg].variables["park_after_bridge"] == "true"
    assert w.channels[leg].variables["cti_call"] == call["id"]
    assert w.state("1001") == "reserved"
    w.ring(offer)
    assert w.state("1001") == "ringing"
    w.wait(3)
    w.pick_up(offer)
    assert w.state("1001") == "talking"
    assert w.the_call(leg)["phase"] == "connected"
    assert w.channels[leg].bridged_to == offer
    w.wait(60)
    w.hang_up(leg)
    assert w.state("1001") == "wrap_up"
    assert w.channels == {}
    assert not w.engine.snapshot()["calls"]
    assert w.command("SetDisposition", agent_id="1001", call_id=call["id"], code="sold", note="two").ok  # type: ignore[union-attr]
    w.wait(30)
    assert w.state("1001") == "idle"

    (fact,) = w.of_kind("call")
    assert (fact["outcome"], fact["hung_up_by"], fact["last_agent"]) == ("answered", "customer", "1001")
    (queue,) = w.segments("queue")
    assert (queue["outcome"], queue["ended_ms"] - queue["started_ms"]) == ("answered", 3000)
    (talk,) = w.segments("talk")
    assert talk["ended_ms"] - talk["started_ms"] == 60_000
    (wrap_up,) = w.segments("wrap_up")
    assert wrap_up["ended_ms"] - wrap_up["started_ms"] == 30_000
    (offered,) = w.segments("offer")
    assert offered["outcome"] == "answered"
    assert offered["detail"]["best"] == [["1001", 10_000]]
    (recording,) = w.of_kind("recording")
    assert recording["problem"] == ""
    assert recording["path"].endswith(f"2027/01/15/{call['id']}_{recording['recording_id']}.wav")
    assert w.doubles == []
    today = w.view("queues", "sales")["today"]
    assert (today["offered"], today["answered"], today["talk_ms"], today["wrap_up_ms"]) == (1, 1, 60_000, 30_000)
    assert w.view("agents", "1001")["today"]["answered"] == 1


def test_events_tell_the_story_without_gaps() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    told = [name for name in w.names() if name.startswith("call.")]
    assert [n for n in told if n != "call.data_changed"] == [
        "call.arrived", "call.queued", "call.offered", "call.connected", "call.ended",
    ]  # fmt: skip
    assert [event.seq for event in w.published] == list(range(1, len(w.published) + 1))


def test_the_fence_is_set_before_the_phone_rings() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    offer = next(n for n, c in enumerate(w.commands) if isinstance(c, sw.Originate))
    fence = next(n for n, c in enumerate(w.commands) if isinstance(c, sw.SetVariable) and c.name == "cti_offer")
    answer = next(n for n, c in enumerate(w.commands) if isinstance(c, sw.Execute) and c.application == "answer")
    music = next(n for n, c in enumerate(w.commands) if isinstance(c, sw.Execute) and c.application == "playback")
    assert answer < music < fence < offer
    command = w.commands[offer]
    assert isinstance(command, sw.Originate)
    assert (command.contact, command.connect_to, command.caller_number) == ("ext:1001", leg, "13800138000")
    assert command.variables["cti_role"] == "agent"


def test_agent_hangs_up_first_and_the_caller_is_let_go() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.wait(5)
    reply = w.command("HangupCall", agent_id="1001")
    assert reply is not None
    assert reply.ok
    assert leg not in w.channels
    (fact,) = w.of_kind("call")
    assert (fact["hung_up_by"], fact["outcome"]) == ("agent", "answered")
    assert w.state("1001") == "wrap_up"


def test_end_wrap_up_and_no_wrap_up() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    w.wait(4)
    assert w.command("EndWrapUp", agent_id="1001").ok  # type: ignore[union-attr]
    assert w.state("1001") == "idle"
    leg = w.call("4001")
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    assert w.state("1001") == "idle"


def test_an_unknown_number_is_refused_with_one_alarm_a_minute() -> None:
    w = World()
    for _ in range(5):
        leg = w.call("9999")
        assert leg not in w.channels
    assert [c.cause for c in w.commands if isinstance(c, sw.KillLeg)] == ["UNALLOCATED_NUMBER"] * 5
    assert w.names().count("alarm.raised") == 1
    w.wait(61)
    w.call("9999")
    assert w.names().count("alarm.raised") == 2


def test_a_call_to_an_unknown_number_is_in_the_books() -> None:
    w = World()
    w.call("0755 9999;x=1")
    (fact,) = w.of_kind("call")
    assert (fact["number"], fact["service_number"]) == ("13800138000", "07559999")
    assert (fact["outcome"], fact["cause"], fact["hung_up_by"]) == ("unknown-number", "UNALLOCATED_NUMBER", "system")
    assert (fact["last_queue"], fact["last_agent"], fact["estimated"]) == ("", "", False)
    assert not w.of_kind("segment")
    assert not w.mirror["calls"]


def test_a_caller_of_an_unknown_number_who_came_without_a_daemon_is_refused_and_booked() -> None:
    w = World()
    mirror = w.mirror
    w.channels["early"] = Channel("early", "inbound", "9999", "13800138000", "", w.now, parked=True)
    w.channels["early"].variables.update(cti_dialled="9999", cti_role="caller", cti_phase="arriving")
    w.restart(8)
    assert "early" not in w.channels
    assert [fact["outcome"] for fact in w.of_kind("call")] == ["unknown-number"]
    assert not mirror["calls"]


def test_abandoned_while_waiting() -> None:
    w = World()
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"
    w.wait(12)
    assert w.view("queues", "sales")["waiting"] == 1
    w.hang_up(leg)
    (fact,) = w.of_kind("call")
    assert fact["outcome"] == "abandoned"
    (queue,) = w.segments("queue")
    assert (queue["outcome"], queue["ended_ms"] - queue["started_ms"]) == ("abandoned", 12_000)
    assert w.view("queues", "sales")["today"]["abandoned"] == 1


def test_music_goes_on_while_waiting_and_a_missing_file_does_not_loop() -> None:
    w = World()
    leg = w.call()
    w.wait(30)
    first = w.channels[leg].playing
    w.music_ends(leg)
    assert w.channels[leg].playing not in ("", first)
    w.music_ends(leg)
    assert w.channels[leg].playing == ""
    w.wait(1)
    assert w.channels[leg].playing != ""


def test_a_short_recording_raises_an_alarm() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.wait(30)
    path, _ = w._recordings[leg]
    w._recordings[leg] = (path, w.now - 10_000)
    w.hang_up(leg)
    (recording,) = w.of_kind("recording")
    assert (recording["problem"], recording["length_ms"], recording["talk_ms"]) == ("short", 10_000, 30_000)
    alarm = next(e.data["alarm"] for e in w.published if e.name == "alarm.raised")
    assert alarm["kind"] == "recording"


def test_a_recording_that_never_began_is_missing() -> None:
    w = World(with_queue(centre(), "sales", wrap_up_s=0))
    w.agent("1001")
    leg = w.call()
    w.channels[leg].variables["cti_record"] = ""
    w.pick_up(w.offered_leg())
    w.wait(30)
    w.hang_up(leg)
    assert [r["problem"] for r in w.of_kind("recording")] == ["missing"]


def test_a_queue_that_is_not_recorded() -> None:
    w = World(with_queue(centre(), "sales", record=False))
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    assert w.of_kind("recording") == []


def test_effects_survive_the_codec() -> None:
    w = World()
    w.agent("1001")
    leg = w.call(name="${system(touch x)}")
    for item in list(w.inputs):
        assert orjson.dumps(plain(item))
    for command_effect in w.published:
        assert read(Effect, orjson.loads(orjson.dumps(plain(command_effect)))) == command_effect
    assert w.the_call(leg)["name"] == "${system(touch x)}"

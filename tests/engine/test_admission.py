"""Admission goes by what the switch needs: time in which nobody of us looked is not the switch's."""

from __future__ import annotations

from dataclasses import replace

from cti_server.domain import switch as sw
from cti_server.engine.graph.caller import SoundTaken
from cti_server.engine.kernel.messages import EffectResult, Resync, Stalled
from cti_server.engine.kernel.results import Pending
from cti_server.engine.kernel.state import CallId, LegId
from tests.engine.test_talk import SURVEY
from tests.engine.world import NODE, World, centre, with_queue


def _picked_up_unheard(w: World) -> str:
    """Somebody picked up, and before the bridge is heard something happens to us."""
    w.agent("1001")
    w.call()
    offered = w.offered_leg()
    w.tell(sw.LegAnswered(NODE, 0, offered))
    return offered


def _bridged(w: World, offered: str) -> None:
    channel = w.channels[offered]
    channel.answered_ms = w.now
    w._bridge(w.channels[channel.connect_to], channel)
    w.drain()


def _slow(w: World) -> bool:
    return bool(w.view("switches", NODE)["slow"])


def test_a_connect_over_a_lost_link_does_not_count() -> None:
    w = World()
    offered = _picked_up_unheard(w)
    w.lose_link()
    w.pick_up(offered)
    w.wait(3)
    w.link()
    assert not _slow(w)


def test_a_connect_over_a_restart_does_not_count() -> None:
    w = World()
    offered = _picked_up_unheard(w)
    w.last_seen = w.now
    w.silent = True
    w.pick_up(offered)
    w.now += 3_000
    w.restart(8)
    assert not _slow(w)


def test_what_a_restart_books_in_the_past_is_not_sent_in_the_past() -> None:
    """The agent has left in the gap: the survey is begun at the moment of the end, which was three seconds ago."""
    w = World(with_queue(replace(centre(), flows={"survey": SURVEY}), "sales", survey_flow="survey"))
    w.agent("1001")
    w.call()
    offered = w.offered_leg()
    w.pick_up(offered)
    w.last_seen = w.now
    w.silent = True
    w.now += 3_000
    w.hang_up(offered)
    w.restart(8)
    assert not _slow(w)


def test_all_that_waits_behind_the_orders_of_a_restart_does_not_count() -> None:
    """Thousands of adopted callers get their music again: the answers come when the switch has done all of it."""
    w = World()
    w.restart(8)
    began = w.now + 100
    w.engine._core.pending["8-900"] = Pending(SoundTaken(CallId("8-1"), LegId("a"), "8-2"), NODE, w.now)
    w.now += 4_000
    w.give(EffectResult(w.now, "8-900", True, "+OK"))
    w.tell(sw.SwitchDelay(NODE, 0, w.now - began))
    assert not _slow(w)
    w.now += 5_000
    w.tell(sw.SwitchDelay(NODE, 0, 1_500))
    assert _slow(w)


def test_a_loop_that_stood_still_takes_its_time_upon_itself() -> None:
    w = World()
    offered = _picked_up_unheard(w)
    w.now += 3_000
    w.give(Stalled(w.now))
    _bridged(w, offered)
    assert not _slow(w)


def test_a_switch_that_stays_slow_after_our_own_gap_is_slow() -> None:
    w = World()
    offered = _picked_up_unheard(w)
    w.now += 700
    w.give(Stalled(w.now))
    w.now += 1_200
    _bridged(w, offered)
    assert _slow(w)
    assert w.view("switches", NODE)["delay_ms"] == 1_200


def test_a_switch_that_was_slow_is_measured_anew_by_the_next_daemon() -> None:
    w = World(centre(2))
    for agent in ("1001", "1002"):
        w.agent(agent)
    w.tell(sw.SwitchDelay(NODE, 0, 1_500))
    assert _slow(w)
    w.restart(8)
    assert not _slow(w)
    assert "switch-slow:main" not in w.engine.snapshot()["alarms"]
    w.tell(sw.SwitchDelay(NODE, 0, 1_500))
    assert not _slow(w), "it was under way before"
    w.wait(2)
    w.tell(sw.SwitchDelay(NODE, 0, 1_500))
    assert _slow(w)
    w.give(Resync(w.now, NODE, w.snapshot()))
    assert not _slow(w)


def _window(w: World) -> int:
    return w.engine._core.switches[NODE].window


def test_a_switch_that_is_as_fast_as_ever_is_nothing_to_speak_of() -> None:
    w = World()
    before = len(w.published)
    for delay_ms in (0, 20, 999):
        w.tell(sw.SwitchDelay(NODE, 0, delay_ms))
    assert not _slow(w)
    assert w.view("switches", NODE)["delay_ms"] == 0
    assert w.published[before:] == []


def test_the_limit_halves_once_a_second_and_never_to_nothing() -> None:
    w = World(centre(20))
    for agent in range(1001, 1021):
        w.agent(str(agent))
    for _ in range(16):
        w.call()
    w.tell(sw.SwitchDelay(NODE, 0, 1_000))
    assert _window(w) == 8, "half of what is under way"
    seen = []
    for _ in range(5):
        w.tell(sw.SwitchDelay(NODE, 0, 1_000))
        w.now += 500
        w.tell(sw.SwitchDelay(NODE, 0, 1_000))
        seen.append(_window(w))
        w.now += 500
    assert seen == [8, 4, 2, 1, 1]


def test_the_limit_grows_while_the_switch_is_good_and_stays_where_it_is_so_so() -> None:
    w = World()
    w.tell(sw.SwitchDelay(NODE, 0, 1_000))
    assert _window(w) == 1
    for delay_ms, window in ((401, 1), (400, 2), (401, 2), (400, 3)):
        w.now += 200
        w.tell(sw.SwitchDelay(NODE, 0, delay_ms))
        w.tell(sw.SwitchDelay(NODE, 0, delay_ms))
        assert _window(w) == window, "at most one more at a time"


def test_the_limit_ends_after_five_good_seconds() -> None:
    w = World()
    w.tell(sw.SwitchDelay(NODE, 0, 1_000))
    w.tell(sw.SwitchDelay(NODE, 0, 20))
    w.wait(4.8)
    assert _slow(w)
    w.tell(sw.SwitchDelay(NODE, 0, 500))
    w.wait(0.4)
    w.tell(sw.SwitchDelay(NODE, 0, 20))
    w.wait(4.8)
    assert _slow(w), "not all of them were good"
    w.wait(0.4)
    assert not _slow(w)
    assert "switch-slow:main" not in w.engine.snapshot()["alarms"]


def test_a_take_over_ends_the_watch() -> None:
    w = World()
    w.tell(sw.SwitchDelay(NODE, 0, 1_500))
    w.give(Resync(w.now, NODE, w.snapshot()))
    assert w.engine._core.deadlines.of(NODE) == []
    w.wait(2)
    assert w.engine._core.deadlines.of(NODE) == []

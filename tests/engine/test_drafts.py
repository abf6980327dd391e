"""Notes as they are typed: one draft for all windows, never lost, and a disposition also for the call before."""

from __future__ import annotations

from typing import Any

from cti_server.engine.kernel.messages import Reply
from cti_server.events.views import DRAFT
from tests.engine.world import World, centre, with_queue


def talk(w: World) -> tuple[str, str]:
    """(leg, call) of a conversation of agent 1001."""
    leg = w.call()
    w.pick_up(w.offered_leg())
    return leg, w.the_call(leg)["id"]


def save(w: World, call: str, note: str, version: int) -> Reply:
    reply = w.command("SaveNote", agent_id="1001", call_id=call, note=note, version=version)
    assert reply is not None
    return reply


def draft(w: World, call: str) -> dict[str, Any]:
    return w.view("drafts", f"1001/{call}")


def booked(w: World) -> list[tuple[str, str, str]]:
    return [(d["call_id"], d["code"], d["note"]) for d in w.of_kind("disposition")]


def test_a_note_is_shown_to_the_agents_windows_only_and_stored_when_wrap_up_runs_out() -> None:
    w = World(with_queue(centre(), "sales", wrap_up_s=30))
    w.agent("1001")
    leg, call = talk(w)
    w.hang_up(leg)
    w.wait(25)
    assert save(w, call, "calls ba", 0).data == {"version": 1}
    assert save(w, call, "calls back", 1).data == {"version": 2}
    assert (draft(w, call)["note"], draft(w, call)["version"], draft(w, call)["code"]) == ("calls back", 2, "")
    told = [event for event in w.published if event.name == "call.note_saved"]
    assert [DRAFT.rooms(event.data["draft"]) for event in told] == [{"agent:1001"}] * 2
    assert told[-1].data == {"draft": draft(w, call)}
    assert booked(w) == []
    w.wait(5)
    assert w.state("1001") == "idle"
    assert booked(w) == [(call, "", "calls back")]


def test_of_two_windows_the_later_is_told_and_nothing_is_overwritten() -> None:
    w = World()
    w.agent("1001")
    _, call = talk(w)
    save(w, call, "from the left", 0)
    late = save(w, call, "from the right", 0)
    assert (late.ok, late.error_id) == (False, "note-changed")
    assert late.data == {"note": "from the left", "version": 1, "code": ""}
    assert save(w, call, "from the left", 0).ok, "the same again, as after an answer that was lost"
    assert draft(w, call)["version"] == 1
    refused = w.command("SetDisposition", agent_id="1001", call_id=call, code="sold", note="other", version=0)
    assert refused is not None
    assert refused.error_id == "note-changed"
    assert w.command("SetDisposition", agent_id="1001", call_id=call, code="sold").ok  # type: ignore[union-attr]
    assert booked(w) == [(call, "sold", "from the left")]
    assert (draft(w, call)["code"], draft(w, call)["version"]) == ("sold", 2)
    w.wait(30)
    assert len(booked(w)) == 1, "what the ledger has is not written again"


def test_a_long_conversation_does_not_wait_for_its_end() -> None:
    w = World()
    w.agent("1001")
    _, call = talk(w)
    save(w, call, "one", 0)
    w.wait(6)
    save(w, call, "one two", 1)
    w.wait(4)
    assert booked(w) == [(call, "", "one two")]


def test_a_disposition_after_the_next_call_came() -> None:
    w = World(with_queue(centre(), "sales", wrap_up_s=0))
    w.agent("1001")
    calls = []
    for _ in range(7):
        leg, call = talk(w)
        calls.append(call)
        save(w, call, "note", 0)
        w.hang_up(leg)
        w.wait(6)
    leg, running = talk(w)
    assert w.view("agents", "1001")["last_calls"] == [*calls[-4:], running]
    for call in calls[-4:]:
        assert w.command("SetDisposition", agent_id="1001", call_id=call, code="sold").ok  # type: ignore[union-attr]
    assert save(w, calls[0], "x", 1).error_id == "no-such-call"
    assert f"1001/{calls[0]}" not in w.mirror["drafts"]
    assert (calls[0], "", "note") in booked(w)
    assert [e.data["removed"]["id"] for e in w.published if e.name == "draft.removed"] == [f"1001/{call}" for call in calls[:3]]


def test_drafts_live_through_a_restart() -> None:
    w = World()
    w.agent("1001")
    _, call = talk(w)
    save(w, call, "before", 0)
    w.restart(8)
    assert draft(w, call)["note"] == "before"
    w.wait(10)
    assert booked(w) == [(call, "", "before")]
    assert save(w, call, "before and after", 1).ok


def test_versions_are_whole_numbers() -> None:
    w = World()
    w.agent("1001")
    _, call = talk(w)
    for wrong in ("1", 1.5, -1, True, None):
        reply = w.command("SaveNote", agent_id="1001", call_id=call, note="x", version=wrong)
        assert reply is not None
        assert reply.error_id == "bad-arguments"

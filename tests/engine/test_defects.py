"""A handler that raises costs its own subject and nothing else: facts, flags, deadlines and the other calls go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.engine.acd import agents, offers
from cti_server.engine.acd.queueing import longest_wait
from cti_server.engine.calls import calls
from cti_server.engine.kernel.messages import EffectResult, Noticed, Tick
from cti_server.engine.kernel.results import Pending
from cti_server.engine.recovery import adoption
from tests.engine.world import NODE, World, centre, with_queue


class Boom(Exception):
    pass


def breaking(original: Any, when: Any) -> Any:
    """The handler, which raises after its work where ``when(core, *arguments)`` says so."""

    def work(*arguments: Any) -> Any:
        found = original(*arguments)
        if when(*arguments):
            raise Boom("as provoked")
        return found

    return work


def alarms(w: World) -> list[str]:
    return [a["id"] for a in w.engine.snapshot()["alarms"].values()]


def test_a_call_that_cannot_be_adopted_is_booked_and_taken_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World()
    w.forgiving = True
    w.agent("1001")
    talking = w.call()
    w.pick_up(w.offered_leg())
    broken, waiting = w.call(), w.call()
    known = w.the_call(broken)["id"]
    w.wait(5)
    monkeypatch.setattr(adoption, "_missed", breaking(adoption._missed, lambda core, call, channels: call.id == known))
    w.restart(8)
    assert [type(d) for d in w.defects] == [Boom]
    assert w.the_call(talking)["phase"] == "connected"
    assert w.the_call(waiting)["phase"] == "queued"
    assert w.the_call(broken)["phase"] == "queued"
    assert w.the_call(broken)["id"] != known
    assert [f["call_id"] for f in w.of_kind("call")] == [known]
    assert any(a.startswith("engine-defect:") for a in alarms(w))
    # nothing that is booked from now on is marked as estimated
    w.hang_up(waiting)
    assert [f["estimated"] for f in w.of_kind("call")] == [True, False]
    assert w.doubles == []


def test_what_was_said_before_an_exception_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World()
    w.forgiving = True
    w.agent("1001", ready=False)
    original = agents.change_status
    monkeypatch.setattr(agents, "change_status", breaking(original, lambda *a: True))
    before = len(w.of_kind("agent_interval"))
    w.wait(3)
    reply = w.command("ReadyAgent", agent_id="1001")
    assert reply is not None
    assert reply.error_id == "engine-error"
    assert len(w.of_kind("agent_interval")) == before + 1  # the interval that was closed is in the books
    assert w.view("agents", "1001")["status"] == "ready"  # and what people see is what the engine has
    assert w.mirror["agents"]["1001"]["view"]["status"] == "ready"
    monkeypatch.setattr(agents, "change_status", original)
    assert w.command("PauseAgent", agent_id="1001", reason="lunch").ok  # type: ignore[union-attr]


def test_a_deadline_that_raises_keeps_no_other_from_firing(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World()
    w.forgiving = True
    w.agent("1001")
    w.agent("1002")
    first, second = w.call(), w.call()
    over = breaking(offers.ring_over.handler, lambda c, call: call == w.the_call(first)["id"])
    monkeypatch.setattr(offers.ring_over, "handler", over)
    w.wait(60)
    assert w.state("1001") != "reserved"
    assert w.state("1002") != "reserved"
    assert w.the_call(second)["phase"] == "queued"


def test_a_call_that_fails_again_is_set_aside_and_comes_back_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World()
    w.forgiving = True
    caller = w.call()
    known, place = w.the_call(caller)["id"], w.the_call(caller)["queued_ms"]
    other = w.call()
    with monkeypatch.context() as patch:
        patch.setattr(longest_wait, "handler", breaking(lambda c, call: None, lambda c, call: call == known))
        for _ in range(2):
            w.engine._core.deadlines.set(longest_wait, known, w.now)
            w.give(Tick(w.now))
    assert w.the_call(other)["phase"] == "queued"
    assert [f["call_id"] for f in w.of_kind("call")] == [known]
    assert w.of_kind("call")[0]["estimated"] is True
    assert known not in w.engine.snapshot()["calls"]
    assert known not in w.mirror["calls"]
    assert "call.ended" in w.names()
    for _ in range(3):
        w.wait(5)
        w.reconcile()
    again = w.the_call(caller)
    assert (again["phase"], again["queued_ms"]) == ("queued", place)
    assert again["id"] != known
    w.agent("1001")
    assert w.the_call(caller)["phase"] == "offered"


def test_an_agent_of_a_call_that_is_set_aside_is_free_again_after_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World()
    w.forgiving = True
    w.agent("1001")
    caller = w.call()
    w.pick_up(w.offered_leg())
    known = w.the_call(caller)["id"]
    for _ in range(2):
        w.engine._core.failed("test", known, Boom("as provoked"))
        w.give(Tick(w.now))
    assert w.state("1001") in ("idle", "wrap_up")
    w.call()
    assert w.state("1001") in ("idle", "wrap_up")  # perhaps talks still
    w.hang_up(caller)
    w.wait(35)
    assert w.state("1001") == "reserved"


def test_an_agent_rests_and_is_there_for_the_next_call_without_another_word() -> None:
    w = World()
    w.forgiving = True
    w.agent("1001", ready=False)
    w.command("ReadyAgent", agent_id="1001")
    caller = w.call()
    w.pick_up(w.offered_leg())
    for _ in range(2):
        w.engine._core.failed("test", w.the_call(caller)["id"], Boom("as provoked"))
        w.give(Tick(w.now))
    if w.state("1001") == "wrap_up":
        w.command("EndWrapUp", agent_id="1001")
    waiting = w.call()
    assert w.the_call(waiting)["phase"] == "queued"
    w.wait(14)
    assert w.the_call(waiting)["phase"] == "queued"
    w.wait(2)
    assert w.the_call(waiting)["phase"] == "offered"


@pytest.mark.parametrize("talks", [False, True])
def test_a_call_that_cannot_even_be_closed_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, talks: bool) -> None:
    def caller_left(*arguments: Any) -> None:
        raise Boom("as provoked")

    w = World(with_queue(centre(), "sales", max_wait_s=600))
    w.forgiving = True
    if talks:
        w.agent("1001")
    caller = w.call()
    if talks:
        w.pick_up(w.offered_leg())
    known = w.the_call(caller)["id"]
    with monkeypatch.context() as patch:
        patch.setattr(calls, "caller_left", caller_left)
        for _ in range(2):
            w.engine._core.failed("test", known, Boom("as provoked"))
            w.give(Tick(w.now))
    assert known not in w.engine.snapshot()["calls"]
    assert known not in w.mirror["calls"]
    assert [f["call_id"] for f in w.of_kind("call")] == [known]
    assert w.view("queues", "sales")["waiting"] == 0
    assert w.engine._core.deadlines.of(known) == []
    assert not [leg for leg in w.engine._core.legs.values() if leg.call_id == known]
    w.agent("1002")
    assert w.the_call(w.call())["phase"] == "offered"


def test_routing_that_fails_for_one_call_serves_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World()
    w.forgiving = True
    bad, good = w.call(), w.call("4001")
    name = w.the_call(bad)["id"]
    original = offers.make

    def make(c: Any, call: Any, agent: Any, detail: Any) -> None:
        if call.id == name:
            raise Boom("as provoked")
        original(c, call, agent, detail)

    monkeypatch.setattr(offers, "make", make)
    w.agent("1001")
    w.agent("1002")
    assert w.the_call(good)["phase"] == "offered"


def test_a_result_that_cannot_be_taken_is_asked_for_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    w = World()
    w.forgiving = True
    w.agent("1001")
    leg = w.call()
    asked: list[str] = []

    def refused(outcome: offers.Originated, *rest: Any) -> None:
        asked.append(outcome.call_id)
        raise Boom("as provoked")

    monkeypatch.setattr(offers.Originated, "told", refused)
    wants = offers.Originated(w.the_call(leg)["id"], w.offered_leg())
    w.engine._core.pending["1-900"] = Pending(wants, NODE, w.now)
    for _ in range(2):
        w.give(EffectResult(w.now, "1-900", False, "-ERR odd"))
    assert asked == [w.the_call(leg)["id"]]
    assert [type(d) for d in w.defects] == [Boom]
    assert alarms(w) == [f"engine-defect:{asked[0]}"]


def test_the_shells_trouble_stands_until_it_is_over() -> None:
    w = World()
    w.give(Noticed(w.now, "disk-unwritable", "the disk is full"))
    assert "disk-unwritable" in alarms(w)
    w.wait(7200)
    assert "disk-unwritable" in alarms(w)
    w.give(Noticed(w.now, "disk-unwritable", ""))
    assert "disk-unwritable" not in alarms(w)


ODD: tuple[Any, ...] = (None, True, 1, -1, 2**63, 1e300, "", "x" * 5000, [], {}, [[[[]]]], {"a": {}}, "9" * 30)


@pytest.mark.parametrize("kind", ["agents", "calls", "queues", "trunks", "switches", "alarms"])
def test_no_field_of_a_mirror_can_stop_an_engine(kind: str) -> None:
    """Each field of each row once with each odd value: the engine adopts the rest, works, and its state can be written."""
    w = World()
    w.agent("1001")
    w.agent("1002")
    talking = w.call()
    w.pick_up(w.offered_leg())
    w.call()
    w.give(Noticed(w.now, "journal-unwritable", "some alarm"))
    mirror = {k: dict(rows) for k, rows in w.mirror.items()}
    assert mirror[kind]
    thing, row = next(iter(mirror[kind].items()))
    core_fields = row["core"]
    for name in core_fields:
        for value in ODD:
            changed = {**core_fields, name: value}
            bad = {**row, "core": changed}
            again = World(w.config)
            again.forgiving = True
            again.now, again.channels, again.phones = (
                w.now,
                {k: replace(c) for k, c in w.channels.items()},
                {node: list(there) for node, there in w.phones.items()},
            )
            again.mirror = {**{k: dict(r) for k, r in mirror.items()}, kind: {**mirror[kind], thing: bad}}
            again.restart(8)
            again.wait(1)
            again.reconcile()
            again.engine.whole()
            again.engine.state_hash()
            assert again.the_call(talking), (name, value)
            again.agent("1003")
            assert again.state("1003") in ("idle", "reserved"), (name, value)

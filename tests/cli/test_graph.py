"""`cti calls show`, `cti calls explain`: a running call drawn and explained."""

from __future__ import annotations

import json

from scripts.cti.graph import drawing
from tests.cli.conftest import AnsweringEngine, Box
from tests.engine.test_explain import asked
from tests.engine.test_operations import consulting
from tests.engine.world import World, centre, in_several


def test_the_drawing() -> None:
    w = World()
    leg, _offer, _other = consulting(w)
    lines = drawing(asked(w, leg)["graph"])
    assert lines[0].endswith("on main: talk sales")
    assert lines[1:] == [
        "main  ♪ music",
        "└─ 1 customer 13800138000  -  seen: parked  hears music",
        "aside 2 (consult)",
        "├─ 2 agent 1001 Agent 0  consult  seen: bridge 3  at home in main",
        "└─ 3 agent 1002 Agent 1  consult  seen: bridge 2",
    ]


def test_one_who_waits_in_several_queues() -> None:
    w = World(in_several(centre()))
    lines = drawing(asked(w, w.call("4002"))["graph"])
    assert lines[0].endswith("on main: queue sales, also repair")


def test_show_and_explain(box: Box, engine: AnsweringEngine) -> None:
    w = World()
    leg, _offer, _other = consulting(w)
    engine.says = asked(w, leg)
    box.event("call.held", {"call": {"id": "3-17", "phase": "on_hold", "number": "138\x1b[31m"}})
    box.event("call.held", {"call": {"id": "3-18", "phase": "on_hold", "number": "139"}}, seq=2)
    shown = box.process("calls", "show", "3-17")
    assert shown.returncode == 0, shown.stderr
    assert "└─ 3 agent 1002 Agent 1" in shown.stdout
    assert "call.held" in shown.stdout
    assert "3-18" not in shown.stdout
    assert "\x1b[31m" not in shown.stdout
    said = box.process("calls", "explain", "3-17", "--lang", "zh-CN")
    assert said.stdout.splitlines() == ["客户听音乐", "1001 Agent 0（2 号方）咨询中", "1002 Agent 1（3 号方）咨询中"]
    document = json.loads(box.process("calls", "explain", "3-17", "--json").stdout)
    assert [reason["id"] for reason in document["why"]] == ["hears-music", "consults", "consults"]
    assert [command.name for command in engine.seen] == ["DescribeCall"] * 3


def test_a_call_that_is_not_there(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("calls", "show", "x")
    assert result.returncode == 1
    assert "no-such-call" in result.stderr


def test_a_call_that_has_ended_is_told_from_the_events(box: Box, engine: AnsweringEngine) -> None:
    box.event("call.ended", {"call": {"id": "x", "phase": "ended", "number": "138"}})
    result = box.process("calls", "show", "x")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[0] == "call x has ended"
    assert "call.ended" in result.stdout
    assert box.json("calls", "show", "x")["graph"] is None


def test_the_list_of_calls_is_as_before(box: Box) -> None:
    box.heartbeat()
    assert box.json("calls")["calls"] == []

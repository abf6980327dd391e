"""The declarations of the commands: each is handled, as it says, and its arguments are checked as it says."""

from __future__ import annotations

from typing import Any

import pytest

from cti_server.engine import commands as engine
from cti_server.errors import CtiError
from cti_server.events.commands import COMMANDS, HoldCall, Ping, SetDisposition, read_arguments
from cti_server.events.errors import NoSuchCall
from tests.engine.world import World

BY_THE_DAEMON = {"ReloadConfig"}
NOTE = {"agent_id": "1", "call_id": "c", "note": "", "version": 0}
DATA = {"data": "must be an object as declared"}


def test_every_command_is_handled_at_once_or_later_as_declared() -> None:
    at_once = {kind.__name__ for kind in engine._AT_ONCE}
    later = {kind.__name__ for kind in engine._LATER}
    assert later == {name for name, kind in COMMANDS.items() if kind.later}
    assert at_once == COMMANDS.keys() - later - BY_THE_DAEMON


def test_arguments_become_the_declared_type() -> None:
    assert read_arguments("HoldCall", {"agent_id": "1001"}) == HoldCall(agent_id="1001")
    given = {"agent_id": "1001", "call_id": "c1", "code": "done"}
    assert read_arguments("SetDisposition", given) == SetDisposition(agent_id="1001", call_id="c1", code="done", note=None)


@pytest.mark.parametrize(
    ("name", "args", "wrong"),
    [
        ("HoldCall", {"agent_id": ""}, {"agent_id": "must have 1 to 64 characters"}),
        ("HoldCall", {"agent_id": "x" * 65}, {"agent_id": "must have 1 to 64 characters"}),
        ("HoldCall", {"agent_id": None}, {"agent_id": "must be a text"}),
        ("HoldCall", {"agent_id": ["1001"]}, {"agent_id": "must be a text"}),
        ("AgentPageGone", {"agent_id": "1", "why": "bored"}, {"why": "must be closed or lost"}),
        ("AgentPageGone", {"agent_id": "1", "why": ["closed"]}, {"why": "must be closed or lost"}),
        ("SaveNote", {**NOTE, "note": "n" * 4001}, {"note": "must have 0 to 4000 characters"}),
        ("SaveNote", {**NOTE, "version": True}, {"version": "must be a whole number"}),
        ("SaveNote", {**NOTE, "version": 1.0}, {"version": "must be a whole number"}),
        ("SaveNote", {**NOTE, "version": -1}, {"version": f"must be from 0 to {2**31}"}),
        ("SetDisposition", {"agent_id": "1", "call_id": "c", "code": "x", "note": None}, {"note": "must be a text"}),
        ("SetCallData", {"call_id": "c", "data": {"a": 1}}, {"data": "must be a mapping of text to text"}),
        ("SetCallData", {"call_id": "c", "data": {"": "a"}}, {"data": "must have 1 to 200 characters"}),
        ("SetCallData", {"call_id": "c", "data": []}, {"data": "must be a mapping of text to text"}),
        ("RestoreFigures", {"data": {"day_start_ms": 0, "queues": {}}}, DATA),
        ("RestoreFigures", {"data": {"day_start_ms": 0, "queues": {"q": 1}, "agents": {}}}, DATA),
    ],
)  # fmt: skip
def test_a_wrong_argument_says_what_it_must_be(name: str, args: dict[str, Any], wrong: dict[str, str]) -> None:
    with pytest.raises(CtiError) as refused:
        read_arguments(name, args)
    assert refused.value.error_id == "bad-arguments"
    assert refused.value.details == {"missing": [], "unknown": [], "wrong": wrong}


def test_missing_and_unknown_arguments_are_named_together() -> None:
    with pytest.raises(CtiError, match=r"takes agent_id, call_id, note, version: call_id is missing; colour is unknown") as error:
        read_arguments("SaveNote", {"agent_id": "1", "note": "", "version": 0, "colour": "red"})
    assert error.value.details == {"missing": ["call_id"], "unknown": ["colour"], "wrong": {}}


@pytest.mark.parametrize("name", sorted(name for name, kind in COMMANDS.items() if not kind.audited))
def test_what_is_not_audited_leaves_no_fact(name: str) -> None:
    assert not COMMANDS[name].may or name == "SetCallData"


def test_a_command_of_the_daemon_is_refused_by_the_engine() -> None:
    reply = World().command("ReloadConfig", issuer="system:test")
    assert reply is not None
    assert reply.error_id == "no-such-command"


def test_a_refusal_that_a_command_does_not_declare_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(core: Any, args: Any) -> None:
        raise NoSuchCall("it has none")

    w = World()
    w.forgiving = True
    monkeypatch.setitem(engine._AT_ONCE, Ping, refuse)
    reply = w.command("Ping")
    assert reply is not None
    assert (reply.ok, reply.error_id) == (False, "engine-error")
    assert [type(defect) for defect in w.defects] == [NoSuchCall]
    monkeypatch.setattr(Ping, "errors", (*Ping.errors, NoSuchCall))
    told = w.command("Ping")
    assert told is not None
    assert told.error_id == "no-such-call"

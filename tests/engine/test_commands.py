"""The declarations of the commands: each is handled, as it says, and its arguments are checked as it says."""

from __future__ import annotations

from inspect import signature
from typing import Annotated, Any

import pytest

from cti_server.domain.record import Text
from cti_server.engine.doors import commands as engine
from cti_server.engine.doors import handling
from cti_server.engine.kernel.shown import require_views
from cti_server.errors import CtiError
from cti_server.events.commands import COMMANDS, HoldCall, LoginAgent, Ping, SetDisposition, read_arguments
from cti_server.events.declare import Arguments, command, declared
from cti_server.events.errors import NoSuchCall
from cti_server.events.live import Kind
from cti_server.events.views import SwitchView
from tests.engine.world import World

AgentId = Annotated[str, Text(1, 64)]
BY_THE_DAEMON = {"ReloadConfig"}
NOTE = {"agent_id": "1", "call_id": "c", "note": "", "version": 0}


def test_every_command_is_handled_at_once_or_later_as_declared() -> None:
    assert {kind.__name__ for kind in handling.HANDLERS} == COMMANDS.keys() - BY_THE_DAEMON
    for kind, handler in handling.HANDLERS.items():
        assert len(signature(handler).parameters) == (3 if kind.later else 2), kind.__name__


def test_a_command_says_what_it_does() -> None:
    class WaveHand(Arguments):
        agent_id: AgentId

    with pytest.raises(TypeError, match="command WaveHand has no docstring"):
        command()(WaveHand)


@pytest.mark.parametrize("hint", [str, str | None, list[str], dict[str, str], Annotated[str, "a word"]])
def test_a_text_has_a_limit(hint: Any) -> None:
    faulty = type("WaveHand", (Arguments,), {"__doc__": "Waves.", "__annotations__": {"agent_id": AgentId, "hand": hint}})
    with pytest.raises(TypeError, match=r"WaveHand\.hand is a text without a limit"):
        command()(faulty)


def test_a_command_is_declared_for_rights_that_there_are() -> None:
    with pytest.raises(TypeError, match=r"the command WaveHand is for \['lader'\]: may be own, team, call"):
        command("lader")(type("WaveHand", (Arguments,), {"__doc__": "Waves."}))  # type: ignore[arg-type]


def test_a_command_without_its_decorator_is_refused() -> None:
    bare = type("WaveHand", (LoginAgent,), {"__module__": "hands"})
    with pytest.raises(TypeError, match=r"hands\.WaveHand has no declaration: its decorator is missing"):
        list(declared(Arguments, {"LoginAgent": LoginAgent, "WaveHand": bare}))


def test_a_command_has_a_handler() -> None:
    @command()
    class WaveHand(Arguments):
        """Waves."""

    with pytest.raises(TypeError, match=r"command WaveHand has no handler in cti_server.engine.doors.commands"):
        engine._require_handlers([*COMMANDS.values(), WaveHand])


def test_a_live_kind_can_be_shown() -> None:
    kind = Kind("hand", "hands", SwitchView, lambda view: set())
    with pytest.raises(TypeError, match=r"nothing builds the views of the live kind 'hands'"):
        require_views([kind])


def test_arguments_become_the_declared_type() -> None:
    assert read_arguments("HoldCall", {"agent_id": "1001"}) == HoldCall(agent_id="1001")
    given = {"agent_id": "1001", "call_id": "c1", "code": "done"}
    assert read_arguments("SetDisposition", given) == SetDisposition(agent_id="1001", call_id="c1", code="done", note=None)


@pytest.mark.parametrize(
    ("name", "args", "wrong"),
    [
        ("HoldCall", {"agent_id": ""}, {"agent_id": "must have 1 to 64 characters, has 0"}),
        ("HoldCall", {"agent_id": "x" * 65}, {"agent_id": "must have 1 to 64 characters, has 65"}),
        ("HoldCall", {"agent_id": None}, {"agent_id": "must not be null"}),
        ("HoldCall", {"agent_id": ["1001"]}, {"agent_id": "must be a text, is a list of 1"}),
        ("AgentPageGone", {"agent_id": "1", "why": "bored"}, {"why": "must be closed or lost, is 'bored'"}),
        ("AgentPageGone", {"agent_id": "1", "why": ["closed"]}, {"why": "must be closed or lost, is a list of 1"}),
        ("SaveNote", {**NOTE, "note": "n" * 4001}, {"note": "must have 0 to 4000 characters, has 4001"}),
        ("SaveNote", {**NOTE, "version": True}, {"version": "must be a whole number, is True"}),
        ("SaveNote", {**NOTE, "version": 1.0}, {"version": "must be a whole number, is 1.0"}),
        ("SaveNote", {**NOTE, "version": -1}, {"version": f"must be a whole number from 0 to {2**31}, is -1"}),
        ("SetDisposition", {"agent_id": "1", "call_id": "c", "code": "x", "note": None}, {"note": "must not be null"}),
        ("SetCallData", {"call_id": "c", "data": {"a": 1}}, {"data.a": "must be a text, is 1"}),
        ("SetCallData", {"call_id": "c", "data": {"": "a"}}, {"data": "must have 1 to 200 characters, has 0"}),
        ("SetCallData", {"call_id": "c", "data": []}, {"data": "must be an object, is a list of 0"}),
        ("RestoreFigures", {"data": {"day_start_ms": 0, "queues": {}}}, {"data.agents": "is missing"}),
        ("RestoreFigures", {"data": {"day_start_ms": 0, "queues": {"q": 1}, "agents": {}}},
         {"data.queues.q": "must be an object, is 1"}),
    ],
)  # fmt: skip
def test_a_wrong_argument_says_what_it_is_and_what_is_wanted(name: str, args: dict[str, Any], wrong: dict[str, str]) -> None:
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
    assert not COMMANDS[name].may or name in ("SetCallData", "DescribeCall")


def test_a_command_of_the_daemon_is_refused_by_the_engine() -> None:
    reply = World().command("ReloadConfig", issuer="system:test")
    assert reply is not None
    assert reply.error_id == "no-such-command"


def test_a_refusal_that_a_command_does_not_declare_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(core: Any, args: Any) -> None:
        raise NoSuchCall("it has none")

    w = World()
    w.forgiving = True
    monkeypatch.setitem(handling.HANDLERS, Ping, refuse)
    reply = w.command("Ping")
    assert reply is not None
    assert (reply.ok, reply.error_id) == (False, "engine-error")
    assert [type(defect) for defect in w.defects] == [NoSuchCall]
    monkeypatch.setattr(Ping, "errors", (*Ping.errors, NoSuchCall))
    told = w.command("Ping")
    assert told is not None
    assert told.error_id == "no-such-call"


def test_text_that_nothing_can_hold_is_refused_wherever_it_comes_from() -> None:
    w = World()
    leg = w.call()
    for odd in ("a\0b", "\ud800"):
        reply = w.command("SetCallData", call_id=w.the_call(leg)["id"], data={"a": odd})
        assert reply is not None
        assert (reply.ok, reply.error_id) == (False, "bad-arguments")
    assert w.the_call(leg)["data"] == {}

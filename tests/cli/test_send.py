"""`cti send`: any declared command, with what its declaration says."""

from __future__ import annotations

import json

import pytest

from cti_server.events.commands import COMMANDS
from scripts.cti.send import issuer
from tests.cli.conftest import AnsweringEngine, Box


def test_what_is_given_is_sent_as_it_was_declared(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("send", "SetCallData", "call_id=3-17", 'data={"account": "7=8"}')
    assert (result.returncode, result.stdout) == (0, 'SetCallData: ok {"seen":1}\n'), result.stderr
    note = box.process("send", "SaveNote", "agent_id=1001", "call_id=3-17", "note=a=b \x1b[31m", "version=2", "--json")
    assert json.loads(note.stdout) == {"command": "send", "name": "SaveNote", "ok": True, "data": {"seen": 2}}
    told = [(command.name, command.args, command.issuer) for command in engine.seen]
    assert told == [
        ("SetCallData", {"call_id": "3-17", "data": {"account": "7=8"}}, issuer()),
        ("SaveNote", {"agent_id": "1001", "call_id": "3-17", "note": "a=b \x1b[31m", "version": 2}, issuer()),
    ]


def test_the_engines_refusal_has_its_error_id(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("send", "HangupCall", "call_id=x")
    assert result.returncode == 1
    assert "no-such-call: no running call" in result.stderr


def test_a_refusal_is_told_in_chinese_too(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("send", "HangupCall", "call_id=x", "--lang", "zh-CN")
    assert result.stderr.strip() == "cti: no-such-call: 该通话已结束。（call_id=x）"


def test_no_answer_is_outcome_unknown(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("send", "HangupCall", "call_id=silent", "--wait", "0.2", "--json")
    assert (result.returncode, json.loads(result.stdout)["error"]["error_id"]) == (3, "outcome-unknown")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (["PauseAgent", "agent_id=1001"], "reason is missing"),
        (["Ping", "agent_id=1001"], "agent_id is unknown"),
        (["AgentPageGone", "agent_id=1001", "why=tired"], "why must be closed or lost, is 'tired'"),
        (["SaveNote", "agent_id=1", "call_id=1", "note=", "version=two"], "version must be a whole number, is 'two'"),
        (["SetCallData", "call_id=1", "data=[[1"], "data is not JSON"),
        (["ReadyAgent", "agent_id=" + "x" * 65], "agent_id must have 1 to 64 characters, has 65"),
    ],
)
def test_what_does_not_fit_the_declaration_is_told_and_not_sent(box: Box, given: list[str], wrong: str) -> None:
    box.heartbeat()
    error = box.json("send", *given, code=2)["error"]
    assert error["error_id"] == "bad-arguments"
    assert wrong in error["message"]
    assert box.client.xlen(box.keys.commands) == 0


@pytest.mark.parametrize("given", ["NoSuchThing", "Ping word", "ReadyAgent agent_id=1 agent_id=2", "ReadyAgent agent_id=\udcff"])
def test_what_is_no_command_line_is_usage(box: Box, given: str) -> None:
    box.heartbeat()
    assert box.run("send", *given.split()).exit_code == 2
    assert box.client.xlen(box.keys.commands) == 0


def test_without_a_daemon_nothing_is_sent(box: Box) -> None:
    assert box.json("send", "Ping", code=3)["error"]["error_id"] == "engine-away"
    assert box.client.xlen(box.keys.commands) == 0


def test_help_tells_every_command_its_arguments_and_refusals(box: Box) -> None:
    listed = box.run("send", "--help").stdout
    for name, kind in COMMANDS.items():
        assert name in listed
        told = box.run("send", name, "--help").stdout
        for word in (str(kind.__doc__).split()[0], *(f"{one}=" for one in kind.declared), *(e.error_id for e in kind.errors)):
            assert word in told, (name, word)
    assert "no-such-agent: This agent" in box.run("send", "ReadyAgent", "--help").stdout
    box.environ["LANG"] = "zh_CN.UTF-8"
    assert "no-such-agent: 该坐席" in box.run("send", "ReadyAgent", "--help").stdout

"""`cti hangup`: asks, sends one HangupCall as the machine's user, prints the engine's answer."""

from __future__ import annotations

import getpass
import json
import os

import pytest

from scripts.cti.send import issuer
from tests.cli.conftest import AnsweringEngine, Box


def test_one_command_as_the_machines_user(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("hangup", "3-17", stdin="y\n")
    assert result.returncode == 0, result.stderr
    assert "connected, number 13800000001, \\x1b[31mEve, agent 1001, for 1:0" in result.stdout
    assert "call 3-17: hung up" in result.stdout
    (command,) = engine.seen
    assert (command.name, command.args, command.issuer) == ("HangupCall", {"call_id": "3-17"}, issuer())
    assert not box.client.keys(box.keys.replies("*"))


def test_json(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("hangup", "3-17", "--yes", "--json")
    assert json.loads(result.stdout) == {"command": "hangup", "call_id": "3-17", "ok": True, "data": {}}


def test_the_engines_refusal_has_its_error_id(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("hangup", "x", "--yes")
    assert result.returncode == 1
    assert "no-such-call: no running call" in result.stderr


def test_no_answer_is_outcome_unknown(box: Box, engine: AnsweringEngine) -> None:
    result = box.process("hangup", "silent", "--yes", "--wait", "0.2", "--json")
    assert result.returncode == 3
    assert json.loads(result.stdout)["error"]["error_id"] == "outcome-unknown"
    assert len(engine.seen) == 1


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_no_sends_nothing(box: Box, engine: AnsweringEngine, answer: str) -> None:
    result = box.run("hangup", "3-17", stdin=answer)
    assert result.exit_code == 2
    assert "not sent" in result.stdout
    assert engine.seen == []


def test_nobody_to_ask_sends_nothing(box: Box, engine: AnsweringEngine) -> None:
    assert box.run("hangup", "3-17", stdin="").exit_code == 2
    assert engine.seen == []


def test_json_asks_nobody(box: Box, engine: AnsweringEngine) -> None:
    assert box.run("hangup", "3-17", "--json").exit_code == 2
    assert engine.seen == []


def test_without_a_daemon_nothing_is_sent(box: Box) -> None:
    assert box.json("hangup", "3-17", "--yes", code=3)["error"]["error_id"] == "engine-away"
    assert box.client.xlen(box.keys.commands) == 0


def test_the_issuer_is_the_machines_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    assert issuer() != "user:cli:somebody-else"
    monkeypatch.undo()
    assert issuer() in (f"user:cli:{getpass.getuser()}", f"user:cli:uid-{os.getuid()}")

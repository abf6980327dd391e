"""`cti hangup`: asks, sends one HangupCall as the machine's user, prints the engine's answer."""

from __future__ import annotations

import getpass
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.redis_store import connect
from cti_server.events.command_wire import Command, CommandReply, decode_command, encode_reply
from scripts.cti.hangup import issuer
from tests.cli.conftest import Box

REFUSED = CommandReply("", False, "no-such-call", "no running call is called 'x'", {"call_id": "x"})


class AnsweringEngine:
    """Reads the commands stream and answers each command once: 'x' is no call, 'silent' gets no answer, the rest is done."""

    def __init__(self, box: Box) -> None:
        self.seen: list[Command] = []
        self._keys = box.keys
        self._url = box.url
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        client = connect(self._url)
        last: Any = "0"
        while not self._ended.is_set():
            found: Any = client.xread({self._keys.commands: last}, block=50)
            for entry_id, fields in found[0][1] if found else ():
                last = entry_id
                command = decode_command(fields[b"c"])
                self.seen.append(command)
                answer = REFUSED if command.args["call_id"] == "x" else CommandReply("", True)
                if command.args["call_id"] != "silent":
                    client.xadd(self._keys.replies(command.reply_to), {"r": encode_reply(replace(answer, command_id=command.id))})
        client.close()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(30)


@pytest.fixture
def engine(box: Box) -> Iterator[AnsweringEngine]:
    box.clock.ms = SystemClock().now_ms() + 2000  # the command runs by the real clock: the heartbeat stays fresh
    box.heartbeat(age_ms=0)
    call = {"phase": "connected", "number": "13800000001", "name": "\x1b[31mEve", "agent": "1001"}
    box.mirror("calls", "3-17", {**call, "arrived_ms": box.clock.ms - 65_000})
    made = AnsweringEngine(box)
    yield made
    made.stop()


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

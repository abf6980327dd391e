"""The simulator as a process on a real socket: ready line, many connections, faults, a clean end."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.link import Link

ARGUMENTS = [sys.executable, "-m", "cti_server.simulator.main", "--port", "0", "--scenario"]


def launch(scenario: str, *more: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    env = {**os.environ, "CTI_ESL_PASSWORD": "pw"}
    process = subprocess.Popen([*ARGUMENTS, scenario, *more], stdout=subprocess.PIPE, env=env)
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


@pytest.fixture(scope="module")
def sim() -> Iterator[dict[str, Any]]:
    process, ready = launch("load")
    yield ready
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def connect(ready: dict[str, Any]) -> Link:
    return Link(ready["host"], ready["port"], "pw", virtual=False)


def test_a_call_on_real_time_reaches_every_listener(sim: dict[str, Any]) -> None:
    one, two = connect(sim), connect(sim)

    leg = one.api("sim call NUMBER=139 PATIENCE_S=30")[4:]

    assert two.wait("CHANNEL_PARK", Unique_ID=leg)["Caller-Caller-ID-Number"] == "139"
    two.command(f"bgapi originate {{origination_uuid=o1}}{two.api('sofia_contact */10000@x')} &park()\nJob-UUID: j1")
    assert one.wait("BACKGROUND_JOB", Job_UUID="j1")["_body"].strip() == "+OK o1"
    one.api("hupall")
    one.wait("CHANNEL_HANGUP_COMPLETE", Unique_ID=leg)
    one.close()
    two.close()


def test_drop_closes_every_connection_and_takes_new_ones(sim: dict[str, Any]) -> None:
    link = connect(sim)

    assert link.api("sim drop") == "+OK"

    with pytest.raises(ConnectionError):
        link.wait("NOTHING", 10)
    again = connect(sim)
    assert again.api("echo x") == "x"
    again.close()


def test_a_frozen_switch_keeps_the_connection_and_says_nothing(sim: dict[str, Any]) -> None:
    link = connect(sim)
    assert link.api("sim freeze 0.6") == "+OK"
    link.pause(0.1)

    with pytest.raises(TimeoutError):
        link.command("api echo x", seconds=0.2)

    link.pause(0.6)
    assert link.api("echo y") in ("x", "y")
    link.close()


def test_restart_forgets_all_calls_without_a_word(sim: dict[str, Any]) -> None:
    link = connect(sim)
    leg = link.api("sim call PATIENCE_S=30")[4:]
    core = link.wait("CHANNEL_PARK", Unique_ID=leg)["Core-UUID"]

    link.api("sim restart")
    with pytest.raises(ConnectionError):
        link.wait("CHANNEL_HANGUP", 10, Unique_ID=leg)

    again = connect(sim)
    assert again.api(f"uuid_exists {leg}") == "false"
    new = again.api("sim call PATIENCE_S=30")[4:]
    assert again.wait("CHANNEL_PARK", Unique_ID=new)["Core-UUID"] != core
    again.close()


def test_virtual_time_only_moves_by_command() -> None:
    process, ready = launch("demo", "--clock", "virtual")
    link = connect(ready)

    before = int(link.api("strepoch"))
    assert link.api("sim advance 30000") == "+OK"

    assert int(link.api("strepoch")) == before + 30
    assert any(event["Event-Name"] == "HEARTBEAT" for event in link.events)
    link.close()
    process.terminate()
    assert process.wait(30) == 0


def test_advance_is_refused_on_real_time(sim: dict[str, Any]) -> None:
    link = connect(sim)
    assert link.api("sim advance 5").startswith("-ERR sim advance: this simulator runs on real time")
    link.close()


def test_exit_says_goodbye(sim: dict[str, Any]) -> None:
    raw = socket.create_connection((sim["host"], sim["port"]), timeout=30)
    raw.sendall(b"auth pw\n\nexit\n\n")
    got, ends = b"", time.monotonic() + 10
    while time.monotonic() < ends and select.select([raw], [], [], 10)[0] and (data := raw.recv(4096)):
        got += data

    assert b"Reply-Text: +OK bye" in got
    assert got.endswith(b"See you at ClueCon! http://www.cluecon.com/\n")
    raw.close()


@pytest.mark.parametrize(
    ("scenario", "env", "says"),
    [("nowhere.yaml", {"CTI_ESL_PASSWORD": "pw"}, "cannot be read"), ("demo", {"CTI_ESL_PASSWORD": ""}, "set CTI_ESL_PASSWORD")],
)
def test_it_says_why_it_does_not_start(scenario: str, env: dict[str, str], says: str) -> None:
    env = {**os.environ, **env}
    done = subprocess.run([*ARGUMENTS, scenario], capture_output=True, text=True, timeout=60, env=env, check=False)

    assert done.returncode == 1
    assert says in done.stderr

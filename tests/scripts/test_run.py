"""``make run``: says early what is wrong, starts again what dies, ends everything that it started however it is ended."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.errors import CtiError
from cti_server.events.commands import LoginAgent, ReadyAgent
from cti_server.features.centre.seed import DIRECT_LINE, VISITORS
from cti_server.settings import Settings
from scripts import preflight
from scripts.run import Centre
from scripts.stack import MANY_ENDS, TAKEN_OVER, Stack, free_ports

ROOT = Path(__file__).resolve().parents[2]
START_S, END_S = 120, 90


def family(data: Path) -> list[int]:
    """Processes that live and whose environment names this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environ, state = (process / "environ").read_bytes(), (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if f"CTI_DATA_DIR={data}".encode() in environ.split(b"\0") and state != "Z":
            found.append(int(process.name))
    return found


def eventually(condition: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def read_until(terminal: int, word: bytes) -> bytes:
    """What the terminal shows, up to ``word``."""
    shown = b""
    deadline = time.monotonic() + START_S
    while word not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 65536)
    return shown


@pytest.mark.slow
def test_closing_the_terminal_ends_every_process(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CTI_")}
    environ |= {"CTI_DATA_DIR": str(tmp_path), "CTI_HTTP_PORT": str(port)}
    terminal, inside = pty.openpty()
    # The test run itself may have been started with nohup, and children inherit that.
    command = ["setsid", "--ctty", "env", "--default-signal=HUP", sys.executable, "-m", "scripts.run"]
    process = subprocess.Popen(command, env=environ, cwd=ROOT, stdin=inside, stdout=inside, stderr=inside)
    os.close(inside)
    try:
        shown = read_until(terminal, b"End: Ctrl-C")
        assert b" demo " in shown
        assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=30).status_code == 200
        assert len(family(tmp_path)) >= 6
        os.close(terminal)
        process.wait(END_S)
        assert eventually(lambda: not family(tmp_path), END_S), family(tmp_path)
    finally:
        for pid in family(tmp_path):
            os.kill(pid, signal.SIGKILL)
        process.wait(END_S)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    running = Centre({"CTI_DATA_DIR": str(tmp_path), "CTI_HTTP_PORT": str(free_ports(1)[0])})
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.mark.slow
def test_whatever_dies_is_started_again_at_its_old_address(centre: Centre) -> None:
    def alive() -> bool:
        return bool(requests.get(f"{centre.settings.url}/healthz", timeout=30).status_code == 200)

    for name in ("simulator", "worker", "daemon", "web", "colleagues"):
        old = centre.processes[name]
        old.kill()
        old.wait()
        assert centre.tend().startswith(f"{name} ended by itself (exit code -9)")
        assert centre.processes[name].poll() is None
        assert eventually(alive, START_S), name
    assert centre.redis
    assert centre.redis.process
    centre.redis.process.kill()
    centre.redis.process.wait()
    assert centre.tend().startswith("Redis ended by itself")
    assert eventually(alive, START_S)
    assert centre.tend() == ""


def test_what_ends_again_and_again_ends_the_centre_with_its_last_lines(tmp_path: Path) -> None:
    stack = Stack({"CTI_DATA_DIR": str(tmp_path)})
    stack.spawn("worker", "no_such_module")
    try:
        for _ in range(MANY_ENDS - 1):
            stack.processes["worker"].wait()
            assert "started again" in stack.tend()
        stack.processes["worker"].wait()
        with pytest.raises(CtiError, match="No module named no_such_module"):
            stack.tend()
    finally:
        stack.stop()


def test_the_centre_goes_on_without_its_virtual_colleagues(tmp_path: Path) -> None:
    stack = Stack({"CTI_DATA_DIR": str(tmp_path)})
    stack.spawn("colleagues", "no_such_module")
    try:
        for _ in range(MANY_ENDS - 1):
            stack.processes["colleagues"].wait()
            assert "started again" in stack.tend()
        stack.processes["colleagues"].wait()
        assert stack.tend().startswith("the centre goes on without colleagues: ")
        assert stack.tend() == ""
    finally:
        stack.stop()


def test_a_daemon_from_which_another_took_over_stays_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deposed.py").write_text(f"raise SystemExit({TAKEN_OVER})")
    stack = Stack({"CTI_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(tmp_path)})
    stack.spawn("daemon", "deposed").wait()
    with pytest.raises(CtiError, match=f"daemon ended with exit code {TAKEN_OVER}"):
        stack.tend()
    stack.stop()


@pytest.mark.slow
def test_a_visitor_who_goes_ready_gets_the_next_caller(centre: Centre) -> None:
    """The colleagues are ready long before, and the desk of the person comes first all the same."""
    client, keys = connect(centre.environ["CTI_REDIS_URL"]), Keys("main")
    commands = CommandClient(client, keys, process_name("test"))

    def agents() -> dict[str, dict[str, Any]]:
        return {v["id"]: v for v in (json.loads(raw)["view"] for raw in client.hvals(keys.mirror("agents")))}

    def idle_colleagues() -> int:
        return sum((v["status"], v["state"]) == ("ready", "idle") for v in agents().values())

    assert eventually(lambda: idle_colleagues() >= 3, START_S)
    commands.send(LoginAgent(agent_id="1001"), "agent:1001")
    commands.send(ReadyAgent(agent_id="1001"), "agent:1001")
    assert eventually(lambda: agents()["1001"]["state"] == "ringing", START_S)
    calls = [json.loads(raw)["view"] for raw in client.hvals(keys.mirror("calls"))]
    taken = [call for call in calls if call["service_number"] == DIRECT_LINE and call["agent"] not in ("", *VISITORS)]
    assert not taken, "the caller whom the demo sends to a visitor is the visitor's"


@pytest.mark.parametrize(
    ("environ", "arguments", "says"),
    [
        ({"CTI_HTTP_PORT": "80000"}, (), "CTI_HTTP_PORT"),
        ({"CTI_HTTP_PORT": "many"}, (), "CTI_HTTP_PORT='many'"),
        ({"CTI_DATA_DIR": "/proc/no"}, (), "CTI_DATA_DIR=/proc/no"),
        ({"CTI_CONFIG": "/no/such.toml"}, (), "/no/such.toml"),
        ({}, ("--switch", "esl://127.0.0.1:8021"), "no event-socket password"),
        ({}, ("--switch", "127.0.0.1"), "esl://HOST:PORT"),
    ],
)
def test_what_would_stop_the_centre_is_said_before_anything_is_installed(
    environ: dict[str, str], arguments: tuple[str, ...], says: str, tmp_path: Path
) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CTI_")}
    clean |= {"CTI_DATA_DIR": str(tmp_path), "CTI_HTTP_PORT": str(free_ports(1)[0])} | environ
    command = ["/usr/bin/env", "python3", "-S", "scripts/bootstrap.py", "--for-run", *arguments]
    done = subprocess.run(command, env=clean, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_another_server_on_the_port_is_said_before_anything_is_installed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        environ = {**os.environ, "CTI_DATA_DIR": str(tmp_path), "CTI_HTTP_PORT": str(other.getsockname()[1])}
        command = [sys.executable, "scripts/bootstrap.py", "--for-run"]
        done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "end what listens there or set CTI_HTTP_PORT" in done.stderr


@pytest.mark.parametrize("host", ["192.0.2.77", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_told_as_such(host: str) -> None:
    with pytest.raises(CtiError, match=f"CTI_HTTP_HOST={host} is no address of this machine"):
        preflight.listen(Settings(http_host=host, http_port=free_ports(1)[0]))


def test_one_data_folder_has_one_centre_what_a_killed_one_left_included(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path))
    held = preflight.hold(settings)
    with pytest.raises(CtiError, match=f"used by another make run .processes {os.getpid()}.: end it, or choose another"):
        preflight.hold(settings)
    with pytest.raises(CtiError, match="used by another make run"):
        preflight.check({"CTI_DATA_DIR": str(tmp_path), "CTI_HTTP_PORT": str(free_ports(1)[0])})
    left = subprocess.Popen(["sleep", "60"], pass_fds=[held])
    try:
        os.close(held)
        with pytest.raises(CtiError, match=f"processes {left.pid}.:"):
            preflight.hold(settings)
    finally:
        left.kill()
        left.wait()
    os.close(preflight.hold(settings))


@pytest.mark.slow
def test_a_second_start_on_the_same_folder_leaves_the_first_alone(centre: Centre) -> None:
    second = Centre({"CTI_DATA_DIR": str(centre.data), "CTI_HTTP_PORT": str(free_ports(1)[0])})
    with pytest.raises(CtiError, match="used by another make run"):
        second.start()
    second.stop()
    assert requests.get(f"{centre.settings.url}/healthz", timeout=30).status_code == 200
    assert (centre.data / "recordings").stat().st_mode & 0o077 == 0, "pretended callers, closed all the same"

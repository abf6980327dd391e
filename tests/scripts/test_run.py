"""``make run`` ends everything that it started, however it is ended: here its terminal is closed."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from scripts.stack import free_ports

ROOT = Path(__file__).resolve().parents[2]
START_S, END_S = 90, 30


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
    command = ["setsid", "--ctty", sys.executable, "-m", "scripts.run"]
    process = subprocess.Popen(command, env=environ, cwd=ROOT, stdin=inside, stdout=inside, stderr=inside)
    os.close(inside)
    try:
        shown = read_until(terminal, b"End: Ctrl-C")
        assert b" demo " in shown
        assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10).status_code == 200
        assert len(family(tmp_path)) >= 6
        os.close(terminal)
        process.wait(END_S)
        assert eventually(lambda: not family(tmp_path), END_S), family(tmp_path)
    finally:
        for pid in family(tmp_path):
            os.kill(pid, signal.SIGKILL)
        process.wait(END_S)

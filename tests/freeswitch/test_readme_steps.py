"""The README's steps on a switch's machine, word for word, in clean folders, as another user; nothing is made before.

Changed are only the places (below a temporary folder), the ports (free ones), the address and the name of the user.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.settings import load
from scripts import fsconf
from scripts.stack import free_ports
from tests.fixtures import missing
from tests.fixtures_switch import Esl, freeswitch_binary

pytestmark = pytest.mark.switch

ROOT = Path(__file__).parents[2]
STEPS = re.search(r"## On a real switch.*?```\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def user() -> Iterator[str]:
    """A system user that owns nothing."""
    if os.geteuid() != 0 or not shutil.which("useradd"):
        missing("root (the README's steps give folders to another user)")
    name = f"ctiswitch{os.getpid() % 100_000}"
    subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name], check=True)
    yield name
    subprocess.run(["userdel", name], check=True)


@pytest.fixture(scope="module")
def place(user: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cti-readme-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def steps(place: Path, user: str) -> list[list[str]]:
    """The commands of the README, one list of words each."""
    ports = free_ports(4)
    more = ["--data", f"{place}/data", "--esl-port", ports[0], "--internal-port", ports[1], "--external-port", ports[2]]
    more += ["--ws", f"127.0.0.1:{ports[3]}"]
    assert STEPS is not None
    commands = [line.split() for line in STEPS[1].strip().splitlines()]
    for command in commands:
        for i, word in enumerate(command):
            word = re.sub(r"^(?=/)", str(place), word.replace(".venv/bin/python", sys.executable)) if word[0] == "/" else word
            word = {".venv/bin/python": sys.executable, "freeswitch": user, "192.0.2.10": "127.0.0.1"}.get(word, word)
            command[i] = word
        if "scripts.fsconf" in command:
            command += map(str, more)
    return commands


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "FREESWITCH": freeswitch_binary()}
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=90)


def test_the_readmes_steps_start_a_switch_that_can_write_everything(place: Path, user: str) -> None:
    *before, start = steps(place, user)
    assert start == [f"{place}/etc/freeswitch-cti/start"]
    for command in before:
        done = run(command)
        assert done.returncode == 0, done.stdout + done.stderr
    out, data = place / "etc/freeswitch-cti", place / "data"
    done = run(start)
    assert done.returncode == 0, done.stdout + done.stderr
    pid = int((data / "run/freeswitch.pid").read_text().strip("\0\n "))
    try:
        again = run(start)
        assert (again.returncode, f"runs here already, process {pid}" in again.stderr) == (1, True)
        number = pwd.getpwnam(user).pw_uid
        assert Path(f"/proc/{pid}").stat().st_uid == number
        assert (out / "tls/dtls-srtp.pem").stat().st_uid == number, "no web phone can talk without it"
        secrets = dict(line.split("=", 1) for line in (out / "cti-secrets.env").read_text("utf-8").splitlines())
        settings = load({**{k: v.strip("'") for k, v in secrets.items()}, "CTI_CONFIG": "/dev/null"})
        esl = Esl(settings.switch_addresses()[0].port, fsconf.read_secrets(out)["CTI_ESL_PASSWORD"])
        assert esl.api("module_exists mod_sofia") == "true"
        assert esl.api("sofia status").count("RUNNING") >= 2
        (data / "recordings/fallback/probe").touch()
        assert readable_by_all(out, data) == [], "callers' files, passwords and keys"
        (log,) = [p for p in (data / "log").iterdir() if p.name == "freeswitch.log"]
        assert not re.search(r"\[(ERR|CRIT|ALERT)\].*(ermission|annot|ailed to open)", log.read_text("utf-8", "replace"))
        with contextlib.suppress(ConnectionError):
            esl.api("fsctl shutdown now")
        esl.close()
    finally:
        gone(pid)
    stands_in_the_way(place, start)


def readable_by_all(*folders: Path) -> list[str]:
    """Files that just any user of this machine can read."""
    find = ["runuser", "-u", "nobody", "--", "find", *map(str, folders), "-type", "f", "-readable"]
    return subprocess.run(find, capture_output=True, text=True, check=False).stdout.split()


def stands_in_the_way(place: Path, start: list[str]) -> None:
    """A folder of somebody else, and a file: the switch would end, or go on without, and say nothing."""
    folder = place / "data/run"
    os.chown(folder, 0, 0)
    done = run(start)
    assert done.returncode == 1
    assert f"cannot write to {folder}" in done.stderr
    key = place / "etc/freeswitch-cti/tls/dtls-srtp.pem"
    os.chown(folder, key.stat().st_uid, key.stat().st_gid)
    os.chown(key, 0, 0)
    done = run(start)
    assert done.returncode == 1
    assert f"cannot write {key}" in done.stderr
    shutil.rmtree(folder)
    assert f"{folder} is not there" in run(start).stderr


def gone(pid: int) -> None:
    until = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()

"""Whatever keeps a program of the product from starting is one line that says what is wrong and where, and an exit status."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server import temporary
from cti_server.adapters.sql.database import migrate
from tests.esl.server import PASSWORD, Switch
from webapp.features.reports.files import as_xlsx

PROGRAMS = {
    "daemon": "cti_server.daemon.main",
    "worker": "cti_server.worker.main",
    "web": "webapp.main",
    "sim": "cti_server.simulator.main",
    "cti": "scripts.cti.main",
    "run": "scripts.run",
}
NOWHERE = "unix:///nowhere/redis.sock"


def started(program: str, folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CTI_")}
    environ |= {"CTI_DATA_DIR": str(folder), "CTI_REDIS_URL": NOWHERE, "CTI_ESL_PASSWORD": PASSWORD, "LANG": "C.UTF-8"}
    environ |= {"CTI_SWITCHES": "main=esl://127.0.0.1:1", "CTI_HTTP_PORT": "0"}
    environ |= {f"CTI_{name}": value for name, value in settings.items()}
    return subprocess.Popen(
        [sys.executable, "-m", PROGRAMS[program], *arguments],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end_of(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """(exit status, lines for people on stderr): what begins with { is the log."""
    _, said = process.communicate(timeout=120)
    assert "Traceback" not in said, said
    return process.returncode, [line for line in said.splitlines() if line and not line.startswith("{")]


@pytest.mark.parametrize(
    ("program", "settings", "words"),
    [
        ("web", {"HTTP_PORT": "80000"}, "CTI_HTTP_PORT=80000"),
        ("daemon", {"HTTP_PORT": "80000"}, "CTI_HTTP_PORT=80000"),
        ("run", {"HTTP_PORT": "80000"}, "CTI_HTTP_PORT=80000"),
        ("worker", {"HTTP_PORT": "9" * 5000}, "CTI_HTTP_PORT"),
        ("daemon", {"REDIS_URL": "redis://127.0.0.1:80000/0"}, "CTI_REDIS_URL"),
        ("worker", {"REDIS_URL": "redis://[::1/0"}, "CTI_REDIS_URL"),
        ("cti", {"REDIS_URL": "redis://127.0.0.1:80000/0"}, "CTI_REDIS_URL"),
        ("daemon", {"SWITCHES": "main=esl://127.0.0.1:80000"}, "CTI_SWITCHES"),
        ("daemon", {"SWITCHES": ""}, "CTI_SWITCHES"),
        ("worker", {"DATABASE_URL": "mysql://u:secret@127.0.0.1:99999/cti"}, "CTI_DATABASE_URL"),
        ("web", {"DATABASE_URL": "mysql://u:secret@127.0.0.1:99999/cti"}, "CTI_DATABASE_URL"),
        ("web", {"CONFIG": "/nowhere/cti.toml"}, "/nowhere/cti.toml"),
        ("daemon", {"DATA_DIR": "/dev/null/data"}, "CTI_DATA_DIR=/dev/null/data"),
        ("worker", {"DATA_DIR": "/dev/null/data"}, "/dev/null/data"),
        ("run", {"DATA_DIR": "/dev/null/data"}, "/dev/null/data"),
        ("daemon", {}, "no configuration document"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(tmp_path: Path, program: str, settings: dict[str, str], words: str) -> None:
    arguments = {"cti": ("calls",)}.get(program, ())
    status, said = end_of(started(program, tmp_path, *arguments, **settings))
    assert status != 0
    assert len(said) == 1, said
    assert words in said[0]
    assert "secret" not in said[0]


@pytest.mark.parametrize("arguments", [("--port", "80000"), ("--scenario", "/nowhere.yaml"), ("--host", "no.such.host.invalid")])
def test_a_simulator_that_cannot_start_says_so(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    status, said = end_of(started("sim", tmp_path, *arguments))
    assert status != 0
    assert arguments[1].rsplit(".", 1)[0] in said[-1]


@pytest.mark.parametrize("program", ["worker"])
def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, program: str) -> None:
    migrate(f"sqlite:///{tmp_path}/cti.db")
    with sqlite3.connect(tmp_path / "cti.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    status, said = end_of(started(program, tmp_path))
    assert status == 1
    assert len(said) == 1
    assert "newer version" in said[0]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[[[", b"what = 1\n"])
def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "cti.toml"
    file.write_bytes(content)
    environ = {"CONFIG": str(file)}
    process = started("web", tmp_path, **environ)
    status, said = end_of(process)
    assert (status, len(said)) == (1, 1)
    assert str(file) in said[0]


@pytest.fixture
def switch() -> Iterator[Switch]:
    server = Switch()
    yield server
    server.stop()


@pytest.mark.parametrize("program", ["daemon", "worker", "web"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_twice_it_ends_once(tmp_path: Path, switch: Switch, program: str, number: int) -> None:
    """Also while it starts: the second signal comes as soon as the first line is in the log."""
    process = started(program, tmp_path, SWITCHES=f"main=esl://127.0.0.1:{switch.port}")
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(number)
    process.send_signal(number)
    status, said = end_of(process)
    assert status in (0, 1, -number)
    assert len(said) <= 1


DYING = """
import os, signal
from cti_server import entry
class Dying:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        str()
def work():
    Dying()
    return "it goes on although it was asked to end"
entry.run("program", work)
"""


def test_an_interrupt_is_not_lost_where_exceptions_are_ignored() -> None:
    ended = subprocess.run([sys.executable, "-c", DYING], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")


def test_a_note_of_passwords_that_was_torn_is_set_aside(tmp_path: Path) -> None:
    from cti_server.features.bootstrap import _read_logins

    file = tmp_path / "demo-logins.json"
    file.write_bytes(b'{"li.wei": "x')
    assert _read_logins(file) == {}
    assert not file.exists()
    assert (tmp_path / "demo-logins.json.broken").exists()


def test_where_the_system_has_no_folder_for_temporary_files_the_data_folder_takes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere", "/proc"])
    temporary.ensure(str(tmp_path))
    assert os.environ["TMPDIR"] == str(tmp_path)  # for SQLite and what is started
    assert as_xlsx([["report"]], [["queue", "calls"], ["billing", 1]], "report").startswith(b"PK")


def test_a_folder_for_temporary_files_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    before = tempfile.gettempdir()
    temporary.ensure(str(tmp_path))
    assert tempfile.gettempdir() == before != str(tmp_path)

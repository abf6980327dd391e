"""The check of recordings: only inside the folder, patient with late files, and one word for what is wrong."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from cti_server.errors import CtiError
from cti_server.features.recordings.files import look
from cti_server.features.recordings.service import GIVE_UP_MS, SETTLE_MS, Checked, check_new, local_path
from cti_server.simulator.recording import write_wav

SWITCH = "/srv/rec"


@pytest.mark.parametrize(
    ("on_switch", "inside"),
    [
        ("/srv/rec/a/b.wav", "a/b.wav"),
        ("a/b.wav", "a/b.wav"),
        ("/srv/rec/../rec/b.wav", None),
        ("/srv/rec/../../etc/passwd", None),
        ("../secret", None),
        ("/etc/passwd", None),
        ("/srv/record/b.wav", None),
        ("/srv/rec", None),
        ("", None),
        ("a\0b", None),
        ("x" * 5000, None),
        ("file.wav/b.wav", None),
        ("loop/b.wav", None),
    ],
)
def test_a_path_stays_in_the_folder(tmp_path: Path, on_switch: str, inside: str | None) -> None:
    (tmp_path / "file.wav").touch()
    (tmp_path / "loop").symlink_to("loop")
    assert local_path(on_switch, SWITCH, tmp_path) == (tmp_path / inside if inside else None)


def test_a_link_out_of_the_folder_is_outside(tmp_path: Path) -> None:
    folder = tmp_path / "rec"
    folder.mkdir()
    (tmp_path / "secret.wav").write_bytes(b"x")
    (folder / "link.wav").symlink_to(tmp_path / "secret.wav")
    assert local_path("/srv/rec/link.wav", SWITCH, folder) is None


class Store:
    """Implements RecordingStore in memory."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = {number: {"row_id": number, "problem": "", **row} for number, row in enumerate(rows, 1)}
        self.checked: dict[int, Checked] = {}

    def get(self, recording_id: str) -> dict[str, Any] | None:
        return next((row for row in self.rows.values() if row["id"] == recording_id), None)

    def unchecked(self, ended_before_ms: int, after_row_id: int, count: int) -> list[dict[str, Any]]:
        fit = [r for n, r in self.rows.items() if n > after_row_id and n not in self.checked and r["ended_ms"] <= ended_before_ms]
        return fit[:count]

    def set_checked(self, found: list[Checked], at_ms: int) -> None:
        self.checked.update({item.id: item for item in found})


def row(name: str, ended_ms: int = 1000, **more: Any) -> dict[str, Any]:
    base = {"id": name, "path": f"{SWITCH}/{name}.wav", "length_ms": 9000, "talk_ms": 9000, "holds": 0, "size": 7, "call_id": "c"}
    return {**base, "ended_ms": ended_ms, **more}


def wav(path: Path, ms: int = 9000, style: str = "sparse") -> bytes:
    """A stereo recording as the simulated switch writes it; gives its content."""
    write_wav(str(path), True, ms, style, [(ms * 8, True, True)])
    return path.read_bytes()


def test_check(tmp_path: Path) -> None:
    content = wav(tmp_path / "good.wav")
    (tmp_path / "empty.wav").write_bytes(b"R" * 44)
    wav(tmp_path / "short.wav")
    store = Store(
        row("good"),
        row("empty"),
        row("short", length_ms=3000),
        row("late"),
        row("outside", path="/etc/passwd"),
        row("young", ended_ms=50_000),
        row("known", path=f"{SWITCH}/good.wav", problem="short", length_ms=1),
    )
    told: list[tuple[str, str]] = []

    def tell(found: dict[str, Any], problem: str) -> bool:
        told.append((found["id"], problem))
        return True

    def check(now_ms: int) -> int:
        return check_new(store, look, SWITCH, tmp_path, now_ms, tell)

    assert check(1000 + SETTLE_MS) == 5
    good = store.checked[1]
    assert (good.problem, good.size, good.sha256) == ("", 288_044, hashlib.sha256(content).hexdigest())
    assert [store.checked[n].problem for n in (2, 3, 5, 7)] == ["empty", "short", "missing", "short"]
    assert told == [("empty", "empty"), ("short", "short"), ("outside", "missing")]
    assert 4 not in store.checked
    assert check(1000 + GIVE_UP_MS) == 1
    assert store.checked[4] == Checked(4, "missing", 7, "")
    assert [check(50_000 + GIVE_UP_MS), check(10**12)] == [1, 0]


@pytest.mark.parametrize("style", ["sparse", "full"])
@pytest.mark.parametrize(
    ("what", "ms", "problem"),
    [
        ("whole", 9000, ""),
        ("whole", 6900, "short"),
        ("whole", 7000, ""),
        ("truncated", 9000, "short"),
        ("switch killed", 9000, ""),
        ("switch killed", 3000, "short"),
        ("garbage", 9000, "short"),
    ],
)
def test_the_file_is_judged_not_what_the_ledger_believes(tmp_path: Path, what: str, ms: int, problem: str, style: str) -> None:
    """The engine did not hear the end of the recording: its length is then the time until the call's end."""
    content = wav(tmp_path / "r.wav", ms, style)
    if what == "truncated":
        (tmp_path / "r.wav").write_bytes(content[:100_000])
    elif what == "switch killed":
        (tmp_path / "r.wav").write_bytes(content[:4] + b"\x08\0\0\0" + content[8:40] + b"\0\0\0\0" + content[44:])
    elif what == "garbage":
        (tmp_path / "r.wav").write_bytes(bytes(len(content)))
    store, told = Store(row("r")), []
    check_new(store, look, SWITCH, tmp_path, 1000 + SETTLE_MS, lambda found, said: told.append(said) is None)
    assert store.checked[1].problem == problem
    assert told == [problem] * bool(problem)


def test_a_row_that_is_short_stays_short_whatever_the_file_says(tmp_path: Path) -> None:
    wav(tmp_path / "r.wav", 9000)
    store = Store(row("r", length_ms=3000))
    check_new(store, look, SWITCH, tmp_path, 1000 + SETTLE_MS, lambda r, p: True)
    assert store.checked[1].problem == "short"


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_file_that_cannot_be_looked_at_is_not_judged_before_the_end_of_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Root reads every folder, so the refusal is played."""

    def refuse(self: Path) -> None:
        raise OSError(code, os.strerror(code))

    wav(tmp_path / "good.wav")
    store = Store(row("good"))

    def check(now_ms: int) -> int:
        return check_new(store, look, SWITCH, tmp_path, now_ms, lambda r, p: True)

    with monkeypatch.context() as away:
        away.setattr(Path, "lstat", refuse)
        with pytest.raises(CtiError, match="no-recording-file"):
            local_path(f"{SWITCH}/good.wav", SWITCH, tmp_path)
        assert check(1000 + SETTLE_MS) == 0
    assert check(1000 + SETTLE_MS) == 1
    assert store.checked[1].problem == ""
    store.checked.clear()
    monkeypatch.setattr(Path, "lstat", refuse)
    assert check(1000 + GIVE_UP_MS) == 1
    assert store.checked[1].problem == "missing"


def test_many_late_files_do_not_hide_the_others(tmp_path: Path) -> None:
    wav(tmp_path / "good.wav")
    store = Store(*[row(f"late{n}") for n in range(200)], row("good"))
    assert check_new(store, look, SWITCH, tmp_path, 1000 + SETTLE_MS, lambda r, p: True) == 1


def test_a_problem_that_nobody_can_be_told_of_is_looked_at_again(tmp_path: Path) -> None:
    wav(tmp_path / "good.wav")
    (tmp_path / "empty.wav").write_bytes(b"R" * 44)
    store = Store(row("empty"), row("good"))
    assert check_new(store, look, SWITCH, tmp_path, 1000 + SETTLE_MS, lambda r, p: False) == 1
    assert list(store.checked) == [2], "the others do not wait for it"
    assert check_new(store, look, SWITCH, tmp_path, 1000 + SETTLE_MS, lambda r, p: True) == 1
    assert store.checked[1].problem == "empty"

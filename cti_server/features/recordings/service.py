"""Recordings in the ledger: finding one, where its file is on this machine, and the check of new files.

The ledger has the path on the switch; this machine sees the switch's folder under ``recordings_path``. Nothing outside that
folder is ever opened. A check gives the file's checksum and size, and says what is wrong when it is missing, empty or short: the
ledger's length is a guess when the switch died before it told the end of the recording, the file's is not.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from cti_server.domain import recording as rules
from cti_server.errors import CtiError

SETTLE_MS = 5_000
"""A file may still be written for a moment after the recording's end."""
GIVE_UP_MS = 10 * 60_000
"""A file that has not come up by then is missing."""
BATCH = 50
NO_PATH = (errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)
"""What a path gives that leads nowhere, now and later."""


class NoRecordingFile(CtiError, id="no-recording-file", status=404, en="The recording's file is missing.", zh="录音文件缺失。"):
    """A recording's file is not there or cannot be looked at."""


@dataclass(frozen=True, slots=True)
class FileSeen:
    """What is on the disk: ``size`` in bytes, ``sha256`` as hex text, ``length_ms`` of sound (0 when it is no WAV file)."""

    size: int
    sha256: str
    length_ms: int


@dataclass(frozen=True, slots=True)
class Checked:
    id: int
    problem: str
    size: int
    sha256: str


class RecordingStore(Protocol):
    """The port. Rows are RecordingFact's keys with ``id`` for recording_id, and sha256. Raises DatabaseAway."""

    def get(self, recording_id: str) -> dict[str, Any] | None: ...

    def unchecked(self, ended_before_ms: int, after_row_id: int, count: int) -> list[dict[str, Any]]:
        """Rows after ``after_row_id`` whose file was never looked at, in the order of their ``row_id``."""
        ...

    def set_checked(self, found: list[Checked], at_ms: int) -> None: ...


def local_path(on_switch: str, switch_dir: str, local_dir: Path) -> Path | None:
    """Where this machine has the file; None when the path is not inside the switch's folder of recordings.

    Raises NoRecordingFile when nobody can say now: no right to look, or the disk is away.
    """
    recorded = PurePosixPath(on_switch)
    if recorded.is_absolute():
        if not recorded.is_relative_to(switch_dir):
            return None
        recorded = recorded.relative_to(switch_dir)
    try:
        root = local_dir.resolve()
        path = (root / recorded).resolve(strict=False)
        path.lstat()
    except FileNotFoundError:
        pass
    except (ValueError, RuntimeError):  # a zero byte; a loop of links, before Python 3.13
        return None
    except OSError as error:
        if error.errno in NO_PATH:
            return None
        raise NoRecordingFile(f"the recording's file cannot be looked at: {error.strerror}") from error
    return path if path.is_relative_to(root) and path != root else None


def check_new(
    store: RecordingStore,
    look: Callable[[Path], FileSeen | None],
    switch_dir: str,
    local_dir: Path,
    now_ms: int,
    on_problem: Callable[[dict[str, Any], rules.Problem], bool],
) -> int:
    """Check the recordings that have settled; how many got their result now. ``look`` gives None for a file that is not there.

    A file that is missing or cannot be looked at is looked for again until GIVE_UP_MS after its end. ``on_problem(row, problem)``
    is told of each new one; False: it could not pass it on, and the recording is looked at again in the next round.
    """

    def check(row: dict[str, Any]) -> Checked | None:
        """None: the file may still come or be looked at, or nobody could be told of the problem."""
        try:
            path = local_path(str(row["path"]), switch_dir, local_dir)
            seen, may_come = (look(path), True) if path else (None, False)
        except CtiError:
            seen, may_come = None, True
        if seen is None and may_come and now_ms - int(row["ended_ms"]) < GIVE_UP_MS:
            return None
        wrong = rules.problem(
            present=seen is not None,
            size=seen.size if seen else None,
            length_ms=min(row["length_ms"], seen.length_ms) if seen else row["length_ms"],
            talk_ms=row["talk_ms"],
            holds=row["holds"],
        )
        if wrong and wrong != row["problem"] and not on_problem(row, wrong):
            return None
        size, sha256 = (seen.size, seen.sha256) if seen else (row["size"], "")
        return Checked(row["row_id"], wrong or str(row["problem"]), size, sha256)

    settled, last = 0, 0
    while rows := store.unchecked(now_ms - SETTLE_MS, last, BATCH):
        last = rows[-1]["row_id"]
        done = [found for row in rows if (found := check(row))]
        if done:
            store.set_checked(done, now_ms)
        settled += len(done)
    return settled

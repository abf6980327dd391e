"""Every input of the engine, reduced, as JSON lines in rotating files: what ``cti replay`` reads.

Each file but an epoch's first begins with the whole state, so a replay may begin at any file. A disk that is full or broken
costs the log, never a call. The oldest files go when all together are too large: restarts that write little delete nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import structlog

from cti_server.domain.border import digits

log = structlog.get_logger(__name__)

LIMIT_BYTES = 256 * 1024 * 1024
KEPT_BYTES = 8 * LIMIT_BYTES
FILES_KEPT = 1_000


@dataclass(eq=False)
class InputLog:
    """Append-only files ``inputs-EPOCH-N.jsonl`` in ``folder``. A file that is full is followed by the next; the oldest go.

    ``state``: gives the line that such a next file begins with.
    ``write`` buffers; ``flush`` is called once per loop turn. After an OSError nothing more is written (``trouble`` says why): a
    log with a hole would replay to a wrong state.
    """

    _folder: Path
    _epoch: int
    _state: Callable[[], bytes]
    limit_bytes: int = LIMIT_BYTES
    kept_bytes: int = KEPT_BYTES
    _number: int = 0
    _size: int = 0
    _file: BinaryIO | None = None
    trouble: str = ""

    def __post_init__(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._open()
        except OSError as error:
            self._give_up(error)

    @property
    def path(self) -> Path:
        """The file that is written now."""
        return self._folder / f"inputs-{self._epoch:012d}-{self._number:04d}.jsonl"

    def write(self, line: bytes) -> None:
        """Append one line."""
        if self._file is None:
            return
        try:
            if self._size + len(line) > self.limit_bytes and self._size:
                self._next()
            self._file.write(line + b"\n")
            self._size += len(line) + 1
        except (OSError, TypeError, ValueError) as error:  # a state that no log can hold ends the log, not the daemon
            self._give_up(error)

    def hole(self) -> None:
        """Something is missing here: go on in a new file, which begins with the whole state."""
        if self._file is not None:
            try:
                self._next()
            except (OSError, TypeError, ValueError) as error:
                self._give_up(error)

    def flush(self) -> None:
        if self._file is not None:
            try:
                self._file.flush()
            except OSError as error:
                self._give_up(error)

    def end(self, last: Callable[[], bytes]) -> None:
        """The last line (a state hash), and close. A state that no log can hold has none."""
        if self._file is not None:
            try:
                self.write(last())
            except (TypeError, ValueError) as error:
                self._give_up(error)
        self.close()

    def close(self) -> None:
        self.flush()
        if self._file is not None:
            file, self._file = self._file, None
            try:
                file.close()
            except OSError as error:
                self._give_up(error)

    def _next(self) -> None:
        assert self._file is not None
        state = self._state() + b"\n"
        self._file.close()
        self._number += 1
        self._file = self._open()
        self._file.write(state)
        self._size = 0

    def _open(self) -> BinaryIO:
        room, files = self.kept_bytes - self.limit_bytes, sorted(self._folder.glob("inputs-*-*.jsonl"), key=_place, reverse=True)
        for number, old in enumerate(files):
            room -= old.stat().st_size
            if room < 0 or number >= FILES_KEPT:
                old.unlink(missing_ok=True)
        return self.path.open("ab")

    def _give_up(self, error: Exception) -> None:
        self.trouble = f"{self.path} cannot be written, inputs are not logged until the next start: {error}"
        log.error("inputs are no longer logged until the next start", file=str(self.path), error=str(error))
        self._file = None


def _place(path: Path) -> tuple[int, int]:
    """(epoch, number) of a log file; files that only look like one come first and go first."""
    _, epoch, number = path.stem.split("-", 2)
    return digits(epoch), digits(number)

"""Every input of the engine, reduced, as JSON lines in rotating files: what ``cti replay`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

LIMIT_BYTES = 64 * 1024 * 1024
FILES_KEPT = 8


class InputLog:
    """Append-only files ``inputs-EPOCH-N.jsonl`` in ``folder``. A file that is full is followed by the next; the oldest go.

    ``write`` buffers; ``flush`` is called once per loop turn.
    """

    def __init__(self, folder: Path, epoch: int, *, limit_bytes: int = LIMIT_BYTES, kept: int = FILES_KEPT) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._epoch = epoch
        self._limit = limit_bytes
        self._kept = kept
        self._number = 0
        self._size = 0
        self._file = self._open()

    @property
    def path(self) -> Path:
        """The file that is written now."""
        return self._folder / f"inputs-{self._epoch:08d}-{self._number:04d}.jsonl"

    def write(self, line: bytes) -> bool:
        """Append one line. True when this line began a new file (the caller then writes a state header first)."""
        began = False
        if self._size + len(line) > self._limit and self._size:
            self._file.close()
            self._number += 1
            self._size = 0
            self._file = self._open()
            began = True
        self._file.write(line + b"\n")
        self._size += len(line) + 1
        return began

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _open(self) -> BinaryIO:
        for old in sorted(self._folder.glob("inputs-*.jsonl"))[: -(self._kept - 1) or None]:
            old.unlink(missing_ok=True)
        return self.path.open("ab")

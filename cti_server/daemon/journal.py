"""Facts that Redis could not take wait here, on disk, in their order, until it can."""

from __future__ import annotations

import os
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)


class Journal:
    """A file of lines. Opened lazily; survives a restart of the process.

    Not thread-safe: only the outbox's greenlet uses it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unsaved: list[bytes] = []
        self._lines: list[bytes] = path.read_bytes().splitlines() if path.exists() else []

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, lines: list[bytes]) -> None:
        """Append, and flush to the disk before it returns. Lines are JSON and hold no newline.

        A disk that refuses leaves the lines in memory; the next call tries again for all that is not on disk yet.
        """
        if not lines:
            return
        self._lines.extend(lines)
        self._unsaved.extend(lines)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as out:
                out.write(b"".join(line + b"\n" for line in self._unsaved))
                out.flush()
                os.fsync(out.fileno())
            self._unsaved.clear()
        except OSError as error:
            log.critical("facts are in memory only", file=str(self.path), lines=len(self._unsaved), error=str(error))

    def head(self, count: int) -> list[bytes]:
        """The oldest lines; they stay until ``drop``."""
        return self._lines[:count]

    def drop(self, count: int) -> None:
        """The oldest ``count`` lines are delivered. The file goes when all are; a crash before that only delivers doubles,
        which the persister drops by their ids."""
        del self._lines[:count]
        if not self._lines:
            self._unsaved.clear()
            self.path.unlink(missing_ok=True)

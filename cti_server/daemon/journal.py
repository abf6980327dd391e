"""Facts that the facts stream does not take now wait here, on disk, in their order: Redis is away, or the stream is full."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import structlog

from cti_server.domain.border import digits

log = structlog.get_logger(__name__)


class Journal:
    """A file of lines, and beside it (``.at``) how far it has been delivered. Survives a restart of the process.

    Only what the disk refuses is kept in memory; ``trouble`` says so until it is written. Not thread-safe: only the outbox's
    greenlet uses it. Nothing here raises: a disk that cannot be read or written must not stop a daemon.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._at = path.with_name(path.name + ".at")
        self._unsaved: list[bytes] = []
        self._start = self._end = 0  # bytes of the file that are delivered; that are good
        self._saved = 0  # lines between the two
        self._sizes: list[int] = []  # of the lines that ``head`` gave last
        self.trouble = ""
        try:
            self._find()
        except OSError as error:
            self._failed(f"{path} cannot be read: {error.strerror}; what waits there is delivered when it can be read again")

    def __len__(self) -> int:
        return self._saved + len(self._unsaved)

    def _find(self) -> None:
        """What an earlier process left. A line that it did not finish is ended here: its reader will set it aside and say so."""
        if not self.path.exists():
            return
        with self.path.open("rb+") as file:
            self._end = file.seek(0, os.SEEK_END)
            if self._end:
                file.seek(self._end - 1)
                if file.read(1) != b"\n":
                    file.write(b"\n")
                    self._end += 1
            with contextlib.suppress(OSError):
                self._start = digits(self._at.read_bytes(), 0, self._end)
            file.seek(self._start)
            while chunk := file.read(1 << 20):
                self._saved += chunk.count(b"\n")

    def add(self, lines: list[bytes]) -> None:
        """Append, and flush to the disk before it returns. Lines are JSON and hold no newline.

        A disk that refuses leaves the lines in memory; the next call (also one without lines) tries again for all of them.
        """
        self._unsaved.extend(lines)
        if not self._unsaved:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as out:
                if out.tell() != self._end:
                    out.truncate(self._end)  # a part that an earlier attempt left
                out.write(b"".join(line + b"\n" for line in self._unsaved))
                out.flush()
                os.fsync(out.fileno())
                self._end = out.tell()
        except OSError as error:
            self._failed(f"facts are in memory only ({len(self._unsaved)}), {self.path} cannot be written: {error.strerror}")
            with contextlib.suppress(OSError):
                os.truncate(self.path, self._end)
            return
        self._saved += len(self._unsaved)
        self._unsaved.clear()
        self.trouble = ""

    def _failed(self, why: str) -> None:
        if not self.trouble:
            log.critical("facts cannot be kept on disk", why=why)
        self.trouble = why

    def head(self, count: int) -> list[bytes]:
        """The oldest lines; they stay until ``drop``. [] when the file cannot be read now."""
        found: list[bytes] = []
        if self._saved:
            try:
                with self.path.open("rb") as file:
                    file.seek(self._start)
                    found = [file.readline() for _ in range(min(count, self._saved))]
            except OSError as error:
                self._failed(f"{self.path} cannot be read: {error.strerror}")
                return []
        self._sizes = [len(line) for line in found]
        return [line.rstrip(b"\n") for line in found] + self._unsaved[: count - len(found)]

    def drop(self, count: int) -> None:
        """The oldest ``count`` lines, which ``head`` gave, are delivered. The file goes when all are; a crash before that only
        delivers doubles, which the persister drops by their ids."""
        saved = min(count, len(self._sizes))
        self._start += sum(self._sizes[:saved])
        self._saved -= saved
        del self._sizes[:saved]
        del self._unsaved[: count - saved]
        with contextlib.suppress(OSError):
            if len(self):
                self._at.write_bytes(str(self._start).encode())
            else:
                self._at.unlink(missing_ok=True)
                self.path.unlink(missing_ok=True)
                self._start = self._end = 0
                self.trouble = ""

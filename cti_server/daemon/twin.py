"""The mirror's twin: the newest rows also on this machine's disk, where a daemon that starts finds them without Redis.

A file of JSON lines: ``[kind, id, row]`` (row null: gone), and behind what was written in one go ``{"epoch", "seq", "at_ms"}``.
Rows are appended before Redis hears of them; when the file has grown it is written anew, whole, beside itself. It is there for a
process that dies, not for a machine that loses its power: nothing is flushed to the disk.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from io import RawIOBase
from pathlib import Path
from typing import TypedDict

import orjson
import structlog

from cti_server.domain.border import BadInput, document
from cti_server.domain.record import read
from cti_server.events.views import KINDS

log = structlog.get_logger(__name__)

GROWS_TO = 4
LEAST_BYTES = 32 * 1024 * 1024
WAIT_MS = 5_000

Row = tuple[str, str, bytes]
"""(kind, id, the row's JSON; b'': gone)."""


class _Position(TypedDict):
    epoch: int
    seq: int
    at_ms: int


@dataclass(slots=True)
class Found:
    """What a file of rows holds. ``position``: (epoch, seq) of the newest write; ``rows``: kind -> id -> the row's JSON."""

    position: tuple[int, int] = (0, 0)
    at_ms: int = 0
    rows: dict[str, dict[bytes, bytes]] = field(default_factory=lambda: {kind: {} for kind in KINDS})


class Twin:
    """``write`` never raises: a disk that refuses costs the twin, which is written whole as soon as it can be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: RawIOBase | None = None
        self._size = self._limit = 0
        self._again_ms = 0
        self.trouble = ""

    def write(self, rows: Iterable[Row], position: tuple[int, int], at_ms: int, everything: Callable[[], Iterable[Row]]) -> None:
        """``everything``: all rows as they are now, for a file that is written anew."""
        if self._file is None and at_ms < self._again_ms:
            return
        try:
            if self._file is None or self._size > self._limit:
                self._anew(_lines(everything(), position, at_ms))
            else:
                self._append(_lines(rows, position, at_ms))
            self.trouble = ""
        except OSError as error:
            if not self.trouble:
                log.error("the mirror has no copy on this machine", file=str(self.path), error=str(error))
            self.trouble = f"{self.path} cannot be written: {error.strerror}"
            self._again_ms = at_ms + WAIT_MS
            self.close()

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _append(self, lines: bytes) -> None:
        assert self._file is not None
        _write_all(self._file, lines)
        self._size += len(lines)

    def _anew(self, lines: bytes) -> None:
        self.close()
        new = self.path.with_name(self.path.name + ".new")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = new.open("wb", buffering=0)
        try:
            _write_all(file, lines)
            new.replace(self.path)
        except OSError:
            file.close()
            raise
        self._file, self._size = file, len(lines)
        self._limit = max(LEAST_BYTES, GROWS_TO * self._size)


def _write_all(file: RawIOBase, lines: bytes) -> None:
    """Raises OSError, also when the disk had room for a part."""
    if file.write(lines) != len(lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _lines(rows: Iterable[Row], position: tuple[int, int], at_ms: int) -> bytes:
    lines = [b'["%s",%s,%s]\n' % (kind.encode(), orjson.dumps(thing), row or b"null") for kind, thing, row in rows]
    lines.append(orjson.dumps({"epoch": position[0], "seq": position[1], "at_ms": at_ms}) + b"\n")
    return b"".join(lines)


def read_twin(path: Path) -> Found:
    """What the last daemon of this machine left; nothing in it for no file. A line that is none (the last may be torn) is left
    out. Raises OSError."""
    found = Found()
    if not path.exists():
        return found
    with path.open("rb") as file:
        for line in file:
            try:
                _take(found, line)
            except (BadInput, orjson.JSONDecodeError, TypeError, ValueError, KeyError) as error:
                log.warning("a line of the mirror's copy is none", file=str(path), error=str(error))
    return found


def _take(found: Found, line: bytes) -> None:
    if line.startswith(b"{"):
        said = read(_Position, document(line, "position"))
        found.position, found.at_ms = (said["epoch"], said["seq"]), said["at_ms"]
        return
    kind, thing, row = orjson.loads(line)
    if row is None:
        found.rows[kind].pop(thing.encode(), None)
    else:
        found.rows[kind][thing.encode()] = orjson.dumps(row)

"""The files of lines that the switch writes in its fallback folder: calls.jsonl and its rotated ones (calls.jsonl.*).

A file is known by its first line, so renaming it, or copying and truncating it, books nothing twice and skips nothing.
Compressed files are not read: rotate with one delay (logrotate's delaycompress).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cti_server.errors import BadFile

PATTERN = "calls.jsonl*"
COMPRESSED = frozenset({".gz", ".bz2", ".xz", ".zst"})
CHUNK = 1 << 20
LONGEST_LINE = 1 << 16


@dataclass(frozen=True, slots=True)
class LineFile:
    """Implements features.ledger.fallback.File. Its methods raise BadFile when the file cannot be read."""

    path: Path
    name: str

    def count(self, offset: int) -> int:
        found = 0
        with _open(self.path) as file:
            while offset > 0 and (chunk := file.read(min(CHUNK, offset))):
                found += chunk.count(b"\n")
                offset -= len(chunk)
        return found

    def lines(self, offset: int) -> list[tuple[int, bytes]]:
        """A line without its end is left for later. One that is over CHUNK is given in pieces, which nobody can read."""
        with _open(self.path) as file:
            file.seek(offset)
            chunk = file.read(CHUNK)
        if len(chunk) == CHUNK and b"\n" not in chunk:
            return [(offset + CHUNK, chunk)]
        found = []
        for line in chunk.split(b"\n")[:-1]:
            offset += len(line) + 1
            found.append((offset, line))
        return found


def line_files(folder: Path) -> list[LineFile]:
    """The files that have at least one whole line, those of before first; [] without the folder. Raises BadFile."""
    found: dict[str, LineFile] = {}
    paths = [path for path in folder.glob(PATTERN) if path.is_file() and path.suffix not in COMPRESSED]
    for path in sorted(paths, key=lambda p: (len(p.name), p.name), reverse=True):
        with _open(path) as file:
            first = file.readline(LONGEST_LINE)
        if first.endswith(b"\n") or len(first) == LONGEST_LINE:
            name = f"fallback:{hashlib.sha256(first).hexdigest()[:40]}"
            found[name] = _longer(found.get(name), LineFile(path, name))
    return list(found.values())


def _longer(one: LineFile | None, other: LineFile) -> LineFile:
    """Two files with the same beginning are a file and its copy."""
    return one if one is not None and _size(one.path) >= _size(other.path) else other


def _size(path: Path) -> int:
    with _open(path) as file:
        return file.seek(0, 2)


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from error

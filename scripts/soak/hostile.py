"""``make soak-hostile``: odd entries at every border of every process while a centre works, and nothing may die of them.

Daemon, worker, web and the readers of ``cti`` run on real Redis and SQLite, the switch is a simulated one that lies (``liar``).
Streams, hashes, strings, tables and files get odd entries (``odd``) beside the real ones; the daemon is started again over odd
mirrors and files. After each round everybody must still do their work. The last line is one JSON object:
``inputs`` (odd entries given), ``deaths`` (processes, parts or readers that ended or no longer work; exit code 1 when there
is one), ``defects`` (handlers that raised and were contained), ``set_aside`` (entries that were told as unreadable).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import redis
import requests
import structlog
from click.testing import CliRunner

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.domain.border import BadInput, digits, document
from cti_server.errors import CtiError
from cti_server.events.commands import Ping
from cti_server.events.facts import encode_line
from cti_server.events.views import AGENT, AGENT_STATE_CHANGED, KINDS
from scripts.cti.main import cli
from scripts.cti.world import World
from scripts.soak import borders, odd
from scripts.soak.faults import Floor
from scripts.soak.liar import Liar

WORKS_WITHIN_S = 60.0
BATCH = 250
READERS = (
    ("calls",),
    ("agents",),
    ("queues",),
    ("trunks",),
    ("agents", "--json"),
    ("calls", "--queue", "repair"),
    ("tail", "--no-follow"),
    ("tail", "--no-follow", "--json", "--agent", "2001"),
    ("doctor", "--skip", "web"),
)


class Hostile(Floor):
    """The floor of soak-faults with a lying switch, and everybody's hands on its stores."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        super().__init__(folder, options, None)
        self.inputs: Counter[str] = Counter()
        self.deaths: list[str] = []
        self.liar: Liar | None = None

    def start_switch(self) -> None:
        super().start_switch()
        (switch,) = self.stack.settings.switch_addresses()
        self.liar = Liar((switch.host, switch.port), self.options.seed)
        self.stack.environ["CTI_SWITCHES"] = f"main=esl://127.0.0.1:{self.liar.port}"

    # ------------------------------------------------------------ odd entries

    def streams(self, count: int) -> None:
        """Entries beside which a good one of each kind stands."""
        view = {"id": "2001", "name": "Agent", "team": "east", "queues": {"repair": 1}, "status": "ready", "state": "idle"}
        event = {"format": 1, "epoch": 1, "seq": 1, "name": AGENT_STATE_CHANGED.name, "at_ms": 1, "data": {AGENT.word: view}}
        segment = orjson.loads(encode_line("odd", "segment", {**borders.SEGMENT, "segment": "queue", "outcome": "answered"}))
        for stream, field, good in (("events", "e", event), ("commands", "c", borders.COMMAND), ("facts", "f", segment)):
            names = [b"LoginAgent", b"PauseAgent", b"HangupCall", b"SetDisposition", b"Ping", b"ReloadConfig", b"SaveNote"]
            for start in range(0, count, BATCH):
                pipe = self.redis.pipeline(transaction=False)
                for _ in range(min(BATCH, count - start)):
                    entry = odd.raw(good, self.random)
                    if stream == "commands":
                        unique = str(self.random.random()).encode()
                        entry = entry.replace(b"SetCallData", self.random.choice(names)).replace(b'"odd"', b'"' + unique + b'"')
                    pipe.xadd(getattr(self.keys, stream), {self.random.choice((field, field, field, "x")): entry})
                    self.inputs[stream] += 1
                pipe.execute()
        for key in self.redis.scan_iter(match=self.keys.replies("*")):
            self.redis.xadd(key, {"r": odd.raw(borders.REPLY, self.random)})
            self.inputs["replies"] += 1

    def hashes(self, count: int) -> None:
        """Rows of the mirrors, the position, strings, sessions: beside what the daemon writes there."""
        for kind in KINDS:
            rows = [row for raw in self.redis.hvals(self.keys.mirror(kind))[:40] if (row := _json(raw))] or [borders.ROW]
            pipe = self.redis.pipeline(transaction=False)
            for number in range(count):
                thing = self.random.choice((f"odd-{number % 40}", b"\xff\xfe", "2001", "main", "repair"))
                pipe.hset(self.keys.mirror(kind), thing, odd.raw(self.random.choice(rows), self.random))
                self.inputs["mirror"] += 1
            pipe.execute()
        keys = self.keys
        for key in (keys.config, keys.epoch, keys.heartbeat("odd"), keys.config_problems, keys.command("x")):
            self.redis.set(key, odd.raw({"at_ms": 1, "version": 1}, self.random))
            self.inputs["strings"] += 1
        for field in ("epoch", "seq", "at_ms"):
            self.redis.hset(self.keys.mirror_meta, field, odd.damaged(b"123456", self.random))
            self.inputs["strings"] += 1
        self.redis.hset(self.keys.session("odd"), mapping={"id": "x", "csrf": "x", "created_ms": "²", "role": "x"})

    def files(self, count: int) -> None:
        fallback = Path(self.stack.settings.recordings_dir) / "fallback"
        fallback.mkdir(parents=True, exist_ok=True)
        with (fallback / "calls.jsonl").open("ab") as out:
            for _ in range(count):
                out.write(odd.raw(borders.LINE, self.random).replace(b"\n", b"") + b"\n")
                self.inputs["fallback"] += 1
        flows = Path(self.stack.settings.flows_dir)
        good = (flows / "bye.yaml").read_bytes()
        for number in range(20):
            (flows / f"odd-{number}.yaml").write_bytes(odd.damaged(good, self.random))
            self.inputs["flows"] += 1

    def tables(self, count: int) -> None:
        """Columns of the books and of the configuration, as a hand that writes SQL could."""
        changes = (
            "UPDATE segments SET detail = :text WHERE fact_id = :fact",
            "UPDATE calls SET data = :text WHERE fact_id = :fact",
            "UPDATE agent_queues SET level = :value",
            "UPDATE queues SET offer_failed = :text",
            "UPDATE agent_queues SET level = 1",
            "UPDATE queues SET offer_failed = '{}'",
        )
        facts = [row["fact_id"] for row in self.rows("SELECT fact_id FROM segments LIMIT 200")] or ["none"]
        for number in range(count):
            text = odd.raw({"queued_ms": 1}, self.random).decode("utf-8", "replace")
            value = self.random.choice(("abc", -5, 2**40, None, 1.5))
            fact = self.random.choice(facts)
            values = {"text": text, "value": value, "fact": fact}
            statement = changes[number % len(changes)]
            try:
                with self.database.begin() as connection:
                    connection.exec_driver_sql(statement, {k: v for k, v in values.items() if f":{k}" in statement})
                self.inputs["tables"] += 1
            except Exception:  # noqa: BLE001, S112 - the database itself refuses it: no input
                continue

    # ------------------------------------------------------------ who still works

    def readers(self) -> None:
        for arguments in READERS:
            world = World(environ=self.stack.environ, lang="en")
            result = CliRunner().invoke(cli, list(arguments), obj=world)
            self.inputs["readers"] += 1
            if (result.exception and not isinstance(result.exception, SystemExit)) or "defect" in result.output:
                self.deaths.append(f"cti {' '.join(arguments)}: {result.exception!r} {result.output[-300:]}")

    def restart_daemon(self) -> None:
        """Over odd mirrors and files: it must lead again."""
        data = self.stack.data
        self.stack.kill("daemon")
        self.hashes(40)
        for file, sample in ((data / "epoch", b"4096"), (data / "config.json", b"{}"), (data / "facts.journal", b'{"id":"a"}\n')):
            file.write_bytes(odd.damaged(sample, self.random))
            self.inputs["files"] += 1
        twin = data / "mirror.jsonl"
        if twin.exists():
            twin.write_bytes(odd.damaged(twin.read_bytes(), self.random))
            self.inputs["files"] += 1
        self.redis.delete(self.keys.config)  # the worker publishes it again
        wait_until(lambda: self.redis.exists(self.keys.config), 30)
        self.stack.spawn("daemon")

    def works(self, when: str) -> None:
        """Each process does its work; what does not is a death."""
        for name, process in self.stack.processes.items():
            if process.poll() is not None:
                self.deaths.append(f"{when}: {name} ended with {process.poll()}")
                self.stack.spawn(name)
        ask = CommandClient(self.redis, self.keys, process_name("soak"))
        checks: tuple[tuple[str, Callable[[], bool]], ...] = (
            ("daemon answers", lambda: ask.send(Ping(), "system:soak") is not None),
            ("worker stores", lambda: self.redis.xlen(self.keys.facts) == 0),
            ("web is fit", lambda: requests.get(f"{self.stack.settings.url}/healthz", timeout=5).status_code == 200),
        )
        for what, check in checks:
            if not wait_until(check, WORKS_WITHIN_S):
                self.deaths.append(f"{when}: not within {WORKS_WITHIN_S:.0f} s: {what}")
        ask.close()

    def defects(self) -> int:
        beats = [_json(self.redis.get(key)) for key in self.redis.scan_iter(match=self.keys.heartbeat("*"))]
        return sum(digits(str(beat.get("errors"))) for beat in beats)


def _json(raw: bytes | None) -> dict[str, Any]:
    """{} for what is no JSON object."""
    with contextlib.suppress(BadInput):
        return document(raw or b"")
    return {}


def wait_until(ready: Callable[[], object], within_s: float) -> bool:
    """Whether ``ready()`` became true in time; what it raises while somebody is away is no."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        with contextlib.suppress(CtiError, OSError, ValueError, redis.RedisError):
            if ready():
                return True
        time.sleep(0.1)
    return False


def soak(options: argparse.Namespace) -> dict[str, Any]:
    """The last line's object."""
    started = time.monotonic()
    rng = random.Random(options.seed)  # noqa: S311 - chance, not secrets
    found = borders.fuzz(rng, options.borders)
    print(f"borders: {found.inputs} inputs, {len(found.broken)} broke a reader", flush=True)
    with tempfile.TemporaryDirectory(prefix="cti-hostile-") as folder:
        floor = Hostile(Path(folder), options)
        floor.deaths += found.broken
        try:
            floor.start()
            floor.api("sim callers on")
            for number in range(options.rounds):
                assert floor.liar is not None
                floor.liar.rate = 0.6
                for _ in range(options.turns):
                    floor.streams(options.entries)
                    floor.hashes(options.entries // 20)
                    floor.files(options.entries // 20)
                    floor.tables(60)
                    floor.readers()
                floor.liar.rate = 0.0
                floor.works(f"round {number + 1}")
                floor.restart_daemon()
                floor.works(f"restart {number + 1}")
                print(f"round {number + 1}: {sum(floor.inputs.values())} inputs, deaths {len(floor.deaths)}", flush=True)
            lies = floor.liar.lies if floor.liar else 0
            result = {
                "inputs": found.inputs + sum(floor.inputs.values()) + lies,
                "deaths": len(floor.deaths),
                "defects": floor.defects(),
                "set_aside": found.set_aside + sum(map(int, floor.redis.hvals(floor.keys.set_aside_counts))),
                "rejected_facts": int(floor.redis.xlen(floor.keys.facts_rejected)),
                "by_border": {**floor.inputs, "switch": lies, "readers of bytes": found.inputs},
                "died": floor.deaths[:20],
            }
            if floor.deaths and options.keep:
                for name in floor.stack.processes:
                    Path(options.keep).mkdir(parents=True, exist_ok=True)
                    (Path(options.keep) / f"{name}.log").write_bytes(floor.stack.log(name).read_bytes())
        finally:
            floor.stack.stop()
            if floor.liar:
                floor.liar.close()
    return {**result, "seconds": round(time.monotonic() - started, 1), "seed": options.seed}


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak-hostile", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--borders", type=int, default=60_000, help="inputs to the readers of bytes in this process")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--turns", type=int, default=4, help="a round's turns")
    parser.add_argument("--entries", type=int, default=1_500, help="entries a stream and turn")
    parser.add_argument("--agents", type=int, default=6)
    parser.add_argument("--rate", type=float, default=3.0, help="calls a second")
    parser.add_argument("--keep", default="", help="a folder for the logs when something died")
    return parser.parse_args(given)


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # readers say much here
    result = soak(arguments())
    print(json.dumps(result))
    sys.exit(1 if result["deaths"] else 0)


if __name__ == "__main__":
    main()

"""A CLI in a box: real Redis, mirrors written by hand as the daemon writes them, a clock that stands still."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
import redis
from click.testing import CliRunner, Result

from cti_server.adapters import centre_time
from cti_server.adapters.centre_time import Sign
from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys
from cti_server.adapters.redis_store import connect
from cti_server.events.command_wire import Command, CommandReply, decode_command, encode_reply
from cti_server.events.envelope import Envelope, encode
from cti_server.events.views import MIRROR_FORMAT
from scripts.cti import mirror
from scripts.cti.main import cli
from scripts.cti.world import World

ROOT = Path(__file__).resolve().parents[2]
NOW_MS = 1_795_000_000_000


class StillClock:
    """domain.clock.Clock that moves only when told."""

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self.ms = now_ms

    def now_ms(self) -> int:
        return self.ms


@dataclass
class Box:
    """Runs `cti ...` against one Redis. ``environ`` is all the CLI sees of the environment."""

    url: str
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    clock: StillClock = field(default_factory=StillClock)
    keys: Keys = field(default_factory=lambda: Keys("test"))
    waits: list[float] = field(default_factory=list)
    on_wait: Callable[[int], None] = lambda count: None

    def __post_init__(self) -> None:
        self.client: redis.Redis = connect(self.url)
        config = self.folder / "cti.toml"
        config.write_text("", encoding="utf-8")
        self.environ = {
            "CTI_CONFIG": str(config),
            "CTI_REDIS_URL": self.url,
            "CTI_TENANT": "test",
            "CTI_DATA_DIR": str(self.folder),
            "CTI_DATABASE_URL": f"sqlite:///{self.folder}/cti.db",
            "LANG": "en_US.UTF-8",
            **self.environ,
        }

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.on_wait(len(self.waits))

    def world(self) -> World:
        return World(environ=self.environ, clock=self.clock, wait=self._wait)

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        """One run; a traceback fails the test."""
        result = CliRunner().invoke(cli, list(arguments), obj=self.world(), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def process(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """One run as a process of its own, by the real clock: for commands with threads."""
        environ = {"PATH": os.environ["PATH"], **self.environ}
        command = [sys.executable, "-m", "scripts.cti.main", *arguments]
        return subprocess.run(
            command, env=environ, cwd=ROOT, input=stdin, capture_output=True, text=True, timeout=60, check=False
        )

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """One run with --json; -> the one document."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == code, (result.exit_code, result.stdout, result.stderr)
        return json.loads(result.stdout)

    def mirror(self, kind: str, row_id: str, view: Mapping[str, Any], core: Mapping[str, Any] | None = None) -> None:
        document = {"format": MIRROR_FORMAT, "epoch": 3, "seq": 17, "view": {"id": row_id, **view}, "core": core or {}}
        self.client.hset(self.keys.mirror(kind), row_id, orjson.dumps(document))
        self.client.hset(self.keys.mirror_meta, mapping={"epoch": 3, "seq": 17, "at_ms": self.clock.ms - 500})

    def heartbeat(self, process: str = "daemon", age_ms: int = 200, role: str = "", client: Any = None) -> None:
        document = {"at_ms": self.clock.ms - age_ms, "pid": 4711, "role": role or process}
        (client or self.client).set(self.keys.heartbeat(process), orjson.dumps(document), px=max(1, HEARTBEAT_KEPT_MS - age_ms))

    def event(self, name: str, data: Mapping[str, Any], seq: int = 1, entry_id: str = "*") -> None:
        envelope = Envelope(3, seq, name, self.clock.ms, "daemon-1", data)
        self.client.xadd(self.keys.events, {"e": encode(envelope)}, id=entry_id)


@pytest.fixture
def box(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Box:
    """Redis's clock is the box's too, and a heartbeat is as old as it says."""
    made = Box(redis_url, tmp_path)

    def read_sign(raw: Any, left_ms: Any) -> Sign | None:
        sign = centre_time.read_sign(raw, left_ms)
        at_ms = sign.clock_ms - sign.age_ms if sign else 0
        return replace(sign, age_ms=made.clock.ms - at_ms, clock_ms=made.clock.ms) if sign else None

    for module in (centre_time, mirror):
        monkeypatch.setattr(module, "to_ms", lambda answer: made.clock.ms)
    monkeypatch.setattr(mirror, "read_sign", read_sign)
    monkeypatch.setattr(mirror, "engine_sign", lambda client, keys: (
        read_sign(client.get(keys.heartbeat("daemon")), client.pttl(keys.heartbeat("daemon"))), made.clock.ms))  # fmt: skip
    return made


REFUSED = CommandReply("", False, "no-such-call", "no running call is called 'x'", {"call_id": "x"})


class AnsweringEngine:
    """Lives, and answers each command once: 'x' is no call, 'silent' gets no answer, the rest is done; but for HangupCall it says
    how many it has seen."""

    def __init__(self, box: Box) -> None:
        self.seen: list[Command] = []
        self.says: Mapping[str, Any] = {}  # to DescribeCall
        self._box = box
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        client = connect(self._box.url)
        last: Any = "0"
        while not self._ended.is_set():
            self._box.heartbeat(age_ms=0, client=client)
            found: Any = client.xread({self._box.keys.commands: last}, block=50)
            for entry_id, fields in found[0][1] if found else ():
                last = entry_id
                command = decode_command(fields[b"c"])
                self.seen.append(command)
                data = {} if command.name == "HangupCall" else {"seen": len(self.seen)}
                data = dict(self.says) if command.name == "DescribeCall" else data
                answer = REFUSED if command.args.get("call_id") == "x" else CommandReply("", True, data=data)
                if command.args.get("call_id") != "silent":
                    told = encode_reply(replace(answer, command_id=command.id))
                    client.xadd(self._box.keys.replies(command.reply_to), {"r": told})
        client.close()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(30)


@pytest.fixture
def engine(box: Box) -> Iterator[AnsweringEngine]:
    box.clock.ms = SystemClock().now_ms() + 2000  # the command runs by the real clock: the heartbeat stays fresh
    box.heartbeat(age_ms=0)
    call = {"phase": "connected", "number": "13800000001", "name": "\x1b[31mEve", "agent": "1001"}
    box.mirror("calls", "3-17", {**call, "arrived_ms": box.clock.ms - 65_000})
    made = AnsweringEngine(box)
    yield made
    made.stop()

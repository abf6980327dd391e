"""A busy floor for fault tests: simulated switch, daemon, worker, real Redis, SQLite, agents logged in and ready."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
import yaml

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.keys import Keys
from cti_server.adapters.sql.database import migrate
from cti_server.domain.config import AgentConfig, CentreConfig, QueueConfig, ServiceNumberConfig, TeamConfig
from cti_server.features.publication.delivery import put_config
from scripts.stack import Stack

SERVICE = "95598"


class Floor:
    """``agents`` people with extensions 2001.., one queue behind SERVICE, phones that answer at once."""

    def __init__(self, stack: Stack, agents: int) -> None:
        self.stack = stack
        self.keys = Keys("main")
        self.extensions = [str(2001 + n) for n in range(agents)]
        stack.start_redis()
        self.redis = stack.client
        migrate(stack.settings.database_url)
        put_config(self.redis, self.keys, self._config())
        stack.start_simulator(str(self._scenario()))
        stack.spawn("worker")
        self.start_daemon()
        self.reach_switch()
        self.commands = CommandClient(self.redis, self.keys, process_name("test"))
        stack.hire(self.extensions)
        self.database = sqlalchemy.create_engine(stack.settings.database_url)

    def _config(self) -> CentreConfig:
        people = {e: AgentConfig(e, f"Agent {e}", e, "east", {"repair": 1}) for e in self.extensions}
        queue = QueueConfig("repair", "Repair", wrap_up_s=2)
        recordings = self.stack.environ["CTI_RECORDINGS_DIR"]
        return CentreConfig(
            1, "main", people, {"east": TeamConfig("east", "East")}, {"repair": queue},
            {SERVICE: ServiceNumberConfig(SERVICE, "Line", "", "repair")}, recordings_dir=recordings,
        )  # fmt: skip

    def _scenario(self) -> Path:
        phones = {"extensions": f"{self.extensions[0]}-{self.extensions[-1]}", "modes": "auto", "answer_after_s": 0}
        path = self.stack.data / "scenario.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {"name": "faults", "recordings": "sparse", "phones": [phones], "callers": {"hangup_by_caller": 1.0}}
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    # ------------------------------------------------------------ acting

    def reach_switch(self) -> None:
        """A console of our own; again after the switch has died."""
        self.console = self.stack.console()

    def start_daemon(self) -> None:
        before = self.epoch()
        self.stack.spawn("daemon")
        switches = self.keys.mirror("switches")
        self.stack.wait("the daemon leads", lambda: self.epoch() > before and self.redis.hexists(switches, "main"))

    def call(self, number: str, talk_s: float = 600, patience_s: float = 600) -> str:
        answer = self.console.api(f"sim call NUMBER={number} SERVICE={SERVICE} TALK_S={talk_s} PATIENCE_S={patience_s}")
        assert answer.startswith("+OK"), answer
        return answer.split()[1]

    def hang_up(self, caller_leg: str) -> None:
        assert self.console.api(f"sim caller {caller_leg} hangup").startswith("+OK")

    # ------------------------------------------------------------ looking

    def epoch(self) -> int:
        return int(self.redis.hget(self.keys.mirror_meta, "epoch") or 0)

    def views(self, kind: str, **wanted: Any) -> list[dict[str, Any]]:
        rows = [json.loads(raw)["view"] for raw in self.redis.hvals(self.keys.mirror(kind))]
        return [row for row in rows if all(row[k] == v for k, v in wanted.items())]

    def calls(self, **wanted: Any) -> dict[str, dict[str, Any]]:
        """number -> view."""
        return {row["number"]: row for row in self.views("calls", **wanted)}

    def agents(self, **wanted: Any) -> list[dict[str, Any]]:
        return self.views("agents", **wanted)

    def stats(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.console.api("sim stats"))
        return found

    def rows(self, statement: str) -> list[dict[str, Any]]:
        with self.database.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(sqlalchemy.text(statement))]

    def booked(self, count: int) -> bool:
        """So many calls are in the books, and everything else that was said about them."""
        return len(self.rows("SELECT id FROM calls")) >= count and not self.redis.xlen(self.keys.facts)

    def wait(self, what: str, ready: Any, within_s: float = 30) -> None:
        self.stack.wait(what, ready, within_s)


@contextmanager
def floor(folder: Path, agents: int) -> Iterator[Floor]:
    stack = Stack({"CTI_DATA_DIR": str(folder), "CTI_LOG_LEVEL": "INFO"})
    try:
        yield Floor(stack, agents)
    finally:
        stack.stop()

"""A whole daemon on a real switch, with phones that answer by themselves, and the wire between the two in the test's hands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.adapters.sql.database import migrate
from cti_server.domain.config import (
    AgentConfig,
    CentreConfig,
    ClassOfService,
    QueueConfig,
    ServiceNumberConfig,
    ShortNumber,
    TeamConfig,
    TrunkConfig,
    TrunkGroup,
)
from cti_server.events.commands import LoginAgent, ReadyAgent
from cti_server.features.publication.delivery import put_config
from scripts.stack import Stack, free_ports
from tests.fixtures_switch import PrivateSwitch, freeswitch_binary

AGENTS = ("1001", "1002")
NUMBER = "95598"


def two_agents(recordings: str) -> CentreConfig:
    """Behind one number; they may call what is in the country."""
    granted = ClassOfService("inland", "Inland", ("national",), ("national",), per_minute=100, trunk_group="first")
    people = {e: AgentConfig(e, f"Agent {e}", e, "east", {"repair": 1}, "inland") for e in AGENTS}
    return CentreConfig(
        1, "main", people, {"east": TeamConfig("east", "East")}, {"repair": QueueConfig("repair", "Repair", wrap_up_s=1)},
        {NUMBER: ServiceNumberConfig(NUMBER, "Line", "", "repair")}, recordings_dir=recordings,
        classes_of_service={"inland": granted},
        trunks={
            "nowhere": TrunkConfig("nowhere", "nowhere", position=2, group="first"),  # the switch has no such gateway
            "carrier": TrunkConfig("carrier", "carrier", caller_id=NUMBER, group="then"),
        },
        trunk_groups={"first": TrunkGroup("first", "First", "then"), "then": TrunkGroup("then", "Then")},
        short_numbers={"81": ShortNumber("81", "A customer", "139-0013-9000")},
    )  # fmt: skip


class Floor:
    def __init__(self, switch: PrivateSwitch, stack: Stack, config: CentreConfig) -> None:
        self.switch, self.stack = switch, stack
        self.wire_port = free_ports(1)[0]
        self.mend()
        stack.start_redis()
        stack.environ["CTI_SWITCHES"] = f"main=esl://127.0.0.1:{self.wire_port}"
        stack.environ["CTI_ESL_PASSWORD"] = switch.password
        self.redis: Any = connect(stack.environ["CTI_REDIS_URL"])
        self.keys = Keys("main")
        migrate(stack.settings.database_url)
        put_config(self.redis, self.keys, config)
        stack.spawn("worker", "cti_server.worker.main")
        stack.spawn("daemon", "cti_server.daemon.main")
        self.commands = CommandClient(self.redis, self.keys, process_name("test"))
        self.phones()
        stack.wait("the daemon", lambda: self.views("switches", linked=True))
        for agent in config.agents:
            for wish in (LoginAgent(agent_id=agent), ReadyAgent(agent_id=agent)):
                self.commands.post(wish, f"agent:{agent}")
        stack.wait("agents ready", lambda: len(self.views("agents", status="ready", phone_registered=True)) == len(config.agents))
        self.database = sqlalchemy.create_engine(stack.settings.database_url)

    def phones(self) -> None:
        """One that answers by itself for each agent."""
        for extension in AGENTS:
            port = free_ports(1)[0]
            self.switch.register(extension, port)
            self.switch.phone(port)

    def mend(self) -> None:
        self.stack.spawn("wire", "tests.e2e.wire", str(self.wire_port), str(self.switch.esl_port))

    def cut(self) -> None:
        self.stack.kill("wire")

    def views(self, kind: str, **wanted: Any) -> list[dict[str, Any]]:
        rows = [json.loads(raw)["view"] for raw in self.redis.hvals(self.keys.mirror(kind))]
        return [row for row in rows if all(row[k] == v for k, v in wanted.items())]

    def call(self, caller: str, phase: str) -> dict[str, Any]:
        """A caller dials the number; the call's view when it is in ``phase``."""
        self.switch.call(NUMBER, caller=caller)
        self.stack.wait(f"{caller} is {phase}", lambda: self.views("calls", number=caller, phase=phase), 60)
        return self.views("calls", number=caller)[0]

    def rows(self, statement: str) -> list[dict[str, Any]]:
        with self.database.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(sqlalchemy.text(statement))]


@contextmanager
def floor(
    folder: Path, off_hook: tuple[str, ...] = (), change: Callable[[CentreConfig], CentreConfig] | None = None, **queue: Any
) -> Iterator[Floor]:
    """``off_hook``: the phones of these agents stay so; ``queue``: settings of the one queue; ``change``: anything else."""
    switch = PrivateSwitch(freeswitch_binary())
    switch.daemon_alive = False
    stack = Stack({"CTI_DATA_DIR": str(folder)})
    try:
        config = two_agents(str(switch.recordings))
        people = {key: replace(agent, off_hook=key in off_hook) for key, agent in config.agents.items()}
        queues = {name: replace(one, **queue) for name, one in config.queues.items()}
        config = replace(config, agents=people, queues=queues)
        yield Floor(switch, stack, change(config) if change else config)
    finally:
        stack.stop()
        switch.stop()
        shutil.rmtree(switch.folder, ignore_errors=True)


def caller_leg(view: dict[str, Any]) -> str:
    return next(str(leg["id"]) for leg in view["legs"] if leg["party"] == "customer")

"""A real switch whose event socket is out of reach for a moment: people talk on, and what happened meanwhile is settled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy

from cti_server.adapters.command_client import CommandClient, process_name
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.adapters.sql.database import migrate
from cti_server.domain.config import AgentConfig, CentreConfig, QueueConfig, ServiceNumberConfig, TeamConfig
from cti_server.events.commands import LoginAgent, ReadyAgent
from cti_server.features.centre.publisher import put_config
from scripts.stack import Stack, free_ports
from tests.fixtures_switch import PrivateSwitch, freeswitch_binary

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.long]

AGENTS = ("1001", "1002")
NUMBER = "95598"


class Floor:
    def __init__(self, switch: PrivateSwitch, stack: Stack) -> None:
        self.switch, self.stack = switch, stack
        self.wire_port = free_ports(1)[0]
        self.mend()
        stack.start_redis()
        stack.environ["CTI_SWITCHES"] = f"main=esl://127.0.0.1:{self.wire_port}"
        stack.environ["CTI_ESL_PASSWORD"] = switch.password
        self.redis: Any = connect(stack.environ["CTI_REDIS_URL"])
        self.keys = Keys("main")
        migrate(stack.settings.database_url)
        people = {e: AgentConfig(e, f"Agent {e}", e, "east", {"repair": 1}) for e in AGENTS}
        config = CentreConfig(
            1, "main", people, {"east": TeamConfig("east", "East")}, {"repair": QueueConfig("repair", "Repair", wrap_up_s=1)},
            {NUMBER: ServiceNumberConfig(NUMBER, "Line", "", "repair")}, recordings_dir=str(switch.recordings),
        )  # fmt: skip
        put_config(self.redis, self.keys, config)
        stack.spawn("worker", "cti_server.worker.main")
        stack.spawn("daemon", "cti_server.daemon.main")
        for extension in AGENTS:
            port = free_ports(1)[0]
            switch.register(extension, port)
            switch.phone(port)
        self.commands = CommandClient(self.redis, self.keys, process_name("test"))
        stack.wait("the daemon", lambda: self.views("switches", linked=True))
        for extension in AGENTS:
            for wish in (LoginAgent(agent_id=extension), ReadyAgent(agent_id=extension)):
                self.commands.post(wish, f"agent:{extension}")
        stack.wait("agents ready", lambda: len(self.views("agents", status="ready", phone_registered=True)) == len(AGENTS))
        self.database = sqlalchemy.create_engine(stack.settings.database_url)

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
        self.stack.wait(f"{caller} is {phase}", lambda: self.views("calls", number=caller, phase=phase), 20)
        return self.views("calls", number=caller)[0]

    def rows(self, statement: str) -> list[dict[str, Any]]:
        with self.database.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(sqlalchemy.text(statement))]


@pytest.fixture
def floor(tmp_path: Any) -> Iterator[Floor]:
    switch = PrivateSwitch(freeswitch_binary())
    switch.daemon_alive = False
    stack = Stack({"CTI_DATA_DIR": str(tmp_path)})
    try:
        yield Floor(switch, stack)
    finally:
        stack.stop()
        switch.stop()
        shutil.rmtree(switch.folder, ignore_errors=True)


def caller_leg(view: dict[str, Any]) -> str:
    return next(str(leg["id"]) for leg in view["legs"] if leg["party"] == "customer")


def test_a_link_that_breaks_under_calls(floor: Floor) -> None:
    stays, ends = floor.call("13900000001", "connected"), floor.call("13900000002", "connected")
    waits = floor.call("13900000003", "queued")
    freed = ends["agent"]
    floor.cut()
    floor.stack.wait("the daemon notices", lambda: floor.views("switches", linked=False))
    floor.switch.api(f"uuid_kill {caller_leg(ends)}")
    floor.switch.wait(lambda: len(floor.switch.channels()) == 3, 10, "the end that nobody hears")
    assert floor.switch.bridged(caller_leg(stays), next(leg["id"] for leg in stays["legs"] if leg["party"] == "agent"))
    floor.mend()
    floor.stack.wait("the link is back", lambda: floor.views("switches", linked=True), 20)

    floor.stack.wait("who waited has the freed agent", lambda: floor.views("calls", id=waits["id"], phase="connected"), 20)
    assert floor.views("calls", id=waits["id"])[0]["agent"] == freed
    (now,) = floor.views("calls", id=stays["id"])
    assert (now["agent"], now["phase"], now["connected_ms"]) == (stays["agent"], "connected", stays["connected_ms"])
    floor.stack.wait("the books", lambda: floor.rows("SELECT id FROM calls"))
    (row,) = floor.rows("SELECT * FROM calls")
    assert (row["number"], row["outcome"], bool(row["estimated"])) == ("13900000002", "answered", True)
    for view in (stays, waits):
        floor.switch.api(f"uuid_kill {caller_leg(view)}")
    floor.stack.wait("all in the books", lambda: len(floor.rows("SELECT id FROM calls")) == 3)
    floor.switch.wait(lambda: floor.switch.channels() == [], 10, "no channel is left")

"""A caller waits in two queues at once on a real switch: the agent of either who is ready first has the call, also when
the daemon was killed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cti_server.domain.config import CentreConfig, NotReadyReason, QueueConfig, ServiceNumberConfig
from cti_server.events.commands import Arguments, PauseAgent, ReadyAgent
from tests.e2e.floor import AGENTS, NUMBER, Floor, caller_leg
from tests.e2e.floor import floor as a_floor

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("operations")]

BOTH = {
    "name": "both",
    "version": 1,
    "start": "wait",
    "nodes": {"wait": {"type": "queue", "queue": "repair", "also": ["sales"]}},
}


def both(config: CentreConfig) -> CentreConfig:
    """1001 is of repair, 1002 of sales; who calls waits in repair, and in sales, too."""
    people = {
        key: replace(one, queues={queue: 1}) for (key, one), queue in zip(config.agents.items(), ("repair", "sales"), strict=True)
    }
    queues = {**config.queues, "sales": QueueConfig("sales", "Sales", wrap_up_s=1)}
    numbers = {NUMBER: ServiceNumberConfig(NUMBER, "Line", "both", "repair")}
    return replace(
        config,
        agents=people,
        queues=queues,
        service_numbers=numbers,
        flows={"both": BOTH},
        not_ready_reasons=(NotReadyReason("lunch", {}),),
    )


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("several")), change=both) as found:
        yield found


def post(floor: Floor, agent: str, wish: Arguments) -> None:
    floor.commands.post(wish, f"agent:{agent}")


@pytest.mark.parametrize(
    ("agent", "queue", "killed"), [("1001", "repair", False), ("1002", "sales", False), ("1002", "sales", True)]
)
def test_who_is_ready_first_has_the_caller(floor: Floor, agent: str, queue: str, killed: bool) -> None:
    stack, switch = floor.stack, floor.switch
    for one in AGENTS:
        stack.wait("nobody is in a call", lambda one=one: floor.views("agents", id=one, state="idle"), 30)
        post(floor, one, PauseAgent(agent_id=one, reason="lunch"))
    stack.wait("all have a break", lambda: len(floor.views("agents", status="not_ready")) == len(AGENTS), 10)
    view = floor.call(f"1380000{agent}{killed:d}", "queued")
    assert (view["queue"], view["also"]) == ("repair", ["sales"])
    switch.wait(lambda: "also=sales" in switch.get(caller_leg(view), "cti_want"), 10, "the channel says it, too")
    if killed:
        stack.kill("daemon")
        stack.spawn("daemon", "cti_server.daemon.main")
    post(floor, agent, ReadyAgent(agent_id=agent))
    stack.wait("they talk", lambda: floor.views("calls", id=view["id"], phase="connected"), 60)
    (talks,) = floor.views("calls", id=view["id"])
    assert (talks["agent"], talks["queue"], talks["also"]) == (agent, queue, [])
    legs = {leg["agent"] or "C": leg["id"] for leg in talks["legs"]}
    assert switch.bridged(legs["C"], legs[agent])
    switch.wait(lambda: switch.get(legs["C"], "cti_queue") == queue, 5, "the queue that answered")
    switch.wait(lambda: "also" not in switch.get(legs["C"], "cti_want"), 5, "no further queue")
    switch.api("hupall")
    stack.wait("the books", lambda: floor.rows(f"SELECT id FROM calls WHERE call_id = '{view['id']}'"), 20)
    rows = floor.rows(f"SELECT queue, outcome FROM segments WHERE call_id = '{view['id']}' AND segment = 'queue'")
    booked = {row["queue"]: row["outcome"] for row in rows}
    assert booked == ({"repair": "answered"} if queue == "repair" else {"repair": "overflowed", "sales": "answered"})

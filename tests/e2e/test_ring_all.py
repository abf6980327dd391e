"""Two phones are rung at once on a real switch and answer in the same moment: one has the caller, the other is let go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.floor import AGENTS, Floor
from tests.e2e.floor import floor as a_floor

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("operations")]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("ring-all")), ring_at_once=2) as found:
        yield found


@pytest.mark.parametrize("turn", range(4))
def test_one_has_the_caller(floor: Floor, turn: int) -> None:
    floor.stack.wait("both are idle", lambda: len(floor.views("agents", state="idle", status="ready")) == len(AGENTS), 30)
    view = floor.call(f"1380000000{turn}", "connected")
    legs = {leg["agent"] or "C": leg["id"] for leg in view["legs"] if leg["state"] == "connected"}
    assert floor.switch.bridged(legs["C"], legs[view["agent"]])
    other = next(agent for agent in AGENTS if agent != view["agent"])
    floor.stack.wait("the other is idle", lambda: floor.views("agents", id=other, state="idle", status="ready"), 10)
    floor.switch.wait(lambda: len(floor.switch.channels()) == 2, 10, "the other leg ends")
    floor.switch.api("hupall")
    floor.stack.wait("the books", lambda: floor.rows(f"SELECT id FROM calls WHERE call_id = '{view['id']}'"), 20)
    rows = floor.rows(f"SELECT agent, outcome FROM segments WHERE call_id = '{view['id']}' AND segment = 'offer'")
    assert {row["agent"]: row["outcome"] for row in rows} == {view["agent"]: "answered", other: "withdrawn"}

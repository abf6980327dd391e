"""A real switch whose event socket is out of reach for a moment: people talk on, and what happened meanwhile is settled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.floor import Floor, caller_leg
from tests.e2e.floor import floor as a_floor

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.long]


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Floor]:
    with a_floor(tmp_path) as found:
        yield found


def test_a_link_that_breaks_under_calls(floor: Floor) -> None:
    stays, ends = floor.call("13900000001", "connected"), floor.call("13900000002", "connected")
    waits = floor.call("13900000003", "queued")
    freed = ends["agent"]
    floor.cut()
    floor.stack.wait("the daemon notices", lambda: floor.views("switches", linked=False))
    floor.switch.api(f"uuid_kill {caller_leg(ends)}")
    floor.switch.wait(lambda: len(floor.switch.channels()) == 4, 10, "the end that nobody hears")
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

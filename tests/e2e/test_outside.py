"""Calls to the outside on a real switch, by a trunk behind which SIPp answers or refuses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from cti_server.errors import WrongState
from cti_server.events.commands import (
    AddNumber,
    CompleteTransfer,
    ConsultNumber,
    DialNumber,
    EndWrapUp,
    HangupCall,
    PauseAgent,
    ReadyAgent,
    ReturnToCaller,
    TransferToNumber,
)
from cti_server.events.declare import Arguments
from tests.e2e.floor import Floor
from tests.e2e.floor import floor as a_floor

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("outside")]
FULL = "+8613900139000"


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("floor"))) as found:
        yield found


class Outside:
    """Agent 1001, and a carrier."""

    number = 13700000000

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.soon("the agent is free", lambda: self.state() in ("idle", "wrap_up"))
        if self.state() == "wrap_up":
            with suppress(WrongState):  # it has run out meanwhile
                self.do(EndWrapUp(agent_id="1001"))
        self.id = ""

    def do(self, wish: Arguments) -> dict[str, Any]:
        return self.floor.commands.send(wish, f"agent:{wish.agent_id}")  # type: ignore[attr-defined]

    def state(self) -> str:
        return str(self.floor.views("agents", id="1001")[0]["state"])

    def soon(self, what: str, condition: Any) -> None:
        self.floor.stack.wait(what, condition, 15)

    def lasts(self) -> None:
        """Long enough for a file: the switch throws away what is shorter than 3 s."""
        until = time.monotonic() + 3.5
        self.soon("a while has passed", lambda: time.monotonic() > until)

    def dial(self, number: str = "139-0013-9000") -> None:
        self.id = str(self.do(DialNumber(agent_id="1001", number=number))["call_id"])

    def talks(self) -> None:
        """With a caller of the line."""
        self.do(PauseAgent(agent_id="1002", reason="lunch"))
        self.do(ReadyAgent(agent_id="1001"))
        Outside.number += 1
        self.id = self.floor.call(str(Outside.number), "connected")["id"]

    def legs(self) -> dict[str, str]:
        """party -> leg"""
        views = self.floor.views("calls", id=self.id)
        return {leg["party"]: leg["id"] for leg in views[0]["legs"]} if views else {}

    def together(self, one: str, other: str) -> bool:
        legs = self.legs()
        return one in legs and other in legs and self.floor.switch.bridged(legs[one], legs[other])

    def over(self) -> dict[str, Any]:
        """What the books have of the call when nobody is left."""
        self.soon("the call is over", lambda: not self.floor.views("calls", id=self.id))
        self.floor.switch.wait(lambda: self.floor.switch.channels() == [], 10, "no channel is left")
        self.soon("the books", lambda: self.floor.rows(f"SELECT id FROM calls WHERE call_id = '{self.id}'"))
        (row,) = self.floor.rows(f"SELECT * FROM calls WHERE call_id = '{self.id}'")
        return row

    def ends(self) -> dict[str, Any]:
        self.floor.switch.api("hupall")
        return self.over()


@contextmanager
def carrier(floor: Floor, status: str = "", scenario: str = "phone.xml") -> Iterator[None]:
    """Answers all that comes by the trunk, or refuses it."""
    port = floor.switch.trunk_port
    phone = floor.switch.phone(port, "refusing.xml" if status else scenario, refusal=status)
    try:
        yield
    finally:
        phone.stop()


def test_an_agent_calls_a_customer_by_a_short_number_and_the_next_trunk_group_and_it_is_recorded(floor: Floor) -> None:
    with carrier(floor):
        w = Outside(floor)
        w.dial("81")
        w.soon("they talk", lambda: w.state() == "talking" and w.together("customer", "agent"))
        trunks = {trunk["gateway"]: trunk for trunk in floor.views("trunks")}
        assert (trunks["nowhere"]["failures"], trunks["carrier"]["calls_out"]) == (1, 1)
        assert floor.switch.get(w.legs()["customer"], "origination_caller_id_number") == "95598"
        w.soon("it is recorded", lambda: floor.views("calls", id=w.id)[0]["recording"])
        w.lasts()
        w.do(HangupCall(agent_id="1001"))
        row = w.over()
        assert (row["direction"], row["number"], row["outcome"], row["hung_up_by"]) == ("outbound", FULL, "answered", "agent")
        w.soon("the recording", lambda: floor.rows(f"SELECT id FROM recordings WHERE call_id = '{w.id}'"))
        (file,) = floor.rows(f"SELECT path, problem FROM recordings WHERE call_id = '{w.id}'")
        assert Path(file["path"]).stat().st_size > 44
        kinds = [row["segment"] for row in floor.rows(f"SELECT segment FROM segments WHERE call_id = '{w.id}'")]
        assert {"dial", "talk"} <= set(kinds)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("486", "busy"), ("404", "no-such-number"), ("603", "rejected"), ("503", "no-line")],
)
def test_who_is_not_reached_is_booked_with_the_reason_and_the_agent_is_free(floor: Floor, status: str, outcome: str) -> None:
    with carrier(floor, status):
        w = Outside(floor)
        w.dial()
        assert w.over()["outcome"] == outcome
        w.soon("free", lambda: w.state() == "idle")


def test_it_is_called_off_while_it_rings(floor: Floor) -> None:
    with carrier(floor, scenario="ringing_phone.xml"):
        w = Outside(floor)
        w.dial()
        w.soon("it rings", lambda: w.state() == "dialing" and len(floor.switch.channels()) == 2)
        w.do(HangupCall(agent_id="1001"))
        assert w.over()["outcome"] == "cancelled"


def test_a_number_is_asked_comes_in_and_gets_the_customer(floor: Floor) -> None:
    with carrier(floor):
        w = Outside(floor)
        w.talks()
        w.do(ConsultNumber(agent_id="1001", number="13900139000"))
        w.soon("they talk", lambda: w.together("agent", "outside"))
        assert w.floor.switch.get(w.legs()["customer"], "current_application_data")
        w.do(ReturnToCaller(agent_id="1001"))
        assert w.together("customer", "agent")
        w.do(AddNumber(agent_id="1001", number="13900139000"))
        w.soon("three talk", lambda: floor.views("calls", id=w.id, phase="conference"))
        w.do(HangupCall(agent_id="1001"))
        w.soon("the agent has left", lambda: "agent" not in w.legs())
        assert w.ends()["outcome"] == "answered"
        w = Outside(floor)
        w.talks()
        w.do(ConsultNumber(agent_id="1001", number="13900139000"))
        w.soon("they talk", lambda: w.together("agent", "outside"))
        w.do(CompleteTransfer(agent_id="1001"))
        w.soon("the customer is there", lambda: w.together("customer", "outside"))
        assert w.ends()["last_agent"] == "1001"


def test_a_customer_is_passed_on_and_comes_back_when_it_is_busy(floor: Floor) -> None:
    with carrier(floor):
        w = Outside(floor)
        w.talks()
        w.do(TransferToNumber(agent_id="1001", number="13900139000"))
        w.soon("the customer is there", lambda: w.together("customer", "outside"))
        w.ends()
    with carrier(floor, "486"):
        w = Outside(floor)
        w.talks()
        w.do(TransferToNumber(agent_id="1001", number="13900139000"))
        w.soon("back", lambda: "outside" not in w.legs() and w.together("customer", "agent") and w.state() == "talking")
        w.ends()

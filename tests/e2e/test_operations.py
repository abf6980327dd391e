"""Asking a colleague and passing calls on, on a real switch: who is bridged with whom, what those hear who are not, and what is
left when anybody hangs up at any step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cti_server.errors import WrongState
from cti_server.events.commands import (
    CompleteTransfer,
    ConsultAgent,
    EndWrapUp,
    HoldCall,
    PauseAgent,
    ReadyAgent,
    ResumeCall,
    ReturnToCaller,
    SwapCalls,
    TransferToAgent,
    TransferToQueue,
)
from cti_server.events.declare import Arguments
from tests.e2e.floor import Floor
from tests.e2e.floor import floor as a_floor

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("operations")]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("floor"))) as found:
        yield found


class Talk:
    """A caller talks with A; B is not ready, which is no hindrance for being asked."""

    number = 13900000000

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        Talk.number += 1
        floor.stack.wait("both are free", lambda: all(self.state(agent) in ("idle", "wrap_up") for agent in ("1001", "1002")), 60)
        for agent in ("1001", "1002"):
            if self.state(agent) == "wrap_up":
                with suppress(WrongState):  # it has run out meanwhile
                    self.do(EndWrapUp(agent_id=agent))
        self.do(PauseAgent(agent_id="1002", reason="lunch"))
        self.do(ReadyAgent(agent_id="1001"))
        self.id = floor.call(str(Talk.number), "connected")["id"]

    def do(self, wish: Arguments) -> dict[str, Any]:
        return self.floor.commands.send(wish, f"agent:{wish.agent_id}")  # type: ignore[attr-defined]

    def state(self, agent: str) -> str:
        return str(self.floor.views("agents", id=agent)[0]["state"])

    def legs(self) -> dict[str, str]:
        """C, 1001, 1002 -> leg."""
        views = self.floor.views("calls", id=self.id)
        return {leg["agent"] or "C": leg["id"] for leg in views[0]["legs"]} if views else {}

    def together(self, one: str, other: str) -> bool:
        """On the switch, and the books know it (a command that comes between the two finds an agent who still rings)."""
        legs = self.legs()
        if one not in legs or other not in legs or not self.floor.switch.bridged(legs[one], legs[other]):
            return False
        return not any(self.state(agent) == "ringing" for agent in (one, other) if agent != "C")

    def hears(self, who: str) -> str:
        """What plays to one who is with nobody."""
        return self.floor.switch.get(self.legs()[who], "current_application_data")

    def soon(self, what: str, condition: Any) -> None:
        self.floor.stack.wait(what, condition, 30)

    def lasts(self) -> None:
        """Long enough for a file: the switch throws away what is shorter than 3 s."""
        until = time.monotonic() + 3.5
        self.soon("a while has passed", lambda: time.monotonic() > until)

    def consult(self) -> None:
        self.do(ConsultAgent(agent_id="1001", colleague_id="1002"))
        self.soon("A and B talk", lambda: self.together("1001", "1002"))

    def ends(self) -> None:
        """Nobody is left."""
        self.floor.switch.api("hupall")
        self.soon("the call is over", lambda: not self.floor.views("calls", id=self.id))
        self.floor.switch.wait(lambda: self.floor.switch.channels() == [], 10, "no channel is left")


def test_there_and_back_and_the_colleague_gets_the_call(floor: Floor) -> None:
    talk = Talk(floor)
    assert talk.together("C", "1001")
    talk.do(HoldCall(agent_id="1001"))
    talk.soon("music", lambda: talk.hears("C"))
    talk.soon("silence that is sent", lambda: "silence_stream" in talk.hears("1001"))
    talk.do(ResumeCall(agent_id="1001"))
    assert talk.together("C", "1001")
    talk.consult()
    talk.soon("both consult", lambda: (talk.state("1001"), talk.state("1002")) == ("consulting", "consulting"))
    assert talk.hears("C")
    talk.do(SwapCalls(agent_id="1001"))
    assert talk.together("C", "1001")
    talk.soon("music for B", lambda: talk.hears("1002"))
    talk.do(SwapCalls(agent_id="1001"))
    assert talk.together("1001", "1002")
    talk.do(ReturnToCaller(agent_id="1001"))
    assert talk.together("C", "1001")
    talk.soon("B is free", lambda: talk.state("1002") == "idle" and "1002" not in talk.legs())
    talk.consult()
    talk.do(CompleteTransfer(agent_id="1001"))
    talk.soon("C and B talk", lambda: talk.together("C", "1002"))
    talk.soon("A has left", lambda: "1001" not in talk.legs())
    talk.ends()
    talk.soon("the books", lambda: floor.rows(f"SELECT id FROM calls WHERE call_id = '{talk.id}'"))
    rows = floor.rows(f"SELECT segment, agent FROM segments WHERE call_id = '{talk.id}' ORDER BY started_ms, ended_ms")
    kinds = [(row["segment"], row["agent"]) for row in rows if row["segment"] in ("talk", "consult", "hold")]
    assert kinds.count(("talk", "1002")) == 1, kinds
    assert ("consult", "1002") in kinds


def test_passed_on_to_a_colleague_and_to_a_queue(floor: Floor) -> None:
    talk = Talk(floor)
    talk.do(TransferToAgent(agent_id="1001", colleague_id="1002"))
    talk.soon("C and B talk", lambda: talk.together("C", "1002"))
    talk.soon("A is free", lambda: talk.state("1001") in ("idle", "wrap_up"))
    talk.do(TransferToQueue(agent_id="1002", queue_id="repair"))
    talk.soon("A has it again", lambda: talk.together("C", "1001"))
    talk.ends()


@pytest.mark.parametrize("who", ["C", "1001", "1002"])
@pytest.mark.parametrize("after", ["consult", "swap", "complete"])
def test_whoever_hangs_up(floor: Floor, who: str, after: str) -> None:
    talk = Talk(floor)
    talk.consult()
    if after == "swap":
        talk.do(SwapCalls(agent_id="1001"))
    legs = talk.legs()
    if after == "complete":
        talk.do(CompleteTransfer(agent_id="1001"))  # and at the same moment
    floor.switch.api(f"uuid_kill {legs[who]}")
    one, other = {"C": ("", ""), "1001": ("C", "1002"), "1002": ("C", "1001")}[who]
    if who == "C":
        talk.soon("nobody is left", lambda: not talk.legs())
    elif (after, who) == ("complete", "1002"):  # the call is over, or nobody had taken it yet: back in its line, for A
        talk.soon("nobody waits in silence", lambda: not talk.legs() or talk.together(one, other))
    else:
        talk.soon("those talk who are left", lambda: set(talk.legs()) == {one, other} and talk.together(one, other))
    talk.ends()

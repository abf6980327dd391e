"""Calls between agents on a real switch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.events.commands import AskCallBack, CallAgent, HangupCall, PauseAgent, ReadyAgent
from tests.e2e.floor import Floor
from tests.e2e.floor import floor as a_floor
from tests.phones import Phone

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("internal")]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("floor"))) as found:
        yield found


def states(floor: Floor) -> tuple[str, ...]:
    return tuple(str(floor.views("agents", id=agent)[0]["state"]) for agent in ("1001", "1002"))


def begins(floor: Floor) -> str:
    floor.stack.wait("both are free", lambda: states(floor) == ("idle", "idle"))
    return str(floor.commands.send(CallAgent(agent_id="1001", colleague_id="1002"), "agent:1001")["call_id"])


def talks(floor: Floor) -> str:
    call = begins(floor)
    floor.stack.wait("they talk", lambda: states(floor) == ("internal", "internal"))
    one, other = (leg["id"] for leg in floor.views("calls", id=call)[0]["legs"])
    assert floor.switch.bridged(one, other)
    return call


def over(floor: Floor, call: str) -> str:
    """The outcome in the books."""
    floor.switch.wait(lambda: floor.switch.channels() == [], 10, "no channel is left")
    floor.stack.wait("the books", lambda: floor.rows(f"SELECT id FROM calls WHERE call_id = '{call}'"))
    assert states(floor) == ("idle", "idle")
    (row,) = floor.rows(f"SELECT direction, outcome FROM calls WHERE call_id = '{call}'")
    assert row["direction"] == "internal"
    return str(row["outcome"])


@pytest.mark.parametrize("who", ["1001", "1002"])
def test_two_agents_talk_and_either_ends_it(floor: Floor, who: str) -> None:
    call = talks(floor)
    floor.commands.send(HangupCall(agent_id=who), f"agent:{who}")
    assert over(floor, call) == "answered"
    rows = floor.rows(f"SELECT agent FROM segments WHERE call_id = '{call}' AND segment = 'internal'")
    assert {row["agent"] for row in rows} == {"1001", "1002"}


def test_it_outlives_a_daemon(floor: Floor) -> None:
    call = talks(floor)
    floor.stack.kill("daemon")
    floor.stack.spawn("daemon", "cti_server.daemon.main")
    floor.stack.wait("the next daemon", lambda: floor.views("switches", linked=True))
    assert states(floor) == ("internal", "internal")
    floor.switch.api("hupall")
    assert over(floor, call) == "answered"


def test_who_waits_for_a_colleague_is_called_back(floor: Floor) -> None:
    floor.stack.wait("both are free", lambda: states(floor) == ("idle", "idle"))
    floor.commands.send(PauseAgent(agent_id="1002", reason="lunch"), "agent:1002")
    floor.commands.send(ReadyAgent(agent_id="1001"), "agent:1001")
    view = floor.call("13900000077", "connected")
    floor.commands.send(AskCallBack(agent_id="1002", colleague_id="1001"), "agent:1002")
    assert floor.views("call_backs", colleague="1001")
    floor.commands.send(HangupCall(call_id=view["id"]), "user:1")
    floor.stack.wait("they talk", lambda: states(floor) == ("internal", "internal"))
    assert not floor.views("call_backs")
    call = floor.views("calls", direction="internal")[0]["id"]
    floor.commands.send(HangupCall(agent_id="1002"), "agent:1002")
    assert over(floor, call) == "answered"


def test_a_colleague_who_is_busy(floor: Floor) -> None:
    with Phone(floor.switch.internal_port, "1002", "phone-secret-1002", answer=486) as phone:
        assert phone.register() == 200
        call = begins(floor)
        phone.rung()
        assert over(floor, call) == "busy"

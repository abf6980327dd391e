"""A phone that stays off hook, on a real switch: it is rung once, every call comes to the same leg, and daemons may die."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.events.commands import EndWrapUp, LogoutAgent, ReadyAgent
from tests.e2e.floor import Floor
from tests.e2e.floor import floor as a_floor
from tests.e2e.test_operations import Talk

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("off-hook")]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("floor")), off_hook=("1001",)) as found:
        found.stack.wait("the phone is off hook", lambda: found.views("agents", id="1001", off_hook=True), 30)
        yield found


def only_leg(floor: Floor) -> str:
    """Of the phone; what the switch lists comes a little later."""
    floor.switch.wait(lambda: len(floor.switch.channels()) == 1, 10, "one channel")
    return floor.switch.channels()[0]["uuid"]


def at_home(floor: Floor, leg: str) -> bool:
    return "silence_stream" in floor.switch.get(leg, "current_application_data") and not floor.switch.get(leg, "bridge_to")


class Shift(Talk):
    def over(self) -> None:
        """The customer hangs up."""
        customer = self.legs()["C"]
        self.lasts()
        self.floor.switch.api(f"uuid_kill {customer}")
        self.soon("the call is over", lambda: not self.floor.views("calls", id=self.id))


def test_every_call_of_the_shift_comes_to_the_same_leg(floor: Floor) -> None:
    persistent = only_leg(floor)
    floor.stack.wait("silence", lambda: at_home(floor, persistent), 10)
    first = Shift(floor)
    assert first.legs()["1001"] == persistent
    first.lasts()  # the recording has begun
    first.consult()
    assert first.together("1001", "1002")
    first.over()
    floor.stack.wait("silence again", lambda: at_home(floor, persistent), 10)
    floor.stack.wait("the books", lambda: floor.rows(f"SELECT id FROM recordings WHERE call_id = '{first.id}'"), 30)
    (file,) = floor.rows(f"SELECT problem FROM recordings WHERE call_id = '{first.id}'")
    assert file["problem"] == ""
    second = Shift(floor)
    assert second.legs()["1001"] == persistent
    second.over()


def test_the_next_daemon_goes_on_with_the_leg(floor: Floor) -> None:
    talk = Shift(floor)
    persistent = talk.legs()["1001"]
    floor.stack.kill("daemon")
    floor.stack.start_daemon()
    talk.soon("they talk on", lambda: talk.together("C", "1001") and floor.views("switches", linked=True))
    talk.over()
    talk.soon("silence", lambda: at_home(floor, persistent))
    floor.stack.kill("daemon")
    until = time.monotonic() + 10
    floor.stack.wait("the watchdog has looked", lambda: time.monotonic() > until, 20)
    assert floor.switch.exists(persistent)
    floor.stack.start_daemon()
    floor.stack.wait("the phone is off hook", lambda: floor.views("agents", id="1001", off_hook=True), 30)
    again = Shift(floor)
    assert again.legs()["1001"] == persistent
    again.over()


def test_the_phone_is_hung_up_and_picked_up_again_and_the_shift_ends(floor: Floor) -> None:
    persistent = only_leg(floor)
    floor.switch.api(f"uuid_kill {persistent}")
    floor.stack.wait("told", lambda: floor.views("agents", id="1001", off_hook=False, status="not_ready", reason="on-hook"), 10)
    for wish in (EndWrapUp(agent_id="1001"), ReadyAgent(agent_id="1001")):
        floor.commands.post(wish, "agent:1001")
    floor.stack.wait("up again", lambda: floor.views("agents", id="1001", off_hook=True, status="ready"), 30)
    floor.switch.wait(lambda: not floor.switch.exists(persistent), 5, "the old one to end")
    assert only_leg(floor) != persistent
    floor.commands.send(LogoutAgent(agent_id="1001"), "agent:1001")
    floor.switch.wait(lambda: floor.switch.channels() == [], 10, "no channel is left")

"""The daemon dies and Redis has lost what it remembered: the next daemon finds on the channels who is wanted with whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.events.commands import JoinCalls, SwapCalls
from cti_server.events.views import KINDS
from tests.e2e.floor import Floor
from tests.e2e.floor import floor as a_floor
from tests.e2e.test_conference import Room

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("forgotten")]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("forgotten"))) as found:
        yield found


def forget(floor: Floor) -> None:
    floor.stack.kill("daemon")
    floor.redis.delete(*(floor.keys.mirror(kind.table) for kind in KINDS.values()))
    floor.stack.start_daemon()
    floor.stack.wait("the daemon", lambda: floor.views("switches", linked=True), 60)


def test_a_consult_and_a_conference_outlive_daemon_and_mirror(floor: Floor) -> None:
    talk = Room(floor)
    talk.consult()
    talk.soon("both consult", lambda: talk.state("1001") == talk.state("1002") == "consulting")
    legs = talk.legs()
    forget(floor)
    talk.soon("they still consult", lambda: talk.state("1001") == talk.state("1002") == "consulting")
    assert talk.legs() == legs
    assert talk.together("1001", "1002")
    talk.soon("music", lambda: talk.hears("C"))
    talk.do(SwapCalls(agent_id="1001"))
    assert talk.together("C", "1001")
    talk.do(SwapCalls(agent_id="1001"))
    talk.do(JoinCalls(agent_id="1001"))
    talk.soon("all in the room", lambda: talk.all_in("C", "1001", "1002"))
    talk.soon("the conference", lambda: floor.views("calls", id=talk.id, phase="conference"))
    forget(floor)
    talk.soon("it goes on", lambda: floor.views("calls", id=talk.id, phase="conference"))
    assert talk.all_in("C", "1001", "1002")
    talk.ends()

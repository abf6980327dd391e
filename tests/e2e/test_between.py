"""A customer is passed on, and while the colleague's phone rings the daemon dies and stays away: the switch's own queue has the
customer, and the next daemon goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.events.commands import TransferToAgent
from tests.e2e.floor import Floor
from tests.e2e.floor import floor as a_floor
from tests.e2e.test_operations import Talk
from tests.phones import Phone

pytestmark = [pytest.mark.switch, pytest.mark.slow, pytest.mark.xdist_group("between")]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with a_floor(Path(tmp_path_factory.mktemp("between"))) as found:
        yield found


def test_nobody_is_cut_off_while_a_colleague_is_rung(floor: Floor) -> None:
    with Phone(floor.switch.internal_port, "1002", "phone-secret-1002", answer=180) as phone:
        assert phone.register() == 200
        talk = Talk(floor)
        customer = talk.legs()["C"]
        talk.lasts()
        talk.do(TransferToAgent(agent_id="1001", colleague_id="1002"))
        phone.rung()
        talk.soon("it says so", lambda: floor.views("calls", id=talk.id, phase="transferring", agent="1002"))
        talk.lasts()  # the customer stands alone, and that is booked
        floor.stack.kill("daemon")
        talk.soon("the watchdog has looked", lambda: floor.switch.get(customer, "cti_phase") == "fallback")
        floor.stack.start_daemon()
        talk.soon("who passed it on has it again", lambda: talk.together("C", "1001"))
        assert talk.legs()["C"] == customer
        talk.ends()
    talk.soon("the books", lambda: floor.rows(f"SELECT id FROM calls WHERE call_id = '{talk.id}'"))
    query = f"SELECT segment, agent FROM segments WHERE call_id = '{talk.id}'"
    told = {("between", ""), ("offer", "1002")}
    talk.soon("its segments", lambda: {(row["segment"], row["agent"]) for row in floor.rows(query)} >= told)

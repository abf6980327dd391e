"""The switch's own queue on a real switch: its agents are the phones that are registered, and nobody who talks is rung."""

from __future__ import annotations

import pytest

from tests.fixtures_switch import PrivateSwitch
from tests.phones import Phone, quiet

pytestmark = [pytest.mark.switch, pytest.mark.long]


def agents(switch: PrivateSwitch) -> dict[str, str]:
    """name -> status."""
    rows = (line.split("|") for line in switch.api("callcenter_config agent list").splitlines())
    return {row[0]: row[5] for row in rows if len(row) > 5 and row[0] != "name"}


def test_the_queue_follows_the_phones_and_rings_none_that_has_a_call(real_switch: PrivateSwitch) -> None:
    def phone(extension: str, **how: int) -> Phone:
        return Phone(real_switch.internal_port, extension, f"phone-secret-{extension}", **how)  # type: ignore[arg-type]

    with phone("1001") as dials, phone("1002") as called, phone("1003") as free, phone("1004") as leaves:
        for one in (dials, called, free, leaves):
            assert one.register() == 200
        real_switch.wait(lambda: set(agents(real_switch)) >= {"1001", "1002", "1003", "1004"}, 12, "the agents")
        assert leaves.register(expires=0) == 200
        real_switch.wait(lambda: "1004" not in agents(real_switch), 12, "the phone that left to be no agent")
        assert dials.dial("*43") == 200
        contact = real_switch.api("sofia_contact */1002@127.0.0.1")
        assert real_switch.api(f"originate {contact} &echo()").startswith("+OK")
        calls = len(called.invites())
        real_switch.daemon_alive = False
        real_switch.wait(lambda: agents(real_switch).get("1002") == "On Break", 15, "the daemon's absence to be noticed")
        assert agents(real_switch)["1001"] == "On Break"
        real_switch.call("95598")
        free.rung()
        assert quiet(dials, 0)
        assert len(called.invites()) == calls
        real_switch.wait(
            lambda: agents(real_switch)["1003"] == "Available", what="an agent in the queue's own call to be left alone"
        )
        real_switch.api("hupall")
        real_switch.wait(lambda: set(agents(real_switch).values()) == {"Available"}, 5, "who hung up to be there again")


def test_a_phone_that_calls_under_another_name_is_itself_on_the_phone(real_switch: PrivateSwitch) -> None:
    """Its channel is called by what it says in From."""
    with (
        Phone(real_switch.internal_port, "1001", "phone-secret-1001") as lies,
        Phone(real_switch.internal_port, "1002", "phone-secret-1002") as free,
    ):
        assert lies.register() == free.register() == 200
        assert lies.dial("*43", user="1002") == 200
        real_switch.daemon_alive = False
        real_switch.wait(lambda: agents(real_switch).get("1001") == "On Break", 15, "who talks to be on break")
        assert agents(real_switch)["1002"] == "Available"

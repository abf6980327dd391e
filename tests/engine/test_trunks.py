"""Trunks: calls in are known by cti_trunk when they park, the ping by what the switch is asked from time to time."""

from __future__ import annotations

from cti_server.domain import switch as sw
from tests.engine.world import NODE, World

TRUNK = f"{NODE}:carrier"


def parked(leg: str, gateway: str) -> sw.LegParked:
    return sw.LegParked(NODE, 0, leg, "inbound", False, "138", "", "4000", "public", gateway, {"cti_phase": "arriving"})


def test_a_call_whose_trunk_is_known_when_it_parks_is_counted_once() -> None:
    w = World()
    w.tell(sw.LegCreated(NODE, 0, "leg-1", "inbound", "138", "", "4000", "public", "external", ""))
    assert w.view("trunks", TRUNK)["calls_in"] == 0
    w.tell(parked("leg-1", "carrier"))
    w.tell(parked("leg-1", "carrier"))
    assert w.view("trunks", TRUNK)["calls_in"] == 1
    w.tell(sw.LegEnded(NODE, 0, "leg-1", "NORMAL_CLEARING", 0, "", True))
    assert w.view("trunks", TRUNK)["calls_in"] == 0


def test_the_ping_is_told_when_it_changes() -> None:
    w = World()
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "NOREG", "UP", 12.5))
    told = w.names().count("trunk.changed")
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "NOREG", "UP", 12.5))
    assert w.names().count("trunk.changed") == told, "nothing is new"
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "NOREG", "UP"))
    assert (w.view("trunks", TRUNK)["ping"], w.view("trunks", TRUNK)["ping_ms"]) == ("UP", 12.5)
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "NOREG", "DOWN"))
    assert (w.view("trunks", TRUNK)["ping"], w.view("trunks", TRUNK)["ping_ms"]) == ("DOWN", 0.0)


def test_calls_in_are_counted_again_after_a_restart_and_a_broken_link() -> None:
    w = World()
    first = w.call()
    w.lose_link()
    second = w.call()
    w.link()
    assert w.view("trunks", TRUNK)["calls_in"] == 2
    w.restart(8)
    assert w.view("trunks", TRUNK)["calls_in"] == 2
    for leg in (first, second):
        w.hang_up(leg)
    assert w.view("trunks", TRUNK)["calls_in"] == 0

"""Trunks: calls in are known by cti_trunk when they park, the ping by what the switch is asked from time to time."""

from __future__ import annotations

from cti_server.domain import switch as sw
from cti_server.domain.config import TrunkConfig
from tests.engine.world import NODE, Channel, World, centre

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


def limited(**limits: int) -> World:
    return World(centre(1, trunks={"carrier": TrunkConfig("carrier", "carrier", **limits)}))


def test_a_call_beyond_the_calls_at_once_is_refused_loudly_and_booked() -> None:
    w = limited(max_calls=2)
    first, second = w.call(), w.call()
    third = w.call()
    assert third not in w.channels
    kill = w.commands[-1]
    assert (type(kill), kill.cause) == (sw.KillLeg, "SWITCH_CONGESTION")  # type: ignore[attr-defined]
    assert {w.the_call(leg)["phase"] for leg in (first, second)} == {"queued"}
    view = w.view("trunks", TRUNK)
    assert (view["calls_in"], view["refused"]) == (2, 1)
    assert "2 at once" in w.view("alarms", f"trunk-limit:{TRUNK}")["text"]
    w.wait(5)
    assert [(c["outcome"], c["hung_up_by"], c["cause"]) for c in w.of_kind("call")] == [("failed", "system", "SWITCH_CONGESTION")]
    w.hang_up(first)
    assert w.the_call(w.call())["phase"] == "queued"


def test_calls_a_second_are_those_of_the_switchs_clock() -> None:
    w = limited(calls_per_s=2)
    legs = [w.call() for _ in range(3)]
    assert [leg in w.channels for leg in legs] == [True, True, False]
    w.wait(1)
    assert w.call() in w.channels
    for n in range(4):  # a second apart on the switch, read in one moment
        event = sw.LegParked(NODE, 5_000 + 1000 * n, f"late-{n}", "inbound", False, "1", "", "4000", "public", "carrier", {})
        w.channels[f"late-{n}"] = Channel(f"late-{n}", "inbound", "4000", "1", "", w.now, parked=True)
        w.tell(event)
    assert w.view("trunks", TRUNK)["refused"] == 1


def test_callers_who_came_while_nobody_looked_are_taken() -> None:
    w = limited(max_calls=2, calls_per_s=1)
    w.silent = True
    legs = [w.call() for _ in range(3)]
    w.restart(8)
    assert all(leg in w.channels for leg in legs)
    assert w.view("trunks", TRUNK)["refused"] == 0

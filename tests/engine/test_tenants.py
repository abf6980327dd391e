"""Two tenants on one switch: each takes its own calls, and touches nothing of the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti_server.domain import switch as sw
from cti_server.domain import tenant
from tests.engine.world import NODE, World, centre

THEIRS = ["main", "south"]


def world(name: str) -> World:
    w = World(replace(centre(), tenant=name))
    w.agent("1001")
    return w


def of_the_other(name: str) -> dict[str, str]:
    return {"cti_tenant": "south"} if name == "main" else {}


def arrives(w: World, variables: dict[str, str], leg: str = "theirs") -> None:
    cti = {"cti_role": "caller", "cti_phase": "arriving", "cti_dialled": "4000", **variables}
    w.tell(sw.LegParked(NODE, 0, leg, "inbound", False, "13800138000", "", "4000", "public", "carrier", cti))


def channel(variables: dict[str, str], leg: str = "theirs", direction: str = "inbound") -> sw.ChannelSnapshot:
    return sw.ChannelSnapshot(NODE, leg, direction, "CS_PARK", True, "", "1", "", "4000", "public", 1, 1, variables)


def touched(w: World, leg: str = "theirs") -> list[object]:
    return [c for c in w.commands if getattr(c, "leg", "") == leg]


@pytest.mark.parametrize("name", THEIRS)
def test_a_call_of_the_other_is_left_alone(name: str) -> None:
    w = world(name)
    arrives(w, of_the_other(name))
    assert w.engine.snapshot()["calls"] == {}
    assert touched(w) == []


@pytest.mark.parametrize("name", THEIRS)
def test_an_own_call_is_taken_and_its_legs_say_whose_they_are(name: str) -> None:
    w = world(name)
    arrives(w, tenant.marks(name))
    assert len(w.engine.snapshot()["calls"]) == 1
    (order,) = [c for c in w.commands if isinstance(c, sw.Originate)]
    assert tenant.is_of(order.variables, name)
    assert ("cti_tenant" in order.variables) == (name != "main")
    told = [c.value for c in w.commands if isinstance(c, sw.SetVariable) and c.name == "cti_tenant"]
    assert told == ([] if name == "main" else ["south"])


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize("role", ["caller", "agent"])
def test_neither_adoption_nor_the_reconciler_touches_what_is_not_ours(name: str, role: str) -> None:
    w = world(name)
    cti = {"cti_call": "9-1", "cti_role": role, "cti_phase": "waiting", **of_the_other(name)}
    cti |= {"cti_agent": "1001"} if role == "agent" else {}
    theirs = channel(cti, direction="outbound" if role == "agent" else "inbound")
    w.snapshot = lambda *_: (theirs,)  # type: ignore[method-assign]
    w.restart(8)
    for _ in range(4):
        w.wait(2)
        w.reconcile()
    assert touched(w) == []
    assert w.engine.snapshot()["calls"] == {}
    assert w.engine.repairs == 0


@pytest.mark.parametrize("name", THEIRS)
def test_a_phone_of_the_other_with_the_same_extension_makes_nobody_busy(name: str) -> None:
    other = "south" if name == "main" else "main"
    for whose, state in ((other, "idle"), (name, "own_call")):
        w = world(name)
        w.tell(sw.LegCreated(NODE, 0, "dials", "inbound", "1001", "", "1002", "agents", "internal", "", {"cti_tenant": whose}))
        assert w.state("1001") == state


@pytest.mark.parametrize("name", ["main", "south"])
def test_the_names_on_the_switch(name: str) -> None:
    assert tenant.named("cti_epoch", name) == {"main": "cti_epoch", "south": "cti_epoch_south"}[name]
    assert tenant.is_of({"cti_tenant": "south"}, name) == (name == "south")
    assert tenant.is_of({}, name) == tenant.is_of({"cti_tenant": "main"}, name) == (name == "main")

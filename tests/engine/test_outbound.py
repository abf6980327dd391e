"""Which trunk takes a call out, and who may dial how much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig, ClassOfService, NumberRule, ServiceNumberConfig, TrunkConfig, TrunkGroup
from cti_server.domain.dialling import Dialled, NumberNotAllowed
from cti_server.domain.outcomes import RESTS_S
from cti_server.engine.calls import outbound
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Node
from cti_server.engine.network import trunks
from cti_server.events.errors import NoTrunk
from tests.engine.world import NODE, World, centre

NATIONAL = Dialled("+8613800138000", "national")
EMERGENCY = Dialled("110", "emergency")


def floor(**configured: dict[str, Any]) -> World:
    """Trunks by name, all up."""
    w = World(centre(1, trunks={name: TrunkConfig(name, name, **more) for name, more in configured.items()}))
    for name in configured:
        w.tell(sw.GatewayChanged(NODE, 0, name, "NOREG", "UP"))
    return w


def core_of(w: World) -> Core:
    return w.engine._core


def chosen(w: World, target: Dialled = NATIONAL, line: str = "") -> list[str]:
    core_of(w).now = w.now
    return [trunk.name for trunk in outbound.choose(core_of(w), Node(NODE), target, "1001", line)]


def take(w: World, name: str, leg: str) -> None:
    core = core_of(w)
    core.now = w.now
    trunks.take(core, core.trunks[f"{NODE}:{name}"], leg)  # type: ignore[index]


def end(w: World, leg: str, cause: str = "NORMAL_CLEARING", status: int = 0) -> None:
    w.tell(sw.LegEnded(NODE, 0, leg, cause, status, "", False))


def test_the_smallest_position_is_first() -> None:
    w = floor(backup={"position": 2}, telco={"position": 1}, last={"position": 9})
    assert chosen(w) == ["telco", "backup", "last"]


def test_trunks_of_one_position_share_by_weight() -> None:
    w = floor(big={"weight": 3}, small={"weight": 1})
    for n in range(40):
        take(w, chosen(w)[0], f"leg-{n}")
    counts = {trunk.name: trunk.calls_out for trunk in core_of(w).trunks.values()}
    assert counts == {"big": 30, "small": 10}


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5))
def test_no_trunk_gets_more_than_its_share(weights: list[int]) -> None:
    w = floor(**{f"t{n}": {"weight": weight} for n, weight in enumerate(weights)})
    for n in range(sum(weights) * 3):
        take(w, chosen(w)[0], f"leg-{n}")
    counts = [trunk.calls_out for trunk in core_of(w).trunks.values()]
    assert counts == [3 * weight for weight in weights]


def test_a_trunk_carries_only_its_kinds() -> None:
    w = floor(cheap={"kinds": ("local", "national")}, world={"kinds": ("international",), "position": 0})
    assert chosen(w) == ["cheap"]
    assert chosen(w, Dialled("+49301234567", "international")) == ["world"]
    with pytest.raises(NoTrunk) as caught:
        chosen(w, Dialled("+881612345678", "premium"))
    assert caught.value.details["trunks"] == {"cheap": "carries no premium numbers", "world": "carries no premium numbers"}


# ---------------------------------------------------------------- groups

GROUPS = {
    "mobile": TrunkGroup("mobile", "Mobile", "fixed"),
    "fixed": TrunkGroup("fixed", "Fixed"),
    "sat": TrunkGroup("sat", "Sat"),
}


def grouped(group: str = "mobile", **changes: Any) -> World:
    """Trunks m1 and m2 of group mobile, f of fixed, which comes after it, one of no group; the agent's calls go by ``group``."""
    trunks_ = {
        "m2": TrunkConfig("m2", "m2", group="mobile", position=2),
        "m1": TrunkConfig("m1", "m1", group="mobile"),
        "f": TrunkConfig("f", "f", group="fixed", position=0),
        "other": TrunkConfig("other", "other", position=0),
    }
    config = centre(1, trunks=trunks_, trunk_groups=GROUPS, classes_of_service={"c": ClassOfService("c", "C", trunk_group=group)})
    agents = {"1001": replace(config.agents["1001"], class_of_service="c")}
    return World(replace(config, agents=agents, **changes))


def test_calls_go_by_the_trunks_of_their_group_then_by_the_next_ones() -> None:
    w = grouped()
    assert chosen(w) == ["m1", "m2", "f"]
    w.tell(sw.GatewayChanged(NODE, 0, "m1", "NOREG", "DOWN"))
    assert chosen(w) == ["m2", "f"]
    take(w, "m2", "leg-1")
    end(w, "leg-1", "GATEWAY_DOWN")
    assert chosen(w) == ["f", "m2"], "one that failed is the last choice"


def test_without_a_group_calls_go_by_every_trunk() -> None:
    assert chosen(grouped("")) == ["f", "other", "m1", "m2"]
    assert chosen(grouped("gone")) == ["f", "other", "m1", "m2"], "as a document that was never checked"


def test_the_number_says_more_than_the_line_and_the_line_more_than_the_agent() -> None:
    lines = {"4000": ServiceNumberConfig("4000", "Sales line", "", "sales", trunk_group="fixed")}
    rules = {"+86": NumberRule("+86", "national", 11, 13), "+8610": NumberRule("+8610", "national", 11, 13, trunk_group="sat")}
    w = grouped(service_numbers=lines, number_rules=rules)
    assert (chosen(w), chosen(w, line="4000")) == (["m1", "m2", "f"], ["f"])
    with pytest.raises(NoTrunk) as caught:
        chosen(w, Dialled("+861062345678", "national"), "4000")
    assert set(caught.value.details["trunks"].values()) == {"is not in group sat"}
    assert "no-way-out:main" in w.engine.snapshot()["alarms"]


def test_an_emergency_takes_its_group_first_but_every_trunk_in_the_end() -> None:
    w = grouped("sat")
    assert chosen(w, EMERGENCY) == ["f", "other", "m1", "m2"]
    w = grouped()
    w.tell(sw.GatewayChanged(NODE, 0, "m1", "NOREG", "DOWN"))
    assert chosen(w, EMERGENCY) == ["m2", "f", "other", "m1"]


def test_a_trunk_shows_its_group_and_another_one_at_once() -> None:
    w = grouped()
    assert (w.view("trunks", f"{NODE}:f")["group"], w.view("trunks", f"{NODE}:other")["group"]) == ("Fixed", "")
    renamed = {**GROUPS, "fixed": replace(GROUPS["fixed"], name="Land lines")}
    w.reconfigure(replace(w.config, version=2, trunk_groups=renamed))
    assert w.view("trunks", f"{NODE}:f")["group"] == "Land lines"


def test_a_trunk_that_is_down_or_full_is_passed_over() -> None:
    w = floor(telco={"max_calls": 2}, backup={"position": 2})
    take(w, "telco", "leg-1")
    w.call()  # it comes in by trunk carrier, which is not here
    assert chosen(w) == ["telco", "backup"]
    take(w, "telco", "leg-2")
    assert chosen(w) == ["backup"]
    w.tell(sw.GatewayChanged(NODE, 0, "backup", "NOREG", "DOWN"))
    with pytest.raises(NoTrunk) as caught:
        chosen(w)
    assert caught.value.details == {"kind": "national", "trunks": {"telco": "carries 2 already", "backup": "is down"}}
    end(w, "leg-1")
    assert chosen(w) == ["telco"]


def test_calls_that_come_in_count_for_what_a_trunk_carries() -> None:
    w = World(centre(1, trunks={"carrier": TrunkConfig("carrier", "carrier", max_calls=2)}))
    w.call()
    assert chosen(w) == ["carrier"]
    take(w, "carrier", "leg-1")
    with pytest.raises(NoTrunk):
        chosen(w)


def test_calls_a_second_are_counted_from_when_they_are_ordered() -> None:
    w = floor(telco={"calls_per_s": 2})
    for n in range(2):
        take(w, "telco", f"leg-{n}")
        end(w, f"leg-{n}")
    with pytest.raises(NoTrunk):
        chosen(w)
    w.wait(1)
    assert chosen(w) == ["telco"]


def test_a_leg_that_was_ordered_is_counted_once() -> None:
    w = floor(telco={})
    take(w, "telco", "leg-1")
    w.tell(sw.LegCreated(NODE, 0, "leg-1", "outbound", "", "", "138", "", "external", "telco"))
    assert w.view("trunks", f"{NODE}:telco")["calls_out"] == 1
    end(w, "leg-1")
    assert w.view("trunks", f"{NODE}:telco")["calls_out"] == 0


@pytest.mark.parametrize("cause", sorted(RESTS_S))
def test_a_trunk_that_failed_rests_for_its_cause_and_is_the_last_choice(cause: str) -> None:
    w = floor(telco={}, backup={"position": 2})
    take(w, "telco", "leg-1")
    end(w, "leg-1", cause)
    assert chosen(w) == ["backup", "telco"]
    view = w.view("trunks", f"{NODE}:telco")
    assert (view["failures"], view["resting_until_ms"]) == (1, w.now + 1000 * RESTS_S[cause])
    w.wait(RESTS_S[cause])
    assert chosen(w) == ["telco", "backup"]


def test_it_rests_longer_the_more_often_it_fails_in_a_row_up_to_a_limit() -> None:
    w = floor(telco={})
    rests = []
    for n in range(8):
        take(w, "telco", f"leg-{n}")
        end(w, f"leg-{n}", "GATEWAY_DOWN")
        rests.append((w.view("trunks", f"{NODE}:telco")["resting_until_ms"] - w.now) // 1000)
    assert rests == [30, 60, 90, 120, 150, 180, 180, 180]
    assert chosen(w) == ["telco"], "better one that rests than none"


@pytest.mark.parametrize(
    ("cause", "status"),
    [("USER_BUSY", 486), ("NORMAL_CLEARING", 200), ("NO_ANSWER", 0), ("UNALLOCATED_NUMBER", 404), ("CALL_REJECTED", 603)],
)
def test_a_far_end_that_says_anything_proves_that_the_trunk_works(cause: str, status: int) -> None:
    w = floor(telco={}, backup={"position": 2})
    for leg in ("leg-1", "leg-2"):
        take(w, "telco", leg)
    end(w, "leg-1", "NETWORK_OUT_OF_ORDER", 502)
    end(w, "leg-2", cause, status)
    assert chosen(w) == ["telco", "backup"]
    assert w.view("trunks", f"{NODE}:telco")["failures"] == 1


@pytest.mark.parametrize("cause", ["ORIGINATOR_CANCEL", "LOST_EVENT"])
def test_a_call_that_was_called_off_proves_nothing(cause: str) -> None:
    w = floor(telco={}, backup={"position": 2})
    for leg in ("leg-1", "leg-2"):
        take(w, "telco", leg)
    end(w, "leg-1", "GATEWAY_DOWN")
    end(w, "leg-2", cause)
    assert chosen(w) == ["backup", "telco"]


def test_a_refusal_by_the_carrier_is_the_trunks_fault_and_one_by_the_person_is_not() -> None:
    w = floor(telco={})
    for leg, status in (("leg-1", 403), ("leg-2", 603)):
        take(w, "telco", leg)
        end(w, leg, "CALL_REJECTED", status)
    assert w.view("trunks", f"{NODE}:telco")["failures"] == 1


def test_an_emergency_takes_any_trunk_the_good_ones_first() -> None:
    w = floor(none={"kinds": (), "position": 0}, full={"max_calls": 1}, down={}, good={"position": 5})
    take(w, "full", "leg-1")
    w.tell(sw.GatewayChanged(NODE, 0, "down", "NOREG", "DOWN"))
    assert chosen(w) == ["good"]
    assert chosen(w, EMERGENCY) == ["good", "none", "down", "full"]


def test_no_trunk_is_told_loudly() -> None:
    w = floor(telco={})
    w.tell(sw.GatewayChanged(NODE, 0, "telco", "NOREG", "DOWN"))
    with pytest.raises(NoTrunk):
        chosen(w)
    assert "telco is down" in core_of(w).alarms[outbound.NO_TRUNK.of(Node(NODE))].text


def test_a_switch_without_trunks_takes_none() -> None:
    w = World(centre(1, trunks={}))
    with pytest.raises(NoTrunk, match="it has none"):
        chosen(w, EMERGENCY)


# ---------------------------------------------------------------- how much


def granted(**limits: int) -> CentreConfig:
    config = centre(2)
    inland = ClassOfService("inland", "Inland", dial=("national",), **limits)
    agents = {key: replace(agent, class_of_service="inland" if key == "1001" else "") for key, agent in config.agents.items()}
    return replace(config, classes_of_service={"inland": inland}, agents=agents)


def permit(w: World, text: str = "13800138000", agent: str = "1001", act: Any = "dial") -> Dialled:
    core = core_of(w)
    core.now = w.now
    return outbound.permit(core, core.agents[agent], act, text)


def test_who_was_not_granted_it_may_not_dial_and_everybody_may_call_for_help() -> None:
    w = World(granted())
    assert permit(w) == NATIONAL
    assert permit(w, "110", agent="1002", act="transfer") == EMERGENCY
    for agent, act in (("1002", "dial"), ("1001", "transfer")):
        with pytest.raises(NumberNotAllowed):
            permit(w, agent=agent, act=act)

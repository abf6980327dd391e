"""Service numbers: greeting, hours, music, and services that are switched while calls run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig, HoursConfig, ServiceConfig, ServiceNumberConfig
from tests.engine.test_ivr import FLOW, last_execute
from tests.engine.world import World, centre

CLOSED = {"name": "closed", "version": 1, "start": "bye", "nodes": {"bye": {"type": "hang_up"}}}
NEVER = HoursConfig("never", "Asia/Shanghai", ((),) * 7)
STORM = ServiceConfig("line", "Line", "east", name_1="normal", flow_1="main", queue_1="sales", name_2="storm", queue_2="repair")


def line(**changes: Any) -> ServiceNumberConfig:
    return replace(ServiceNumberConfig("4000", "Sales line", "main", "sales"), **changes)


def with_line(**changes: Any) -> CentreConfig:
    numbers = {"4000": line(**changes), "4001": ServiceNumberConfig("4001", "Repair line", service="line", priority=2)}
    flows = {"main": FLOW, "closed": CLOSED}
    return replace(centre(), flows=flows, service_numbers=numbers, hours={"never": NEVER}, services={"line": STORM})


def test_a_greeting_comes_before_the_flow_and_keeps_what_is_pressed() -> None:
    w = World(with_line(greeting="hello-there", language="zh"))
    leg = w.call()
    assert last_execute(w).argument.endswith("/zh/hello-there.wav")
    assert (w.the_call(leg)["phase"], w.the_call(leg)["data"]) == ("ivr", {"language": "zh"})
    w.press(leg, "1")
    w.done(leg)
    assert w.channels[leg].variables["cti_flow"] == "main:1:account", "it has answered the menu"
    assert not [c for c in w.commands if isinstance(c, sw.Execute) and c.argument.endswith("/welcome.wav")]


def test_a_greeting_without_a_flow_leads_to_the_line() -> None:
    w = World(with_line(greeting="hello-there", flow="", priority=3))
    leg = w.call()
    assert last_execute(w).argument.endswith("/zh/hello-there.wav")
    w.wait(3)
    w.done(leg)
    assert (w.the_call(leg)["phase"], w.the_call(leg)["queue"], w.the_call(leg)["priority"]) == ("queued", "sales", 3)
    (ivr,) = w.segments("ivr")
    assert ivr["ended_ms"] - ivr["started_ms"] == 3000


@pytest.mark.parametrize("mirror", [True, False])
def test_a_greeting_is_not_heard_twice_after_a_restart(mirror: bool) -> None:
    w = World(with_line(greeting="hello-there"))
    leg = w.call()
    w.restart(8, mirror=mirror)
    assert w.channels[leg].variables["cti_flow"] == "main:1:hello"


def test_who_hangs_up_in_the_greeting_was_in_the_menu() -> None:
    w = World(with_line(greeting="hello-there"))
    w.hang_up(w.call())
    w.wait(6)
    assert [call["outcome"] for call in w.of_kind("call")] == ["ivr"]


def test_outside_the_hours_callers_hear_the_flow_for_it_and_no_greeting() -> None:
    w = World(with_line(greeting="hello-there", hours="never", closed_flow="closed"))
    leg = w.call()
    assert leg not in w.channels
    assert not [c for c in w.commands if isinstance(c, sw.Execute) and c.application == "playback"]


def test_a_number_has_music_of_its_own() -> None:
    w = World(with_line(flow="", music="tone_stream://ring"))
    w.call()
    assert last_execute(w).argument == "tone_stream://ring"


def test_a_service_leads_its_numbers_where_it_is_switched() -> None:
    w = World(with_line(service="line"))
    w.agent("1001", ready=False)
    first, other = w.call("4000"), w.call("4001")
    assert {w.the_call(leg)["phase"] for leg in (first, other)} == {"ivr"}
    assert w.view("services", "line")["active"] == 1
    reply = w.command("SwitchService", issuer="user:1", service_id="line", active=2)
    assert reply is not None
    assert reply.ok
    assert (w.view("services", "line")["active"], w.view("services", "line")["person"]) == (2, "user:1")
    assert w.view("services", "line")["numbers"] == ["4000", "4001"]
    assert w.the_call(first)["phase"] == "ivr", "who is there already stays"
    later = w.call("4001")
    assert (w.the_call(later)["phase"], w.the_call(later)["queue"], w.the_call(later)["priority"]) == ("queued", "repair", 2)
    (audit,) = [one for one in w.of_kind("audit") if one["action"] == "SwitchService"]
    assert (audit["subject"], audit["detail"]) == ("service:line", {"active": 2})


def test_it_stays_switched_over_a_restart_and_a_publication_and_not_without_its_destination() -> None:
    w = World(with_line())
    w.command("SwitchService", service_id="line", active=2)
    w.restart(8)
    w.reconfigure(replace(w.config, version=2))
    assert w.view("services", "line")["active"] == 2
    w.reconfigure(replace(w.config, version=3, services={"line": replace(STORM, queue_2="")}))
    assert w.view("services", "line")["active"] == 1


def test_a_flow_that_is_gone_leaves_the_line_of_the_destination() -> None:
    w = World(replace(with_line(), flows={}))
    w.agent("1001", ready=False)
    assert w.the_call(w.call("4001"))["queue"] == "sales"


@pytest.mark.parametrize(("service", "active", "why"), [("moon", 1, "no-such-service"), ("line", 3, "no-such-destination")])
def test_what_is_not_there_is_refused(service: str, active: int, why: str) -> None:
    w = World(with_line())
    reply = w.command("SwitchService", service_id=service, active=active)
    assert reply is not None
    assert reply.error_id == why

"""Alarms: raised once, seen in the mirror as long as they stand, cleared by the end of their cause or by time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cti_server.domain import switch as sw
from cti_server.domain.config import ServiceNumberConfig
from cti_server.engine.assembly import Engine
from cti_server.engine.books import recording
from cti_server.engine.kernel.messages import Adopt
from cti_server.engine.kernel.state import CallId
from tests.engine.test_ivr import FLOW
from tests.engine.world import NODE, World, centre

TRUNK = "trunk-down:main:carrier"
AWAY = "switch-away:main"


def standing(w: World) -> set[str]:
    """Ids of the alarms in the mirror, which the events must agree with."""
    told: dict[str, Any] = {}
    for event in w.published:
        if event.name == "alarm.raised":
            told[event.data["alarm"]["id"]] = event.data["alarm"]
        elif event.name == "alarm.cleared":
            del told[event.data["alarm"]["id"]]
    rows = {alarm: row["view"] for alarm, row in w.mirror.get("alarms", {}).items()}
    assert rows == told == w.engine.snapshot()["alarms"]
    return set(rows)


def test_a_trunk_that_is_down_until_it_is_up() -> None:
    w = World()
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "FAIL_WAIT", "DOWN"))
    assert standing(w) == {TRUNK}
    view = w.mirror["alarms"][TRUNK]["view"]
    assert (view["severity"], view["kind"], view["subject"]) == ("critical", "trunk", "main:carrier")
    w.wait(7200)
    assert standing(w) == {TRUNK}, "it stands as long as its cause"
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "REGED", "UP"))
    assert standing(w) == set()
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "REGED", "UP"))
    assert w.names().count("alarm.cleared") == 1


def test_a_trunk_that_is_taken_out_of_the_configuration_alarms_nobody() -> None:
    w = World()
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "FAIL_WAIT", "DOWN"))
    w.reconfigure(replace(centre(), version=2, trunks={}))
    assert standing(w) == set()


def test_a_switch_that_is_away_until_it_is_linked() -> None:
    w = World()
    w.lose_link()
    assert standing(w) == {AWAY}
    assert w.mirror["alarms"][AWAY]["view"]["severity"] == "critical"
    w.link()
    assert standing(w) == set()


def test_what_has_no_end_of_its_own_goes_after_an_hour() -> None:
    w = World()
    w.call("9999")
    w.wait(1800)
    w.call("9999")
    assert standing(w) == {"unknown-service-number"}
    w.wait(3599)
    assert standing(w) == {"unknown-service-number"}, "the hour runs from the last time"
    w.wait(2)
    assert standing(w) == set()


def test_good_flows_end_the_alarm_of_the_bad_one() -> None:
    w = World(replace(centre(), flows={"menu": {"nodes": 7}}))
    w.wait(7200)
    assert standing(w) == {"flow-refused"}, "as long as it is bad"
    w.config = replace(centre(), version=2)
    mirror = w.mirror
    w.restart(8)
    assert mirror["alarms"] == {}
    w.reconfigure(replace(centre(), version=3, flows={"menu": {"nodes": 7}}))
    w.reconfigure(replace(centre(), version=4))
    assert standing(w) == set()


def test_alarms_outlive_a_restart_as_long_as_their_cause() -> None:
    w = World()
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "FAIL_WAIT", "DOWN"))
    w.call("9999")
    w.tell(sw.LinkDown(NODE, 0, "reset"))
    w.published.clear()
    w.restart(8)
    assert set(w.mirror["alarms"]) == {TRUNK, "unknown-service-number"}
    assert [e.data["alarm"]["id"] for e in w.published if e.name == "alarm.cleared"] == [AWAY]
    w.published.clear()
    w.wait(3601)
    assert set(w.mirror["alarms"]) == {TRUNK}
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "REGED", "UP"))
    assert w.mirror["alarms"] == {}


def test_a_switch_that_is_away_at_the_start_raises_the_alarm() -> None:
    w = World()

    mirror = {kind: dict(rows) for kind, rows in w.mirror.items()}
    w.engine = Engine(w.config, 8, 1)
    w.published.clear()
    w.give(Adopt(w.now, (), mirror, {}, w.now))
    assert standing(w) == {AWAY}
    assert w.view("switches", NODE)["linked"] is False


def test_a_storm_of_alarms_is_bounded() -> None:
    w = World()
    core = w.engine._core
    w.tell(sw.LinkDown(NODE, 0, "reset"))
    for n in range(600):
        core.alarm(recording.WRONG["missing"], CallId(f"{n}"), "missing")
    w.wait(1)
    found = standing(w)
    assert len(found) == 500
    assert AWAY in found
    assert "recording-missing:599" in found


def test_the_worker_reports_a_recording_whose_file_is_not_there() -> None:
    w = World()
    reply = w.command("ReportRecording", "system:worker", call_id="7-12", problem="missing")
    assert reply is not None
    assert reply.ok
    assert standing(w) == {"recording-missing:7-12"}
    view = w.mirror["alarms"]["recording-missing:7-12"]["view"]
    assert (view["severity"], view["kind"], view["subject"]) == ("major", "recording", "7-12")
    assert w.of_kind("audit") == []
    refused = w.command("ReportRecording", "system:worker", call_id="7-13", problem="odd")
    assert refused is not None
    assert (refused.ok, refused.error_id) == (False, "bad-arguments")
    assert len(standing(w)) == 1


def test_what_was_missing_and_is_configured_now_is_no_alarm_any_more() -> None:
    full = replace(centre(), flows={"main": FLOW})
    lines = {**full.service_numbers, "4002": ServiceNumberConfig("4002", "Menu", "main", "repair")}
    w = World(replace(full, queues={"repair": full.queues["repair"]}, flows={}, service_numbers=lines))
    for number in ("4000", "4002", "5000"):
        w.hang_up(w.call(number))
    missing = {"no-queue:sales", "no-flow:main", "unknown-service-number"}
    assert missing <= standing(w)
    w.reconfigure(replace(full, version=2))
    assert missing & standing(w) == {"unknown-service-number"}
    lines = {**full.service_numbers, "5000": ServiceNumberConfig("5000", "Five", "", "sales")}
    w.reconfigure(replace(full, version=3, service_numbers=lines))
    assert not missing & standing(w)


def test_a_webhook_that_was_switched_off_is_told_until_it_is_on_again() -> None:
    w = World()
    w.command("ReportWebhook", "system:worker", webhook_id="crm", text="HTTP 500")
    assert standing(w) == {"webhook-stopped:crm"}
    assert w.mirror["alarms"]["webhook-stopped:crm"]["view"]["text"] == "HTTP 500"
    w.command("ReportWebhook", "system:worker", webhook_id="crm", text="")
    assert standing(w) == set()

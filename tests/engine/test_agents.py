"""Commands about agents, their phones and pages, and what is written about them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import Disposition
from cti_server.engine.kernel.messages import CommandInput
from tests.engine.world import NODE, World, centre, with_queue


def error(w: World, name: str, **args: object) -> str:
    reply = w.command(name, **args)
    assert reply is not None
    assert not reply.ok
    return reply.error_id


def removals(w: World) -> list[tuple[str, str, str]]:
    told = [event for event in w.published if "removed" in event.data]
    return [(event.name, event.data["removed"]["kind"], event.data["removed"]["id"]) for event in told]


def test_login_ready_pause_logout() -> None:
    w = World()
    w.register("1001")
    assert error(w, "ReadyAgent", agent_id="1001") == "agent-not-logged-in"
    w.command("LoginAgent", agent_id="1001")
    agent = w.view("agents", "1001")
    assert (agent["status"], agent["reason"], agent["state"]) == ("not_ready", "logged-in", "idle")
    assert error(w, "LoginAgent", agent_id="1001") == "already-logged-in"
    w.command("ReadyAgent", agent_id="1001")
    assert w.view("queues", "sales")["agents_ready"] == 1
    assert error(w, "PauseAgent", agent_id="1001", reason="golf") == "no-such-reason"
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    assert w.view("agents", "1001")["reason"] == "lunch"
    assert w.view("queues", "sales")["agents_not_ready"] == 1
    w.command("LogoutAgent", agent_id="1001")
    assert w.view("agents", "1001")["status"] == "logged_out"
    assert w.view("queues", "sales")["agents_not_ready"] == 0


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("Dance", {}, "no-such-command"),
        ("ReadyAgent", {}, "bad-arguments"),
        ("ReadyAgent", {"agent_id": "1001", "x": "y"}, "bad-arguments"),
        ("ReadyAgent", {"agent_id": 7}, "bad-arguments"),
        ("ReadyAgent", {"agent_id": "9"}, "no-such-agent"),
        ("HoldCall", {"agent_id": "1001"}, "wrong-state"),
        ("EndWrapUp", {"agent_id": "1001"}, "wrong-state"),
        ("HangupCall", {}, "bad-arguments"),
        ("HangupCall", {"call_id": "x"}, "no-such-call"),
        ("SetCallData", {"call_id": "x", "data": {}}, "no-such-call"),
        ("SetDisposition", {"agent_id": "1001", "call_id": "x", "code": "sold"}, "no-such-call"),
    ],
)
def test_refusals_change_nothing(name: str, args: dict[str, object], expected: str) -> None:
    w = World()
    w.agent("1001")
    before = w.engine.snapshot()
    reply = w.command(name, **args)
    assert reply is not None
    assert (reply.ok, reply.error_id) == (False, expected)
    assert w.engine.snapshot() == before


def test_a_late_command_is_refused() -> None:
    w = World()
    w.give(CommandInput(w.now, "late", "Ping", {}, "system:test", w.now - 1))
    assert w.replies["late"].error_id == "too-late"


def test_a_change_of_status_during_a_call_waits_for_its_end() -> None:
    w = World(with_queue(centre(), "sales", wrap_up_s=10))
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    agent = w.view("agents", "1001")
    assert (agent["status"], agent["pending"], agent["pending_reason"]) == ("ready", "not_ready", "lunch")
    w.command("ReadyAgent", agent_id="1001")
    assert w.view("agents", "1001")["pending"] == ""
    w.command("LogoutAgent", agent_id="1001")
    w.hang_up(leg)
    assert w.view("agents", "1001")["state"] == "wrap_up"
    w.wait(10)
    assert w.view("agents", "1001")["status"] == "logged_out"


def test_a_phone_that_goes_makes_unreachable_after_five_seconds_and_back_by_itself() -> None:
    w = World()
    w.agent("1001")
    w.unregister("1001")
    leg = w.call()
    assert w.the_call(leg)["phase"] == "queued"
    w.wait(4)
    assert w.state("1001") == "idle"
    w.wait(2)
    assert w.state("1001") == "unreachable"
    w.register("1001")
    assert w.state("1001") == "reserved"
    assert w.the_call(leg)["phase"] == "offered"


def test_login_without_a_phone_is_unreachable() -> None:
    w = World()
    w.command("LoginAgent", agent_id="1001")
    w.command("ReadyAgent", agent_id="1001")
    assert w.state("1001") == "unreachable"
    assert w.view("agents", "1001")["phone_registered"] is False


def at_a_page(w: World, agent: str = "1001") -> None:
    """Ready, with the page as the phone."""
    w.load_page(agent, "page")
    w.agent(agent)


@pytest.mark.parametrize(("why", "seconds"), [({}, 10), ({"why": "closed"}, 10), ({"why": "lost"}, 90)])
def test_a_page_that_stays_away_makes_not_ready(why: dict[str, str], seconds: int) -> None:
    w = World()
    at_a_page(w)
    w.command("AgentPageGone", agent_id="1001", **why)
    w.wait(seconds - 1)
    assert w.view("agents", "1001")["status"] == "ready"
    w.command("AgentPageBack", agent_id="1001")
    w.wait(seconds)
    assert w.view("agents", "1001")["status"] == "ready"
    w.command("AgentPageGone", agent_id="1001", **why)
    w.wait(seconds - 1)
    assert w.view("agents", "1001")["status"] == "ready"
    w.wait(1)
    assert w.view("agents", "1001")["reason"] == "connection-lost"
    assert w.the_call(w.call())["phase"] == "queued"


def test_a_page_closed_and_then_lost_has_no_more_time() -> None:
    w = World()
    at_a_page(w)
    w.command("AgentPageGone", agent_id="1001", why="closed")
    w.wait(5)
    w.command("AgentPageGone", agent_id="1001", why="lost")
    w.wait(5)
    assert w.view("agents", "1001")["reason"] == "connection-lost"
    assert error(w, "AgentPageGone", agent_id="1001", why="bored") == "bad-arguments"


def test_a_desk_phone_rings_without_a_page_also_after_a_restart() -> None:
    w = World()
    w.agent("1001")
    w.command("AgentPageGone", agent_id="1001")
    w.wait(5)
    w.restart(8)
    w.wait(600)
    assert w.the_call(w.call())["phase"] == "offered"


def test_the_time_of_a_page_goes_on_through_a_restart() -> None:
    w = World()
    at_a_page(w)
    w.command("AgentPageGone", agent_id="1001")
    w.wait(5)
    w.restart(8)
    w.wait(5)
    assert w.view("agents", "1001")["reason"] == "connection-lost"


def test_in_a_call_the_page_is_waited_for_until_its_end_and_no_other_wish_is_lost() -> None:
    w = World(with_queue(centre(), "sales", wrap_up_s=0))
    at_a_page(w)
    leg = w.call()
    w.pick_up(w.offered_leg())
    w.command("LogoutAgent", agent_id="1001")
    w.command("AgentPageGone", agent_id="1001")
    w.wait(20)
    w.hang_up(leg)
    assert w.view("agents", "1001")["status"] == "logged_out"


def test_who_is_made_ready_without_a_page_does_not_stay_so() -> None:
    w = World()
    at_a_page(w)
    w.command("AgentPageGone", agent_id="1001")
    w.wait(11)
    w.command("ReadyAgent", agent_id="1001", issuer="user:9")
    w.wait(10)
    assert w.view("agents", "1001")["reason"] == "connection-lost"


@pytest.mark.parametrize("phone", ["1002", "nonexist", "..", "2001", "1002 ", "*", ""])
def test_only_the_own_phone_or_a_free_one(phone: str) -> None:
    w = World(centre(free_seating=("2000",)))
    w.register("1002")
    reply = w.command("LoginAgent", agent_id="1001", extension=phone)
    assert reply is not None
    if not phone:
        assert w.view("agents", "1001")["extension"] == "1001"
        return
    assert (reply.error_id, reply.data) == ("not-your-phone", {"own": "1001", "others": ["2000"]})
    assert w.view("agents", "1001")["status"] == "logged_out"
    assert w.command("LoginAgent", agent_id="1002").ok  # type: ignore[union-attr]


def test_who_is_logged_out_has_the_phone_of_the_newest_configuration_after_a_restart() -> None:
    w = World(centre(2))
    for agent in ("1001", "1002"):
        w.register(agent)
        w.command("LoginAgent", agent_id=agent)
    w.command("LogoutAgent", agent_id="1001")
    moved = {name: replace(one, extension=f"30{name[2:]}") for name, one in w.config.agents.items()}
    w.config = replace(w.config, agents=moved, version=2)
    w.restart(8)
    assert [w.view("agents", agent)["extension"] for agent in ("1001", "1002")] == ["3001", "1002"]


def test_a_free_phone_is_borrowed_until_the_logout() -> None:
    w = World(centre(free_seating=("2000",)))
    w.register("2000")
    w.register("1001")
    w.command("LoginAgent", agent_id="1001", extension="2000")
    assert w.view("agents", "1001")["extension"] == "2000"
    assert w.view("agents", "1001")["phone_registered"]
    assert error(w, "LoginAgent", agent_id="1002", extension="2000") == "phone-in-use"
    w.restart(8)
    assert w.view("agents", "1001")["extension"] == "2000"
    w.command("ReadyAgent", agent_id="1001")
    w.unregister("1001")
    assert w.state("1001") == "idle", "the own phone is not in use"
    w.unregister("2000")
    w.wait(6)
    assert w.state("1001") == "unreachable"
    w.command("LogoutAgent", agent_id="1001")
    assert w.view("agents", "1001")["extension"] == "1001"
    assert w.command("LoginAgent", agent_id="1002", extension="2000").ok  # type: ignore[union-attr]
    w.command("LoginAgent", agent_id="1001")
    assert w.view("agents", "1001")["extension"] == "1001"


def test_the_owner_of_a_phone_wins_when_no_call_runs_there() -> None:
    """A free phone becomes somebody's own while another one is logged in there."""
    w = World(with_queue(centre(free_seating=("2000",)), "sales", wrap_up_s=60))
    w.register("2000")
    w.command("LoginAgent", agent_id="1001", extension="2000")
    w.command("ReadyAgent", agent_id="1001")
    people = {**w.config.agents, "1002": replace(w.config.agents["1002"], extension="2000")}
    w.reconfigure(replace(w.config, version=2, free_seating=(), agents=people))
    leg = w.call()
    w.pick_up(w.offered_leg())
    assert error(w, "LoginAgent", agent_id="1002") == "phone-in-use"
    assert w.state("1001") == "talking"
    w.hang_up(leg)
    assert w.state("1001") == "wrap_up"
    assert w.command("LoginAgent", agent_id="1002").ok  # type: ignore[union-attr]
    assert (w.view("agents", "1001")["status"], w.view("agents", "1001")["extension"]) == ("logged_out", "1001")
    w.command("ReadyAgent", agent_id="1002")
    w.call()
    assert w.state("1002") == "reserved"


def test_the_phone_of_an_agent_who_is_replaced_goes_to_the_successor() -> None:
    w = World()
    w.agent("1001")
    successor = replace(w.config.agents["1001"], id="1009")
    w.reconfigure(replace(w.config, version=2, agents={"1009": successor}))
    w.agent("1009")
    w.unregister("1001")
    w.wait(6)
    assert w.state("1009") == "unreachable"
    w.register("1001")
    assert w.state("1009") == "idle"


def test_an_agent_who_is_taken_out_and_put_back_during_a_call_stays() -> None:
    w = World(centre(2))
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    config = w.config
    w.reconfigure(replace(config, version=2, agents={"1002": config.agents["1002"]}))
    w.reconfigure(replace(config, version=3))
    w.hang_up(leg)
    w.wait(60)
    assert (w.view("agents", "1001")["status"], w.state("1001")) == ("ready", "idle")


def test_who_acts_for_somebody_else_is_written_down() -> None:
    w = World()
    w.agent("1001")
    assert w.of_kind("audit") == []
    w.command("PauseAgent", issuer="user:lead", agent_id="1001", reason="meeting")
    (audit,) = w.of_kind("audit")
    assert (audit["issuer"], audit["action"], audit["subject"]) == ("user:lead", "PauseAgent", "agent:1001")
    leg = w.call()
    call = w.the_call(leg)["id"]
    w.command("HangupCall", issuer="user:op", call_id=call)
    assert w.of_kind("audit")[-1]["subject"] == f"call:{call}"
    assert w.of_kind("call")[0]["outcome"] == "failed"
    assert w.of_kind("call")[0]["hung_up_by"] == "system"


def test_intervals_sum_up_to_the_logged_in_time() -> None:
    w = World()
    start = w.now
    w.agent("1001")
    w.wait(7)
    leg = w.call()
    w.ring(w.offered_leg())
    w.wait(3)
    w.pick_up(w.offered_leg())
    w.wait(20)
    w.command("HoldCall", agent_id="1001")
    w.wait(2)
    w.command("ResumeCall", agent_id="1001")
    w.hang_up(leg)
    w.wait(31)
    w.command("PauseAgent", agent_id="1001", reason="lunch")
    w.wait(9)
    w.command("LogoutAgent", agent_id="1001")
    spans = sorted((i["started_ms"], i["ended_ms"]) for i in w.of_kind("agent_interval"))
    assert spans[0][0] == start
    assert spans[-1][1] == w.now
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    today = w.view("agents", "1001")["today"]
    assert today["logged_in_ms"] == w.now - start
    assert (today["ring_ms"], today["talk_ms"], today["hold_ms"], today["wrap_up_ms"]) == (3000, 20_000, 2000, 30_000)


def test_attached_data_merges_up_to_16_kib() -> None:
    w = World()
    leg = w.call()
    call = w.the_call(leg)["id"]
    text = "账单" * 1000
    assert w.command("SetCallData", call_id=call, data={"note": text, "a": "1"}).ok  # type: ignore[union-attr]
    assert w.command("SetCallData", call_id=call, data={"a": "", "b": "2"}).ok  # type: ignore[union-attr]
    assert w.the_call(leg)["data"] == {"note": text, "b": "2"}
    assert error(w, "SetCallData", call_id=call, data={"big": "x" * 17_000}) == "data-too-large"
    assert error(w, "SetCallData", call_id=call, data={"n": 1}) == "bad-arguments"
    w.hang_up(leg)
    assert w.of_kind("call")[0]["data"] == {"note": text, "b": "2"}


def test_a_heading_of_dispositions_is_not_given() -> None:
    w = World(centre(dispositions=(Disposition("sold", {"en": "Sold"}), Disposition("all", {"en": "All"}, "sold"))))
    w.agent("1001")
    leg = w.call()
    call = w.the_call(leg)["id"]
    w.pick_up(w.offered_leg())
    assert error(w, "SetDisposition", agent_id="1001", call_id=call, code="sold") == "no-such-reason"
    w.command("SetDisposition", agent_id="1001", call_id=call, code="all")
    w.hang_up(leg)
    assert [d["code"] for d in w.of_kind("disposition")] == ["all"]


def test_a_disposition_can_be_changed_after_wrap_up() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    call = w.the_call(leg)["id"]
    w.pick_up(w.offered_leg())
    w.hang_up(leg)
    w.command("SetDisposition", agent_id="1001", call_id=call, code="sold")
    w.command("EndWrapUp", agent_id="1001")
    w.command("SetDisposition", agent_id="1001", call_id=call, code="lost", note="老客户")
    assert [d["code"] for d in w.of_kind("disposition")] == ["sold", "lost"]
    assert error(w, "SetDisposition", agent_id="1001", call_id=call, code="maybe") == "no-such-reason"


def test_answer_by_command() -> None:
    w = World()
    w.agent("1001")
    w.call()
    assert error(w, "AnswerCall", agent_id="1001") == "wrong-state"
    w.ring(w.offered_leg())
    assert w.command("AnswerCall", agent_id="1001").ok  # type: ignore[union-attr]


def test_removed_and_new_agents() -> None:
    w = World()
    w.agent("1001")
    leg = w.call()
    w.pick_up(w.offered_leg())
    few = {"1009": replace(w.config.agents["1002"], id="1009", extension="1009")}
    w.reconfigure(replace(w.config, version=2, agents=few))
    assert set(w.engine.snapshot()["agents"]) == {"1001", "1009"}
    w.hang_up(leg)
    w.wait(30)
    assert set(w.engine.snapshot()["agents"]) == {"1009"}
    assert "1001" not in w.mirror["agents"]
    assert removals(w) == [("agent.removed", "agents", agent) for agent in ("1002", "1003", "1001")]


def test_a_queue_that_an_agent_loses_is_served_no_more() -> None:
    w = World(centre(1))
    w.agent("1001")
    w.reconfigure(replace(w.config, version=2, agents={"1001": replace(w.config.agents["1001"], queues={"repair": 1})}))
    assert w.the_call(w.call("4000"))["phase"] == "queued"
    assert w.the_call(w.call("4001"))["phase"] == "offered"


def test_everything_configured_has_a_mirror_row_from_the_start() -> None:
    w = World()
    for kind, rows in w.engine.snapshot().items():
        assert set(w.mirror.get(kind, {})) == set(rows), kind
    assert set(w.mirror["queues"]) == {"sales", "repair"}
    assert set(w.mirror["agents"]) == {"1001", "1002", "1003"}
    assert set(w.mirror["trunks"]) == {"main:carrier"}


def test_what_the_configuration_no_longer_has_goes_from_the_mirror() -> None:
    w = World()
    new = centre(2)
    w.reconfigure(replace(new, version=2, queues={"sales": new.queues["sales"]}, trunks={}))
    assert set(w.mirror["queues"]) == {"sales"}
    assert set(w.mirror["agents"]) == {"1001", "1002"}
    assert w.mirror["trunks"] == {}
    assert removals(w) == [
        ("trunk.removed", "trunks", "main:carrier"), ("queue.removed", "queues", "repair"), ("agent.removed", "agents", "1003"),
    ]  # fmt: skip
    w.tell(sw.GatewayChanged(NODE, 0, "carrier", "REGED", "UP"))
    assert w.mirror["trunks"] == {}


def test_a_removed_queue_goes_when_its_last_call_has_left_it() -> None:
    w = World()
    leg = w.call("4001")
    w.reconfigure(replace(centre(), version=2, queues={"sales": centre().queues["sales"]}))
    assert set(w.mirror["queues"]) == {"sales", "repair"}
    w.hang_up(leg)
    assert set(w.mirror["queues"]) == {"sales"}
    w.agent("1001")
    assert w.state("1001") == "idle"


def test_a_removed_trunk_goes_when_its_last_call_has_ended() -> None:
    w = World()
    leg = w.call()
    w.reconfigure(replace(centre(), version=2, trunks={}))
    w.hang_up(leg)
    assert w.mirror["trunks"] == {}

"""Not-ready reasons with limits, and those for which a leader is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cti_server.domain.config import NotReadyReason
from tests.engine.world import World, centre


def world(**limits: Any) -> World:
    w = World(replace(centre(), not_ready_reasons=(NotReadyReason("break", {}, **limits), NotReadyReason("meeting", {}))))
    for agent in ("1001", "1002"):
        w.agent(agent)
    return w


def pause(w: World, agent: str = "1001", reason: str = "break", issuer: str = "") -> str:
    reply = w.command("PauseAgent", issuer, agent_id=agent, reason=reason)
    assert reply is not None
    return reply.error_id or ("asked" if reply.data.get("asked") else "")


def over(w: World) -> bool:
    stands = "long-pause:1001" in w.mirror.get("alarms", {})
    assert stands == bool(w.view("agents", "1001")["over_ms"]), "the agent's own screen says what the leader's does"
    return stands


def test_too_long_at_a_stretch_is_told_until_it_ends_and_nobody_is_forced() -> None:
    w = world(longest_min=10)
    pause(w)
    w.wait(599)
    assert not over(w)
    w.wait(2)
    assert over(w)
    assert w.view("agents", "1001")["status"] == "not_ready"
    w.command("ReadyAgent", agent_id="1001")
    assert not over(w)
    pause(w)
    w.wait(300)
    assert not over(w), "a stretch of its own"


def test_the_stretches_of_a_day_count_together_and_a_new_day_begins_anew() -> None:
    w = world(day_min=10)
    for _ in range(2):
        pause(w)
        w.wait(290)
        w.command("ReadyAgent", agent_id="1001")
    pause(w)
    w.wait(19)
    assert not over(w)
    w.wait(2)
    assert over(w)
    w.command("ReadyAgent", agent_id="1001")
    w.wait(86_400)
    pause(w)
    w.wait(590)
    assert not over(w)


def test_another_reason_is_another_stretch() -> None:
    w = world(longest_min=10)
    pause(w)
    w.wait(500)
    pause(w, reason="meeting")
    w.wait(500)
    pause(w)
    w.wait(500)
    assert not over(w)
    w.wait(101)
    assert over(w)


def test_the_limit_outlives_a_restart_and_follows_the_configuration() -> None:
    w = world(longest_min=10)
    pause(w)
    w.wait(300)
    w.restart(8)
    w.wait(299)
    assert not over(w)
    w.wait(2)
    assert over(w)
    w.reconfigure(replace(w.config, version=2, not_ready_reasons=(NotReadyReason("break", {}, longest_min=60),)))
    assert not over(w)


def test_no_more_of_a_team_than_may_be_but_a_leader_may_let_more_go() -> None:
    w = world(at_once=1)
    assert pause(w) == ""
    assert pause(w) == "", "who is away already"
    assert pause(w, "1002") == "too-many-paused"
    assert pause(w, "1002", reason="meeting") == ""
    assert pause(w, "1002", issuer="user:1") == ""
    w.command("ReadyAgent", agent_id="1001")
    w.command("ReadyAgent", agent_id="1002")
    assert pause(w, "1002") == ""


def test_who_must_ask_stays_ready_until_a_leader_says_yes() -> None:
    w = world(approval=True)
    assert pause(w) == "asked"
    view = w.view("agents", "1001")
    assert (view["status"], view["asked_reason"], view["asked_ms"]) == ("ready", "break", w.now)
    w.restart(8)
    reply = w.command("AnswerPause", "user:1", agent_id="1001", granted=True)
    assert reply is not None
    assert reply.ok
    view = w.view("agents", "1001")
    assert (view["status"], view["reason"], view["asked_reason"]) == ("not_ready", "break", "")
    assert [one["action"] for one in w.of_kind("audit")] == ["AnswerPause"]


def test_a_leader_may_say_no_and_the_desk_is_told() -> None:
    w = world(approval=True)
    pause(w)
    w.command("AnswerPause", "user:1", agent_id="1001", granted=False)
    assert (w.view("agents", "1001")["status"], w.view("agents", "1001")["asked_reason"]) == ("ready", "")
    assert "agent.pause_refused" in w.names()
    reply = w.command("AnswerPause", "user:1", agent_id="1001", granted=True)
    assert reply is not None
    assert reply.error_id == "nothing-asked"


def test_what_an_agent_does_meanwhile_takes_the_question_back() -> None:
    w = world(approval=True)
    for name, more in (("ReadyAgent", {}), ("PauseAgent", {"reason": "meeting"}), ("LogoutAgent", {})):
        pause(w)
        w.command(name, agent_id="1001", **more)
        assert w.view("agents", "1001")["asked_reason"] == ""
        w.command("ReadyAgent", agent_id="1001")


def test_a_leader_needs_no_approval() -> None:
    w = world(approval=True)
    assert pause(w, issuer="user:1") == ""
    assert w.view("agents", "1001")["reason"] == "break"


def test_granted_in_a_call_it_is_pending_until_that_is_over() -> None:
    w = world(approval=True)
    w.call()
    w.pick_up(w.offered_leg())
    (agent,) = [one for one in ("1001", "1002") if w.state(one) == "talking"]
    pause(w, agent)
    w.command("AnswerPause", "user:1", agent_id=agent, granted=True)
    assert w.view("agents", agent)["pending_reason"] == "break"

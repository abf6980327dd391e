"""Agents whose phones are off hook: one leg for the whole shift, in silence between calls; a call comes to it without ringing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti_server.domain import switch as sw
from cti_server.domain.config import CentreConfig
from tests.engine.test_operations import do, lengths, nobody_in_silence, ok
from tests.engine.test_outside import floor as outside_floor
from tests.engine.test_outside import outside, refused
from tests.engine.test_supervision import lead
from tests.engine.world import NODE, World, centre, with_queue

WHISPER = "/usr/share/cti/prompts/zh/queue_sales.wav"


def floor(*agents: str, config: CentreConfig | None = None) -> CentreConfig:
    """The phones of these are off hook."""
    config = with_queue(config or centre(4), "sales", whisper=WHISPER)
    people = {key: replace(one, off_hook=key in (agents or ("1001",))) for key, one in config.agents.items()}
    return replace(config, agents=people)


def shift(w: World, agent: str = "1001", ready: bool = True) -> str:
    """The leg of the phone that was picked up."""
    w.agent(agent, ready=False)
    w.wait(0)
    leg = w.offered_leg()
    assert w.channels[leg].destination == agent
    w.ring(leg)
    w.wait(2)
    w.answers(leg)
    if ready:
        w.command("ReadyAgent", agent_id=agent)
    return leg


def rung(w: World) -> list[str]:
    return [c.leg for c in w.commands if isinstance(c, sw.Originate)]


def played(w: World, leg: str) -> str:
    """What was begun last."""
    return next(c.argument for c in reversed(w.commands) if isinstance(c, sw.Execute) and c.leg == leg)


def talking(w: World) -> tuple[str, str]:
    """(caller's, agent's leg)"""
    own = shift(w)
    leg = w.call()
    w.done(own)
    assert w.channels[leg].bridged_to == own
    return leg, own


def test_the_page_picks_it_up_too() -> None:
    w = World(floor())
    w.agent("1001")
    w.wait(0)
    assert (w.view("agents", "1001")["pick_up"], w.engine.snapshot()["queues"]["sales"]["agents_ready"]) == (True, 0)
    reply = w.command("AnswerCall", agent_id="1001")
    assert reply is not None
    assert reply.ok, reply
    assert [c.leg for c in w.commands if isinstance(c, sw.AnswerPhone)] == [w.offered_leg()]
    w.answers(w.offered_leg())
    reply = w.command("AnswerCall", agent_id="1001")
    assert reply is not None
    assert reply.error_id == "wrong-state"


def at_home(w: World, own: str) -> None:
    assert w.channels[own].playing, "silence"
    assert played(w, own).startswith("silence")
    assert w.engine._core.legs[own].call_id == "station of 1001"
    assert w.channels[own].variables.get("cti_call", "") == ""


def test_the_phone_is_rung_once_and_calls_come_to_it_with_a_tone_and_the_queues_name() -> None:
    w = World(floor())
    own = shift(w)
    order = next(c for c in w.commands if isinstance(c, sw.Originate))
    assert order.variables["cti_persistent"] == "true"
    assert (w.view("agents", "1001")["off_hook"], w.view("agents", "1001")["pick_up"]) == (True, False)
    at_home(w, own)
    leg = w.call()
    assert w.state("1001") == "reserved"
    assert w.channels[own].variables["cti_call"] == w.the_call(leg)["id"]
    assert played(w, own) == f"file_string://tone_stream://%(150,100,900);loops=2!{WHISPER}"
    assert w.channels[leg].playing, "the customer hears music meanwhile"
    assert w.the_call(leg)["phase"] == "offered"
    w.wait(2)
    w.done(own)
    assert w.channels[leg].bridged_to == own
    assert w.state("1001") == "talking"
    w.wait(20)
    w.hang_up(leg)
    at_home(w, own)
    assert w.state("1001") == "wrap_up"
    w.command("EndWrapUp", agent_id="1001")
    other = w.call("4001")
    assert played(w, own) == "tone_stream://%(150,100,900);loops=2", "this queue has no name"
    w.done(own)
    assert w.channels[other].bridged_to == own
    assert rung(w) == [own]
    w.wait(5)
    w.hang_up(other)
    assert lengths(w, "talk") == [("1001", 20), ("1001", 5)]
    assert lengths(w, "offer") == [("1001", 2), ("1001", 0)]
    assert {s["outcome"] for s in w.segments("offer")} == {"answered"}
    assert w.view("agents", "1001")["today"]["answered"] == 2
    assert [r["problem"] for r in w.of_kind("recording")] == ["", ""]
    assert w.doubles == []


def test_who_is_not_up_gets_no_call() -> None:
    w = World(floor())
    w.agent("1001")
    w.wait(0)
    leg = w.call()
    assert w.view("queues", "sales")["agents_ready"] == 0
    assert (w.view("agents", "1001")["off_hook"], w.view("agents", "1001")["pick_up"]) == (False, True)
    told = [event.data["agent"]["pick_up"] for event in w.published if "agent" in event.data]
    assert told[-1], "the desk says so"
    (own,) = rung(w)
    w.answers(own)
    assert rung(w) == [own]
    w.done(own)
    assert w.channels[leg].bridged_to == own


@pytest.mark.parametrize(("cause", "why"), [("NO_ANSWER", "no-answer"), ("USER_BUSY", "busy"), ("CALL_REJECTED", "rejected")])
def test_who_does_not_pick_up_is_not_ready_and_told_why_and_rung_again_when_ready(cause: str, why: str) -> None:
    w = World(floor())
    w.agent("1001")
    w.wait(0)
    w.refuse_offer(w.offered_leg(), cause)
    seen = w.view("agents", "1001")
    assert (seen["status"], seen["reason"]) == ("not_ready", why)
    w.wait(60)
    assert len(rung(w)) == 1
    ok(w.command("ReadyAgent", agent_id="1001"))
    w.wait(0)
    assert len(rung(w)) == 2
    w.answers(w.offered_leg())
    assert w.view("queues", "sales")["agents_ready"] == 1


def test_a_phone_that_nobody_picks_up_and_of_which_the_switch_says_nothing() -> None:
    w = World(floor())
    w.agent("1001")
    w.wait(0)
    own = w.offered_leg()
    w.wait(40)
    assert own not in w.channels
    assert w.view("agents", "1001")["reason"] == "no-answer"


def test_the_phone_that_is_hung_up_between_calls() -> None:
    w = World(floor())
    own = shift(w)
    w.hang_up(own)
    seen = w.view("agents", "1001")
    assert (seen["status"], seen["reason"], seen["off_hook"]) == ("not_ready", "on-hook", False)
    leg = w.call()
    w.wait(5)
    assert rung(w) == [own]
    assert w.the_call(leg)["phase"] == "queued"


def test_the_phone_that_is_hung_up_in_a_conversation_ends_it() -> None:
    w = World(floor())
    leg, own = talking(w)
    w.hang_up(own)
    assert leg not in w.channels
    assert w.state("1001") == "wrap_up"
    assert w.view("agents", "1001")["pending_reason"] == "on-hook"
    w.command("EndWrapUp", agent_id="1001")
    assert (w.view("agents", "1001")["status"], w.view("agents", "1001")["reason"]) == ("not_ready", "on-hook")
    ok(w.command("ReadyAgent", agent_id="1001"))
    w.wait(0)
    assert len(rung(w)) == 2


def test_the_phone_that_is_hung_up_at_the_tone_has_refused_the_call() -> None:
    w = World(floor())
    own = shift(w)
    leg = w.call()
    w.hang_up(own)
    assert w.the_call(leg)["phase"] == "queued"
    assert w.view("agents", "1001")["status"] == "not_ready"
    w.agent("1002")
    w.pick_up(w.offered_leg())
    assert w.channels[leg].bridged_to == w.offered_leg()


def test_the_customer_who_leaves_at_the_tone() -> None:
    w = World(floor())
    own = shift(w)
    leg = w.call()
    w.hang_up(leg)
    at_home(w, own)
    assert w.state("1001") == "idle"
    again = w.call()
    w.done(own)
    assert w.channels[again].bridged_to == own
    w.wait(5)
    w.hang_up(again)
    assert [r["problem"] for r in w.of_kind("recording")] == [""]


def test_the_agent_rejects_the_call_at_the_tone() -> None:
    w = World(floor())
    own = shift(w)
    leg = w.call()
    ok(w.command("RejectCall", agent_id="1001"))
    at_home(w, own)
    assert w.the_call(leg)["phase"] == "queued"
    assert w.view("agents", "1001")["reason"] == "rejected"
    assert w.view("agents", "1001")["off_hook"], "the phone stays"


def test_a_tone_of_which_no_end_is_heard_or_that_does_not_play_is_over() -> None:
    w = World(floor())
    own = shift(w)
    leg = w.call()
    w.wait(11)
    assert w.channels[leg].bridged_to == own
    w.hang_up(leg)
    w.command("EndWrapUp", agent_id="1001")
    w.refusals[sw.Execute] = "-ERR no"
    again = w.call("4001")
    assert w.channels[again].bridged_to == own
    w.refusals.clear()
    w.hang_up(again)
    w.wait(3)
    at_home(w, own)


def test_hold_consult_transfer_and_conference_are_as_with_a_leg_that_was_rung() -> None:
    w = World(floor("1001", "1002"))
    leg, own = talking(w)
    other = shift(w, "1002", ready=False)
    do(w, "HoldCall")
    assert w.channels[own].playing
    do(w, "ResumeCall")
    assert w.channels[leg].bridged_to == own
    do(w, "ConsultAgent", colleague_id="1002")
    assert played(w, other).startswith("tone_stream"), "who asks is not the queue"
    assert w.state("1002") == "reserved"
    w.done(other)
    assert w.channels[own].bridged_to == other
    do(w, "SwapCalls")
    assert w.channels[leg].bridged_to == own
    do(w, "JoinCalls")
    assert w.hears(leg) == {own, other}
    do(w, "DropParty", party=3)
    assert w.engine._core.legs[other].call_id == "station of 1002"
    assert w.channels[other].playing
    assert w.hears(leg) == {own}
    w.command("EndWrapUp", agent_id="1002")
    do(w, "TransferToAgent", colleague_id="1002")
    at_home(w, own)
    w.done(other)
    assert w.hears(leg) == {other}
    w.hang_up(leg)
    w.wait(40)
    assert sorted(w.channels) == sorted([own, other])
    assert len(rung(w)) == 2
    nobody_in_silence(w)


def test_a_recorded_consultation_ends_when_the_phone_goes_on_without_the_call() -> None:
    w = World(replace(floor("1001", "1002"), record_consults=True))
    leg, _ = talking(w)
    other = shift(w, "1002", ready=False)
    w.wait(5)
    do(w, "ConsultAgent", colleague_id="1002")
    w.done(other)
    w.wait(7)
    do(w, "CompleteTransfer")
    assert w.hears(leg) == {other}
    w.wait(30)
    w.hang_up(leg)
    assert sorted((r["length_ms"], r["problem"]) for r in w.of_kind("recording")) == [(7_000, ""), (44_000, "")]


@pytest.mark.parametrize("name", ["HangupCall", "ParkCall", "TransferToQueue"])
def test_the_agent_leaves_the_call_and_not_the_line(name: str) -> None:
    w = World(floor())
    leg, own = talking(w)
    more = {"ParkCall": {"slot": "1"}, "TransferToQueue": {"queue_id": "repair"}}.get(name, {})
    do(w, name, **more)
    at_home(w, own)
    assert (leg in w.channels) == (name != "HangupCall")
    if name == "HangupCall":
        assert w.of_kind("call")[0]["hung_up_by"] == "agent"
    w.wait(40)
    assert w.state("1001") == ("talking" if name == "TransferToQueue" else "idle")


def test_a_call_that_nobody_takes_comes_back_to_who_passed_it_on() -> None:
    w = World(floor())
    leg, own = talking(w)
    w.agent("1002", ready=False)
    do(w, "TransferToAgent", colleague_id="1002")
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    assert w.state("1001") == "reserved"
    w.done(own)
    assert w.channels[leg].bridged_to == own


def test_an_own_call_goes_out_without_a_tone() -> None:
    config = outside_floor()
    w = World(floor(config=config))
    own = shift(w, ready=False)
    ok(w.command("DialNumber", agent_id="1001", number="138-0013-9000"))
    customer = outside(w)
    assert played(w, own).startswith("tone_stream://%(1000"), "ringback"
    w.ring(customer)
    w.answers(customer)
    assert w.channels[customer].bridged_to == own
    w.hang_up(customer)
    at_home(w, own)


@pytest.mark.parametrize("who", ["1001", "1002"])
@pytest.mark.parametrize("how", ["command", "phone"])
def test_a_colleague_is_called_and_both_phones_stay_off_hook(who: str, how: str) -> None:
    w = World(floor("1001", "1002"))
    legs = {agent: shift(w, agent, ready=False) for agent in ("1001", "1002")}
    ok(w.command("CallAgent", agent_id="1001", colleague_id="1002"))
    assert played(w, legs["1001"]).startswith("tone_stream://%(1000"), "ringback"
    assert played(w, legs["1002"]).startswith("tone_stream://%(150")
    w.done(legs["1002"])
    assert w.channels[legs["1001"]].bridged_to == legs["1002"]
    assert (w.state("1001"), w.state("1002")) == ("internal", "internal")
    w.wait(5)
    if how == "command":
        ok(w.command("HangupCall", agent_id=who))
    else:
        w.hang_up(legs[who])
    left = legs if how == "command" else {agent: leg for agent, leg in legs.items() if agent != who}
    assert sorted(w.channels) == sorted(left.values())
    w.wait(10)
    assert w.engine.snapshot()["calls"] == {}
    for agent, leg in left.items():
        assert w.engine._core.legs[leg].call_id == f"station of {agent}"
        assert w.channels[leg].playing
        assert w.state(agent) == "idle"
    assert len(rung(w)) == 2
    assert w.doubles == []


def test_a_leader_listens_until_the_call_is_over() -> None:
    w = World(floor())
    w.register("2001")
    leg, own = talking(w)
    lead(w, "ListenToCall", agent_id="1001")
    phone = w.offered_leg()
    w.answers(phone)
    assert w.hears(phone) == {leg, own}
    w.hang_up(leg)
    at_home(w, own)
    assert phone not in w.channels


def test_the_end_of_the_shift_hangs_the_phone_up() -> None:
    w = World(floor())
    _, own = talking(w)
    w.command("LogoutAgent", agent_id="1001")
    assert own in w.channels, "when the call is over"
    do(w, "HangupCall")
    w.command("EndWrapUp", agent_id="1001")
    assert own not in w.channels
    assert w.view("agents", "1001")["status"] == "logged_out"
    own = shift(w)
    w.command("LogoutAgent", agent_id="1001")
    assert own not in w.channels
    assert w.channels == {}


def test_a_new_shift_before_the_old_leg_has_ended() -> None:
    w = World(floor())
    own = shift(w)
    w.refusals[sw.KillLeg] = "-ERR busy"
    w.command("LogoutAgent", agent_id="1001")
    assert own in w.channels
    w.agent("1001")
    w.refusals.clear()
    w.wait(4)
    w.wait(0)
    assert own not in w.channels
    w.answers(w.offered_leg())
    assert w.view("queues", "sales")["agents_ready"] == 1


@pytest.mark.parametrize("mirror", [True, False])
@pytest.mark.parametrize("when", ["between", "tone", "talk"])
def test_a_restart(when: str, mirror: bool) -> None:
    w = World(floor())
    own = shift(w)
    leg = ""
    if when != "between":
        leg = w.call()
    if when == "talk":
        w.done(own)
    w.restart(8, mirror=mirror)
    w.wait(1)
    if not mirror and when == "between":
        assert own not in w.channels, "nobody knows whose shift it was"
        return
    assert w.view("agents", "1001")["off_hook"]
    if leg:
        assert w.channels[leg].bridged_to == own
        w.hang_up(leg)
        w.wait(40)
    w.command("ReadyAgent", agent_id="1001")
    at_home(w, own)
    again = w.call()
    w.done(own)
    assert w.channels[again].bridged_to == own
    assert rung(w) == [own]


@pytest.mark.parametrize("mirror", [True, False])
def test_the_daemon_is_killed_between_the_two_orders_by_which_the_phone_leaves_a_call(mirror: bool) -> None:
    w = World(floor())
    leg, own = talking(w)
    w.channels[own].variables["cti_call"] = ""  # and it was not parked
    w.restart(8, mirror=mirror)
    w.wait(1)
    assert w.the_call(leg)["phase"] == "connected"
    assert w.channels[own].variables["cti_call"] == w.the_call(leg)["id"]
    w.hang_up(leg)
    w.wait(40)
    w.command("ReadyAgent", agent_id="1001")
    at_home(w, own)
    assert rung(w) == [own]


@pytest.mark.parametrize("when", ["between", "talk"])
def test_what_ended_while_no_engine_ran(when: str) -> None:
    w = World(floor())
    own = shift(w)
    leg = w.call() if when == "talk" else ""
    if leg:
        w.done(own)
    w.silent = True
    w.hang_up(leg or own)
    w.restart(8)
    w.wait(1)
    if leg:
        at_home(w, own)
    else:
        assert (w.view("agents", "1001")["status"], w.view("agents", "1001")["off_hook"]) == ("not_ready", False)
        assert w.engine._core.legs == {}


@pytest.mark.parametrize("same", [True, False])
def test_the_link_breaks(same: bool) -> None:
    w = World(floor())
    own = shift(w)
    w.lose_link()
    w.wait(3)
    if same:
        w.link()
        at_home(w, own)
    else:
        w.channels.clear()
        w.link("core-2")
        seen = w.view("agents", "1001")
        assert (seen["status"], seen["reason"], seen["off_hook"]) == ("not_ready", "unreachable", False)


def test_a_leg_whose_end_nobody_heard() -> None:
    w = World(floor())
    own = shift(w)
    w.silent = True
    w.hang_up(own)
    w.silent = False
    for _ in range(4):
        w.reconcile()
        w.wait(1)
    assert w.view("agents", "1001")["reason"] == "unreachable"
    assert not w.view("agents", "1001")["off_hook"]


def test_somebody_else_bridges_the_leg_at_its_station() -> None:
    w = World(floor())
    own = shift(w)
    leg = w.call()
    w.hang_up(leg)
    w.command("ReadyAgent", agent_id="1001")
    w.tell(sw.LegUnparked(NODE, 0, own))
    w.wait(1)
    at_home(w, own)


def test_the_web_phone_whose_page_is_loaded_anew() -> None:
    w = World(floor())
    w.load_page("1001", "first")
    own = shift(w)
    w.close_page("1001", "first")
    w.load_page("1001", "second")
    assert own not in w.channels
    seen = w.view("agents", "1001")
    assert (seen["status"], seen["reason"]) == ("not_ready", "unreachable")


def test_an_agent_is_taken_out_of_the_configuration() -> None:
    w = World(floor())
    own = shift(w)
    w.reconfigure(replace(w.config, agents={k: v for k, v in w.config.agents.items() if k != "1001"}))
    assert own not in w.channels
    assert w.engine._core.legs == {}


def test_a_refused_command_takes_nobodys_leg() -> None:
    w = World(floor("1001", "1002"))
    talking(w)
    shift(w, "1002")
    do(w, "ConsultAgent", colleague_id="1002")
    assert refused(w.command("TransferToAgent", agent_id="1001", colleague_id="1002")) == "wrong-state"
    third = shift(w, "1003") if w.config.agents["1003"].off_hook else ""
    assert third == ""
    assert w.engine.whole()["agents"]["1002"]["station"]["legs"] == {}

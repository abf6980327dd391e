"""Listening, whispering, barging in, taking over: on those who talk and those who wait."""

from __future__ import annotations

from typing import Any

import pytest

from cti_server.domain import switch as sw
from cti_server.engine.kernel.messages import Reply
from tests.engine.test_conference import three
from tests.engine.test_operations import consulting, do, ok
from tests.engine.test_talk import talking
from tests.engine.world import World

LEADER = "user:9"
PHONE = "2001"


def lead(w: World, name: str, **args: Any) -> Reply | None:
    return w.command(name, issuer=LEADER, extension=PHONE, **args)


def listening(w: World, **args: Any) -> tuple[str, str, str]:
    """(customer's, agent's, supervisor's leg)"""
    leg, offer = talking(w)
    w.register(PHONE)
    lead(w, "ListenToCall", agent_id="1001", **args)
    phone = w.offered_leg()
    assert w.channels[phone].destination == PHONE
    w.answers(phone)
    return leg, offer, phone


def test_a_leader_hears_both_and_nobody_notices() -> None:
    w = World()
    leg, offer, phone = listening(w)
    assert w.hears(phone) == {leg, offer}
    assert (w.hears(leg), w.hears(offer)) == ({offer}, {leg})
    assert all(reply.ok for reply in w.replies.values())
    view = w.the_call(leg)
    assert [one["party"] for one in view["legs"]] == ["customer", "agent"], "agents do not see who listens"
    (audit,) = [fact for fact in w.of_kind("audit") if fact["action"] == "ListenToCall"]
    assert (audit["issuer"], audit["subject"]) == (LEADER, "agent:1001")
    w.wait(10)
    w.hang_up(leg)
    assert w.channels == {}
    (listen,) = w.segments("listen")
    assert listen["ended_ms"] - listen["started_ms"] == 10_000


def test_from_listening_to_whispering_to_barging_and_back_without_a_new_leg() -> None:
    w = World()
    leg, offer, phone = listening(w)
    ok(lead(w, "SetListening", agent_id="1001", mode="whisper"))
    assert (w.hears(offer), w.hears(leg)) == ({leg, phone}, {offer}), "the customer hears nothing of it"
    ok(lead(w, "SetListening", agent_id="1001", mode="barge"))
    assert (w.hears(offer), w.hears(leg)) == ({leg, phone}, {offer, phone})
    ok(lead(w, "SetListening", agent_id="1001", mode="listen"))
    assert (w.hears(offer), w.hears(leg)) == ({leg}, {offer})
    assert len([c for c in w.commands if isinstance(c, sw.Originate)]) == 2


def test_leaders_see_who_listens_to_whom_and_how() -> None:
    w = World()
    leg, *_ = listening(w, mode="whisper")

    def shown(**changes: Any) -> None:
        call_id = w.the_call(leg)["id"]
        view = {"id": PHONE, "call_id": call_id, "agent": "1001", "mode": "whisper", "state": "listening", "person": LEADER}
        assert w.engine.snapshot()["listeners"] == {PHONE: {**view, **changes}}

    shown()
    told = [event.data["listener"]["state"] for event in w.published if event.name == "listener.changed"]
    assert told == ["ringing", "listening"]
    ok(lead(w, "SetListening", agent_id="1001", mode="barge"))
    shown(mode="barge")
    w.restart(2)
    shown(mode="barge")
    ok(lead(w, "TakeOverCall", agent_id="1001"))
    shown(mode="barge", state="talking")
    ok(lead(w, "StopListening", call_id=w.the_call(leg)["id"]))
    assert w.engine.snapshot()["listeners"] == {}
    assert w.mirror["listeners"] == {}


def test_whispering_from_the_beginning() -> None:
    w = World()
    leg, offer, phone = listening(w, mode="whisper")
    assert (w.hears(offer), w.hears(leg)) == ({leg, phone}, {offer})


def test_it_follows_the_agent_through_hold_consult_and_conference() -> None:
    w = World()
    leg, offer, phone = listening(w)
    do(w, "HoldCall")
    assert w.hears(phone) == {offer}
    do(w, "ResumeCall")
    w.agent("1002", ready=False)
    do(w, "ConsultAgent", colleague_id="1002")
    other = w.offered_leg()
    w.answers(other)
    assert w.hears(phone) == {offer, other}
    do(w, "JoinCalls")
    assert w.hears(phone) == {offer, other, leg}
    w.hang_up(offer)
    assert phone not in w.channels, "it goes with the agent"
    assert w.hears(leg) == {other}


def test_a_leader_takes_the_call_over() -> None:
    w = World()
    leg, offer, phone = listening(w)
    w.wait(5)
    ok(lead(w, "TakeOverCall", agent_id="1001"))
    assert offer not in w.channels
    assert w.hears(leg) == {phone}
    assert w.state("1001") == "wrap_up"
    assert w.the_call(leg)["phase"] == "connected"
    w.wait(7)
    w.hang_up(phone)
    assert leg not in w.channels
    (call,) = w.of_kind("call")
    assert (call["outcome"], call["last_agent"]) == ("answered", "1001")
    assert [(s["agent"], s["ended_ms"] - s["started_ms"]) for s in w.segments("talk")] == [("1001", 5_000), ("", 7_000)]


def test_a_leader_takes_a_place_in_a_conference_over() -> None:
    w = World()
    leg, offer, other = three(w)
    w.register(PHONE)
    lead(w, "ListenToCall", agent_id="1001")
    phone = w.offered_leg()
    w.answers(phone)
    ok(lead(w, "TakeOverCall", agent_id="1001"))
    assert offer not in w.channels
    assert w.hears(leg) == {other, phone}


def waiting(w: World) -> tuple[str, str]:
    leg = w.call()
    w.register(PHONE)
    call_id = w.the_call(leg)["id"]
    lead(w, "ListenToCall", call_id=call_id)
    w.answers(w.offered_leg())
    return leg, call_id


def test_one_who_waits_is_heard_spoken_to_and_taken() -> None:
    w = World()
    leg, call_id = waiting(w)
    phone = w.offered_leg()
    assert w.hears(phone) == {leg}
    assert lead(w, "SetListening", call_id=call_id, mode="whisper").error_id == "wrong-state"  # type: ignore[union-attr]
    ok(lead(w, "SetListening", call_id=call_id, mode="barge"))
    assert w.hears(leg) == {phone}
    w.wait(8)
    ok(lead(w, "TakeOverCall", call_id=call_id))
    assert w.channels[leg].bridged_to == phone
    assert w.view("queues", "sales")["waiting"] == 0
    w.agent("1001")
    assert w.state("1001") == "idle", "it is no longer offered"
    w.wait(3)
    w.hang_up(leg)
    (call,) = w.of_kind("call")
    assert call["outcome"] == "answered"
    assert w.channels == {}
    (file,) = w.of_kind("recording")
    assert (file["queue"], file["talk_ms"], file["problem"]) == ("sales", 3_000, ""), "it is recorded from the bridge on"


def test_one_who_waits_gets_an_agent_while_a_leader_listens() -> None:
    w = World()
    leg, _call_id = waiting(w)
    phone = w.offered_leg()
    w.agent("1001")
    w.pick_up(w.offered_leg())
    assert len(w.hears(phone)) == 2
    assert w.channels[leg].bridged_to
    w.hang_up(leg)
    assert w.channels == {}


def test_what_is_refused_changes_nothing() -> None:
    w = World()
    leg, offer = talking(w)
    assert lead(w, "ListenToCall", agent_id="1001").error_id == "phone-not-there"  # type: ignore[union-attr]
    w.agent("1002", ready=False)
    in_use = w.command("ListenToCall", issuer=LEADER, agent_id="1001", extension="1002")
    assert in_use.error_id == "phone-in-use"  # type: ignore[union-attr]
    w.register(PHONE)
    assert lead(w, "ListenToCall", agent_id="1002").error_id == "no-such-call"  # type: ignore[union-attr]
    assert lead(w, "ListenToCall").error_id == "bad-arguments"  # type: ignore[union-attr]
    assert lead(w, "SetListening", agent_id="1001", mode="barge").error_id == "wrong-state"  # type: ignore[union-attr]
    assert lead(w, "TakeOverCall", agent_id="1001").error_id == "wrong-state"  # type: ignore[union-attr]
    assert w.hears(leg) == {offer}
    lead(w, "ListenToCall", agent_id="1001")
    assert lead(w, "ListenToCall", agent_id="1001").error_id == "phone-in-use"  # type: ignore[union-attr]


def test_a_leader_who_does_not_pick_up_or_hangs_up_changes_nothing() -> None:
    w = World()
    leg, offer = talking(w)
    w.register(PHONE)
    lead(w, "ListenToCall", agent_id="1001")
    w.refuse_offer(w.offered_leg(), "NO_ANSWER")
    assert w.hears(leg) == {offer}
    lead(w, "ListenToCall", agent_id="1001")
    phone = w.offered_leg()
    w.answers(phone)
    w.hang_up(phone)
    assert w.hears(leg) == {offer}
    assert w.state("1001") == "talking"
    w.hang_up(offer)
    assert leg not in w.channels
    assert w.of_kind("call")[0]["hung_up_by"] == "agent"


def test_stop_listening() -> None:
    w = World()
    leg, offer, phone = listening(w)
    ok(lead(w, "StopListening", agent_id="1001"))
    assert phone not in w.channels
    assert w.hears(leg) == {offer}


def test_listening_outlives_the_engine() -> None:
    w = World()
    leg, offer, phone = listening(w, mode="whisper")
    w.wait(2)
    w.restart(8)
    w.wait(1)
    assert w.hears(phone) == {leg, offer}
    assert w.hears(offer) == {leg, phone}
    ok(lead(w, "SetListening", agent_id="1001", mode="barge"))
    assert w.hears(leg) == {offer, phone}


def test_a_colleague_in_a_consult_can_be_listened_to() -> None:
    w = World()
    _leg, offer, other = consulting(w)
    w.register(PHONE)
    ok(lead(w, "ListenToCall", agent_id="1002"))
    w.answers(w.offered_leg())
    assert w.hears(w.offered_leg()) == {offer, other}


@pytest.mark.parametrize("refused", [sw.Listen, sw.SetListenMode])
def test_a_switch_that_refuses_leaves_the_conversation_alone(refused: type[sw.SwitchCommand]) -> None:
    w = World()
    w.refusals = {refused: "-ERR no"}
    leg, offer, phone = listening(w, mode="whisper")
    w.wait(30)
    assert w.hears(leg) == {offer}
    assert (phone in w.channels) == (refused is sw.SetListenMode)

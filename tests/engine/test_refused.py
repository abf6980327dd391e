"""What the switch refuses for good: nobody is in silence, nobody is stuck, nothing turns in a circle, who asked is told."""

from __future__ import annotations

from cti_server.domain import switch as sw
from tests.engine.test_operations import consulting, do, nobody_in_silence
from tests.engine.test_talk import talking
from tests.engine.world import NODE, World

NO = "-ERR no"


def states(w: World) -> tuple[str, str]:
    return w.state("1001"), w.state("1002")


def asked(w: World) -> tuple[str, str, str]:
    """The colleague is rung."""
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    return leg, offer, w.offered_leg()


def last(w: World) -> str:
    return next(reversed(w.replies.values())).error_id


def test_the_agent_cannot_leave_the_customer_to_ask_somebody() -> None:
    w = World()
    w.refusals = {sw.ParkLeg: NO}
    leg, offer, other = asked(w)
    w.wait(5)
    assert last(w) == "switch-refused"
    assert w.channels[leg].bridged_to == offer
    assert other not in w.channels
    assert states(w) == ("talking", "idle")


def test_the_two_who_consult_cannot_be_joined() -> None:
    w = World()
    _leg, _offer, other = asked(w)
    w.refusals = {sw.BridgeLegs: NO}
    w.answers(other)
    w.wait(30)
    nobody_in_silence(w)
    assert other not in w.channels
    assert states(w) == ("holding", "idle"), "the customer cannot be joined either"
    w.refusals = {}
    assert w.command("ResumeCall", agent_id="1001").ok  # type: ignore[union-attr]


def test_the_customer_cannot_be_joined_by_a_swap() -> None:
    w = World()
    leg, offer, other = consulting(w)
    w.refusals = {sw.BridgeLegs: NO}
    w.command("SwapCalls", agent_id="1001")
    w.commands.clear()
    w.wait(10)
    assert last(w) == "switch-refused"
    assert w.channels[offer].bridged_to == other
    assert w.channels[leg].playing
    assert w.commands == []
    w.refusals = {}
    do(w, "SwapCalls")
    assert w.channels[offer].bridged_to == leg


def test_the_colleague_cannot_be_joined_by_a_swap() -> None:
    w = World()
    leg, offer, _other = consulting(w)
    do(w, "SwapCalls")
    w.refusals = {sw.BridgeLegs: NO}
    w.command("SwapCalls", agent_id="1001")
    w.wait(10)
    assert last(w) == "switch-refused"
    nobody_in_silence(w)
    assert leg in w.channels
    assert offer in w.channels


def test_who_gets_the_customer_cannot_be_joined() -> None:
    w = World()
    leg, offer, other = consulting(w)
    w.refusals = {sw.BridgeLegs: NO}
    do(w, "CompleteTransfer")
    w.wait(5)
    assert (offer in w.channels, other in w.channels) == (False, False)
    assert w.the_call(leg)["phase"] == "queued", "the customer is in line again"
    assert w.channels[leg].playing


def test_the_colleague_cannot_be_rung() -> None:
    w = World()
    leg, offer = talking(w)
    w.agent("1002", ready=False)
    w.refusals = {sw.Originate: NO}
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.wait(1)
    assert w.channels[leg].bridged_to == offer
    assert states(w) == ("talking", "idle")


def test_who_got_a_call_and_rejects_it_gives_it_back_to_its_line() -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    do(w, "TransferToAgent", colleague_id="1002")
    w.ring(w.offered_leg())
    w.command("LogoutAgent", agent_id="1001")
    w.command("RejectCall", agent_id="1002")
    w.wait(1)
    assert w.the_call(leg)["phase"] == "queued"


def test_who_got_a_call_and_never_answers_gives_it_back_to_its_line() -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    w.command("LogoutAgent", agent_id="1001")
    do(w, "TransferToAgent", colleague_id="1002")
    w.wait(40)
    assert w.the_call(leg)["phase"] == "queued"


def test_a_customer_who_leaves_the_line_after_a_transfer_has_hung_up() -> None:
    w = World()
    leg, _offer = talking(w)
    do(w, "TransferToQueue", queue_id="repair")
    w.wait(3)
    w.hang_up(leg)
    assert w.of_kind("call")[0]["hung_up_by"] == "customer"


def test_a_switch_that_does_not_say_what_a_leg_is_is_not_asked_in_a_circle() -> None:
    w = World()
    leg = w.call()
    w.refusals = {sw.DescribeLeg: NO}
    w.tell(sw.LegUnparked(NODE, 0, leg))
    w.commands.clear()
    w.wait(10)
    assert 5 <= len(w.commands) <= 12
    w.refusals = {}
    w.wait(2)
    nobody_in_silence(w)


def test_a_colleague_whose_park_is_not_heard_of_is_joined_all_the_same() -> None:
    w = World()
    _leg, offer, other = asked(w)
    say = w._say
    w._say = lambda event: None if isinstance(event, sw.LegParked) else say(event)  # type: ignore[method-assign]
    w.answers(other)
    w._say = say  # type: ignore[method-assign]
    w.wait(1)
    assert w.channels[other].bridged_to == offer


def test_a_leg_that_would_not_end_is_ended_later() -> None:
    w = World()
    leg, offer = talking(w)
    w.lose_link()
    w.hang_up(leg)
    w.refusals = {sw.KillLeg: NO}
    w.link()
    assert offer in w.channels
    w.refusals = {}
    for _ in range(16):
        w.wait(5)
        w.reconcile()
    assert w.channels == {}
    assert w.engine.legs_on(NODE) == []

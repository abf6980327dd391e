"""Call back when busy or not answered."""

from __future__ import annotations

from typing import Any

from cti_server.domain import switch as sw
from tests.engine.test_operations import ok
from tests.engine.test_talk import talking
from tests.engine.world import World, centre


def waiting(w: World) -> str:
    """1002 waits for 1001, who talks; gives the customer's leg."""
    leg, _offer = talking(w)
    w.agent("1002", ready=False)
    ok(w.command("AskCallBack", agent_id="1002", colleague_id="1001"))
    return leg


def wanted(w: World) -> list[str]:
    return list(w.engine.snapshot()["call_backs"])


def frees(w: World, leg: str) -> None:
    """1001's conversation and after-call work end."""
    w.hang_up(leg)
    w.command("EndWrapUp", agent_id="1001")


def test_who_asked_is_rung_when_the_colleague_is_free_and_then_the_colleague() -> None:
    w = World()
    leg = waiting(w)
    view = w.view("call_backs", "1002/1001")
    assert (view["agent"], view["colleague"], view["until_ms"] - view["since_ms"]) == ("1002", "1001", 1_800_000)
    w.hang_up(leg)
    assert (wanted(w), w.state("1002")) == (["1002/1001"], "idle"), "not in the after-call work"
    w.call()
    w.command("EndWrapUp", agent_id="1001")
    assert wanted(w) == []
    assert (w.state("1001"), w.state("1002")) == ("idle", "reserved"), "no queue takes the colleague away meanwhile"
    mine = w.offered_leg()
    order = next(c for c in reversed(w.commands) if isinstance(c, sw.Originate))
    assert (order.contact, order.caller_number) == ("ext:1002", "1001")
    assert "sip_h_Call-Info" not in order.variables, "it rings: nobody sits there with the hand on the phone"
    w.ring(mine)
    w.answers(mine)
    other = w.offered_leg()
    w.answers(other)
    assert w.hears(mine) == {other}
    assert (w.state("1001"), w.state("1002")) == ("internal", "internal")
    w.hang_up(mine)
    assert w.state("1001") == "reserved", "and now the queue has its turn"


def test_who_has_picked_it_up_calls_the_colleague_and_may_hang_up() -> None:
    w = World()
    frees(w, waiting(w))
    mine = w.offered_leg()
    w.ring(mine)
    w.answers(mine)
    assert (w.state("1002"), w.state("1001")) == ("dialing", "reserved")
    assert w.view("agents", "1002")["deadline_ms"] > w.now
    ok(w.command("HangupCall", agent_id="1002"))
    assert (w.state("1001"), w.state("1002"), w.channels) == ("idle", "idle", {})


def test_who_does_not_take_the_call_back_is_not_rung_again() -> None:
    w = World()
    leg = waiting(w)
    frees(w, leg)
    w.wait(40)
    assert (w.state("1001"), w.state("1002"), wanted(w), w.channels) == ("idle", "idle", [], {})
    w.call()
    assert w.state("1001") == "reserved"


def test_one_who_did_not_answer_has_to_be_there_first() -> None:
    w = World()
    w.agent("1001")
    w.agent("1002", ready=False)
    ok(w.command("AskCallBack", agent_id="1002", colleague_id="1001"))
    w.wait(5)
    assert (w.state("1002"), wanted(w)) == ("idle", ["1002/1001"])
    leg = w.call()
    w.pick_up(w.offered_leg())
    frees(w, leg)
    assert (w.state("1002"), wanted(w)) == ("reserved", [])


def test_one_who_has_no_shift_is_awaited() -> None:
    w = World()
    w.agent("1002", ready=False)
    w.register("1001")
    ok(w.command("AskCallBack", agent_id="1002", colleague_id="1001"))
    w.command("LoginAgent", agent_id="1001")
    assert w.state("1002") == "reserved"


def test_both_have_to_be_free() -> None:
    w = World(centre(3))
    leg = waiting(w)
    w.command("ReadyAgent", agent_id="1002")
    other = w.call("4001")
    w.pick_up(w.offered_leg())
    frees(w, leg)
    assert (w.state("1002"), wanted(w)) == ("talking", ["1002/1001"])
    w.hang_up(other)
    assert (w.state("1002"), wanted(w)) == ("reserved", [])


def test_cancelled_run_out_or_gone_with_the_shift() -> None:
    w = World(centre(3, call_back_s=60))
    waiting(w)
    ok(w.command("CancelCallBack", agent_id="1002", colleague_id="1001"))
    assert wanted(w) == []
    for colleague in ("1001", ""):
        reply = w.command("CancelCallBack", agent_id="1002", colleague_id=colleague)
        assert reply.error_id == "nothing-there"  # type: ignore[union-attr]
    ok(w.command("AskCallBack", agent_id="1002", colleague_id="1001"))
    w.wait(30)
    ok(w.command("AskCallBack", agent_id="1002", colleague_id="1001"))
    w.wait(59)
    assert wanted(w) == ["1002/1001"], "asked again it lasts longer"
    w.wait(2)
    assert wanted(w) == []
    ok(w.command("AskCallBack", agent_id="1002", colleague_id="1001"))
    ok(w.command("LogoutAgent", agent_id="1002"))
    assert wanted(w) == []
    assert w.command("AskCallBack", agent_id="1001", colleague_id="1001").error_id == "agent-busy"  # type: ignore[union-attr]


def test_it_survives_a_restart_with_its_end() -> None:
    w = World()
    leg = waiting(w)
    w.restart(8)
    assert wanted(w) == ["1002/1001"]
    frees(w, leg)
    assert w.state("1002") == "reserved"
    w = World()
    waiting(w)
    w.wait(1000)
    w.restart(8)
    w.wait(801)
    assert wanted(w) == []


def test_by_a_code_at_the_phone() -> None:
    w = World()
    leg, _offer = talking(w)
    w.agent("1002", ready=False)

    def dials(code: str) -> Any:
        return w.tones[w.dial_code("1002", code)]

    assert (dials("*71001"), wanted(w)) == ("done", ["1002/1001"])
    assert (dials("*7"), wanted(w)) == ("done", [])
    assert dials("*7") == "refused"
    dials("*71001")
    frees(w, leg)
    assert w.state("1002") == "reserved"

"""Calls between agents, with the bytes of the simulated switch."""

from __future__ import annotations

from tests.engine.world import centre
from tests.simulator.centre import Centre
from tests.simulator.test_operations import legs, states, the_call


def test_two_agents_talk_and_one_hangs_up() -> None:
    w = Centre(centre(), phones=[{"extensions": "1001-1003", "answer_after_s": 1}])
    for agent in ("1001", "1002"):
        w.command("LoginAgent", agent_id=agent)
    w.command("CallAgent", agent_id="1001", colleague_id="1002")
    w.passes(1.5)
    assert (states(w)["1001"], states(w)["1002"]) == ("dialing", "ringing")
    w.passes(2)
    assert (states(w)["1001"], states(w)["1002"], the_call(w)["phase"]) == ("internal", "internal", "connected")
    peer = w.desk.switch.channels[legs(w)["1001"]].peer
    assert peer is not None
    assert peer.uuid == legs(w)["1002"]
    assert w.desk.api("sim phone 1002 hangup") == "+OK"
    w.passes(2)
    assert (states(w)["1001"], states(w)["1002"], w.desk.switch.channels) == ("idle", "idle", {})


def test_a_busy_phone() -> None:
    w = Centre(centre(), phones=[{"extensions": "1001", "answer_after_s": 1}, {"extensions": "1002", "modes": "busy"}])
    for agent in ("1001", "1002"):
        w.command("LoginAgent", agent_id=agent)
    w.command("CallAgent", agent_id="1001", colleague_id="1002")
    w.passes(4)
    assert (states(w)["1001"], states(w)["1002"], w.desk.switch.channels) == ("idle", "idle", {})
    assert [fact.data["outcome"] for fact in w.facts if fact.kind == "call"] == ["busy"]

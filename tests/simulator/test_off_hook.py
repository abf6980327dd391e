"""A phone that stays off hook, and a queue that is asked, with the bytes of the simulated switch."""

from __future__ import annotations

from dataclasses import replace

from tests.engine.world import centre, with_queue
from tests.simulator.centre import Centre
from tests.simulator.test_operations import legs, partner, states, the_call


def with_headset() -> Centre:
    config = with_queue(centre(), "sales", whisper="tone_stream://%(300,0,600)", wrap_up_s=0)
    people = {**config.agents, "1001": replace(config.agents["1001"], off_hook=True)}
    return Centre(replace(config, agents=people), phones=[{"extensions": "1001-1003", "answer_after_s": 1}])


def call(w: Centre, talk_s: int = 500) -> str:
    """The agent's leg, when they talk."""
    w.desk.call(SERVICE="4000", PATIENCE_S="500", TALK_S=str(talk_s))
    w.passes(3)
    assert partner(w, "") == "1001"
    return str(legs(w)["1001"])


def test_calls_come_to_the_one_leg_of_the_shift() -> None:
    w = with_headset()
    w.ready("1001")
    w.passes(3)
    (own,) = w.desk.switch.channels
    assert w.engine.snapshot()["agents"]["1001"]["off_hook"]
    assert call(w, 5) == own
    w.command("HoldCall", agent_id="1001")
    w.command("ResumeCall", agent_id="1001")
    w.passes(20)
    assert list(w.desk.switch.channels) == [own]
    assert call(w) == own
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.passes(1)
    w.command("LoginAgent", agent_id="1002")
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.passes(3)
    assert partner(w, "1001") == "1002"
    w.command("CompleteTransfer", agent_id="1001")
    w.passes(2)
    assert partner(w, "") == "1002"
    assert own in w.desk.switch.channels
    w.command("LogoutAgent", agent_id="1001")
    w.passes(2)
    assert own not in w.desk.switch.channels


def test_somebody_of_a_queue_is_asked_as_soon_as_one_is_free() -> None:
    w = Centre(centre(), phones=[{"extensions": "1001-1003", "answer_after_s": 1}])
    w.ready("1001")
    w.desk.call(SERVICE="4000", PATIENCE_S="500", TALK_S="500")
    w.passes(3)
    w.command("LoginAgent", agent_id="1002")
    w.command("ConsultQueue", agent_id="1001", queue_id="repair")
    w.passes(5)
    assert (partner(w, ""), partner(w, "1001"), states(w)["1001"]) == ("-", "-", "consulting")
    w.command("ReadyAgent", agent_id="1002")
    w.passes(3)
    assert partner(w, "1001") == "1002"
    w.command("JoinCalls", agent_id="1001")
    w.passes(2)
    assert the_call(w)["phase"] == "conference"

"""Conferences and listening by the engine's own orders, with the bytes of the simulated switch: who hears whom there."""

from __future__ import annotations

from typing import Any

from cti_server.engine.kernel.messages import CommandInput
from cti_server.simulator.hearing import hears
from tests.engine.world import centre
from tests.simulator.centre import Centre
from tests.simulator.test_operations import legs, the_call


def floor() -> Centre:
    """The customer talks with 1001; 1002 and 1003 are logged in, and do not take calls of the queue."""
    w = Centre(centre(), phones=[{"extensions": "1001-1003,2001", "answer_after_s": 1}])
    w.ready("1001")
    w.desk.call(SERVICE="4000", PATIENCE_S="500", TALK_S="500")
    w.passes(3)
    for agent in ("1002", "1003"):
        w.command("LoginAgent", agent_id=agent)
    return w


def ears(w: Centre) -> dict[str, str]:
    """agent ('' the customer, S who is none of them) -> whom this one hears."""
    names = {leg: agent or "C" for agent, leg in legs(w).items()}
    channels = w.desk.switch.channels

    def name(uuid: str) -> str:
        return names.get(uuid, "S")

    return {name(leg): " ".join(sorted(name(one.uuid) for one in hears(channel))) for leg, channel in channels.items()}


def lead(w: Centre, name: str, **args: Any) -> None:
    now_ms = w.now_ms
    w.give(CommandInput(now_ms, f"lead-{name}-{now_ms}", name, {"extension": "2001", **args}, "user:9", now_ms + 5000))
    w.passes(2)


def test_a_colleague_and_a_fourth_join_one_is_muted_and_the_convener_leaves() -> None:
    w = floor()
    w.command("ConsultAgent", agent_id="1001", colleague_id="1002")
    w.passes(2)
    assert ears(w) == {"C": "", "1001": "1002", "1002": "1001"}
    w.command("JoinCalls", agent_id="1001")
    w.passes(1)
    assert ears(w) == {"C": "1001 1002", "1001": "1002 C", "1002": "1001 C"}
    w.command("AddAgent", agent_id="1001", colleague_id="1003")
    w.passes(2)
    assert ears(w)["C"] == "1001 1002 1003"
    no = next(leg["no"] for leg in the_call(w)["legs"] if leg["agent"] == "1003")
    w.command("MuteParty", agent_id="1001", party=no, muted=True)
    w.passes(1)
    assert (ears(w)["C"], ears(w)["1003"]) == ("1001 1002", "1001 1002 C")
    w.command("MuteParty", agent_id="1001", party=no, muted=False)
    w.command("DropParty", agent_id="1001", party=no)
    w.passes(1)
    assert ears(w) == {"C": "1001 1002", "1001": "1002 C", "1002": "1001 C"}
    w.desk.api("sim phone 1001 hangup")
    w.passes(1)
    assert ears(w) == {"C": "1002", "1002": "C"}


def test_a_leader_listens_whispers_barges_in_and_takes_over() -> None:
    w = floor()
    lead(w, "ListenToCall", agent_id="1001")
    assert ears(w) == {"C": "1001", "1001": "C", "S": "1001 C"}
    for mode, heard in (("whisper", ("1001", "C S")), ("barge", ("1001 S", "C S")), ("listen", ("1001", "C"))):
        lead(w, "SetListening", agent_id="1001", mode=mode)
        assert (ears(w)["C"], ears(w)["1001"]) == heard
    w.command("HoldCall", agent_id="1001")
    w.passes(1)
    assert ears(w) == {"C": "", "1001": "", "S": "1001"}
    w.command("ResumeCall", agent_id="1001")
    w.passes(1)
    assert ears(w)["S"] == "1001 C"
    lead(w, "TakeOverCall", agent_id="1001")
    caller = legs(w)[""]
    channels = w.desk.switch.channels
    assert {one.uuid for one in hears(channels[caller])} == set(channels) - {caller}
    assert len(channels) == 2


def test_a_phone_holds_by_its_own_key_and_resumes() -> None:
    w = floor()
    w.desk.api("sim phone 1001 hold")
    w.passes(1)
    assert the_call(w)["phase"] == "on_hold"
    caller = w.desk.switch.channels[legs(w)[""]]
    assert [type(one).__name__ for one in caller.stack][-1] == "Playback", "the customer hears music"
    w.desk.api("sim phone 1001 resume")
    w.passes(1)
    assert (the_call(w)["phase"], ears(w)) == ("connected", {"C": "1001", "1001": "C"})


def test_a_call_waits_in_a_slot_and_is_taken_out_by_a_colleague() -> None:
    w = floor()
    w.command("ParkCall", agent_id="1001", slot="7")
    w.passes(1)
    assert ears(w) == {"C": ""}
    w.command("RetrieveCall", agent_id="1002", slot="7")
    w.passes(2)
    assert ears(w) == {"C": "1002", "1002": "C"}

"""Codes of phones, with the bytes of the simulated switch."""

from __future__ import annotations

from tests.engine.world import centre
from tests.simulator.centre import Centre
from tests.simulator.desk import Desk
from tests.simulator.test_operations import connected, partner, states


def test_a_phone_consults_and_completes_by_its_codes() -> None:
    w, _call = connected()
    w.command("LoginAgent", agent_id="1002")
    assert w.desk.api("sim phone 1001 hold") == "+OK"
    w.passes(1)
    assert states(w)["1001"] == "holding"
    assert w.desk.api("sim phone 1001 dial *21002") == "+OK"
    w.passes(3)
    assert partner(w, "1001") == "1002"
    assert w.desk.api("sim phone 1001 dial *5") == "+OK"
    w.passes(2)
    assert partner(w, "") == "1002"
    assert states(w)["1001"] == "wrap_up"
    assert len(w.desk.switch.channels) == 2, "the codes have ended"


def test_a_ringing_call_is_picked_up_and_recorded() -> None:
    w = Centre(centre(), phones=[{"extensions": "1001-1003", "modes": "manual"}])
    w.ready("1001")
    w.desk.call(SERVICE="4000", PATIENCE_S="500", TALK_S="500")
    w.passes(1)
    w.command("LoginAgent", agent_id="1002")
    assert w.desk.api("sim phone 1002 dial *8") == "+OK"
    w.passes(1)
    assert partner(w, "") == "1002"
    assert (states(w)["1001"], states(w)["1002"]) == ("idle", "talking")
    (call,) = w.engine.snapshot()["calls"].values()
    assert call["recording"]


def test_which_tone_and_what_is_no_code() -> None:
    desk = Desk(watchdog={"strict": True})
    assert desk.api("sim phone 1001 dial 1002").startswith("-ERR")
    assert desk.api("sim phone 1001 dial *10") == "+OK"
    desk.passes(3)
    assert [event["Playback-File-Path"] for event in desk.told("PLAYBACK_START")][1] == "tone_stream://%(250,250,480,620);loops=4"
    assert not desk.switch.channels

"""The watchdog on a real switch: who is in a room with others talks on without a daemon, who listens may go on for a while."""

from __future__ import annotations

import uuid

import pytest

from cti_server.domain import switch as s
from cti_server.esl.encode import encode
from scripts.stack import free_ports
from tests.fixtures_switch import PrivateSwitch
from tests.freeswitch.test_real_switch import talking_pair

pytestmark = pytest.mark.switch


def order(switch: PrivateSwitch, command: s.SwitchCommand) -> None:
    (message,) = encode(command)
    assert switch.esl._command(message.decode().strip()).startswith("+OK")


def leg_of(switch: PrivateSwitch, role: str) -> str:
    """``role`` with other variables behind it."""
    leg, port = str(uuid.uuid4()), free_ports(1)[0]
    switch.phone(port)
    said = switch.api(f"originate {{origination_uuid={leg},cti_role={role}}}sofia/internal/1002@127.0.0.1:{port} &park()")
    assert said.startswith("+OK"), said
    return leg


def looks(switch: PrivateSwitch, times: int) -> None:
    """Until the watchdog has looked so often."""
    until = int(switch.api("strepoch")) + times
    switch.wait(lambda: int(switch.api("global_getvar cti_watchdog_ran")) >= until, what="the watchdog to look")


def daemon_dies(switch: PrivateSwitch) -> None:
    switch.daemon_alive = False
    beat, now_s = switch.api("global_getvar cti_heartbeat"), int(switch.api("strepoch"))
    switch.api(f"global_setvar cti_heartbeat_seen={beat}@{now_s - 20}")


def test_a_room_talks_on_and_a_listener_is_left_for_a_minute(real_switch: PrivateSwitch) -> None:
    caller, agent = talking_pair(real_switch)
    third, listener = leg_of(real_switch, "outside"), leg_of(real_switch, "supervisor")
    order(real_switch, s.JoinRoom(caller, "cti-x", both=True))
    order(real_switch, s.JoinRoom(third, "cti-x"))
    order(real_switch, s.Listen(listener, agent))
    real_switch.wait(lambda: real_switch.api("conference cti-x list count") == "3", what="three in the room")
    assert real_switch.get(caller, "cti_phase") == "talking"

    daemon_dies(real_switch)
    looks(real_switch, 3)
    assert real_switch.api("conference cti-x list count") == "3"
    assert [real_switch.get(leg, "cti_alone") for leg in (caller, agent, third)] == ["", "", ""]
    assert real_switch.exists(listener)

    real_switch.api(f"uuid_kill {agent}")
    looks(real_switch, 3)
    assert real_switch.exists(caller), "with the third"
    real_switch.api(f"uuid_kill {third}")
    real_switch.wait(lambda: not real_switch.exists(caller), 10, "the last of the room to end")
    assert real_switch.exists(listener), "parked since its target has gone"
    real_switch.api(f"uuid_setvar {listener} cti_alone {int(real_switch.api('strepoch')) - 60}")
    real_switch.wait(lambda: not real_switch.exists(listener), 5, "the listener to end")


def test_a_phone_off_hook_is_left_for_a_minute(real_switch: PrivateSwitch) -> None:
    rung, off_hook = leg_of(real_switch, "agent"), leg_of(real_switch, "agent,cti_agent=1002,cti_persistent=true")
    daemon_dies(real_switch)
    real_switch.wait(lambda: not real_switch.exists(rung), 10, "the agent's leg without a partner to end")
    assert real_switch.exists(off_hook)
    real_switch.api(f"uuid_setvar {off_hook} cti_alone {int(real_switch.api('strepoch')) - 60}")
    real_switch.wait(lambda: not real_switch.exists(off_hook), 5, "the leg of the phone off hook to end")

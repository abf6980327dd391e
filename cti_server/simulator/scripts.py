"""The product's two Lua scripts, as the simulated switch runs them.

cti_connect.lua CALLER LEG: when an offered leg answers, it is bridged only if the caller still waits for it.
cti_watchdog.lua: when the daemon's heartbeat is old, callers that wait go to the switch's own fallback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_server.simulator import bridge

if TYPE_CHECKING:
    from cti_server.simulator.core import Switch


def run_on_answer(switch: Switch, command: str) -> None:
    """api_on_answer: an api command, among them our connect script."""
    from cti_server.simulator import api

    api.run(switch, command, lambda _text: None)


def run_lua(switch: Switch, argument: str) -> str:
    """lua SCRIPT ARGS: the two scripts by file name, an error for any other."""
    words = argument.split()
    script = words[0].rsplit("/", 1)[-1] if words else ""
    if script in ("cti_connect.lua", "connect.lua") and len(words) == 3:
        return connect(switch, words[1], words[2])
    if script in ("cti_watchdog.lua", "watchdog.lua"):
        watchdog(switch)
        return ""
    return "-ERR script not supported by the simulator\n"


def connect(switch: Switch, caller_uuid: str, leg_uuid: str) -> str:
    """Bridges the leg if the caller's ``cti_offer`` (one leg, or several with commas) names it; else the leg loses."""
    caller, leg = switch.channels.get(caller_uuid), switch.channels.get(leg_uuid)
    if leg is None:
        return "-ERR No such channel!\n"
    wanted = caller is not None and caller.alive and leg_uuid in [one.strip() for one in caller.get("cti_offer").split(",")]
    if caller is None or not wanted:
        switch.hangup(leg, "LOSE_RACE")
        return "+OK\n"
    caller.set("cti_offer", "")
    caller.set("cti_phase", "talking")
    return f"+OK {leg_uuid}\n" if bridge.order(switch, caller, leg) else "-ERR Invalid uuid\n"


def watchdog(switch: Switch) -> None:
    """One look: a heartbeat older than ``watchdog.stale_s`` sends every waiting caller to the fallback extension."""
    settings = switch.scenario.watchdog
    try:
        beat_s = float(switch.globals.get("cti_heartbeat", "0") or 0)
    except ValueError:
        beat_s = 0.0
    if switch.now_us / 1_000_000 - beat_s < settings.stale_s:
        return
    for channel in list(switch.channels.values()):
        if channel.alive and channel.get("cti_phase") == "waiting":
            channel.set("cti_phase", "fallback")
            bridge.transfer(switch, channel, settings.destination, settings.context)

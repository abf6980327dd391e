"""The product's Lua scripts, as the simulated switch runs them; `freeswitch/scripts` has the real ones.

cti_connect.lua CALLER LEG: when an offered leg answers, it is bridged only if the caller still waits for it.
cti_inbound.lua: notes the trunk of a call that arrives, and sends it to the fallback when there is no daemon.
cti_code.lua: a code that a phone has dialled is refused when there is no daemon.
cti_watchdog.lua: when the daemon's heartbeat no longer changes, callers go to the fallback and lone agent legs end.
The laboratory's names (connect.lua, watchdog.lua) mean the same.
"""

from __future__ import annotations

from cti_server.domain.tenant import SHIPPED, VARIABLE, named
from cti_server.simulator import bridge, hearing, life
from cti_server.simulator.applications import Application, unsupported
from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Switch

ALONE_S, LISTENS_S, OFF_HOOK_S = 2, 60, 60
PATIENT_TIMES = 3
LATE_FOR_S = 600
TO_FALLBACK = frozenset(("arriving", "ivr", "waiting", "held", "survey"))


def run_lua(switch: Switch, argument: str) -> str:
    """api lua SCRIPT ARGS. Another script than ours is an error."""
    words = argument.split()
    script = words[0].rsplit("/", 1)[-1] if words else ""
    if script in ("cti_connect.lua", "connect.lua") and len(words) == 3:
        return connect(switch, words[1], words[2])
    if script in ("cti_watchdog.lua", "watchdog.lua"):
        watchdog(switch)
        return ""
    return f"-ERR lua {script} not supported by the simulator\n"


def on_answer(switch: Switch, command: str) -> bool:
    """Of a leg: api_on_answer, or its application. False: it is none of our scripts, so nothing was run."""
    name, _, argument = command.partition(" ")
    return name == "lua" and "not supported" not in run_lua(switch, argument)


# ---------------------------------------------------------------- connecting


def connect(switch: Switch, caller_uuid: str, leg_uuid: str) -> str:
    """Bridges the leg if the caller's ``cti_offer`` (one leg, or several with commas) names it; else the leg loses.

    A recording named by the caller's ``cti_record`` begins with the bridge.
    """
    caller, leg = switch.channels.get(caller_uuid), switch.channels.get(leg_uuid)
    if leg is None:
        return "-ERR No such channel!\n"
    if caller is None or not caller.alive or leg_uuid not in caller.get("cti_offer").replace(",", " ").split():
        life.hangup(switch, leg, "LOSE_RACE")
        return "+OK\n"
    phase, offer = caller.get("cti_phase"), caller.get("cti_offer")
    caller.set("cti_offer", "")
    caller.set("cti_phase", "talking")
    path = _recording(switch, caller)
    if path:
        caller.set("RECORD_STEREO", "true")
        caller.set("RECORD_MIN_SEC", "0")
    caller.set("execute_on_pre_bridge", f"record_session {path}" if path else "")
    if bridge.order(switch, caller, leg):
        return f"+OK {leg_uuid}\n"
    caller.set("cti_phase", phase)
    caller.set("cti_offer", ",".join(one for one in offer.replace(",", " ").split() if one != leg_uuid))
    life.hangup(switch, leg, "NORMAL_TEMPORARY_FAILURE")
    return "-ERR Invalid uuid\n"


def _recording(switch: Switch, caller: Channel) -> str:
    """The path in ``cti_record`` if it is a .wav below the recordings folder ('' allows any absolute one), else ''."""
    path, folder = caller.get("cti_record"), switch.globals.get("cti_recordings_dir", "")
    inside = path.startswith(f"{folder}/") and path.endswith(".wav") and ".." not in path
    return path if inside else ""


# ---------------------------------------------------------------- without a daemon


def stale(switch: Switch, tenant: str = SHIPPED) -> bool:
    """The heartbeat has not changed for longer than ``watchdog.stale_s``, three times that for a daemon that was late and came
    back. One never set is stale only if ``strict``."""
    settings, now_s = switch.scenario.watchdog, switch.now_us // 1_000_000
    beat = switch.globals.get(named("cti_heartbeat", tenant), "")
    if not beat.isdigit():
        return settings.strict
    seen, _, at = switch.globals.get(named("cti_heartbeat_seen", tenant), "").partition("@")
    if not at:
        return abs(now_s - int(beat)) > settings.stale_s
    epoch, _, until = switch.globals.get(named("cti_heartbeat_late", tenant), "").partition("@")
    patient = epoch and epoch == switch.globals.get(named("cti_epoch", tenant), "") and now_s < int(until)
    return seen == beat and now_s - int(at) > settings.stale_s * (PATIENT_TIMES if patient else 1)


def inbound(switch: Switch, channel: Channel) -> None:
    """A call arrives from a trunk."""
    if switch.scenario.inbound_gateway:
        channel.set("cti_trunk", switch.scenario.inbound_gateway)
    tenant = switch.globals.get(f"cti_tenant_{channel.get('cti_dialled')}", SHIPPED)
    if tenant != SHIPPED:
        channel.set(VARIABLE, tenant)
    if stale(switch, tenant):
        channel.moving = True  # the dialplan does not go on to park
        _to_fallback(switch, channel)


def code(switch: Switch, channel: Channel) -> None:
    """A phone has dialled a code."""
    if stale(switch, channel.get(VARIABLE) or SHIPPED):
        channel.moving = True
        bridge.transfer(switch, channel, "refused", "cti_codes")


def _to_fallback(switch: Switch, channel: Channel) -> None:
    settings = switch.scenario.watchdog
    channel.set("cti_phase", "fallback")
    bridge.transfer(switch, channel, settings.destination, settings.context)


def watchdog(switch: Switch) -> None:
    """One look: notes when the heartbeat last changed; when it is stale, saves whom nobody drives; who is with others stays."""
    now_s = switch.now_us // 1_000_000
    switch.globals["cti_watchdog_ran"] = str(now_s)
    tenants = switch.globals.get("cti_tenants", SHIPPED).split()
    for tenant in tenants:
        _look(switch, tenant, now_s)
    silent = [tenant for tenant in tenants if stale(switch, tenant)]
    for channel in list(switch.channels.values()) if silent else ():
        if channel.alive and channel.get("cti_phase") != "fallback" and (channel.get(VARIABLE) or SHIPPED) in silent:
            _rescue(switch, channel, now_s)


def _look(switch: Switch, tenant: str, now_s: int) -> None:
    known = switch.globals
    beat = known.get(named("cti_heartbeat", tenant), "")
    seen, _, at = known.get(named("cti_heartbeat_seen", tenant), "").partition("@")
    if beat.isdigit() and seen != beat:
        epoch, before = known.get(named("cti_epoch", tenant), ""), known.get(named("cti_heartbeat_epoch", tenant), "")
        if at and now_s - int(at) > switch.scenario.watchdog.stale_s and epoch and epoch == before:
            known[named("cti_heartbeat_late", tenant)] = f"{epoch}@{now_s + LATE_FOR_S}"
        known[named("cti_heartbeat_epoch", tenant)] = epoch
        known[named("cti_heartbeat_seen", tenant)] = f"{beat}@{now_s}"


def _rescue(switch: Switch, channel: Channel, now_s: int) -> None:
    phase, role = channel.get("cti_phase"), channel.get("cti_role")
    if hearing.together(channel) or channel.bridging is not None:
        channel.set("cti_alone", "")
    elif role == "supervisor":
        _end_if_alone(switch, channel, "ORIGINATOR_CANCEL", now_s, LISTENS_S)
    elif role in ("agent", "outside", "code") or (not phase and channel.get("cti_agent")):
        after_s = OFF_HOOK_S if channel.get("cti_persistent") else ALONE_S
        _end_if_alone(switch, channel, "ORIGINATOR_CANCEL", now_s, after_s)
    elif phase == "talking":
        _end_if_alone(switch, channel, "NORMAL_CLEARING", now_s, ALONE_S)
    elif phase in TO_FALLBACK:
        channel.set("cti_offer", "")
        channel.set("execute_on_pre_bridge", "")
        _to_fallback(switch, channel)


def _end_if_alone(switch: Switch, channel: Channel, cause: str, now_s: int, after_s: int) -> None:
    since = channel.get("cti_alone")
    if not since:
        channel.set("cti_alone", str(now_s))
    elif now_s - int(since) >= after_s:
        life.hangup(switch, channel, cause)


# ---------------------------------------------------------------- as an application


class Lua(Application):
    """lua SCRIPT: the product's scripts for calls that arrive and for offered legs; another one is a failure of the call."""

    def begin(self) -> None:
        if self.data.rsplit("/", 1)[-1] == "cti_inbound.lua":
            inbound(self.switch, self.channel)
        elif self.data.rsplit("/", 1)[-1] == "cti_code.lua":
            code(self.switch, self.channel)
        elif not on_answer(self.switch, f"lua {self.data}"):
            unsupported(self.switch, self.channel, f"lua {self.data}")
        leaves = self.channel.alive and self.channel.bridging is not None
        if leaves:  # it ends before the leg leaves for its bridge
            self.channel.moving = True
        self.complete()
        if leaves:
            life.leave_for_bridge(self.switch, self.channel)


APPLICATIONS: dict[str, type[Application]] = {"lua": Lua}

"""Switches, from mirror:switches: links, sessions, limits against the wanted load, settings and modules.

The daemon puts into a row's core what it found on the switch: {"modules": {name: bool}, "settings": {"max_sessions", "sps",
"clock_ahead_ms", "api_expansion", "one_ms_timer", "callid_as_uuid", "room_profile": bool or null, "open_trunks": names,
"certs_dir": path on the switch}, "zombies": ids of sessions that are listed and do not exist, "watchdog":
{"ran_age_s", "heartbeat_age_s": seconds or null}}. What it did not say is 'unknown', not fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cti_server.errors import CtiError
from cti_server.events.views import SWITCH, TRUNK
from scripts.cti.doctor.finding import Finding, Options, by_limit
from scripts.cti.live import trunk_items
from scripts.cti.mirror import read_freshness, read_rows
from scripts.cti.text import safe
from scripts.cti.world import World

LEGS_PER_CALL = 2
WATCHDOG_OLD_S = 5
WITHOUT = "without it waiting callers are lost when the daemon dies"
SWITCH_CONF = "autoload_configs/switch.conf.xml"

PROFILE_CONF = "sip_profiles/*.xml"
ROOM_CONF = "autoload_configs/conference.conf.xml"

FLAGS: tuple[tuple[str, bool, str, str], ...] = (
    # setting, wanted, severity when it is not so, what to do
    ("api_expansion", False, "critical", f"set api-expansion=false in {SWITCH_CONF}: a caller's name could run commands"),
    ("one_ms_timer", True, "warning", f"set 1ms-timer=true in {SWITCH_CONF}: event times step by 20 ms"),
    (
        "callid_as_uuid",
        False,
        "critical",
        f"take inbound-use-callid-as-uuid out of {PROFILE_CONF}: a caller chooses its leg's id, and one used twice mixes calls",
    ),
    (
        "room_profile",
        True,
        "critical",
        f"run fsconf again, or put its profile 'cti' into {ROOM_CONF}, then reloadxml: nobody can be joined as a third",
    ),
)


def check_switches(world: World, options: Options) -> Iterator[Finding]:
    """Every switch that is configured or mirrored."""
    fresh = read_freshness(world.client, world.keys, world.clock.now_ms())
    rows = read_rows(world.client, world.keys, SWITCH)
    for name in sorted({*rows.views, *_configured(world)}):
        component = f"switch {name}"
        view = rows.views.get(name)
        if view is None:
            hint = "start the daemon with this CTI_SWITCHES; look for 'switch' in its log"
            yield Finding(component, "critical", "configured, but the daemon has never said anything about it", hint)
            continue
        if not fresh.daemon_alive:
            yield Finding(component, "unknown", "the daemon is away, so nobody knows", "start the daemon")
            continue
        yield from _link(component, view)
        if view.get("linked"):
            core = rows.cores.get(name, {})
            said = core.get("settings")
            settings = said if isinstance(said, dict) else {}
            yield from _limits(component, view, settings, options)
            yield from _flags(component, settings)
            yield from _modules(component, core.get("modules"))
            yield _watchdog(component, core.get("watchdog"))
            yield from _zombies(component, core.get("zombies"))
            yield from _open_trunks(component, settings.get("open_trunks"))
            yield from _web_phones(world, component, str(settings.get("certs_dir") or ""))
    if not rows.views and not _configured(world):
        yield Finding("switches", "critical", "no switch is configured", "set CTI_SWITCHES=main=esl://HOST:8021 for the daemon")


def _configured(world: World) -> set[str]:
    """Names in CTI_SWITCHES; passwords may be known to the daemon only, so entries are not checked here."""
    entries = filter(None, (entry.strip() for entry in world.settings.switches.split(",")))
    return {entry.rpartition("=")[0] or "main" for entry in entries}


def _link(component: str, view: Mapping[str, Any]) -> Iterator[Finding]:
    if not view.get("linked"):
        hint = "check that FreeSWITCH runs, that mod_event_socket listens there and that CTI_ESL_PASSWORD is right"
        yield Finding(component, "critical", f"no link: {safe(view.get('reason', ''))}", hint)
        return
    sessions, limit = int(view.get("sessions") or 0), int(view.get("max_sessions") or 0)
    severity = by_limit(sessions / limit, 0.8, 0.95) if limit else "ok"
    hint = "" if severity == "ok" else f"raise max-sessions in {SWITCH_CONF}, or add a switch"
    details = {"sessions": sessions, "max_sessions": limit}
    yield Finding(component, severity, f"linked, {sessions} of {limit or 'unknown'} sessions", hint, details)
    if view.get("slow"):
        text = f"overloaded: {int(view.get('delay_ms') or 0)} ms to connect; callers wait in line until it has caught up"
        yield Finding(component, "warning", text, "look what else runs on its machine; give it more cores or another switch")


def _limits(component: str, view: Mapping[str, Any], settings: Mapping[str, Any], options: Options) -> Iterator[Finding]:
    """Two legs a call: the caller's and the agent's."""
    legs_per_s = options.calls_per_s * LEGS_PER_CALL
    most = settings.get("max_sessions") or view.get("max_sessions")
    for parameter, command, needed, value in (
        ("sessions-per-second", "fsctl sps N", legs_per_s, settings.get("sps")),
        ("max-sessions", "fsctl max_sessions N", legs_per_s * options.call_s, most),
    ):
        load = f"{options.calls_per_s:g} calls/s of {options.call_s:g} s need {needed:.0f}"
        if not isinstance(value, (int, float)) or not value:
            hint = "run on the switch: fs_cli -x status"
            yield Finding(f"{component} limits", "unknown", f"{parameter} is not known; {load}", hint)
            continue
        enough = value >= needed
        hint = "" if enough else f"set {parameter} to at least {needed:.0f} in {SWITCH_CONF} (until a restart: {command})"
        details = {"parameter": parameter, "value": value, "needed": needed}
        yield Finding(f"{component} limits", "ok" if enough else "warning", f"{parameter} {value:g}; {load}", hint, details)


def _flags(component: str, settings: Mapping[str, Any]) -> Iterator[Finding]:
    for name, wanted, severity, hint in FLAGS:
        value, text = settings.get(name), f"{name} {str(settings.get(name)).lower()}"
        if value is None:
            severity, text, hint = "unknown", f"{name} is not known", f"look into {SWITCH_CONF}, {PROFILE_CONF} and {ROOM_CONF}"
        elif bool(value) == wanted:
            severity, hint = "ok", ""
        yield Finding(f"{component} settings", severity, text, hint)


def _modules(component: str, modules: Any) -> Iterator[Finding]:
    if not isinstance(modules, dict) or not modules:
        yield Finding(f"{component} modules", "unknown", "the daemon has not said which modules are loaded")
        return
    missing = sorted(str(name) for name, loaded in modules.items() if not loaded)
    if missing:
        hint = f"load them ({'; '.join('load ' + safe(name) for name in missing)}) and add them to modules.conf.xml"
        yield Finding(f"{component} modules", "critical", f"missing: {safe(', '.join(missing))}", hint, {"missing": missing})
    else:
        yield Finding(f"{component} modules", "ok", f"all {len(modules)} needed modules are loaded", details={"missing": []})


def _watchdog(component: str, found: Any) -> Finding:
    """The watchdog looks every second, and the daemon's heartbeat changes every second."""
    component = f"{component} watchdog"
    if not isinstance(found, dict):
        return Finding(component, "unknown", "the daemon has not said whether it runs")
    ran, beat = found.get("ran_age_s"), found.get("heartbeat_age_s")
    details = {"ran_age_s": ran, "heartbeat_age_s": beat}
    if ran is None or ran > WATCHDOG_OLD_S:
        text = "it has never run" if ran is None else f"it ran {ran:.0f} s before the daemon asked"
        hint = f"on the switch 'show tasks' must have group cti ('sched_api @1 cti lua cti_watchdog.lua' makes it); {WITHOUT}"
        return Finding(component, "critical", text, hint, details)
    if beat is None or beat > WATCHDOG_OLD_S:
        text = "it has seen no heartbeat" if beat is None else f"the heartbeat stood still for {beat:.0f} s"
        return Finding(component, "critical", text, "look at the daemon's log: new calls go to the fallback queue", details)
    return Finding(component, "ok", "it runs and sees the daemon's heartbeat", details=details)


def _zombies(component: str, found: Any) -> Iterator[Finding]:
    if not isinstance(found, list):
        yield Finding(f"{component} sessions", "unknown", "the daemon has not said whether every listed session exists")
    elif found:
        hint = "restart the switch when it is quiet: they hold a session each and never end"
        shown = safe(", ".join(map(str, found[:3])))
        text = f"{len(found)} sessions are listed and do not exist: {shown}"
        yield Finding(f"{component} sessions", "warning", text, hint, {"zombies": found})


def _open_trunks(component: str, found: Any) -> Iterator[Finding]:
    """A carrier that knows the switch by its address takes calls from whoever sends from there."""
    if isinstance(found, list) and found:
        hint = "ask the carrier for an account (fsconf --trunk NAME=HOST,USER --trunk-passwords FILE)"
        names = safe(", ".join(map(str, found)))
        yield Finding(f"{component} accounts", "warning", f"trunks without an account: {names}", hint, {"trunks": found})


def _web_phones(world: World, component: str, folder: str) -> Iterator[Finding]:
    """The switch makes a certificate for the audio of web phones when it starts, where its user may write."""
    if not world.settings.phone_ws_url or not folder or not _on_this_machine(component, world):
        return
    key = Path(folder) / "dtls-srtp.pem"
    try:
        there = key.is_file()
    except PermissionError:
        there = True  # a closed folder is as it should be
    if not there:
        hint = "run fsconf again with --user, then OUT/start: the switch makes it where its user may write"
        text = f"{key} is not there: no web phone can talk"
        yield Finding(f"{component} web phones", "critical", text, hint, {"path": str(key)})


def _on_this_machine(component: str, world: World) -> bool:
    addresses = {f"switch {address.name}": address.host for address in world.settings.switch_addresses()}
    return addresses.get(component) in ("127.0.0.1", "::1", "localhost")


def check_trunks(world: World, options: Options) -> Iterator[Finding]:
    """One finding per trunk that is not up, one for all that are."""
    fresh = read_freshness(world.client, world.keys, world.clock.now_ms())
    switches = read_rows(world.client, world.keys, SWITCH)
    items = trunk_items(read_rows(world.client, world.keys, TRUNK), switches, fresh)
    up = [item["id"] for item in items if item["state"] == "up"]
    for item in items:
        if item["state"] == "down":
            hint = "ask the carrier; on the switch: sofia status gateway " + safe(item.get("gateway", ""))
            yield Finding(f"trunk {safe(item['id'])}", "critical", f"down: {safe(item.get('detail', ''))}", hint)
        elif item["state"] != "up":
            yield Finding(f"trunk {safe(item['id'])}", "unknown", "its state is not known now")
    if up:
        yield Finding("trunks", "ok", f"{len(up)} up", details={"up": up})


def check_settings(world: World) -> Iterator[Finding]:
    """The settings load and name switches with passwords."""
    file = world.environ.get("CTI_CONFIG", "/etc/cti/cti.toml")
    try:
        addresses = world.settings.switch_addresses()
    except CtiError as error:
        yield Finding("settings", "critical", error.message, f"correct the variable, or the file {safe(file)}")
        return
    names = ", ".join(address.name for address in addresses) or "named to the daemon only"
    tenant = world.settings.tenant
    yield Finding("settings", "ok", f"tenant {tenant}, switches: {names}", details={"tenant": tenant})

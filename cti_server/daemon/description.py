"""What a switch says of itself, for ``cti doctor``: asked at every link and every LOOK_S, kept in the core of its mirror row.

Reads ``module_exists``, ``status``, ``strmicroepoch``, ``sofia xmlstatus gateway``, ``xml_locate`` (SIP profiles, rooms),
``show channels`` and the global variables of the watchdog. What is not told is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import gevent
import structlog

from cti_server.adapters.switch_link import SwitchLink
from cti_server.domain.border import digits
from cti_server.domain.switch import Api, GetGlobal, LegExists, ProbeExpansion
from cti_server.domain.tenant import SHIPPED, named
from cti_server.errors import CtiError
from cti_server.esl.encode import ROOM_PROFILE
from cti_server.esl.replies import gateways
from cti_server.esl.replies import status as parse_status

log = structlog.get_logger(__name__)

LOOK_S = 10.0
MODULES = (
    "mod_event_socket", "mod_sofia", "mod_commands", "mod_dptools", "mod_hash", "mod_conference", "mod_callcenter",
    "mod_dialplan_xml", "mod_opus", "mod_sndfile", "mod_tone_stream", "mod_local_stream", "mod_lua",
)  # fmt: skip
"""What modules.conf.xml loads, without what calls do not need (console, log file, a directory over HTTP)."""

PROFILES = "configuration configuration name sofia.conf"
ROOMS = "configuration configuration name conference.conf"
CALL_ID_AS_UUID = re.compile(r'name="inbound-use-callid-as-uuid"\s+value="(?:true|yes|on|1)"')
ASKED_AT_ONCE = 50  # legs of one look: the rest has its turn later

CLOCK_LOOKS = 10
CLOCK_REST_S = 0.003
COARSE_US = 20_000


def describe(link: SwitchLink, now_ms: Callable[[], int], tenant: str = SHIPPED) -> dict[str, Any]:
    """{"modules": {name: bool}, "settings": {max_sessions, sps, version, api_expansion, one_ms_timer, clock_ahead_ms: its
    clock minus ours, callid_as_uuid, room_profile: of rooms, open_trunks: names of gateways without an account, certs_dir},
    "watchdog": see there}."""
    modules = {m: link.call(Api("module_exists", m)).text.strip() == "true" for m in MODULES}
    clock = _clock(link)
    ahead_ms = clock[-1] // 1000 - now_ms() if clock else None
    settings: dict[str, Any] = {"one_ms_timer": one_ms_timer(clock), "clock_ahead_ms": ahead_ms, "api_expansion": None}
    try:
        status = parse_status(link.call(Api("status")).text)
        settings |= {"max_sessions": status.max_sessions, "sps": status.sessions_per_second, "version": status.version}
    except CtiError as error:
        log.warning("the switch's status cannot be read", switch=link.node, error=error.message)
    expansion = link.call(ProbeExpansion())
    settings["api_expansion"] = digits(expansion.text, -1) >= 0 if expansion.text != "deadline" else None
    settings |= {"callid_as_uuid": _callid_as_uuid(link), "room_profile": _room_profile(link), "open_trunks": _open_trunks(link)}
    settings["certs_dir"] = link.call(GetGlobal("certs_dir")).text.strip()
    return {"modules": modules, "settings": settings, "watchdog": watchdog(link, tenant)}


def _callid_as_uuid(link: SwitchLink) -> bool | None:
    """Whether a caller may choose the id of its leg. The answer holds passwords: it goes nowhere but through this look."""
    answer = link.call(Api("xml_locate", PROFILES)).text
    return bool(CALL_ID_AS_UUID.search(answer)) if "<profile" in answer else None


def _room_profile(link: SwitchLink) -> bool | None:
    """Whether there is the profile that rooms are made with."""
    answer = link.call(Api("xml_locate", ROOMS)).text
    return f'<profile name="{ROOM_PROFILE}">' in answer if "<profile" in answer or "conference.conf" in answer else None


def _open_trunks(link: SwitchLink) -> list[str] | None:
    """Gateways that do not register: their carrier knows the switch by its address alone."""
    try:
        return sorted(g.name for g in gateways(link.call(Api("sofia", "xmlstatus gateway")).text) if g.state == "NOREG")
    except CtiError:
        return None


class Zombies:
    """Sessions of one switch that ``show channels`` lists and ``uuid_exists`` denies: they never end and count against the limit.

    A few legs are asked for in one look, in turn; a leg counts when it was denied and is listed in a later look all the same.
    """

    def __init__(self) -> None:
        self._denied: set[str] = set()
        self._asked: set[str] = set()

    def look(self, link: SwitchLink) -> list[str] | None:
        """The ids of all that are known now; None when the switch does not list its channels."""
        try:
            listed = set(link.legs())
        except CtiError:
            return None
        found = sorted(self._denied & listed)
        self._asked &= listed
        if not listed - self._asked:
            self._asked.clear()
        turn = sorted(listed - self._asked)[:ASKED_AT_ONCE]
        denied = {leg for leg in turn if link.call(LegExists(leg)).text.strip() == "false"}
        self._asked |= set(turn)
        self._denied = (self._denied & listed - set(turn)) | denied
        return found


def watchdog(link: SwitchLink, tenant: str) -> dict[str, float | None]:
    """By the switch's own clock: {"ran_age_s": since the watchdog looked, "heartbeat_age_s": since it saw our heartbeat change}.

    None where there is no such variable: the watchdog has never run, or not yet with a daemon.
    """
    now = digits(link.call(Api("strepoch")).text)
    ran = digits(link.call(GetGlobal("cti_watchdog_ran")).text)
    seen = digits(link.call(GetGlobal(named("cti_heartbeat_seen", tenant))).text.partition("@")[2])
    return {
        "ran_age_s": float(now - ran) if now and ran else None,
        "heartbeat_age_s": float(now - seen) if now and seen else None,
    }


def one_ms_timer(microseconds: list[int]) -> bool | None:
    """Whether the switch's clock goes in small steps; without 1ms-timer it stands and leaps by 20 ms. None: it was not told."""
    steps = [later - earlier for earlier, later in pairwise(microseconds)]
    if not steps:
        return None
    return any(COARSE_US * 0.1 < step % COARSE_US < COARSE_US * 0.9 for step in steps)


def _clock(link: SwitchLink) -> list[int]:
    """The switch's clock, a few times in a row, in microseconds."""
    found: list[int] = []
    for _ in range(CLOCK_LOOKS):
        told = digits(link.call(Api("strmicroepoch")).text)
        if not told:
            return []
        found.append(told)
        gevent.sleep(CLOCK_REST_S)
    return found

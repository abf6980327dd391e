"""``api sim ...``: the commands that no real switch has, for tests and the demo: callers, phones, trunks, time, faults.

sim call [NUMBER=..] [NAME=..] [SERVICE=..] [DIGITS=1,23] [PATIENCE_S=..] [TALK_S=..] [VOICE_S=..]   answers +OK UUID
sim phone EXT answer|reject|hold|resume|hangup|register|unregister|expire|dial CODE|mode MODE|state
sim callers on|off [RATE_PER_S]          sim trunk NAME up|down          sim caller UUID hangup
sim advance MS (virtual time only)       sim freeze S                    sim drop
sim restart                              sim stats
Values are percent-encoded (a space is %20).
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import orjson

from cti_server.simulator import life
from cti_server.simulator.core import Switch
from cti_server.simulator.parties import Phone
from cti_server.simulator.people import people
from cti_server.simulator.scenario import MODES

USAGE = "-USAGE: sim call|caller|phone|callers|trunk|advance|freeze|drop|restart|stats ...\n"


def run(switch: Switch, argument: str) -> str:
    words = argument.split()
    act = _ACTS.get(words[0]) if words else None
    return act(switch, words[1:]) if act is not None else USAGE


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value >= 0 else None


def _call(switch: Switch, words: list[str]) -> str:
    given = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or name not in ("NUMBER", "NAME", "SERVICE", "DIGITS", "PATIENCE_S", "TALK_S", "VOICE_S"):
            return f"-ERR sim call: '{word}' is none of NUMBER= NAME= SERVICE= DIGITS= PATIENCE_S= TALK_S= VOICE_S=\n"
        given[name] = unquote(value)
    times = {name: _number(given[name]) for name in ("PATIENCE_S", "TALK_S", "VOICE_S") if name in given}
    if None in times.values():
        return "-ERR sim call: PATIENCE_S, TALK_S and VOICE_S are seconds\n"
    channel = people(switch).new_call(
        given.get("NUMBER", ""), given.get("NAME"), given.get("SERVICE", ""),
        [part for part in given["DIGITS"].split(",") if part] if "DIGITS" in given else None,
        times.get("PATIENCE_S"), times.get("TALK_S"), times.get("VOICE_S"),
    )  # fmt: skip
    return f"+OK {channel.uuid}\n" if channel is not None else "-ERR the switch takes no calls now (limit or pause)\n"


def _caller(switch: Switch, words: list[str]) -> str:
    channel = switch.channels.get(words[0]) if len(words) == 2 and words[1] == "hangup" else None
    if channel is None:
        return "-ERR sim caller UUID hangup: no such call\n"
    life.hangup(switch, channel, "NORMAL_CLEARING", by_far_end=True)
    return "+OK\n"


_PHONE: dict[str, Callable[[Phone], bool | None]] = {
    "answer": Phone.answer, "reject": Phone.reject, "hangup": Phone.hang_up_all, "register": Phone.register,
    "hold": Phone.hold, "resume": lambda phone: phone.hold(False),
    "unregister": Phone.unregister, "expire": lambda phone: phone.unregister(expired=True),
}  # fmt: skip


def _phone(switch: Switch, words: list[str]) -> str:
    phone = people(switch).at(words[0]) if words else None
    if phone is None:
        return "-ERR no such phone\n"
    action = words[1] if len(words) > 1 else "state"
    if action == "state":
        lines = [{"uuid": line.uuid, "answered": line.answered} for line in phone.lines]
        return orjson.dumps({"registered": phone.registered, "mode": phone.mode or "scenario", "lines": lines}).decode() + "\n"
    if action == "mode":
        if len(words) < 3 or words[2] not in (*MODES, "scenario"):
            return f"-ERR sim phone EXT mode: one of {', '.join(MODES)}, scenario\n"
        phone.mode = "" if words[2] == "scenario" else words[2]
        return "+OK\n"
    if action == "dial":
        return "+OK\n" if len(words) == 3 and phone.dial(words[2]) else "-ERR sim phone EXT dial: a code, e.g. *8\n"
    if action not in _PHONE:
        return f"-ERR sim phone EXT: one of {', '.join(_PHONE)}, dial CODE, mode, state\n"
    return "-ERR the phone has no such call\n" if _PHONE[action](phone) is False else "+OK\n"


def _callers(switch: Switch, words: list[str]) -> str:
    rate = _number(words[1]) if len(words) > 1 else None
    if not words or words[0] not in ("on", "off") or (len(words) > 1 and rate is None):
        return "-ERR sim callers on|off [calls a second]\n"
    people(switch).call(words[0] == "on", rate)
    return "+OK\n"


def _trunk(switch: Switch, words: list[str]) -> str:
    if len(words) != 2 or words[0] not in people(switch).gateways or words[1] not in ("up", "down"):
        return "-ERR sim trunk NAME up|down\n"
    people(switch).gateway_state(words[0], words[1] == "up")
    return "+OK\n"


def _stats(switch: Switch, words: list[str]) -> str:
    everybody = people(switch)
    return orjson.dumps({
        "channels": len(switch.channels), "sessions": switch.sessions, "arrived": everybody.arrived, "refused": everybody.refused,
        "bridged": sum(1 for channel in switch.channels.values() if channel.peer is not None) // 2,
        "calling": everybody.calling, "rate_per_s": everybody.rate_per_s, "events": switch.head.sequence,
    }).decode() + "\n"  # fmt: skip


def _fault(name: str) -> Callable[[Switch, list[str]], str]:
    def act(switch: Switch, words: list[str]) -> str:
        if switch.server is None:
            return f"-ERR sim {name}: only with a server\n"
        do, numbers = getattr(switch.server, name), []
        if name in ("freeze", "advance"):
            value = _number(words[0]) if words else None
            if value is None:
                return f"-ERR sim {name}: needs a number\n"
            numbers = [value]
        try:
            do(*numbers)
        except ValueError as error:
            return f"-ERR {error}\n"
        return "+OK\n"

    return act


_ACTS = {
    "call": _call, "caller": _caller, "phone": _phone, "callers": _callers, "trunk": _trunk, "stats": _stats,
    "advance": _fault("advance"), "freeze": _fault("freeze"), "drop": _fault("drop"), "restart": _fault("restart"),
}  # fmt: skip

"""What is wanted of a leg, on its own channel: ``cti_want``, so that an engine that has lost its mirror, or has one that is older
than the channels, finds the call as its people left it. An ordinary party (who talks, or waits in the queue's music) has none.

One line of ``name=value`` joined by ``&``, values percent-encoded; ``v`` is the count of the call: the higher is the
newer. One that is ordinary again keeps its ``v``. Unknown names are passed over: an older engine takes what it knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args
from urllib.parse import parse_qsl, urlencode

from cti_server.domain.border import LATEST_MS, digits
from cti_server.domain.config import NumberKind
from cti_server.domain.switch import ListenMode, SetVariable
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import MAIN, Ask, Call, Dialling, Group, Leg, Purpose, Sound
from cti_server.events.views import CALL, LegParty

NAME = "cti_want"
ALSO = "also"
"""The further queues in which a customer waits."""
MOST = 2**31


def write(core: Core, call: Call) -> None:
    """Tell the channels what they do not have yet."""
    for leg in call.legs.values():
        if leg.seen.here and not leg.gone and leg.seen.state != "fallback":
            found = _of_customer(call) if leg.party == "customer" else _of_party(call, leg)
            if found != leg.seen.wants:
                leg.seen.wants = found
                call.wants += 1
                core.changed(CALL, call.id)
                core.send(call.node, call.caller_leg, SetVariable(leg.id, NAME, urlencode({"v": call.wants, **found})))


def _of_customer(call: Call) -> dict[str, str]:
    back = call.ivr and call.ivr.back
    if not (call.private or call.slot or call.then_queue or call.then_flow or call.recall or back or call.also):
        return {}
    found = {"slot": call.slot, "queue": call.then_queue, "flow": call.then_flow, "node": call.then_node, "recall": call.recall}
    found |= {"sound": call.groups[MAIN].sound, "back": call.ivr.back if call.ivr else ""}
    found |= {"private": "1" if call.private else "", ALSO: ",".join(call.also)}
    return {name: value for name, value in found.items() if value}


def _of_party(call: Call, leg: Leg) -> dict[str, str]:
    if leg.group == MAIN and not (leg.home or leg.dial or leg.muted or leg.person):
        return {}
    found = {"home": leg.home, "on": leg.on, "mode": leg.mode if leg.on else "", "muted": "1" if leg.muted else ""}
    if leg.group != MAIN:
        found["group"] = leg.group
    other = call.groups.get(leg.home if leg.group == MAIN else leg.group)
    if other is not None:
        found |= {"as": other.purpose, "sound": other.sound}
    found |= {"talked": "1" if leg.talked else "", "number": leg.number, "person": leg.person}
    if leg.id in call.asks:
        found |= {"asks": call.asks[leg.id].queue, "since": str(call.asks[leg.id].since_ms)}
    if leg.dial is not None:
        found |= {"kind": leg.dial.kind, "by": leg.dial.by, "trunk": leg.dial.trunk}
    return {name: value for name, value in found.items() if value}


def read(variables: Mapping[str, str]) -> dict[str, str]:
    """What a channel says that is wanted of it; {} for nothing, or what cannot be read."""
    return dict(parse_qsl(variables.get(NAME, ""), keep_blank_values=False, max_num_fields=30)) if NAME in variables else {}


def also(told: Mapping[str, str]) -> list[str]:
    return [queue for queue in told.get(ALSO, "").split(",") if queue]


def names(variables: Mapping[str, str]) -> dict[str, str]:
    """The same without its version."""
    return {name: value for name, value in read(variables).items() if name != "v"}


def party(role: str) -> LegParty:
    """What ``cti_role`` says of a leg that was made for somebody's call."""
    found: LegParty = "outside" if role == "outside" else "supervisor" if role == "supervisor" else "agent"
    return found


def take(call: Call, leg: Leg, told: Mapping[str, str]) -> None:
    """The leg is wanted where its channel says, and its group is there."""
    leg.group, leg.home = told.get("group", "" if told.get("on") else MAIN), told.get("home", "")
    leg.on, leg.muted = told.get("on", ""), bool(told.get("muted"))
    leg.number, leg.person = told.get("number", ""), told.get("person", "")
    mode, kind, purpose, sound = (told.get(name, "") for name in ("mode", "kind", "as", "sound"))
    if mode in get_args(ListenMode):
        leg.mode = mode  # type: ignore[assignment]
    if kind in get_args(NumberKind):
        leg.dial = Dialling(kind, told.get("by", ""), told.get("trunk", "?"), rang=True)  # type: ignore[arg-type]
    call.asks.pop(leg.id, None)
    if told.get("asks"):
        call.asks[leg.id] = Ask(told["asks"], digits(told.get("since", ""), 0, LATEST_MS))
    other = leg.home if leg.group == MAIN else leg.group
    if other and other != MAIN:
        known = Group(other, purpose if purpose in get_args(Purpose) else "aside", owner=other)  # type: ignore[arg-type]
        known.sound = sound if sound in get_args(Sound) else "music"  # type: ignore[assignment]
        call.groups[other] = known


def version(told: Mapping[str, str]) -> int:
    return digits(told.get("v", ""), 0, MOST)

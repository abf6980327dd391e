"""What people do to a running call: rows of one table, each a change of what is *wanted* of its legs and nothing else. One that
the row does not allow from here raises WrongState and changes nothing; two equal ones do it once.

``engine.settled`` sees to the rest.
"""

from __future__ import annotations

from cti_server.engine.state import MAIN, Call, Group, Leg
from cti_server.errors import WrongState


def _talking(call: Call, leg: Leg) -> None:
    if leg.group != MAIN or not leg.seen.here:
        raise WrongState("it is not in the conversation")


def hold(call: Call, leg: Leg) -> None:
    """{C A} -> {C music} {A}"""
    if leg.home == MAIN:
        return
    _talking(call, leg)
    call.groups[leg.id] = Group(leg.id, "aside", "silence", leg.id)
    leg.group, leg.home, call.groups[MAIN].sound = leg.id, MAIN, "music"


def resume(call: Call, leg: Leg) -> None:
    """{C music} {A} -> {C A}"""
    if leg.group == MAIN:
        return
    if leg.home != MAIN:
        raise WrongState("it holds nobody")
    leg.group, leg.home = MAIN, ""

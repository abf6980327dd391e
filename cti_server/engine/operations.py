"""What people do to a running call: rows of one table, each a change of what is *wanted* of its legs and nothing else. One that
the row does not allow from here raises WrongState and changes nothing; two equal ones do it once.

``engine.settled`` sees to the rest. C: the customer, A: the agent, B: whom A asks. {}: a group; ♪: with sound; ?: is rung.
"""

from __future__ import annotations

from cti_server.engine.state import MAIN, Call, Group, Leg
from cti_server.errors import WrongState

ENDED, LEFT, PASSED_ON = "NORMAL_CLEARING", "ATTENDED_TRANSFER", "BLIND_TRANSFER"


def leave(call: Call, leg: Leg, cause: str = ENDED) -> None:
    """The leg is wanted nowhere any more."""
    leg.gone = leg.gone or cause
    leg.group = leg.home = ""


def hold(call: Call, leg: Leg) -> None:
    """{C A} -> {C♪} {A}"""
    if leg.home == MAIN and _purpose(call, leg) == "aside":
        return
    _talking(leg)
    _aside(call, leg, Group(leg.id, "aside", "silence", leg.id))


def resume(call: Call, leg: Leg) -> None:
    """{C♪} {A} -> {C A}"""
    if leg.group == MAIN and not leg.home:
        return
    if _purpose(call, leg) != "aside":
        raise WrongState("it holds nobody")
    _back(call, leg)


def consult(call: Call, leg: Leg, other: Leg) -> None:
    """{C A} or {C♪} {A} -> {C♪} {A♪} B?"""
    if leg.id in call.groups and call.groups[leg.id].purpose == "consult":
        raise WrongState("it consults somebody already")
    if leg.home != MAIN:
        _talking(leg)
    _aside(call, leg, Group(leg.id, "consult", "ringback", leg.id))
    other.group = leg.id


def swap(call: Call, leg: Leg) -> None:
    """{C♪} {A B} -> {C A} {B♪}, and back"""
    other = _consulted(call, leg)
    if not other.seen.here:
        raise WrongState("the other one has not answered")
    call.groups[leg.home].sound = call.groups[leg.group].sound = "music"
    leg.group, leg.home = leg.home, leg.group


def complete(call: Call, leg: Leg) -> None:
    """{C♪} {A B} -> {C B}; A leaves. While B is rung, it is passed on without a word."""
    other = _consulted(call, leg)
    del call.groups[leg.id]
    other.group = MAIN
    call.groups[MAIN].sound = "music" if other.seen.here else "ringback"
    leave(call, leg, LEFT)


def give_back(call: Call, leg: Leg) -> None:
    """{C♪} {A B} -> {C A}; B leaves."""
    leave(call, _consulted(call, leg), LEFT)
    _back(call, leg)


def pass_on(call: Call, leg: Leg, other: Leg | None = None) -> None:
    """{C A} -> {C♪} B?; A leaves. Without B the customer goes on alone (``Call.then``)."""
    if leg.home != MAIN:
        _talking(leg)
    elif _purpose(call, leg) != "aside":
        raise WrongState("it consults somebody: complete or return first")
    call.groups.pop(leg.id, None)
    call.groups[MAIN].sound = "ringback" if other is not None else "music"
    leave(call, leg, PASSED_ON)


# ---------------------------------------------------------------- inside


def _talking(leg: Leg) -> None:
    if leg.group != MAIN or leg.home or not leg.seen.here:
        raise WrongState("it is not in the conversation")


def _purpose(call: Call, leg: Leg) -> str:
    group = call.groups.get(leg.group)
    return group.purpose if group else ""


def _consulted(call: Call, leg: Leg) -> Leg:
    group = call.groups.get(leg.id)
    found = [one for one in call.legs.values() if one.group == leg.id and one is not leg]
    if group is None or group.purpose != "consult" or not found:
        raise WrongState("it consults nobody")
    return found[0]


def _aside(call: Call, leg: Leg, group: Group) -> None:
    call.groups[leg.id] = group
    leg.group, leg.home, call.groups[MAIN].sound = leg.id, MAIN, "music"


def _back(call: Call, leg: Leg) -> None:
    call.groups.pop(leg.id, None)
    leg.group, leg.home = MAIN, ""

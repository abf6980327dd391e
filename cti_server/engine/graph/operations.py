"""What people do to a running call: rows of one table, each a change of what is *wanted* of its legs and nothing else. One that
the row does not allow from here raises WrongState and changes nothing; two equal ones do it once.

``calls.settled`` sees to the rest. C: the customer, A: the agent, B: whom A asks, S: who listens. {}: a group; ♪: with sound;
?: is rung; S→A: hears A and those with A.
"""

from __future__ import annotations

from cti_server.domain.switch import ListenMode
from cti_server.engine.kernel.state import MAIN, MOST_PARTIES, Call, Group, Leg
from cti_server.errors import WrongState

ENDED, LEFT, PASSED_ON = "NORMAL_CLEARING", "ATTENDED_TRANSFER", "BLIND_TRANSFER"


def leave(call: Call, leg: Leg, cause: str = ENDED) -> None:
    """The leg is wanted nowhere any more."""
    leg.gone = leg.gone or cause
    leg.group = leg.home = leg.on = ""


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


def consult(call: Call, leg: Leg, other: Leg | None = None) -> None:
    """{C A} or {C♪} {A} -> {C♪} {A♪} B?; without B, who comes from a queue (``Call.asks``): {C♪} {A♪ ?queue}"""
    if leg.id in call.groups and call.groups[leg.id].purpose == "consult":
        raise WrongState("it consults somebody already")
    if leg.home != MAIN:
        _talking(leg)
    _aside(call, leg, Group(leg.id, "consult", "ringback" if other is not None else "music", leg.id))
    if other is not None:
        other.group = leg.id


def send_away(call: Call, leg: Leg) -> None:
    """{C A} -> {C flow} {A♪}"""
    _talking(leg)
    if sum(one.group == MAIN for one in call.legs.values()) > 2:
        raise WrongState("others are in the conversation")
    _aside(call, leg, Group(leg.id, "aside", "music", leg.id))
    call.groups[MAIN].sound = "flow"


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
    call.recall = "" if other.seen.here else leg.agent
    leave(call, leg, LEFT)


def give_back(call: Call, leg: Leg) -> None:
    """{C♪} {A B} or {C♪} {A ?queue} -> {C A}; B leaves."""
    other = _asked(call, leg)
    if other is not None:
        leave(call, other, LEFT if other.seen.here else "ORIGINATOR_CANCEL")
    _back(call, leg)


def into_line(call: Call, leg: Leg) -> None:
    """{C♪} {A ?queue} -> {C♪ ?queue}; A leaves."""
    del call.groups[leg.id]
    call.groups[MAIN].sound, call.recall = "music", ""
    leave(call, leg, PASSED_ON)


def join_all(call: Call, leg: Leg) -> None:
    """{C♪} {A B} -> {C A B}"""
    other = _consulted(call, leg)
    if not other.seen.here:
        raise WrongState("the other one has not answered")
    _room_for_one(call)
    _back(call, leg)
    other.group = MAIN


def add(call: Call, leg: Leg, other: Leg) -> None:
    """{C A} -> {C A} B?, then {C A B}"""
    _talking(leg)
    _room_for_one(call)
    other.group = MAIN


def mute(call: Call, leg: Leg, other: Leg, muted: bool) -> None:
    """In a conference the others no longer hear it."""
    _talking(leg)
    if sum(one.group == MAIN and one.seen.here for one in call.legs.values()) < 3 or other.group != MAIN or not other.seen.here:
        raise WrongState("it is in no conference with this party")
    other.muted = muted


def drop(call: Call, leg: Leg, other: Leg) -> None:
    """{C A B} -> {C A}; B leaves. Also one who is still rung."""
    _talking(leg)
    if other is leg or other.party == "customer" or other.on or other.gone:
        raise WrongState("this party cannot be dropped")
    leave(call, other, ENDED if other.seen.here else "ORIGINATOR_CANCEL")


def listen(call: Call, leg: Leg, target: Leg, mode: ListenMode) -> None:
    """{C A} -> {C A} S→A"""
    _may(target, mode)
    leg.group, leg.on, leg.mode = "", target.id, mode


def turn_to(call: Call, leg: Leg, mode: ListenMode) -> None:
    """Nobody hears S, or A alone (whisper), or all with A (barge)."""
    target = call.legs.get(leg.on)
    if target is None:
        raise WrongState("it listens to nobody")
    _may(target, mode)
    leg.mode = mode


def dial(call: Call) -> None:
    """{} -> {A} C?, then {A C}: an agent calls a number outside."""
    call.groups[MAIN].sound = "ringback"


def take_over(call: Call, leg: Leg) -> Leg | None:
    """{C A} S→A -> {C S}; A leaves, and is what this gives. {C♪} S→C -> {C S}"""
    target = call.legs.get(leg.on)
    if target is None or not leg.seen.here:
        raise WrongState("it listens to nobody")
    if target.party != "customer":
        _talking(target)
        leave(call, target, PASSED_ON)
    leg.on, leg.group = "", MAIN
    return target if target.party != "customer" else None


def pass_on(call: Call, leg: Leg, other: Leg | None = None) -> None:
    """{C A} -> {C♪} B?; A leaves. Without B the customer goes on alone, where who passes it on says (``Call.then``)."""
    if leg.home != MAIN:
        _talking(leg)
    elif _purpose(call, leg) != "aside":
        raise WrongState("it consults somebody: complete or return first")
    elif call.groups[MAIN].sound == "flow":
        raise WrongState("the customer goes through a flow: fetch the customer back first")
    call.groups.pop(leg.id, None)
    call.groups[MAIN].sound = "ringback" if other is not None else "music"
    call.recall = leg.agent if other is not None else ""
    call.then_queue = call.then_flow = call.then_node = ""
    leave(call, leg, PASSED_ON)


# ---------------------------------------------------------------- inside


def _talking(leg: Leg) -> None:
    if leg.group != MAIN or leg.home or not leg.seen.here:
        raise WrongState("it is not in the conversation")


def _purpose(call: Call, leg: Leg) -> str:
    group = call.groups.get(leg.group)
    return group.purpose if group else ""


def _asked(call: Call, leg: Leg) -> Leg | None:
    """Who is consulted; None while nobody of the queue is rung."""
    group = call.groups.get(leg.id)
    found = [one for one in call.legs.values() if one.group == leg.id and one is not leg]
    if group is None or group.purpose != "consult" or not (found or leg.id in call.asks):
        raise WrongState("it consults nobody")
    return found[0] if found else None


def _consulted(call: Call, leg: Leg) -> Leg:
    found = _asked(call, leg)
    if found is None:
        raise WrongState("nobody of the queue has answered yet")
    return found


def _room_for_one(call: Call) -> None:
    if sum(MAIN in (leg.group, leg.home) for leg in call.legs.values()) >= MOST_PARTIES:
        raise WrongState(f"a conference has at most {MOST_PARTIES} parties")


def _may(target: Leg, mode: ListenMode) -> None:
    if not target.seen.here or target.on or target.gone:
        raise WrongState("nobody can be heard there")
    if mode == "whisper" and target.party == "customer":
        raise WrongState("only an agent can be whispered to")


def _aside(call: Call, leg: Leg, group: Group) -> None:
    call.groups[leg.id] = group
    leg.group, leg.home, call.groups[MAIN].sound = leg.id, MAIN, "music"


def _back(call: Call, leg: Leg) -> None:
    call.groups.pop(leg.id, None)
    leg.group, leg.home = MAIN, ""

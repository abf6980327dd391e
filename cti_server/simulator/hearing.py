"""Who hears whom now, read off the legs. Tests and recordings are held against it.

Two that are bridged hear each other, members of a room all others who are not muted. A phone that holds hears nobody and is not
heard. Who listens hears its target and those whom the target hears; when it whispers the target hears it, when it barges in also
those who are together with the target.
"""

from __future__ import annotations

from cti_server.simulator.channel import Channel

TO_OTHERS, TO_TARGET = 1, 2
"""Bits of a listener's mode, which is the switch's digit for it: 0 listens, 2 whispers, 1 tells the others, 3 tells all."""


def together(leg: Channel) -> list[Channel]:
    """The one it is bridged to, or the other members of its room."""
    if leg.peer is not None:
        return [leg.peer]
    return [one for one in leg.room.members.values() if one is not leg] if leg.room is not None else []


def hears(leg: Channel) -> set[Channel]:
    if _holds(leg):
        return set()
    found = _voices(leg)
    found |= {one.channel for one in leg.listeners if one.began and one.mode & TO_TARGET}
    for other in together(leg):
        found |= {one.channel for one in other.listeners if one.began and one.mode & TO_OTHERS}
    if leg.listening is not None and leg.listening.began:
        target = leg.listening.target
        found |= _voices(target) | ({target} if not _holds(target) else set())
    return found - {leg}


def _voices(leg: Channel) -> set[Channel]:
    if _holds(leg):
        return set()
    muted = leg.room.muted if leg.room is not None else set()
    return {one for one in together(leg) if not _holds(one) and one not in muted}


def _holds(leg: Channel) -> bool:
    return leg.held or leg.phone_holds


def changed(now_us: int, *legs: Channel) -> None:
    """Something has changed for these legs: their recordings and those of all around them go on with what is heard now."""
    around = {one for leg in legs for one in (leg, *together(leg), *(listener.channel for listener in leg.listeners))}
    for leg in around:
        for recorder in leg.recorders.values():
            recorder.partner(bool(hears(leg)), now_us)

"""What the switch says of a leg, taken into what was *seen* of it. Nothing else sets that; what follows from it is settled after
the input (``engine.calls.settled``).
"""

from __future__ import annotations

from cti_server.domain.switch import BreakPlayback, ChannelSnapshot, LegEvent
from cti_server.engine.graph import steps, wanted
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Graph, Leg, LegSeen

_MOVED = frozenset({"CS_RESET", "CS_ROUTING", "CS_SOFT_EXECUTE"})


def news(leg: Leg, event: LegEvent) -> bool:
    """False for an event that is older than what the leg was seen to have: the switch was asked meanwhile."""
    known, told = leg.seen.switch_ms, event.switch_ms
    if told:
        if told < known:
            return False
        leg.seen.switch_ms = told
    return True


def turn(core: Core, call: Graph, leg: Leg, state: LegSeen, other: str = "") -> None:
    """The leg is there now. Whom it leaves behind has to show where that one is."""
    was = leg.seen
    if was.state == "bridge" and was.other != other:
        partner = call.legs.get(was.other)
        if partner is not None and (partner.seen.state, partner.seen.other) == ("bridge", leg.id):
            partner.seen.state, partner.seen.since_ms = "moving", core.now
    was.state, was.other, was.since_ms = state, other, core.now
    if state == "bridge" and was.plays:  # it began as the two were joined, and would go on over their voices
        core.send(call.node, call.caller_leg, BreakPlayback(leg.id))
    if state != "parked":
        was.plays, was.exec_id, was.quiet_until_ms = "", "", 0
    if state == "listens":
        was.mode = "listen"
    core.touch(call.id)


def joined(core: Core, call: Graph, leg: Leg, room: str, member: str) -> None:
    """It is in a room: heard, as everybody who comes in."""
    leg.seen.member, leg.seen.muted = member, False
    turn(core, call, leg, "room", room)


def left_its_place(core: Core, call: Graph, leg: Leg) -> None:
    """On the way to somewhere else: a step says by when it shows where, without one it is asked soon."""
    leg.seen.state, leg.seen.since_ms = "moving", core.now
    if not steps.disturbs(call, leg):
        core.touch(call.id)


def described(core: Core, call: Graph, leg: Leg, channel: ChannelSnapshot) -> None:
    """All of it, by the switch's own word."""
    leg.seen.switch_ms = channel.switch_ms or leg.seen.switch_ms
    at = place(leg, channel)
    if at != (leg.seen.state, leg.seen.other):
        turn(core, call, leg, *at)
    leg.seen.member = channel.member or leg.seen.member
    leg.seen.wants = wanted.names(channel.cti)
    if leg.dial is not None and not leg.dial.trunk:  # its order was sent, and the engine ended before that was remembered
        leg.dial.trunk = channel.cti.get("cti_trunk", "?")


def place(leg: Leg, channel: ChannelSnapshot) -> tuple[LegSeen, str]:
    """What a dump proves: state, and with whom or where."""
    if not channel.answered and channel.direction == "outbound":
        return ("ringing" if leg.seen.state != "unborn" else "unborn"), ""
    if channel.bridged_to:
        return "bridge", channel.bridged_to
    if channel.room:
        return "room", channel.room
    if channel.listens_to:
        return "listens", channel.listens_to
    if channel.cti.get("cti_phase") == "fallback":
        return "fallback", ""
    return ("limbo" if channel.state in _MOVED else "parked"), ""

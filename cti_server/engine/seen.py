"""What the switch says of a leg, taken into what was *seen* of it. Nothing else sets that; what follows from it is settled after
the input (``engine.settled``).
"""

from __future__ import annotations

from cti_server.domain.switch import ChannelSnapshot, LegEvent
from cti_server.engine.memory import Core
from cti_server.engine.state import Call, Leg, LegSeen

_MOVED = frozenset({"CS_RESET", "CS_ROUTING", "CS_SOFT_EXECUTE"})


def news(leg: Leg, event: LegEvent) -> bool:
    """False for an event that is older than what the leg was seen to have: the switch was asked meanwhile."""
    if event.switch_ms < leg.switch_ms and event.switch_ms:
        return False
    leg.switch_ms = event.switch_ms or leg.switch_ms
    return True


def turn(core: Core, call: Call, leg: Leg, seen: LegSeen, with_leg: str = "", room: str = "") -> None:
    """The leg is there now. Whom it leaves behind has to show where that one is."""
    partner = call.legs.get(leg.with_leg) if leg.seen == "bridge" and leg.with_leg != with_leg else None
    leg.seen, leg.with_leg, leg.room, leg.seen_ms = seen, with_leg, room, core.now
    if seen != "parked":
        leg.plays = leg.exec_id = ""
        leg.quiet_until_ms = 0
    if partner is not None and (partner.seen, partner.with_leg) == ("bridge", leg.id):
        partner.seen, partner.seen_ms = "moving", core.now
    core.touch(call.id)


def described(core: Core, call: Call, leg: Leg, channel: ChannelSnapshot) -> None:
    """All of it, by the switch's own word."""
    leg.switch_ms = channel.switch_ms or leg.switch_ms
    seen, with_leg, room = _place(leg, channel)
    if (seen, with_leg, room) != (leg.seen, leg.with_leg, leg.room):
        turn(core, call, leg, seen, with_leg, room)


def _place(leg: Leg, channel: ChannelSnapshot) -> tuple[LegSeen, str, str]:
    """What a dump proves. Bridged to the same partner counts as before when it says nothing of a bridge and is talking."""
    if not channel.answered and channel.direction == "outbound":
        return ("ringing" if leg.seen != "unborn" else "unborn"), "", ""
    if channel.bridged_to:
        return "bridge", channel.bridged_to, ""
    if channel.cti.get("cti_phase") == "fallback":
        return "fallback", "", ""
    if channel.application == "conference":
        return "room", "", leg.room
    if channel.application == "eavesdrop":
        return "spy", leg.with_leg or leg.listens, ""
    if channel.state in _MOVED:
        return "limbo", "", ""
    return "parked", "", ""

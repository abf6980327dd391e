"""A channel that no leg of ours is: an orphan, a caller of whom we did not hear or whom we lost, or one whom the switch keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from cti_server.domain.numbers import service_number
from cti_server.domain.switch import ChannelSnapshot, KillLeg, LegParked
from cti_server.engine.calls import calls
from cti_server.engine.graph import caller
from cti_server.engine.kernel.core import Core
from cti_server.engine.recovery import cold

Unknown = Literal["", "orphan", "stranger", "lost", "fallback"]
"""A leg that we made for somebody and that has nobody; a new caller; a customer of a call that is not there; one in the switch's
own queue, also where we know the leg; '' nothing of ours, or a conversation that goes on without us."""


Channels = Mapping[str, ChannelSnapshot]


def what(core: Core, channel: ChannelSnapshot, channels: Channels) -> Unknown:
    """``channels``: at least all of its switch that no leg of ours is."""
    known = channel.leg in core.legs
    if not (known or core.ours(channel.cti)):
        return ""
    if caller.in_fallback(channel.cti.get("cti_phase", ""), channel.bridged_to):
        return "fallback"
    if known or channel.leg in core.ghosts:
        return ""
    if cold.is_second(channel.cti):
        return "" if _goes_on(core, channel, channels) else "orphan"
    call = channel.cti.get("cti_call", "")
    if call:
        return "lost" if call not in core.calls or cold.booked(core, channel.node, channel.cti) else ""
    return "stranger" if _is_new_caller(core, channel) else ""


def company(core: Core, channel: ChannelSnapshot, channels: Channels) -> set[str]:
    """The legs that it talks with."""
    if channel.bridged_to:
        return {channel.bridged_to}
    if not channel.room:
        return set()
    ours = {leg.id for leg in core.legs.values() if (leg.seen.state, leg.seen.other) == ("room", channel.room)}
    return (ours | {one.leg for one in channels.values() if one.room == channel.room}) - {channel.leg}


def _goes_on(core: Core, channel: ChannelSnapshot, channels: Channels) -> bool:
    """With a customer, or while there are two of whom one is an agent: who was rung outside is not left with nobody of ours."""
    others = company(core, channel, channels)
    for other in others:
        leg, seen = core.legs.get(other), channels.get(other)
        if leg is None and seen is None:
            return True  # of whom nothing is known yet
        if (leg is not None and (leg.party == "customer" or leg.agent)) or (seen is not None and not _is_outside(seen)):
            return True
    return bool(others) and not _is_outside(channel)


def _is_outside(channel: ChannelSnapshot) -> bool:
    return cold.is_second(channel.cti) and not channel.cti.get("cti_agent")


def _is_new_caller(core: Core, channel: ChannelSnapshot) -> bool:
    """An inbound channel that the dialplan gave us, or for one of our numbers; nobody drives it and no engine has taken it."""
    if (channel.direction, channel.context, channel.bridged_to) != ("inbound", calls.INBOUND_CONTEXT, ""):
        return False
    service = service_number(core.config.service_numbers, channel.destination, core.config.country_code)
    return channel.state in ("CS_EXECUTE", "CS_PARK") and (channel.cti.get("cti_phase") == "arriving" or service is not None)


def take(core: Core, channel: ChannelSnapshot, channels: Channels) -> None:
    """A customer with the legs that were made for the call."""
    found = what(core, channel, channels)
    if found == "orphan":
        core.send(channel.node, channel.leg, KillLeg(channel.leg, "ORIGINATOR_CANCEL"))
    elif found == "stranger":
        calls.arrive(core, channel)
    elif found:
        others = cold.parties(tuple(channels.values()))
        cold.take(core, channel, others.get(channel.cti.get("cti_call", ""), ()))


def parked(core: Core, event: LegParked) -> None:
    """A leg that we do not know has parked."""
    if not core.ours(event.cti):
        return
    if cold.is_second(event.cti):
        core.send(event.node, event.leg, KillLeg(event.leg, "ORIGINATOR_CANCEL"))
    elif event.cti.get("cti_call"):
        if not cold.booked(core, event.node, event.cti):  # then it is late; a leg that lives all the same the reconciler finds
            cold.take(core, cold.as_channel(event, core.now), ())
    elif event.direction == "inbound" and event.context == calls.INBOUND_CONTEXT:
        calls.arrive(core, event)

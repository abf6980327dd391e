"""Switch and engine compared, one switch at a time. Drift is the same disagreement in two passes at least 1 s apart; the switch
is then asked whether the leg exists (show channels lags and misses some), and only its answer settles it.

Every repair is an audit fact and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set

from cti_server.domain.message import message
from cti_server.domain.numbers import service_number
from cti_server.domain.switch import ChannelSnapshot, KillLeg, LegExists, LegParked
from cti_server.engine.acd import offers, queueing
from cti_server.engine.calls import calls
from cti_server.engine.graph import caller, seen, steps
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.messages import Reconcile
from cti_server.engine.kernel.results import Outcome
from cti_server.engine.kernel.state import Doubt, DoubtId
from cti_server.engine.recovery import cold

BETWEEN_MS = 1_000
YOUNG_MS = 2_000
WATCH_MS = 60_000


def compare(core: Core, item: Reconcile) -> None:
    """One pass over one switch."""
    _watch_what_plays(core, item.node)
    channels = {channel.leg: channel for channel in item.channels}
    alive = channels.keys() | set(item.alive)
    seen = {DoubtId(f"{what} {leg}"): (what, leg) for what, leg in _disagreements(core, item.node, channels, alive)}
    for key, old in list(core.doubts.items()):
        looked_at = old.what == "missing" or old.leg in channels or old.leg not in alive
        if old.node == item.node and key not in seen and looked_at:
            del core.doubts[key]
    for key, (what, leg) in seen.items():
        doubt = core.doubts.get(key)
        if doubt is None:
            core.doubts[key] = Doubt(what, item.node, leg, core.now)
        elif doubt.confirmed:
            del core.doubts[key]
            core.repaired(what, leg, item.node)
            _PRESENT[what](core, leg, channels[leg])
        elif not doubt.asked and core.now - doubt.since_ms >= BETWEEN_MS:
            doubt.asked = True
            core.send(item.node, leg, LegExists(leg), Exists(key))


def _watch_what_plays(core: Core, node: str) -> None:
    """Of what plays or asks on a leg only the end is told. When that is lost nothing else comes: now and then it is asked."""
    for leg in core.legs.values():
        if leg.node == node and leg.seen.state == "parked" and not leg.seen.asking and core.graph(leg.call_id):
            every = 0 if leg.seen.stopped else WATCH_MS
            if core.now - max(leg.seen.looked_ms, leg.seen.since_ms, leg.seen.plays_ms) >= every:
                leg.seen.looked_ms = core.now
                steps.ask(leg)
                core.touch(leg.call_id)


def worth_a_look(core: Core, node: str, alive: Iterable[str]) -> list[str]:
    """Which of these living legs the next pass must see in full: those unknown here and those in doubt."""
    doubtful = {doubt.leg for doubt in core.doubts.values() if doubt.node == node}
    return [leg for leg in alive if leg in doubtful or (leg not in core.legs and leg not in core.ghosts)]


def _disagreements(core: Core, node: str, channels: dict[str, ChannelSnapshot], alive: Set[str]) -> Iterator[tuple[str, str]]:
    for leg in core.legs.values():
        call = core.calls.get(leg.call_id)
        if leg.node != node or leg.seen.state == "ended" or (leg.dial is not None and not leg.dial.trunk):
            continue
        channel = channels.get(leg.id)
        if leg.id not in alive:
            young = call is not None and any(core.now - offer.started_ms < YOUNG_MS for offer in call.offers.values())
            if not young or leg.party == "customer":
                yield "missing", leg.id
        elif channel is not None and call is not None and leg.party == "agent" and not call.caller_gone:
            if channel.bridged_to == call.caller_leg and (leg.seen.state, leg.seen.other) != ("bridge", call.caller_leg):
                yield "bridged", leg.id
            elif not (channel.bridged_to or channel.room) and leg.seen.state in ("bridge", "room") and not leg.gone:
                yield "unbridged", leg.id
    for channel in [channel for channel in channels.values() if channel.leg in core.legs or core.ours(channel.cti)]:
        if caller.in_fallback(channel.cti.get("cti_phase", ""), channel.bridged_to) and not _taking_back(core, channel.leg):
            yield "fallback", channel.leg
        if channel.leg in core.legs or channel.leg in core.ghosts:
            continue
        if cold.is_second(channel.cti):
            if not channel.bridged_to:
                yield "orphan", channel.leg
        elif is_new_caller(core, channel):
            yield "stranger", channel.leg
        elif channel.direction == "inbound" and cold.booked(core, channel.node, channel.cti):
            yield "lost", channel.leg


def _taking_back(core: Core, leg_id: str) -> bool:
    call = core.call_of(leg_id)
    return call is not None and (call.legs[call.caller_leg].seen.state == "fallback" or call.caller_gone or bool(call.ending))


def is_new_caller(core: Core, channel: ChannelSnapshot) -> bool:
    """An inbound channel that the dialplan gave us, or for one of our numbers; nobody drives it and no engine has taken it."""
    return (
        channel.direction == "inbound"
        and not channel.bridged_to
        and channel.state in ("CS_EXECUTE", "CS_PARK")
        and channel.context == calls.INBOUND_CONTEXT
        and (
            channel.cti.get("cti_phase") == "arriving"
            or service_number(core.config.service_numbers, channel.destination, core.config.country_code) is not None
        )
        and not channel.cti.get("cti_call")
    )


@message
class Exists(Outcome):
    """The switch's answer to LegExists."""

    doubt: DoubtId

    def told(self, core: Core, ok: bool, text: str) -> None:
        doubt = core.doubts.get(self.doubt)
        if doubt is None:
            return
        if not ok or text.strip() not in ("true", "false"):
            doubt.asked = False
            return
        exists = text.strip() == "true"
        if doubt.what == "missing":
            del core.doubts[self.doubt]
            if not exists:
                _gone(core, doubt)
        elif exists:
            doubt.confirmed = True
        else:
            del core.doubts[self.doubt]


def _gone(core: Core, doubt: Doubt) -> None:
    """A leg that we believed in has ended unheard."""
    leg = core.legs.get(doubt.leg)
    if leg is None:
        return
    core.repaired("missing", leg.id, leg.node)
    with core.happened(core.now):
        calls.lost(core, leg)


def _differs(core: Core, leg_id: str, channel: ChannelSnapshot) -> None:
    leg = core.legs[leg_id]
    seen.described(core, core.calls[leg.call_id], leg, channel)


def _orphan(core: Core, leg_id: str, channel: ChannelSnapshot) -> None:
    core.send(channel.node, leg_id, KillLeg(leg_id, "ORIGINATOR_CANCEL"))


def as_parked(channel: ChannelSnapshot) -> LegParked:
    """The event that we would have heard."""
    return LegParked(
        channel.node,
        0,
        channel.leg,
        channel.direction,
        channel.answered,
        channel.caller_number,
        channel.caller_name,
        channel.destination,
        channel.context,
        channel.cti.get("cti_trunk", ""),
        channel.cti,
    )


def _stranger(core: Core, leg_id: str, channel: ChannelSnapshot) -> None:
    calls.arrive(core, as_parked(channel))


def _lost(core: Core, leg_id: str, channel: ChannelSnapshot) -> None:
    cold.take(core, channel, ())


def _fallback(core: Core, leg_id: str, channel: ChannelSnapshot) -> None:
    """The watchdog moved the caller while no engine was heard: take the caller back."""
    call = core.call_of(leg_id)
    if call is None:
        cold.take(core, channel, ())
        return
    call.variables |= channel.cti
    offers.withdraw(core, call, "withdrawn")
    queueing.out_of_line(core, call)
    caller.prepare(core, call)
    _differs(core, leg_id, channel)


_PRESENT: dict[str, Callable[[Core, str, ChannelSnapshot], None]] = {
    "bridged": _differs,
    "unbridged": _differs,
    "orphan": _orphan,
    "stranger": _stranger,
    "lost": _lost,
    "fallback": _fallback,
}

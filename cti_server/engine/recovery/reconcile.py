"""Switch and engine compared, one switch at a time. Drift is the same disagreement in two passes at least 1 s apart: what is only
late has come by then.

A leg of ours is asked what it is then, and its word is taken as any other's (``calls.settled``); a channel that no leg of ours is
was seen in full twice, and is taken or ended. Every repair is an audit fact and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from cti_server.domain.switch import ChannelSnapshot
from cti_server.engine.acd import offers, queueing
from cti_server.engine.graph import caller, seen, steps
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.messages import Reconcile
from cti_server.engine.kernel.state import Doubt, DoubtId, Leg
from cti_server.engine.recovery import cold, unknown

BETWEEN_MS = 1_000
WATCH_MS = 60_000
_NOT_THERE = frozenset({"unborn", "ended"})
"""Not yet: it has a deadline of its own; or no more."""
Channels = Mapping[str, ChannelSnapshot]


def compare(core: Core, item: Reconcile) -> None:
    """One pass over one switch."""
    _watch_what_plays(core, item.node)
    channels = {channel.leg: channel for channel in item.channels}
    alive = channels.keys() | set(item.alive)
    found = {DoubtId(f"{what} {leg}"): (what, leg) for what, leg in _disagreements(core, item.node, channels, alive)}
    for key, old in list(core.doubts.items()):
        if old.node == item.node and key not in found and (old.leg in channels or old.leg not in alive or old.leg in core.legs):
            del core.doubts[key]
    for key, (what, leg_id) in found.items():
        doubt = core.doubts.setdefault(key, Doubt(item.node, leg_id, core.now))
        if core.now - doubt.since_ms >= BETWEEN_MS:
            del core.doubts[key]
            _REPAIRS[what](core, leg_id, channels)


def _watch_what_plays(core: Core, node: str) -> None:
    """Of what plays or asks on a leg only the end is told. When that is lost nothing else comes: now and then it is asked."""
    for leg in core.legs.values():
        if leg.node == node and leg.seen.state == "parked" and not leg.seen.asking and core.graph(leg.call_id):
            every = 0 if leg.seen.stopped else WATCH_MS
            if core.now - max(leg.seen.looked_ms, leg.seen.since_ms, leg.seen.plays_ms) >= every:
                leg.seen.looked_ms = core.now
                _ask(core, leg.id, {})


def worth_a_look(core: Core, node: str, alive: Iterable[str]) -> list[str]:
    """Which of these living legs the next pass must see in full: those unknown here and those in doubt."""
    doubtful = {doubt.leg for doubt in core.doubts.values() if doubt.node == node}
    return [leg for leg in alive if leg in doubtful or (leg not in core.legs and leg not in core.ghosts)]


def _disagreements(core: Core, node: str, channels: Channels, alive: Set[str]) -> Iterator[tuple[str, str]]:
    for leg in core.legs.values():
        if leg.node == node and leg.seen.state not in _NOT_THERE and (leg.dial is None or leg.dial.trunk):
            channel = channels.get(leg.id)
            if leg.id not in alive or (channel is not None and _elsewhere(core, leg, channel)):
                yield "ours", leg.id
    for channel in sorted(channels.values(), key=lambda one: cold.is_second(one.cti)):  # those of a customer are taken with them
        what = unknown.what(core, channel, channels)
        if what and not _taking_back(core, channel.leg):
            yield what, channel.leg


def _elsewhere(core: Core, leg: Leg, channel: ChannelSnapshot) -> bool:
    call = core.graph(leg.call_id)
    settled = call is not None and leg.seen.state != "ending" and not leg.seen.asking and not steps.disturbs(call, leg)
    return settled and seen.place(leg, channel) != (leg.seen.state, leg.seen.other)


def _taking_back(core: Core, leg_id: str) -> bool:
    call = core.call_of(leg_id)
    return call is not None and (call.legs[call.caller_leg].seen.state == "fallback" or call.caller_gone or bool(call.ending))


def _ask(core: Core, leg_id: str, channels: Channels) -> None:
    leg = core.legs[leg_id]
    steps.ask(leg)
    core.touch(leg.call_id)


def _take(core: Core, leg_id: str, channels: Channels) -> None:
    what = unknown.what(core, channels[leg_id], channels)
    if what:
        core.repaired(what, leg_id, channels[leg_id].node)
        unknown.take(core, channels[leg_id], channels)


def _fallback(core: Core, leg_id: str, channels: Channels) -> None:
    """The watchdog moved the caller while no engine was heard: take the caller back."""
    call = core.call_of(leg_id)
    if call is None:
        _take(core, leg_id, channels)
        return
    core.repaired("fallback", leg_id, call.node)
    call.variables |= channels[leg_id].cti
    offers.withdraw(core, call, "withdrawn")
    queueing.out_of_line(core, call)
    caller.prepare(core, call)
    seen.described(core, call, core.legs[leg_id], channels[leg_id])


_REPAIRS: dict[str, Callable[[Core, str, Channels], None]] = {
    "ours": _ask,
    "orphan": _take,
    "stranger": _take,
    "lost": _take,
    "fallback": _fallback,
}

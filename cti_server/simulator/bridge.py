"""Two legs: bridging, parking, holding, transferring, and what is left of a pair when one of them goes.

CHANNEL_UNBRIDGE is told by the leg that leads. After a bridge a leg parks when its park_after_bridge says so, and hangs
up otherwise.
"""

from __future__ import annotations

from cti_server.simulator import applications, hearing, life
from cti_server.simulator.channel import Channel
from cti_server.simulator.core import Switch
from cti_server.simulator.scheduler import LOOK_MS

HOLD_MUSIC_DELAY_MS = 200
PRE_BRIDGE_MS = 180  # the tenth sound frame of the bridge


def order(switch: Switch, a: Channel, b: Channel) -> bool:
    """uuid_bridge A B. False when it cannot be: a leg has ended, or both are the same."""
    if a is b or not a.alive or not b.alive:
        return False
    if a.peer is b:
        return True
    for leg, partner in ((a, b), (b, a)):
        leg.bridging = leg.other = partner
        leg.orders = leg is a
        leg.add_history(f"{switch.now_us // 1_000_000}:{switch.new_uuid()}:uuid_br:{partner.uuid}")
    switch.after(LOOK_MS, _leave_places, switch, a, b)
    return True


def _goes_on(switch: Switch, a: Channel, b: Channel) -> bool:
    """Whether the bridge is still ordered and both legs live; the one that is left of a pair is told."""
    if a.bridging is not b or b.bridging is not a:
        return False
    if a.alive and b.alive:
        return True
    _called_off(switch, b if a.alive else a)
    return False


def _leave_places(switch: Switch, a: Channel, b: Channel) -> None:
    """First look: both legs leave what they did (park, music, another bridge)."""
    if not _goes_on(switch, a, b):
        return
    for leg in (a, b):
        old, led = leg.peer, leg.peer is not None and leg.leads
        if old is not None:
            leader = leg if led else old
            _separate(switch, leg, old)
            _unbridged(switch, leader, leg if leader is old else old)
            after_bridge(switch, old)
        _soften(switch, leg, led)
    switch.state(a, "CS_SOFT_EXECUTE")
    switch.after(LOOK_MS, _join, switch, a, b)


def _soften(switch: Switch, leg: Channel, led: bool = False) -> None:
    if leg.state == "CS_RESET":
        return
    life.unwind(switch, leg, "PLAYBACK ERROR")
    life.leave_for_bridge(switch, leg, hibernates=not led)


def _join(switch: Switch, a: Channel, b: Channel) -> None:
    """Second look: they hear each other."""
    if not _goes_on(switch, a, b):
        return
    a.bridging = b.bridging = None
    switch.state(b, "CS_SOFT_EXECUTE")
    a.peer, b.peer, a.leads, b.leads = b, a, True, False
    for leg, partner in ((a, b), (b, a)):
        leg.moving = False
        leg.bridges += 1
        leg.base["Caller-Profile-Index"] = "2"
        for name, value in (("bridge_to", partner.uuid), ("last_bridge_to", partner.uuid), ("bridge_channel", partner.name),
                            ("bridge_uuid", partner.uuid), ("signal_bond", partner.uuid)):  # fmt: skip
            leg.set(name, value)
        switch.fire("CHANNEL_EXECUTE", leg, {"Application": "uuid_bridge", "Application-Data": partner.uuid})
    for leg in (a, b):
        leg.stamp("Bridged", switch.now_us)
    hearing.changed(switch.now_us, a, b)
    switch.fire("CHANNEL_BRIDGE", a, {"Bridge-A-Unique-ID": a.uuid, "Bridge-B-Unique-ID": b.uuid})
    switch.state(b, "CS_EXCHANGE_MEDIA")
    for leg in (a, b):
        switch.fire("CALL_UPDATE", leg, {"Direction": "SEND"})
    for leg in (a, b):
        leg.party.bridged(leg)
        applications.look_soon(switch, leg)
        switch.after(PRE_BRIDGE_MS, _pre_bridge, switch, leg, leg.bridges)


def _pre_bridge(switch: Switch, leg: Channel, bridge: int) -> None:
    """execute_on_pre_bridge fires at every bridge, when its tenth frame has been heard."""
    name, _, argument = leg.get("execute_on_pre_bridge").partition(" ")
    if name and leg.alive and leg.peer is not None and leg.bridges == bridge:
        applications.start(switch, leg, name, argument, "", None)


def _called_off(switch: Switch, gone: Channel) -> None:
    """A bridge that will not be: ``gone`` has hung up. Its partner, when it is the second of uuid_bridge, is left in limbo: no
    event, no sound, until somebody moves or ends it. The first, when it has left its place already, parks if
    uuid_bridge_park_on_cancel says so and is hung up else; before that it goes where a leg goes after a bridge."""
    partner = gone.bridging
    gone.bridging = None
    if partner is None or partner.bridging is not gone:
        return
    partner.bridging = None
    if not partner.alive:
        return
    if not partner.orders:
        _soften(switch, partner)
    elif not partner.moving:
        after_bridge(switch, partner, "DESTINATION_OUT_OF_ORDER")
    elif partner.true("uuid_bridge_park_on_cancel"):
        to_park(switch, partner)
    else:
        life.hangup(switch, partner, "ORIGINATOR_CANCEL", now=True)


def _separate(switch: Switch, one: Channel, two: Channel) -> None:
    one.peer = two.peer = None
    for leg in (one, two):
        leg.held = False
        leg.set("bridge_to", "")
        leg.party.unbridged(leg)
    hearing.changed(switch.now_us, one, two)


def _unbridged(switch: Switch, leader: Channel, follower: Channel) -> None:
    switch.fire("CHANNEL_UNBRIDGE", leader, {"Bridge-A-Unique-ID": leader.uuid, "Bridge-B-Unique-ID": follower.uuid})


def after_bridge(switch: Switch, leg: Channel, cause: str = "NORMAL_CLEARING") -> None:
    """Where a leg goes whose bridge ended: park_after_bridge, or down."""
    if not leg.alive:
        return
    if leg.true("park_after_bridge"):
        to_park(switch, leg)
    else:
        life.hangup(switch, leg, cause, now=True)


def to_park(switch: Switch, leg: Channel) -> None:
    """The leg parks outside any dialplan (CS_PARK)."""
    life.unwind(switch, leg, "PLAYBACK ERROR")
    leg.moving = False
    leg.leads = False
    leg.parked = True
    switch.state(leg, "CS_PARK")
    switch.fire("CHANNEL_PARK", leg)
    leg.party.parked(leg)
    applications.look_soon(switch, leg)


def part(switch: Switch, gone: Channel) -> None:
    """``gone`` has hung up: its bridge, or the one that was being made, ends."""
    _called_off(switch, gone)
    if gone.peer is not None:
        _leave(switch, gone, gone.peer, gone.cause)


def _leave(switch: Switch, leg: Channel, peer: Channel, cause: str = "NORMAL_CLEARING") -> None:
    led = leg.leads
    _separate(switch, leg, peer)
    if not led:
        _unbridged(switch, peer, leg)
    after_bridge(switch, peer, cause)
    if led:
        _unbridged(switch, leg, peer)


def park(switch: Switch, leg: Channel) -> None:
    """uuid_park: the leg parks at its next look; its partner goes where it goes after a bridge."""
    switch.after(LOOK_MS, _park_now, switch, leg)


def _park_now(switch: Switch, leg: Channel) -> None:
    if not leg.alive:
        return
    peer = leg.peer
    if peer is None:
        to_park(switch, leg)
        return
    led = leg.leads
    _separate(switch, leg, peer)
    if led:
        _unbridged(switch, leg, peer)
        to_park(switch, leg)
    else:
        _unbridged(switch, peer, leg)
    after_bridge(switch, peer)
    if not led:
        to_park(switch, leg)


MOST_TRANSFERS = 70
"""Of a leg whose variables say nothing else; the next one ends it."""


def transfer(switch: Switch, leg: Channel, destination: str, context: str, dialplan: str = "XML", both: bool = False) -> None:
    """uuid_transfer: into the dialplan again at the next look; its partner goes where it goes after a bridge, or too (``both``).

    Dialplan ``inline``: ``destination`` is the applications to run, as ``NAME:DATA,NAME``.
    """
    switch.after(LOOK_MS, _transfer_now, switch, leg, destination, context, dialplan, both)


def _transfer_now(switch: Switch, leg: Channel, destination: str, context: str, dialplan: str, both: bool) -> None:
    if not leg.alive:
        return
    peer = leg.peer
    if both and peer is not None:
        leader, follower = (leg, peer) if leg.leads else (peer, leg)
        _separate(switch, leg, peer)
        _route(switch, follower, destination, context, dialplan)
        leader.other = None
        _unbridged(switch, leader, follower)
        _route(switch, leader, destination, context, dialplan)
        return
    if peer is not None:
        if leg.leads:
            leg.other = None
        _leave(switch, leg, peer)
    _route(switch, leg, destination, context, dialplan)


def inline_plan(destination: str) -> list[tuple[str, str]]:
    """(application, data) of an inline dialplan."""
    parts = (part.partition(":") for part in destination.split(","))
    return [(name, data) for name, _, data in parts]


def _route(switch: Switch, leg: Channel, destination: str, context: str, dialplan: str) -> None:
    if not leg.alive:
        return
    counts = "max_session_transfers" if leg.get("max_session_transfers") else "max_forwards"
    left = int(leg.get(counts) or MOST_TRANSFERS + 1) - 1
    if left <= 0:
        life.hangup(switch, leg, "EXCHANGE_ROUTING_ERROR")
        return
    leg.set(counts, str(left))
    leg.add_history(f"{switch.now_us // 1_000_000}:{switch.new_uuid()}:bl_xfer:{destination}/{context}/{dialplan}")
    life.unwind(switch, leg, "PLAYBACK ERROR")
    leg.moving = False
    leg.other = None
    leg.stamp("Transfer", switch.now_us)
    applications.route(switch, leg, destination, context, inline_plan(destination) if dialplan == "inline" else None)


def hold(switch: Switch, leg: Channel, on: bool) -> None:
    """uuid_hold: the phone is put on hold by re-INVITE, its partner hears music."""
    if on == leg.held or not leg.alive:
        return
    leg.held = on
    hearing.changed(switch.now_us, leg)
    switch.callstate(leg, "HELD" if on else "UNHELD")
    if on:
        switch.fire("CHANNEL_HOLD", leg)
        switch.after(HOLD_MUSIC_DELAY_MS, _hold_music, switch, leg)
        return
    peer = leg.peer
    if peer is not None and peer.stack:
        peer.stack[-1].broken()
    switch.fire("CHANNEL_UNHOLD", leg)
    switch.after(LOOK_MS, _active_again, switch, leg)


def _hold_music(switch: Switch, leg: Channel) -> None:
    if leg.held and leg.peer is not None and leg.peer.alive and not leg.peer.stack:
        music = switch.globals["hold_music"]
        message = {"call-command": "execute", "execute-app-name": "playback", "execute-app-arg": music}
        applications.start(switch, leg.peer, "playback", music, "", message)


def _active_again(switch: Switch, leg: Channel) -> None:
    if leg.alive and not leg.held and leg.callstate == "UNHELD":
        switch.callstate(leg, "ACTIVE")

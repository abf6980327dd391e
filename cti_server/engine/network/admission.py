"""Admission: how many connects a switch is asked for at once follows the delay that is measured there.

A switch whose machine is full does all it is asked for, only later, so that asking for more makes every caller wait with the
phone at the ear. Measured are an order's answer and the way from the phone's answer to the bridge. From SLOW_MS on, the connects
under way (originated and not ringing yet, or answered and not bridged yet) are limited; the other callers wait in line, with
music, at their places. The limit halves while the switch is slow and grows while it is not; it ends after CALM_MS in which it
held nobody back.

What lasted over a gap of our own says nothing about the switch: a take-over (start, resync) with all that was asked for then, and
the time in which the daemon's loop stood still.
"""

from __future__ import annotations

from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.state import Node, Switch
from cti_server.events.views import SWITCH, SWITCH_LINKED

SWITCH_SLOW = Alarm(
    "switch-slow",
    "major",
    "switch",
    Node,
    lasting=True,
    en="Switch {subject} is overloaded: calls wait in line until it has caught up",
    zh="交换机 {subject} 过载：来电先排队，待其恢复后再接通",
)

SLOW_MS = 1_000
GOOD_MS = 400
CALM_MS = 5_000
AGAIN_MS = 200
HALVE_EVERY_MS = 1_000


def measured(core: Core, node: str, since_ms: int) -> None:
    """Something that began on this switch at ``since_ms`` is done now, or is still not."""
    switch = core.switches.get(node)
    if switch is None or since_ms <= switch.steady_ms:
        return
    delay_ms = core.now - max(since_ms, core.stalled_until_ms)
    if delay_ms < SLOW_MS and (not switch.slow or since_ms < core.stalled_until_ms):
        return
    if switch.delay_ms // GOOD_MS != delay_ms // GOOD_MS:
        core.changed(SWITCH_LINKED if switch.linked else SWITCH, node)
    switch.delay_ms = delay_ms
    if delay_ms >= SLOW_MS:
        _narrow(core, switch)
    elif delay_ms > GOOD_MS:
        switch.calm_since_ms = 0
    else:
        switch.calm_since_ms = switch.calm_since_ms or core.now
        if core.now - switch.changed_ms >= AGAIN_MS:
            switch.window, switch.changed_ms = switch.window + 1, core.now


def answered(core: Core, node: str, sent_ms: int) -> None:
    """A command was answered. One of a take-over held up all that was sent since."""
    switch = core.switches.get(node)
    if switch is None:
        return
    if sent_ms <= switch.taken_over_ms:
        switch.steady_ms = core.now
    elif switch.slow or core.now - sent_ms >= SLOW_MS:
        measured(core, node, sent_ms)


def begin(core: Core, switch: Switch) -> None:
    """What lives there is known from now on: it is as fast as any until it is measured."""
    switch.taken_over_ms = switch.steady_ms = core.now
    switch.slow, switch.window, switch.delay_ms, switch.calm_since_ms = False, 0, 0, 0
    core.deadlines.cancel(again, switch.id)
    core.clear(SWITCH_SLOW, switch.id, f"switch {switch.id} was taken over and is measured anew")


def _narrow(core: Core, switch: Switch) -> None:
    switch.calm_since_ms = 0
    if not switch.slow:
        switch.slow, switch.window, switch.changed_ms = True, max(1, under_way(core, switch.id) // 2), core.now
        text = f"switch {switch.id} is slow ({switch.delay_ms} ms to connect): callers wait in line until it has caught up"
        core.alarm(SWITCH_SLOW, switch.id, text)
        core.deadlines.set(again, switch.id, core.now + AGAIN_MS)
        core.changed(SWITCH_LINKED if switch.linked else SWITCH, switch.id)
    elif core.now - switch.changed_ms >= HALVE_EVERY_MS:
        switch.window, switch.changed_ms = max(1, switch.window // 2), core.now


def under_way(core: Core, node: str) -> int:
    """Connects that the switch works on, those that only ring not counted."""
    return sum(1 for leg, where in core.connecting.items() if where == node and leg in core.legs)


def admits(core: Core, node: str) -> bool:
    """May another agent be rung there now?"""
    switch = core.switches.get(node)
    if switch is None or not switch.slow or under_way(core, node) < switch.window:
        return True
    switch.held_back_ms = core.now
    return False


@deadline("admission")
def again(core: Core, node: Node) -> None:
    """Whoever was held back is looked at again, and the limit ends when it holds nobody back."""
    switch = core.switches[node]
    calm = switch.calm_since_ms and core.now - max(switch.calm_since_ms, switch.held_back_ms) >= CALM_MS
    if calm or not switch.linked:
        switch.slow, switch.window, switch.delay_ms, switch.calm_since_ms = False, 0, 0, 0
        core.clear(SWITCH_SLOW, node, f"switch {node} connects as fast as usual again")
        core.changed(SWITCH_LINKED if switch.linked else SWITCH, node)
    else:
        core.deadlines.set(again, node, core.now + AGAIN_MS)
    if not switch.slow or under_way(core, node) < switch.window:
        for agent in core.agents.values():
            if agent.indexed_since_ms >= 0:
                core.freed[agent.id] = None

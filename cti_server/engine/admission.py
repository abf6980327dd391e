"""Admission: how many connects a switch is asked for at once follows the delay that is measured there.

A switch whose machine is full does all it is asked for, only later, so that asking for more makes every caller wait with the
phone at the ear. Measured are an order's answer and the way from the phone's answer to the bridge. From SLOW_MS on, the connects
under way (originated and not ringing yet, or answered and not bridged yet) are limited; the other callers wait in line, with
music, at their places. The limit halves while the switch is slow and grows while it is not; it ends after CALM_MS in which it
held nobody back.
"""

from __future__ import annotations

from cti_server.engine.memory import Core
from cti_server.engine.state import Switch

SLOW_MS = 1_000
GOOD_MS = 400
CALM_MS = 5_000
AGAIN_MS = 200
HALVE_EVERY_MS = 1_000


def measured(core: Core, node: str, delay_ms: int) -> None:
    """So long something took on this switch, or takes already."""
    switch = core.switches.get(node)
    if switch is None or (not switch.slow and delay_ms < SLOW_MS):
        return
    if switch.delay_ms // GOOD_MS != delay_ms // GOOD_MS:
        core.changed("switches", node, "switch.linked" if switch.linked else "")
    switch.delay_ms = delay_ms
    if delay_ms >= SLOW_MS:
        _narrow(core, switch)
    elif delay_ms > GOOD_MS:
        switch.calm_since_ms = 0
    else:
        switch.calm_since_ms = switch.calm_since_ms or core.now
        if core.now - switch.changed_ms >= AGAIN_MS:
            switch.window, switch.changed_ms = switch.window + 1, core.now


def _narrow(core: Core, switch: Switch) -> None:
    switch.calm_since_ms = 0
    if not switch.slow:
        switch.slow, switch.window, switch.changed_ms = True, max(1, under_way(core, switch.id) // 2), core.now
        text = f"switch {switch.id} is slow ({switch.delay_ms} ms to connect): callers wait in line until it has caught up"
        core.alarm(f"switch-slow:{switch.id}", "major", "switch", text, switch.id, lasting=True)
        core.deadlines.set("admission", switch.id, core.now + AGAIN_MS)
        core.changed("switches", switch.id, "switch.linked" if switch.linked else "")
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


def again(core: Core, node: str) -> None:
    """Deadline 'admission': whoever was held back is looked at again, and the limit ends when it holds nobody back."""
    switch = core.switches[node]
    calm = switch.calm_since_ms and core.now - max(switch.calm_since_ms, switch.held_back_ms) >= CALM_MS
    if calm or not switch.linked:
        switch.slow, switch.window, switch.delay_ms, switch.calm_since_ms = False, 0, 0, 0
        core.clear_alarm(f"switch-slow:{node}", f"switch {node} connects as fast as usual again")
        core.changed("switches", node, "switch.linked" if switch.linked else "")
    else:
        core.deadlines.set("admission", node, core.now + AGAIN_MS)
    if not switch.slow or under_way(core, node) < switch.window:
        for agent in core.agents.values():
            if agent.indexed_since_ms >= 0:
                core.freed[agent.id] = None

"""Trunks: which gateways each switch has, how they stand, what they carry, and when that is more than they may. Which of them
takes a call out says ``engine.calls.outbound``."""

from __future__ import annotations

from cti_server.domain.outcomes import RESTS_S, trunk_failed
from cti_server.domain.switch import ChannelSnapshot, GatewayChanged, LegCreated, LegParked
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import Node, Switch, Trunk, TrunkId
from cti_server.events.views import TRUNK, TRUNK_CHANGED, TrunkState, TrunkView
from cti_server.words import family

TRUNK_DOWN = Alarm(
    "trunk-down", "critical", "trunk", TrunkId, lasting=True, en="Trunk {subject} is down", zh="中继 {subject} 中断"
)
TRUNK_LIMIT = Alarm(
    "trunk-limit",
    "major",
    "trunk",
    TrunkId,
    en="Trunk {subject} is at its limit: calls beyond it are refused",
    zh="中继 {subject} 已达上限，超出的来电被拒接",
)

family(
    "trunkState",
    {
        "up": ("Up", "正常"),
        "down": ("Down", "中断"),
        "unknown": ("Unknown", "未知"),
    },
    TrunkState,
)
family(
    "trunkPing",
    {
        "UP": ("answers", "对端有响应"),
        "DOWN": ("does not answer", "对端无响应"),
    },
)
family(
    "trunkDetail",
    {
        "REGED": ("Registered", "已注册"),
        "NOREG": ("No registration", "无需注册"),
        "UNREGED": ("Not registered", "未注册"),
        "TRYING": ("Registering", "注册中"),
        "REGISTER": ("Registering", "注册中"),
        "UNREGISTER": ("Signing off", "注销中"),
        "FAILED": ("Registration failed", "注册失败"),
        "FAIL_WAIT": ("Registration failed, tries again soon", "注册失败，稍后重试"),
        "EXPIRED": ("Registration has expired", "注册已过期"),
        "DOWN": ("Not reachable", "无法连通"),
        "TIMEOUT": ("The carrier does not answer", "运营商无响应"),
    },
)
MOST_RESTS = 6
_SAYS_NOTHING = frozenset({"ORIGINATOR_CANCEL", "LOSE_RACE", "LOST_EVENT"})
_UP = frozenset({"REGED", "NOREG"})
_DOWN = frozenset({"FAILED", "FAIL_WAIT", "UNREGED", "EXPIRED", "DOWN"})


def switch(core: Core, node: str) -> Switch:
    """The switch's record, made at its first word together with the trunks that it carries."""
    found = core.switches.get(node)
    if found is None:
        found = core.switches[node] = Switch(Node(node))
        match(core, node)
    return found


def match(core: Core, node: str) -> None:
    """The switch has exactly the trunks of the configuration; one whose gateway changed begins anew."""
    configured = {f"{node}:{config.name}": config.gateway for config in core.config.trunks.values()}
    for trunk in [trunk for trunk in core.trunks.values() if trunk.node == node and configured.get(trunk.id) != trunk.gateway]:
        del core.trunks[trunk.id]
        core.gateways.pop((node, trunk.gateway), None)
        core.trunk_legs = {leg: entry for leg, entry in core.trunk_legs.items() if entry[0] != trunk.id}
        core.removed(TRUNK, trunk.id)
        core.clear(TRUNK_DOWN, trunk.id, f"trunk {trunk.name} on {trunk.node} is no longer configured")
    for config in core.config.trunks.values():
        trunk_id = TrunkId(f"{node}:{config.name}")
        if trunk_id not in core.trunks:
            core.trunks[trunk_id] = Trunk(trunk_id, config.name, node, config.gateway)
            core.gateways[node, config.gateway] = trunk_id
            core.changed(TRUNK_CHANGED, trunk_id)


def gateway_changed(core: Core, event: GatewayChanged) -> None:
    switch(core, event.node)
    trunk = core.trunks.get(core.gateways.get((event.node, event.gateway), ""))
    if trunk is None:
        return
    was, before = trunk.state, (trunk.state, trunk.detail, trunk.ping, trunk.ping_ms)
    down = event.ping == "DOWN" or event.state in _DOWN
    trunk.state = "down" if down else "up" if event.state in _UP or event.ping == "UP" else trunk.state
    trunk.detail, trunk.ping = event.state, event.ping or trunk.ping
    trunk.ping_ms = 0.0 if trunk.state == "down" else event.ping_ms or trunk.ping_ms
    if before == (trunk.state, trunk.detail, trunk.ping, trunk.ping_ms):
        return
    core.changed(TRUNK_CHANGED, trunk.id)
    if trunk.state == "down" and was != "down":
        core.alarm(TRUNK_DOWN, trunk.id, f"trunk {trunk.name} on {trunk.node} is down: {trunk.detail}")
    elif trunk.state == "up" and was == "down":
        core.clear(TRUNK_DOWN, trunk.id, f"trunk {trunk.name} on {trunk.node} is up again")


def leg_created(core: Core, event: LegCreated | LegParked | ChannelSnapshot) -> None:
    """Count the leg on its trunk. A call in names its trunk only when it parks: the dialplan finds it by its address."""
    switch(core, event.node)
    trunk = core.trunks.get(core.gateways.get((event.node, event.gateway), "")) if event.gateway else None
    if trunk is not None and event.leg not in core.trunk_legs:
        core.trunk_legs[event.leg] = (trunk.id, event.direction)
        _count(core, trunk, event.direction, 1)


def beyond_limit(core: Core, event: LegParked) -> bool:
    """Count a caller who comes in now on the trunk; True when that is more than the trunk may carry, loudly.

    Calls out count for ``max_calls``; the switch dials them without asking.
    """
    trunk = core.trunks.get(core.trunk_legs.get(event.leg, ("", ""))[0])
    config = core.config.trunks.get(trunk.name) if trunk else None
    if trunk is None or config is None:
        return False
    second = (event.switch_ms or core.now) // 1000
    trunk.in_second = trunk.in_second + 1 if trunk.second == second else 1
    trunk.second = second
    if config.max_calls and trunk.calls_in + trunk.calls_out > config.max_calls:
        limit = f"{config.max_calls} at once"
    elif config.calls_per_s and trunk.in_second > config.calls_per_s:
        limit = f"{config.calls_per_s} a second"
    else:
        return False
    trunk.refused += 1
    core.changed(TRUNK_CHANGED, trunk.id)
    core.alarm(TRUNK_LIMIT, trunk.id, f"trunk {trunk.name} on {trunk.node} may carry {limit}: calls beyond are refused")
    return True


def take(core: Core, trunk: Trunk, leg: str) -> None:
    """A call out is about to be ordered: it counts from now on, whatever the switch says when."""
    core.trunk_legs[leg] = (trunk.id, "outbound")
    if core.now - trunk.out_second_ms >= 1000:
        trunk.out_second_ms, trunk.out_in_second = core.now, 0
    trunk.out_in_second += 1
    _count(core, trunk, "outbound", 1)


def leg_ended(core: Core, leg: str, cause: str, sip_status: int = 0) -> None:
    found = core.trunk_legs.pop(leg, None)
    if found is not None:
        trunk = core.trunks[found[0]]
        if found[1] == "outbound":
            _judge(core, trunk, cause, sip_status)
        _count(core, trunk, found[1], -1)


def _judge(core: Core, trunk: Trunk, cause: str, sip_status: int) -> None:
    """One that fails is the last choice for a while, the longer the more often in a row."""
    if trunk_failed(cause, sip_status):
        trunk.failures += 1
        trunk.failed += 1
        rest_s = RESTS_S.get(cause, 0) * min(trunk.failed, MOST_RESTS)
        trunk.resting_until_ms = max(trunk.resting_until_ms, core.now + 1000 * rest_s if rest_s else 0)
    elif cause not in _SAYS_NOTHING:
        trunk.failed, trunk.resting_until_ms = 0, 0


def _count(core: Core, trunk: Trunk, direction: str, change: int) -> None:
    if direction == "inbound":
        trunk.calls_in += change
    else:
        trunk.calls_out += change
    core.changed(TRUNK_CHANGED, trunk.id)


@shows(TRUNK, Trunk)
def view(core: Core, trunk: Trunk) -> TrunkView:
    config = core.config.trunks.get(trunk.name)
    group = core.config.trunk_groups.get(config.group) if config else None
    return {
        "id": trunk.id,
        "node": trunk.node,
        "gateway": trunk.gateway,
        "group": group.name if group else "",
        "state": trunk.state,
        "detail": trunk.detail,
        "ping": trunk.ping,
        "ping_ms": trunk.ping_ms,
        "calls_in": trunk.calls_in,
        "calls_out": trunk.calls_out,
        "failures": trunk.failures,
        "refused": trunk.refused,
        "resting_until_ms": trunk.resting_until_ms,
        "max_calls": config.max_calls if config else 0,
        "calls_per_s": config.calls_per_s if config else 0,
    }

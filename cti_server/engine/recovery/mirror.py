"""What the mirror remembers, into the tables of a new engine: row by row, those that cannot be read are left out and told.

Nothing is settled here, and nothing is asked of a switch: that is ``engine.recovery.adoption``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from cti_server.domain.config import AgentConfig
from cti_server.engine import configuration
from cti_server.engine.acd import agents, services
from cti_server.engine.books import drafts, ledger
from cti_server.engine.calls import calls
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.messages import Adopt
from cti_server.engine.kernel.shown import SHOWN
from cti_server.engine.kernel.state import Agent
from cti_server.engine.network import admission, trunks
from cti_server.engine.recovery import switches
from cti_server.events.live import Kind
from cti_server.events.views import AGENT, ALARM, CALL, DRAFT, KINDS, QUEUE, SERVICE, SWITCH, TRUNK

BAD_MIRROR = Alarm(
    "bad-mirror",
    "major",
    "adoption",
    str,
    detail=True,
    en="The saved state of {subject} cannot be read",
    zh="{subject} 保存的状态无法读取",
)
_FROM_CONFIG = Agent.PASSING | {"name", "own_extension", "team", "queues", "order", "category", "indexed_since_ms", "removed"}


_Rows = list[tuple[str, Any]]
"""(id, record)."""


def _read(core: Core, item: Adopt, kind: Kind[Any]) -> _Rows:
    """Every document of one kind; those that cannot be read (another version wrote them) are left out, with one alarm for all."""
    found: _Rows = []
    bad: dict[str, str] = {}
    for thing, document in item.mirror.get(kind.table, {}).items():
        try:
            read = SHOWN[kind].read(document["core"])
            if getattr(read, "id", thing) != thing:
                raise ValueError("it is the row of another")
            found.append((thing, read))
        except (KeyError, TypeError, ValueError) as error:
            bad[thing] = f"{thing}: {error}"[:200]
    if bad:
        words = "; ".join([*bad.values()][:5]) + (f" and {len(bad) - 5} more" if len(bad) > 5 else "")
        core.alarm(BAD_MIRROR, next(iter(bad))[:64], f"cannot be read ({len(bad)}): {words}")
    return found


def take(core: Core, item: Adopt) -> None:
    """Every kind, in the order in which they need each other; one that nothing else is known of as it was."""
    for kind, taken in _TAKEN.items():
        taken(core, item, _read(core, item, kind))
    for kind in KINDS.values():
        if kind not in _TAKEN:
            core.table(kind).update(_read(core, item, kind))


def _switches(core: Core, item: Adopt, found: _Rows) -> None:
    for node, switch in found:
        if not is_ours(item, node):
            core.removed(SWITCH, node)
            continue
        core.switches[node] = switch
        trunks.match(core, node)
    for node, extensions in item.registered.items():
        switch = trunks.switch(core, node)
        switch.linked, switch.core_uuid, switch.given_up = True, "", []  # what lives there is in our hands: LinkUp tells its core
        admission.begin(core, switch)
        for extension in extensions:
            core.phones.setdefault(extension, []).append(node)


def _trunks(core: Core, item: Adopt, found: _Rows) -> None:
    for trunk_id, trunk in found:
        if trunk_id in core.trunks:
            core.trunks[trunk_id] = trunk
            trunk.calls_in = trunk.calls_out = 0
        else:
            core.work.dirty[TRUNK, trunk_id] = None


def is_ours(item: Adopt, node: str) -> bool:
    """Whether a switch of the mirror is still one of the settings."""
    return not item.nodes or node in item.nodes


def _alarms(core: Core, item: Adopt, found: _Rows) -> None:
    """Alarms stand on; a lasting one whose cause has ended meanwhile is cleared; a switch that is away raises its own."""
    for _, alarm in found:
        known = alarm.id in core.alarms
        if not known:
            core.stand(alarm)
        if alarm.what.about == "switch" and alarm.subject in item.registered:
            core.cleared(alarm.id, f"switch {alarm.subject} is linked again")
        elif alarm.what.about == "switch" and not is_ours(item, alarm.subject):
            core.cleared(alarm.id, f"switch {alarm.subject} is no longer in the settings")
        elif alarm.what is configuration.BAD_FLOW and not known:
            core.cleared(alarm.id, "all flows are good")
        elif alarm.what.kind == "daemon" and not known:
            core.cleared(alarm.id, "the daemon has started anew and says its troubles itself")
        elif alarm.what.about == "trunk" and alarm.subject not in core.trunks:
            core.cleared(alarm.id, f"trunk {alarm.subject} is no longer configured")
    for node, switch in core.switches.items():
        if node not in item.registered:
            since = switch.unlinked_ms or min(item.last_seen_ms or core.now, core.now)
            switches.unlink(core, switch, switch.reason or "not linked since the start", since)


def _agents(core: Core, item: Adopt, found: _Rows) -> None:
    for agent_id, stored in found:
        agent = core.agents.get(agent_id)
        if agent is None and stored.status == "logged_out":
            core.work.dirty[AGENT, agent_id] = None
            continue
        if agent is None:  # taken out of the configuration: stays until the line is free
            config = AgentConfig(stored.id, stored.name, stored.own_extension or stored.extension, stored.team, stored.queues)
            agent = agents.new_agent(core, config)
        agents.leave_queues(core, agent)
        for f in fields(Agent):
            if f.name not in _FROM_CONFIG:
                setattr(agent, f.name, getattr(stored, f.name))
        if agent.status == "logged_out":
            agent.extension = agent.own_extension
        if agent.desk_phone and agent.extension in core.phones:
            core.desk_phones[agent.extension] = None
        if agent.station is not None:
            core.legs.update(agent.station.legs)
        agents.take_phone(core, agent)
        agent.category = agents.category_of(core, agent)  # at once: callers of the gap join the queues before agents are set free
        agents.join_queues(core, agent)


def _queues(core: Core, item: Adopt, found: _Rows) -> None:
    for queue_id, row in found:
        queue = core.queues.get(queue_id)
        if queue is not None:
            row.service_level_s, row.short_abandon_s = queue.row.service_level_s, queue.row.short_abandon_s
            queue.row = row
        else:
            core.work.dirty[QUEUE, queue_id] = None


def _services(core: Core, item: Adopt, found: _Rows) -> None:
    for service_id, service in found:
        if service_id in core.services:
            core.services[service_id] = service
        else:
            core.work.dirty[SERVICE, service_id] = None
    services.configured(core)


def _drafts(core: Core, item: Adopt, found: _Rows) -> None:
    for draft_id, draft in found:
        if draft.agent in core.agents:
            core.drafts[draft_id] = draft
            drafts.keep(core, draft)
        else:
            core.work.dirty[DRAFT, draft_id] = None


def _calls(core: Core, item: Adopt, found: _Rows) -> None:
    """In their old order, before all new ones."""
    found.sort(key=lambda row: (row[1].arrived_ms, row[1].order, row[0]))
    for place, (_, call) in enumerate(found):
        call.order = place - len(found)
        core.calls[call.id] = call
        core.legs.update(call.legs)
        call.also = [queue for queue in call.also if queue in core.queues]
        waits = ledger.open_of(call, "queue")
        if waits is not None and call.queue in core.queues:
            core.queues[call.queue].present.add(call.id, waits.started_ms, call.order)
        if call.caller_gone:
            core.deadlines.set(calls.close_books, call.id, core.now + calls.RECORDING_MS)


_TAKEN: dict[Kind[Any], Callable[[Core, Adopt, _Rows], None]] = {
    SWITCH: _switches,
    TRUNK: _trunks,
    ALARM: _alarms,
    AGENT: _agents,
    QUEUE: _queues,
    SERVICE: _services,
    DRAFT: _drafts,
    CALL: _calls,
}

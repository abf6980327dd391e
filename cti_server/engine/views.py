"""Views and mirrors: each changed thing is shown whole, built once per input, to the audience that may see it.

Publish numbers are without gaps; a Mirror carries the number of the last Publish before it, so that a snapshot of mirrors
and the events that follow fit together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cti_server.engine import caller, figures, images
from cti_server.engine.agents import registered
from cti_server.engine.memory import Core
from cti_server.engine.messages import Mirror, Publish
from cti_server.events.views import TABLES

_SINGULAR = {table: word for word, table in TABLES.items()}


def flush(core: Core) -> None:
    """Turn the marks of this input into Publish and Mirror effects."""
    gone = set(core.gone)
    shown: dict[tuple[str, str], dict[str, Any]] = {}
    for name, kind, subject, more in core.events:
        try:
            if kind:
                view = shown.get((kind, subject))
                if view is None:
                    if not exists(core, kind, subject):
                        continue
                    view = shown[kind, subject] = build(core, kind, subject)
                data: dict[str, Any] = {_SINGULAR[kind]: view, **more}
                audience = _AUDIENCES[kind](core, subject, more)
            else:
                data = dict(more)
                audience = _named_audience(core, subject)
        except Exception as error:  # noqa: BLE001 - the other things are shown all the same
            core.failed(f"event {name}", subject, error)
            if name != "call.ended":
                continue
            data, audience = {"call": {"id": subject}}, ("floor",)
        core.seq += 1
        core.effects.append(Publish(core.seq, name, audience, data))
    for kind, thing in core.dirty:
        if not exists(core, kind, thing) or (kind, thing) in gone:
            core.effects.append(Mirror(core.seq, kind, thing, None))
            continue
        try:
            view = shown.get((kind, thing)) or build(core, kind, thing)
            core.effects.append(Mirror(core.seq, kind, thing, {"view": view, "core": images.image(core, kind, thing)}))
        except Exception as error:  # noqa: BLE001 - as above
            core.failed(f"mirror of {kind}", thing, error)
    for _, call_id in core.gone:
        core.calls.pop(call_id, None)
    core.forget_changes()


def exists(core: Core, kind: str, thing: str) -> bool:
    return thing in getattr(core, kind)


def build(core: Core, kind: str, thing: str) -> dict[str, Any]:
    """The view of one thing as in events/views.py."""
    return _VIEWS[kind](core, thing)


# ---------------------------------------------------------------- views


def _agent(core: Core, agent_id: str) -> dict[str, Any]:
    agent = core.agents[agent_id]
    return {
        "id": agent.id,
        "name": agent.name,
        "extension": agent.extension,
        "team": agent.team,
        "queues": agent.queues,
        "status": agent.status,
        "reason": agent.reason,
        "pending": agent.pending,
        "pending_reason": agent.pending_reason,
        "state": agent.state,
        "phone_registered": registered(core, agent),
        "status_since_ms": agent.status_since_ms,
        "state_since_ms": agent.state_since_ms,
        "deadline_ms": agent.deadline_ms,
        "call_id": agent.call_id,
        "last_calls": agent.last_calls,
        "queue": agent.queue,
        "counted_ms": agent.interval.started_ms if agent.interval else 0,
        "today": figures.agent_today(core, agent),
    }


def _call(core: Core, call_id: str) -> dict[str, Any]:
    call = core.calls[call_id]
    return {
        "id": call.id,
        "phase": caller.phase(call),
        "direction": call.direction,
        "node": call.node,
        "number": call.number,
        "name": call.name,
        "service_number": call.service_number,
        "service_name": call.service_name,
        "queue": call.queue,
        "priority": call.priority,
        "agent": call.offer.agent if call.offer else call.agent,
        "ivr_path": call.ivr_path,
        "data": call.data,
        "arrived_ms": call.arrived_ms,
        "queued_ms": call.queued_ms,
        "place_ms": call.place_ms if call.activity == "queue" else 0,
        "place_order": call.order if call.activity == "queue" else 0,
        "offered_ms": call.offered_ms,
        "connected_ms": call.connected_ms,
        "held_ms": call.held_ms,
        "recording": call.recording.id if call.recording and call.recording.started_ms else "",
        "outcome": call.outcome,
        "legs": [
            {"id": leg.id, "node": leg.node, "party": leg.party, "agent": leg.agent, "state": leg.state, "hears": leg.hears}
            for leg in call.legs.values()
        ],
    }


def _queue(core: Core, queue_id: str) -> dict[str, Any]:
    queue, config = core.queues[queue_id], core.queue_config(queue_id)
    oldest = queue.present.head()
    counts = queue.counts
    return {
        "id": queue.id,
        "name": config.name,
        "waiting": len(queue.present),
        "oldest_ms": oldest[0] if oldest else 0,
        "agents_ready": counts.get("ready", 0) + counts.get("resting", 0),
        "agents_busy": counts.get("busy", 0),
        "agents_not_ready": counts.get("not_ready", 0) + counts.get("unreachable", 0),
        "service_level_s": config.service_level_s,
        "formula": config.service_level_formula,
        "today": figures.queue_today(core, queue),
    }


def _trunk(core: Core, trunk_id: str) -> dict[str, Any]:
    trunk = core.trunks[trunk_id]
    config = core.config.trunks.get(trunk.name)
    return {
        "id": trunk.id,
        "node": trunk.node,
        "gateway": trunk.gateway,
        "state": trunk.state,
        "detail": trunk.detail,
        "ping": trunk.ping,
        "ping_ms": trunk.ping_ms,
        "calls_in": trunk.calls_in,
        "calls_out": trunk.calls_out,
        "failures": trunk.failures,
        "refused": trunk.refused,
        "max_calls": config.max_calls if config else 0,
        "calls_per_s": config.calls_per_s if config else 0,
    }


def _switch(core: Core, node: str) -> dict[str, Any]:
    switch = core.switches[node]
    return {
        "id": switch.id,
        "linked": switch.linked,
        "reason": switch.reason,
        "sessions": switch.sessions,
        "max_sessions": switch.max_sessions,
        "core_uuid": switch.core_uuid,
        "slow": switch.slow,
        "delay_ms": switch.delay_ms,
    }


def _draft(core: Core, draft_id: str) -> dict[str, Any]:
    draft = core.drafts[draft_id]
    return {
        "id": draft.id,
        "agent": draft.agent,
        "call_id": draft.call_id,
        "note": draft.note,
        "version": draft.version,
        "code": draft.code,
        "at_ms": draft.at_ms,
    }


def _alarm(core: Core, alarm_id: str) -> dict[str, Any]:
    return {**core.alarms[alarm_id].view()}


_VIEWS = {
    "agents": _agent,
    "calls": _call,
    "queues": _queue,
    "trunks": _trunk,
    "switches": _switch,
    "drafts": _draft,
    "alarms": _alarm,
}

# ---------------------------------------------------------------- audiences


def _agent_audience(core: Core, agent_id: str, more: Mapping[str, Any]) -> tuple[str, ...]:
    return f"agent:{agent_id}", f"team:{core.agents[agent_id].team}", "floor"


def _call_audience(core: Core, call_id: str, more: Mapping[str, Any]) -> tuple[str, ...]:
    """Its agents (also the one whose offer just failed), their teams, the teams that serve its queue, the floor."""
    call = core.calls[call_id]
    rooms: dict[str, None] = {}
    for agent_id in (call.offer.agent if call.offer else call.agent, call.last_agent, more.get("agent_id", "")):
        agent = core.agents.get(agent_id)
        if agent is not None:
            rooms[f"agent:{agent_id}"] = rooms[f"team:{agent.team}"] = None
    for team in core.queue_teams.get(call.queue or call.last_queue, ()):
        rooms[team] = None
    return (*rooms, "floor")


def _queue_audience(core: Core, queue_id: str, more: Mapping[str, Any]) -> tuple[str, ...]:
    return (*core.queue_teams.get(queue_id, ()), "floor", "ops")


def _ops(core: Core, thing: str, more: Mapping[str, Any]) -> tuple[str, ...]:
    return "floor", "ops"


def _draft_audience(core: Core, draft_id: str, more: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"agent:{core.drafts[draft_id].agent}",)


_AUDIENCES = {
    "agents": _agent_audience,
    "calls": _call_audience,
    "queues": _queue_audience,
    "trunks": _ops,
    "switches": _ops,
    "drafts": _draft_audience,
}


def _named_audience(core: Core, subject: str) -> tuple[str, ...]:
    kind, _, thing = subject.partition(":")
    if kind == "call" and thing in core.calls:
        return _call_audience(core, thing, {})
    if kind == "agent" and thing in core.agents:
        return _agent_audience(core, thing, {})
    return ("all",) if kind == "all" else ("floor", "ops")

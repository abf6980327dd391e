"""A new configuration takes force between two inputs. Running flows keep their version; a bad flow keeps its old one.

An agent who is removed while in a call stays until the line is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, get_args, get_origin, get_type_hints

from cti_server.domain import record
from cti_server.domain.agent import IN_CALL_STATES
from cti_server.domain.config import AgentConfig, CentreConfig
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import FlowError, parse_flow
from cti_server.domain.numbers import service_number
from cti_server.engine.acd import agents, alarm_rules, care, consults, cuts, ivr, pauses, queueing, services, skills, stations
from cti_server.engine.books import drafts, figures
from cti_server.engine.calls import calls
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.messages import ConfigPart
from cti_server.engine.kernel.state import Agent, Queue, QueueId
from cti_server.engine.network import trunks
from cti_server.events.views import (
    AGENT,
    AGENT_STATUS_CHANGED,
    CONFIG_APPLIED,
    CONFIG_REFUSED,
    QUEUE,
    QUEUE_CHANGED,
    TRUNK_CHANGED,
    ConfigApplied,
    ConfigRefused,
)

BAD_FLOW = Alarm(
    "flow-refused",
    "major",
    "configuration",
    str,
    lasting=True,
    single=True,
    detail=True,
    en="IVR flows have mistakes; the previous ones stay in force",
    zh="语音导航流程有错误，仍使用原来的流程",
)


NOT_PUBLISHED = Alarm(
    "publication-refused",
    "major",
    "configuration",
    str,
    lasting=True,
    single=True,
    detail=True,
    en="A planned configuration was not published",
    zh="定时发布的配置未能生效",
)


_HINTS = get_type_hints(CentreConfig, include_extras=True)
KINDS = {name: get_args(hint)[1] for name, hint in _HINTS.items() if get_origin(hint) is Mapping}
"""Of each table of the configuration, what it has."""
A_STEP, STEP_MS = 20, 4
"""So many queues and agents take up a configuration at once, and then calls have their turn, and what they changed goes out."""


def begin(core: Core) -> None:
    """The configuration of a new engine."""
    _force(core, core.config, core.config.queues, core.config.agents)
    _settle(core)
    alarm_rules.configured(core, {}, {})


def apply(core: Core, config: CentreConfig) -> None:
    """Make ``config`` the one in force, as a whole."""
    old = core.config
    queues, agents = _differ(old.queues, config.queues), _differ(old.agents, config.agents)
    _force(core, config, queues, agents)
    _settle(core)


def part(core: Core, item: ConfigPart) -> None:
    """A part of another configuration. With the last one it is in force; agents and queues take it up a few at a time."""
    if item.base != core.config.version or any(one["version"] != item.version for one in core.staged):
        core.staged.clear()
        if item.base != core.config.version:
            return
    core.staged.append({"version": item.version, "things": _things(item.things), "rest": dict(item.rest)})
    if item.last:
        config, keys = _together(core)
        core.staged.clear()
        _force(core, config, keys["queues"], keys["agents"])
        settle(core, None)


def read_part(things: Mapping[str, Mapping[str, Any]], rest: Mapping[str, Any]) -> None:
    """Raises Misfit for what ``part`` could not take."""
    _things(things)
    record.read(CentreConfig, {"version": 0, "tenant": "", **rest})


def _things(things: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """As records. Raises Misfit."""
    return {
        table: {key: None if one is None else record.read(KINDS[table], one, f"{table}.{key}") for key, one in given.items()}
        for table, given in things.items()
    }


def _together(core: Core) -> tuple[CentreConfig, dict[str, list[str]]]:
    """The configuration of all staged parts, and the keys that they change."""
    tables: dict[str, dict[str, Any]] = {}
    rest: dict[str, Any] = {}
    keys: dict[str, list[str]] = {"queues": [], "agents": []}
    for one in core.staged:
        rest |= one["rest"]
        for table, things in one["things"].items():
            tables.setdefault(table, {}).update(things)
            keys.setdefault(table, []).extend(things)
    whole: dict[str, Any] = {}
    for table, things in tables.items():
        merged = {**getattr(core.config, table), **things}
        whole[table] = {key: _record(table, key, merged[key]) for key in sorted(merged) if merged[key] is not None}
    other = record.read(CentreConfig, {"version": core.staged[-1]["version"], "tenant": core.config.tenant, **rest})
    found = {name: getattr(other, name) for name in rest}
    return replace(core.config, version=other.version, **whole, **found), keys


def _record(table: str, key: str, one: Any) -> Any:
    """A state that was read has plain ones."""
    return record.read(KINDS[table], one, f"{table}.{key}") if isinstance(one, dict) else one


def _differ(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [key for key in {**new, **old} if old.get(key) != new.get(key)]


def _force(core: Core, config: CentreConfig, queues: Iterable[str], agents: Iterable[str]) -> None:
    """What calls look up is so from now on; ``queues`` and ``agents`` have yet to take it up."""
    day = figures.today(core)
    if config.time_zone != core.config.time_zone:
        core.day = ("", 0, 0)
        cuts.arm(core)
    other_limits = core.config.not_ready_reasons != config.not_ready_reasons
    named = [(getattr(core.config, name), getattr(config, name)) for name in ("queues", "hours", "flows", "voicemail_boxes")]
    other_trunks = core.config.trunks != config.trunks or core.config.trunk_groups != config.trunk_groups
    old_rules, old_teams = core.config.alarm_rules, core.config.teams
    core.config = config
    _free_seats(core)
    problems = _flows(core, any(old.keys() - new.keys() for old, new in named))
    services.configured(core)
    if other_limits:
        pauses.configured(core)
    if figures.today(core) != day:
        figures.another_day(core)
    for node in core.switches:
        trunks.match(core, node)
    for trunk_id in core.trunks if other_trunks else ():
        core.changed(TRUNK_CHANGED, trunk_id)
    if old_rules != config.alarm_rules or (old_rules and old_teams != config.teams):
        alarm_rules.configured(core, old_rules, old_teams)
    if problems:
        core.event(CONFIG_REFUSED, ConfigRefused(version=config.version, problems=problems))
        core.alarm(BAD_FLOW, "", "; ".join(problems))
    else:
        core.clear(BAD_FLOW, "", "all flows are good")
    core.clear(NOT_PUBLISHED, "", f"version {config.version} is in force")
    core.unsettled_queues |= dict.fromkeys(_gone_last(queues, config.queues))
    core.unsettled_agents |= dict.fromkeys(_gone_last(agents, config.agents))


def _free_seats(core: Core) -> None:
    """Who is logged in at one that comes or goes stays, and is told."""
    now = frozenset(core.config.free_seating)
    others, core.free_seats = core.free_seats ^ now, now
    for agent in core.agents.values() if others else ():
        if agent.extension in others and agent.status != "logged_out":
            core.changed(AGENT, agent.id)


def _gone_last(keys: Iterable[str], there: Mapping[str, Any]) -> list[str]:
    return sorted(keys, key=lambda key: key not in there)


@deadline("configuration")
def settle(core: Core, _: None) -> None:
    """A few queues and agents take up what is in force; the rest with the next ticks."""
    _settle(core, A_STEP)


def _settle(core: Core, most: int = 2**31) -> None:
    """Queues before the agents who serve them."""
    for unsettled, take in ((core.unsettled_queues, _queue), (core.unsettled_agents, _agent)):
        for key in list(islice(unsettled, most)):
            del unsettled[key]
            take(core, key)
            most -= 1
    if core.unsettled_queues or core.unsettled_agents:
        core.deadlines.set(settle, None, core.now + STEP_MS)
    else:
        _mended(core)
        core.event(CONFIG_APPLIED, ConfigApplied(version=core.config.version))


def _mended(core: Core) -> None:
    """What calls asked for in vain and is there now is no trouble any more."""
    there = [queueing.NO_QUEUE.of(QueueId(queue)) for queue in core.queues] + [ivr.NO_FLOW.of(flow) for flow in core.flows]
    unknown = core.alarms.get(calls.UNKNOWN_NUMBER.id)
    if unknown is not None and service_number(core.config.service_numbers, unknown.subject, core.config.country_code) is not None:
        there.append(unknown.id)
    for alarm_id in there:
        core.cleared(alarm_id, "it is configured now")


def _flows(core: Core, gone: bool) -> list[str]:
    """``gone``: what they name may not be there any more."""
    known = Known.of(core.config)
    used = {f"{call.ivr.flow}:{call.ivr.version}" for call in core.calls.values() if call.ivr}
    problems: list[str] = []
    for name, document in core.config.flows.items():
        if name in core.flows and core.flows[name].document == document and not gone:
            continue
        try:
            flow = parse_flow(document, name, known)
        except FlowError as error:
            problems.append(error.message)
            continue
        old = core.flows.get(name)
        if old is not None and old.version != flow.version:
            core.old_flows[f"{name}:{old.version}"] = old
        core.flows[name] = flow
    for name in [name for name in core.flows if name not in core.config.flows]:
        old = core.flows.pop(name)
        core.old_flows[f"{name}:{old.version}"] = old
    core.old_flows = {key: flow for key, flow in core.old_flows.items() if key in used}
    return problems


def _queue(core: Core, queue_id: str) -> None:
    config = core.config.queues.get(queue_id)
    if config is None:
        if queue_id in core.queues:
            queueing.no_further(core, QueueId(queue_id))
            forget_queue(core, queue_id)
        return
    queue = core.queues.get(queue_id)
    if queue is None:
        queue = core.queues[queue_id] = Queue(QueueId(queue_id), figures.queue_row(core, queue_id))
    queueing.reorder(core, queue_id)
    skills.configured(core, queue)
    queue.row.service_level_s, queue.row.short_abandon_s = config.service_level_s, config.short_abandon_s
    core.changed(QUEUE_CHANGED, queue_id)


def forget_queue(core: Core, queue_id: str) -> None:
    """Take away a queue that the configuration no longer has; later, when calls are in it (``queueing.leave``) or ring by it."""
    if queue_id in core.config.queues or queue_id not in core.queues or len(core.queues[queue_id].present):
        return
    if any(offer.queue == queue_id for call in core.calls.values() for offer in call.offers.values()):
        return
    for agent in core.agents.values():
        if queue_id in agent.queues:
            agents.leave_queues(core, agent)
            del agent.queues[queue_id]
            agents.join_queues(core, agent)
            agents.refresh(core, agent)
    consults.queue_gone(core, queue_id)
    queue = core.queues.pop(queue_id)
    core.deadlines.cancel(agents.publish_queue, queue.id)
    core.deadlines.cancel(care.unstaffed, queue.id)
    core.clear(care.UNSTAFFED, queue.id, f"queue {queue_id} is no longer configured")
    core.removed(QUEUE, queue_id)


def _agent(core: Core, agent_id: str) -> None:
    config, agent = core.config.agents.get(agent_id), core.agents.get(agent_id)
    if config is None:
        if agent is not None:
            remove(core, agent)
        return
    if agent is None:
        agent = agents.new_agent(core, config)
        agents.join_queues(core, agent)
        core.changed(AGENT_STATUS_CHANGED, agent.id)
        return
    if agent.removed:  # taken out and put back during one call
        agent.removed = False
        if agent.pending == "logged_out":
            agent.pending = agent.pending_reason = ""
            core.changed(AGENT_STATUS_CHANGED, agent.id)
    _change(core, agent, config)


def _change(core: Core, agent: Agent, config: AgentConfig) -> None:
    wanted = {queue: level for queue, level in config.queues.items() if queue in core.queues}
    now = (config.name, config.team, wanted, config.extension, dict(config.skills), config.languages, config.phones)
    has = (agent.name, agent.team, agent.queues, agent.own_extension, agent.skills, agent.languages, agent.phones)
    if has == now:
        return
    agents.leave_queues(core, agent)
    agent.name, agent.team, agent.queues, agent.own_extension, agent.skills, agent.languages, agent.phones = now
    if agent.status == "logged_out":
        agents.give_phone_back(core, agent)
    agents.join_queues(core, agent)
    for queue_id in {**has[2], **wanted}:
        if queue_id in core.queues:
            agents.queue_touched(core, queue_id)
    agents.refresh(core, agent, AGENT_STATUS_CHANGED)


def remove(core: Core, agent: Agent) -> None:
    """Log out and forget an agent whom the configuration no longer has; later, when in a call. One who is back in it stays."""
    if agent.id in core.config.agents:
        return
    if agent.status != "logged_out":
        agents.change_status(core, agent, "logout")
    if agent.state in IN_CALL_STATES:
        agent.removed = True
        return
    agents.leave_queues(core, agent)
    core.clear(care.HOLD, agent.id, f"agent {agent.id} is no longer configured")
    pauses.forget(core, agent)
    agents.leave_phone(core, agent, agent.extension)
    stations.forget(core, agent)
    drafts.forget_all(core, agent)
    del core.agents[agent.id]
    core.removed(AGENT, agent.id)

"""A new configuration takes force between two inputs. Running flows keep their version; a bad flow keeps its old one.

An agent who is removed while in a call stays until the line is free.
"""

from __future__ import annotations

from cti_server.domain.agent import IN_CALL_STATES
from cti_server.domain.config import AgentConfig, CentreConfig
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import FlowError, parse_flow
from cti_server.domain.numbers import service_number
from cti_server.engine.acd import agents, care, consults, cuts, ivr, pauses, queueing, services, skills, stations
from cti_server.engine.books import drafts, figures
from cti_server.engine.calls import calls
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent, Queue, QueueId
from cti_server.engine.network import trunks
from cti_server.events.views import (
    AGENT,
    AGENT_STATUS_CHANGED,
    CONFIG_APPLIED,
    CONFIG_REFUSED,
    QUEUE,
    QUEUE_CHANGED,
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


def apply(core: Core, config: CentreConfig) -> None:
    """Make ``config`` the one in force."""
    day = figures.today(core)
    if config.time_zone != core.config.time_zone:
        core.day = ("", 0, 0)
        cuts.arm(core)
    core.config = config
    problems = _flows(core)
    _queues(core)
    services.configured(core)
    _agents(core)
    pauses.configured(core)
    if figures.today(core) != day:
        figures.another_day(core)
    for node in core.switches:
        trunks.match(core, node)
    _mended(core)
    if problems:
        core.event(CONFIG_REFUSED, ConfigRefused(version=config.version, problems=problems))
        core.alarm(BAD_FLOW, "", "; ".join(problems))
    else:
        core.clear(BAD_FLOW, "", "all flows are good")
    core.event(CONFIG_APPLIED, ConfigApplied(version=config.version))


def _mended(core: Core) -> None:
    """What calls asked for in vain and is there now is no trouble any more."""
    there = [queueing.NO_QUEUE.of(QueueId(queue)) for queue in core.queues] + [ivr.NO_FLOW.of(flow) for flow in core.flows]
    unknown = core.alarms.get(calls.UNKNOWN_NUMBER.id)
    if unknown is not None and service_number(core.config.service_numbers, unknown.subject, core.config.country_code) is not None:
        there.append(unknown.id)
    for alarm_id in there:
        core.cleared(alarm_id, "it is configured now")


def _flows(core: Core) -> list[str]:
    known = Known(core.config.queues.keys(), core.config.hours.keys(), core.config.flows.keys())
    used = {f"{call.ivr.flow}:{call.ivr.version}" for call in core.calls.values() if call.ivr}
    problems: list[str] = []
    for name, document in core.config.flows.items():
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


def _queues(core: Core) -> None:
    for queue_id, config in core.config.queues.items():
        queue = core.queues.get(queue_id)
        if queue is None:
            queue = core.queues[queue_id] = Queue(QueueId(queue_id), figures.queue_row(core, queue_id))
        queueing.reorder(core, queue_id)
        skills.configured(core, queue)
        queue.row.service_level_s, queue.row.short_abandon_s = config.service_level_s, config.short_abandon_s
        core.changed(QUEUE_CHANGED, queue_id)
    for queue_id in [queue_id for queue_id in core.queues if queue_id not in core.config.queues]:
        queueing.no_further(core, queue_id)
        forget_queue(core, queue_id)


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


def _agents(core: Core) -> None:
    for config in core.config.agents.values():
        agent = core.agents.get(config.id)
        if agent is None:
            agent = agents.new_agent(core, config)
            agents.join_queues(core, agent)
            core.changed(AGENT_STATUS_CHANGED, agent.id)
        else:
            if agent.removed:  # taken out and put back during one call
                agent.removed = False
                if agent.pending == "logged_out":
                    agent.pending = agent.pending_reason = ""
                    core.changed(AGENT_STATUS_CHANGED, agent.id)
            _change(core, agent, config)
    for agent in [a for a in core.agents.values() if a.id not in core.config.agents]:
        remove(core, agent)


def _change(core: Core, agent: Agent, config: AgentConfig) -> None:
    wanted = {queue: level for queue, level in config.queues.items() if queue in core.queues}
    now = (config.name, config.team, wanted, config.extension, dict(config.skills))
    if (agent.name, agent.team, agent.queues, agent.own_extension, agent.skills) == now:
        return
    agents.leave_queues(core, agent)
    agent.name, agent.team, agent.queues, agent.own_extension, agent.skills = now
    if agent.status == "logged_out":
        agents.give_phone_back(core, agent)
    agents.join_queues(core, agent)
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

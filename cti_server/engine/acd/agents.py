"""Agents: every change of status and state goes through the two tables, opens and closes the ledger's intervals, and keeps
the queues' idle lines and counts right."""

from __future__ import annotations

from collections.abc import Callable, Collection

from cti_server.domain.agent import IN_CALL_STATES, TRANSIENT_STATES, AgentState, AgentStatus, category, next_state, next_status
from cti_server.domain.config import AgentConfig
from cti_server.domain.outcomes import failure_rule
from cti_server.domain.routing import idle_key
from cti_server.engine.acd import care, pauses, skills
from cti_server.engine.books import figures, ledger
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import Deadline, deadline
from cti_server.engine.kernel.shown import shows
from cti_server.engine.kernel.state import Agent, AgentId, QueueId
from cti_server.events.errors import NoSuchAgent
from cti_server.events.live import Change, Kind, Nothing
from cti_server.events.views import (
    AGENT,
    AGENT_LOGGED_IN,
    AGENT_LOGGED_OUT,
    AGENT_PHONE_CHANGED,
    AGENT_STATE_CHANGED,
    AGENT_STATUS_CHANGED,
    QUEUE_CHANGED,
    AgentView,
)

off_hook = Deadline[AgentId]("off_hook")
"""The phone of an agent who is off hook is to be rung."""
QUEUE_VIEW_EVERY_MS = 500
REST_MS = 5_000
REST_SPREAD_MS = 500


def new_agent(core: Core, config: AgentConfig) -> Agent:
    """A person of the configuration, logged out."""
    agent = Agent(
        AgentId(config.id),
        config.name,
        config.extension,
        config.team,
        {queue: level for queue, level in config.queues.items() if queue in core.config.queues},
        len(core.agents),
        figures.agent_row(core, config.id),
        own_extension=config.extension,
        skills=dict(config.skills),
        languages=config.languages,
        phones=config.phones,
    )
    core.agents[agent.id] = agent
    take_phone(core, agent)
    return agent


def take_phone(core: Core, agent: Agent) -> None:
    """The phone is this agent's from now on; one in use stays with who is logged in there."""
    user = at_phone(core, agent.extension)
    if agent.status != "logged_out" or user is None or user.status == "logged_out":
        core.by_extension[agent.extension] = agent.id
        agent.desk_phone = agent.extension in core.desk_phones


def at_phone(core: Core, extension: str) -> Agent | None:
    """Who is logged in there, else who owns the phone."""
    agent = core.agents.get(core.by_extension.get(extension, ""))
    return agent if agent is not None and agent.extension == extension else None


def get(core: Core, agent_id: str) -> Agent:
    """Raises NoSuchAgent."""
    found = core.agents.get(agent_id)
    if found is None:
        raise NoSuchAgent(f"no agent has the id {agent_id!r}")
    return found


def may_use(core: Core, agent: Agent, extension: str) -> bool:
    """The agent may log in at this phone."""
    return extension == agent.own_extension or extension in (agent.phones or core.free_seats)


def registered(core: Core, agent: Agent) -> bool:
    return bool(core.phones.get(agent.extension))


# ---------------------------------------------------------------- changes


def move(core: Core, agent: Agent, trigger: str, deadline_ms: int = 0, idle_since_ms: int = 0) -> None:
    """The line does something. Raises WrongState and changes nothing when the table forbids it.

    ``deadline_ms`` ends a transient state; ``idle_since_ms`` gives an agent the old place among the idle back.
    """
    state = next_state(agent.state, trigger)
    if state in TRANSIENT_STATES and not deadline_ms:
        raise ValueError(f"{state} needs a deadline")
    was, agent.state = agent.state, state
    agent.state_since_ms = core.work.at_ms
    agent.deadline_ms = deadline_ms
    if "holding" in (was, state):
        care.watch_hold(core, agent)
    if state == "idle":
        agent.call_id = agent.queue = ""
        agent.idle_since_ms = idle_since_ms or core.work.at_ms
        if agent.pending:
            apply_pending(core, agent)
        if agent.status != "logged_out":
            agent.state = _without_call(core, agent)
        if agent.removed:
            core.leaving[agent.id] = None
    refresh(core, agent, AGENT_STATE_CHANGED)


def _without_call(core: Core, agent: Agent) -> AgentState:
    """What the line does while it is in no call of ours."""
    if has_own_call(core, agent.extension):
        return "own_call"
    return "idle" if registered(core, agent) else "unreachable"


def has_own_call(core: Core, extension: str) -> bool:
    """Its phone is in a call that is none of ours."""
    return bool(core.own_calls) and any(one == extension for _, one in core.own_calls.values())


def change_status(core: Core, agent: Agent, trigger: str, reason: str = "") -> None:
    """The person chooses. In a call the change is pending until the line is free. Raises CtiError as the table says."""
    status = next_status(agent.status, trigger)
    pauses.answered(core, agent)
    if agent.state in IN_CALL_STATES:
        same = status == agent.status and (status != "not_ready" or reason == agent.reason)
        agent.pending, agent.pending_reason = ("", "") if same else (status, reason)
        core.changed(AGENT_STATUS_CHANGED, agent.id)
        return
    set_status(core, agent, status, reason)
    refresh(core, agent, AGENT_LOGGED_OUT if status == "logged_out" else AGENT_STATUS_CHANGED)


def set_status(core: Core, agent: Agent, status: AgentStatus, reason: str) -> None:
    """Apply a status that the table has allowed; ``refresh`` must follow."""
    was = (agent.status, agent.reason)
    if status != agent.status:
        agent.status_since_ms = core.work.at_ms
    agent.status, agent.reason = status, reason if status == "not_ready" else ""
    agent.pending = agent.pending_reason = ""
    if (agent.status, agent.reason) != was:
        pauses.turned(core, agent, was[1])
    if status == "ready":
        agent.failed_rings = 0
        agent.idle_since_ms = core.work.at_ms
        if agent.page_gone_ms:  # somebody else's wish, or made without a page
            core.deadlines.set(page_stays_away, agent.id, max(agent.page_until_ms, core.now + 1000 * core.config.page_gone_s))
    if status == "logged_out":
        agent.state, agent.state_since_ms = "idle", core.work.at_ms
        if agent.station is not None:
            core.touch(agent.station.id)
        give_phone_back(core, agent)
        core.deadlines.cancel(phone_gone, agent.id)
        core.deadlines.cancel(page_stays_away, agent.id)


def give_phone_back(core: Core, agent: Agent) -> None:
    """Logged out: a borrowed phone is its owner's again, and the agent's is the own one."""
    left = agent.extension
    if left != agent.own_extension:
        agent.extension = agent.own_extension
        leave_phone(core, agent, left)
        take_phone(core, agent)


def leave_phone(core: Core, agent: Agent, extension: str) -> None:
    """The agent has nothing to do with this phone any more; its owner has."""
    if core.by_extension.get(extension) == agent.id:
        del core.by_extension[extension]
        for other in core.agents.values():
            if other.extension == extension and other is not agent:
                take_phone(core, other)
                core.changed(AGENT, other.id)


def apply_pending(core: Core, agent: Agent) -> None:
    """The line is free: what the person asked for during the call happens now."""
    status, reason = agent.pending or agent.status, agent.pending_reason
    set_status(core, agent, status, reason)
    core.changed(AGENT_LOGGED_OUT if status == "logged_out" else AGENT_STATUS_CHANGED, agent.id)


def login(core: Core, agent: Agent, extension: str) -> None:
    """The person is here: not ready until they say so, unreachable while the phone is not registered."""
    agent.status = next_status(agent.status, "login")
    agent.extension = extension or agent.extension
    take_phone(core, agent)
    agent.reason = "logged-in"
    config = core.config.agents.get(agent.id)
    agent.off_hook = config is not None and config.off_hook
    agent.state = _without_call(core, agent)
    agent.status_since_ms = agent.state_since_ms = agent.idle_since_ms = core.now
    agent.page_gone_ms = agent.page_until_ms = agent.resting_until_ms = 0
    refresh(core, agent, AGENT_LOGGED_IN)
    if agent.off_hook:
        core.deadlines.set(off_hook, agent.id, core.now)


def not_taken(core: Core, agent: Agent, queue_id: str, why: str) -> None:
    """What the queue has handed out was not taken: its rule, or a look of somebody at one who takes nothing."""
    rule = failure_rule(why, core.queue_config(queue_id).offer_failed)
    if care.too_many_rings(core, agent, why):
        rule = "not-ready"
    if rule == "not-ready" and agent.pending != "logged_out":
        agent.pending, agent.pending_reason = "not_ready", why
    move(core, agent, "release")
    if rule == "next":
        rest(core, agent)


def nodes(core: Core, agent: Agent) -> Collection[str]:
    """The switches where the agent can be called: one whose phone is off hook, where its leg is."""
    if not agent.off_hook:
        return core.phones.get(agent.extension, ())
    return (agent.station.node,) if agent.station is not None and agent.station.up else ()


def reachable(core: Core, node: str) -> Callable[[str], bool] | None:
    """Which agents can be called at this switch; None: all, where there is one switch only."""
    return (lambda agent: node in nodes(core, core.agents[agent])) if len(core.switches) > 1 else None


def rest(core: Core, agent: Agent, ms: int = 0) -> None:
    """No offers for a few seconds, and the last place among the idle: after a failed offer that is no fault of the person. For
    ``ms``: somebody is about to ring the agent, who keeps the place."""
    agent.resting_until_ms = core.now + (ms or REST_MS + core.random(REST_SPREAD_MS))
    core.deadlines.set(rested, agent.id, agent.resting_until_ms)
    agent.idle_since_ms = agent.idle_since_ms if ms else core.now
    refresh(core, agent)


@deadline("rest")
def rested(core: Core, agent_id: AgentId) -> None:
    agent = core.agents.get(agent_id)
    if agent is not None:
        agent.resting_until_ms = 0
        refresh(core, agent)


# ---------------------------------------------------------------- phones and pages


def phone_changed(core: Core, extension: str) -> None:
    """The extension's registrations changed somewhere."""
    agent = at_phone(core, extension)
    if agent is None:
        return
    agent.desk_phone = extension in core.desk_phones
    if registered(core, agent):
        core.deadlines.cancel(phone_gone, agent.id)
        if agent.state == "unreachable":
            move(core, agent, "phone_back")
    elif agent.status != "logged_out":
        core.deadlines.set(phone_gone, agent.id, core.now + 1000 * core.config.unreachable_after_s)
    refresh(core, agent, AGENT_PHONE_CHANGED)


@deadline("phone_gone")
def phone_gone(core: Core, agent_id: AgentId) -> None:
    """The phone has been away for long enough."""
    agent = core.agents.get(agent_id)
    if agent is not None and agent.state == "idle" and agent.status != "logged_out" and not registered(core, agent):
        move(core, agent, "phone_lost")


def page_gone(core: Core, agent: Agent, lost: bool) -> None:
    """The agent's last page was closed, or ``lost`` with the web process that had it, and comes back by itself."""
    until = core.now + 1000 * (core.config.page_lost_s if lost else core.config.page_gone_s)
    agent.page_until_ms = min(agent.page_until_ms or until, until)
    agent.page_gone_ms = agent.page_gone_ms or core.now
    if agent.status != "logged_out":
        core.deadlines.set(page_stays_away, agent.id, agent.page_until_ms)
    core.changed(AGENT, agent.id)


def page_back(core: Core, agent: Agent) -> None:
    agent.page_gone_ms = agent.page_until_ms = 0
    core.deadlines.cancel(page_stays_away, agent.id)
    if agent.pending_reason == "connection-lost":
        agent.pending = agent.pending_reason = ""
    core.changed(AGENT_STATUS_CHANGED, agent.id)


@deadline("page_gone")
def page_stays_away(core: Core, agent_id: AgentId) -> None:
    """Who has no phone but the page is not ready; in a call, when it is over. A desk phone rings on."""
    agent = core.agents.get(agent_id)
    if agent is None or agent.status != "ready" or agent.pending or not agent.page_gone_ms or agent.desk_phone:
        return
    change_status(core, agent, "pause", "connection-lost")


# ---------------------------------------------------------------- lines and counts


def category_of(core: Core, agent: Agent) -> str:
    """As what the queues count this agent."""
    found = category(agent.status, agent.state, agent.resting_until_ms > core.now)
    there = bool(nodes(core, agent)) if agent.off_hook else registered(core, agent)
    return "unreachable" if found == "ready" and not there else found


def refresh(core: Core, agent: Agent, what: Change[Nothing] | Kind[AgentView] = AGENT) -> None:
    """After any change: the ledger's interval, the queues' counts and idle lines, the view and (``what``) the event."""
    ledger.turn_interval(core, agent)
    found = category_of(core, agent)
    if found != agent.category:
        for queue_id in agent.queues:
            queue = core.queues[queue_id]
            queue.counts[agent.category] = queue.counts.get(agent.category, 0) - 1
            queue.counts[found] = queue.counts.get(found, 0) + 1
            queue_touched(core, queue_id)
            if "logged_out" in (agent.category, found):
                care.queue_staffed(core, queue, found)
        agent.category = found
    _index(core, agent)
    if agent.off_hook and agent.station is None and (agent.status, agent.state) == ("ready", "idle"):
        core.deadlines.set(off_hook, agent.id, core.now)
    core.changed(what, agent.id)


def _index(core: Core, agent: Agent) -> None:
    wanted = agent.idle_since_ms if agent.category == "ready" else -1
    if wanted == agent.indexed_since_ms:
        return
    for queue_id, level in agent.queues.items():
        queue = core.queues[queue_id]
        if wanted < 0:
            queue.idle.remove(agent.id)
        elif queue.special:
            skills.index(core, queue, agent, level)
        else:
            queue.idle.add(agent.id, idle_key(level, wanted), agent.order)
    agent.indexed_since_ms = wanted
    if wanted >= 0:
        core.freed[agent.id] = None


def join_queues(core: Core, agent: Agent) -> None:
    """Count a new agent in its queues."""
    for queue_id in agent.queues:
        counts = core.queues[queue_id].counts
        counts[agent.category] = counts.get(agent.category, 0) + 1


def leave_queues(core: Core, agent: Agent) -> None:
    """Take an agent out of the counts and idle lines, before its queues change."""
    for queue_id in agent.queues:
        queue = core.queues.get(queue_id)
        if queue is not None:
            queue.counts[agent.category] = queue.counts.get(agent.category, 0) - 1
            queue.idle.remove(agent.id)
    agent.indexed_since_ms = -1


def queue_touched(core: Core, queue_id: str) -> None:
    """The queue's view changed: it is published soon, at most every 500 ms."""
    queue = core.queues[queue_id]
    if core.config.alarm_rules:
        core.shifted[queue_id] = None
    if not core.deadlines.at(publish_queue, queue.id):
        core.deadlines.set(publish_queue, queue.id, max(core.now, queue.published_ms + QUEUE_VIEW_EVERY_MS))


@deadline("queue_view")
def publish_queue(core: Core, queue_id: QueueId) -> None:
    queue = core.queues.get(queue_id)
    if queue is not None:
        queue.published_ms = core.now
        core.changed(QUEUE_CHANGED, queue_id)


# ---------------------------------------------------------------- what people see


def _sound(agent: Agent) -> None:
    if agent.state in TRANSIENT_STATES and not agent.deadline_ms:
        raise ValueError(f"{agent.state} without an end")


@shows(AGENT, Agent, check=_sound)
def view(core: Core, agent: Agent) -> AgentView:
    pause = agent.pause
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
        "over_ms": pause.over_ms if pause else 0,
        "asked_reason": pause.asked if pause else "",
        "asked_ms": pause.asked_ms if pause else 0,
        "state": agent.state,
        "phone_registered": bool(core.phones.get(agent.extension)),
        "phone_withdrawn": agent.extension != agent.own_extension and not may_use(core, agent, agent.extension),
        "off_hook": agent.station is not None and agent.station.up,
        "pick_up": agent.station is not None and not agent.station.up,
        "status_since_ms": agent.status_since_ms,
        "state_since_ms": agent.state_since_ms,
        "deadline_ms": agent.deadline_ms,
        "call_id": agent.call_id,
        "last_calls": agent.last_calls,
        "queue": agent.queue,
        "counted_ms": agent.interval.started_ms if agent.interval else 0,
        "today": figures.agent_today(core, agent),
    }

"""Not-ready reasons with limits: how long at a stretch and in a day, how many of a team at once, and a leader who is asked.

Who is not ready for too long is told so, and a leader is (an alarm); nobody is made ready by it.
"""

from __future__ import annotations

from cti_server.domain.config import NotReadyReason
from cti_server.engine.books import figures
from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.deadlines import deadline
from cti_server.engine.kernel.state import Agent, AgentId, Pause
from cti_server.events.errors import TooManyPaused
from cti_server.events.views import AGENT_STATUS_CHANGED

MINUTE_MS = 60_000
LONG_PAUSE = Alarm(
    "long-pause",
    "minor",
    "agent",
    AgentId,
    lasting=True,
    en="Agent {subject} is not ready for longer than the reason allows",
    zh="坐席 {subject} 示忙时长超出该原因的限制",
)


def reason_of(core: Core, code: str) -> NotReadyReason | None:
    return next((reason for reason in core.config.not_ready_reasons if reason.code == code), None)


def permit(core: Core, agent: Agent, code: str) -> bool:
    """Whether the agent may do it without asking. Raises TooManyPaused: so many of the team are away already."""
    reason = reason_of(core, code)
    if reason is None or (agent.status, agent.reason) == ("not_ready", code):
        return True
    if reason.at_once:
        team = [one for one in core.agents.values() if one.team == agent.team and one is not agent]
        away = [one.id for one in team if code in (one.reason, one.pending_reason) and one.status != "logged_out"]
        if len(away) >= reason.at_once:
            text = (
                f"{len(away)} of the team are away for {code} already, at most {reason.at_once} may be; a leader may let more go"
            )
            raise TooManyPaused(text, {"reason": code, "at_once": reason.at_once, "away": away})
    return not reason.approval


def ask(core: Core, agent: Agent, code: str) -> None:
    """The agent wants to be away, and a leader says whether."""
    agent.pause = agent.pause or Pause()
    agent.pause.asked, agent.pause.asked_ms = code, core.now
    core.changed(AGENT_STATUS_CHANGED, agent.id)


def answered(core: Core, agent: Agent) -> None:
    """Nothing is asked any more: it was granted or not, or the agent does something else."""
    if agent.pause is not None and agent.pause.asked:
        agent.pause.asked, agent.pause.asked_ms = "", 0
        core.changed(AGENT_STATUS_CHANGED, agent.id)


# ---------------------------------------------------------------- time


def turned(core: Core, agent: Agent, was: str) -> None:
    """Another status, or another reason than ``was`` ('' none)."""
    limited = _limited(core, agent)
    pause = agent.pause
    if pause is None:
        if limited is None:
            return
        pause = agent.pause = Pause()
    elif was:
        pause.used = {**_today(core, pause), was: _used_ms(core, pause, was)}
        pause.day_ms = figures.today(core)[0]
    pause.since_ms = core.work.at_ms
    _calm(core, agent, pause)
    watch(core, agent, pause)


def watch(core: Core, agent: Agent, pause: Pause) -> None:
    """Sets the moment at which it is too long; an alarm whose cause is gone goes."""
    at = _over_at(core, agent, pause)
    if at and at > core.now:
        core.deadlines.set(too_long, agent.id, at)
    elif at:
        _tell(core, agent, pause)
    else:
        core.deadlines.cancel(too_long, agent.id)
    if not at or at > core.now:
        _calm(core, agent, pause)


@deadline("long_pause")
def too_long(core: Core, agent_id: AgentId) -> None:
    agent = core.agents.get(agent_id)
    if agent is not None and agent.pause is not None:
        watch(core, agent, agent.pause)  # the day may have changed


def configured(core: Core) -> None:
    """Limits may be others. One that is new counts from when the agent became not ready."""
    for agent in core.agents.values():
        if agent.pause is None and _limited(core, agent) is not None:
            agent.pause = Pause(agent.status_since_ms)
        if agent.pause is not None:
            watch(core, agent, agent.pause)
            if agent.pause.asked and reason_of(core, agent.pause.asked) is None:
                answered(core, agent)


def forget(core: Core, agent: Agent) -> None:
    """No longer configured."""
    core.deadlines.cancel(too_long, agent.id)
    core.clear(LONG_PAUSE, agent.id, f"agent {agent.id} is no longer configured")


def _tell(core: Core, agent: Agent, pause: Pause) -> None:
    if pause.over_ms:
        return
    pause.over_ms = core.now
    minutes = (core.now - pause.since_ms) // MINUTE_MS
    today = _used_ms(core, pause, agent.reason) // MINUTE_MS
    text = f"agent {agent.id} ({agent.name}) is not ready for {minutes} min ({agent.reason}), {today} min of it today"
    core.alarm(LONG_PAUSE, agent.id, text)
    core.changed(AGENT_STATUS_CHANGED, agent.id)


def _calm(core: Core, agent: Agent, pause: Pause) -> None:
    if pause.over_ms:
        pause.over_ms = 0
        core.clear(LONG_PAUSE, agent.id, "the agent is back, or the limit is another one")
        core.changed(AGENT_STATUS_CHANGED, agent.id)


def _limited(core: Core, agent: Agent) -> NotReadyReason | None:
    """The reason of an agent who is away for one that is limited."""
    reason = reason_of(core, agent.reason) if agent.status == "not_ready" else None
    return reason if reason is not None and (reason.longest_min or reason.day_min) else None


def _over_at(core: Core, agent: Agent, pause: Pause) -> int:
    """UTC ms; 0: never."""
    reason = _limited(core, agent)
    if reason is None:
        return 0
    found = []
    if reason.longest_min:
        found.append(pause.since_ms + MINUTE_MS * reason.longest_min)
    if reason.day_min:
        left = MINUTE_MS * reason.day_min - _today(core, pause).get(reason.code, 0)
        found.append(max(pause.since_ms, figures.today(core)[0]) + left)
    return min(found)


def _today(core: Core, pause: Pause) -> dict[str, int]:
    """Stretches of today that are over, by reason."""
    return pause.used if pause.day_ms == figures.today(core)[0] else {}


def _used_ms(core: Core, pause: Pause, code: str) -> int:
    """Today, with the stretch that runs."""
    since = max(pause.since_ms, figures.today(core)[0])
    return _today(core, pause).get(code, 0) + max(0, core.work.at_ms - since)

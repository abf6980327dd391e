"""The ledger: stretches of calls and agents open with an id and close as one fact with that id, and feed today's figures."""

from __future__ import annotations

from cti_server.engine.books import figures
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.state import Agent, Call, Interval, LegId, Segment
from cti_server.events.facts import AgentIntervalFact, SegmentDetail, SegmentFact, SegmentKind, SegmentOutcome

_TALKING = frozenset({"talk", "conference", "hold", "consult", "wrap_up"})


def open_segment(
    core: Core,
    call: Call,
    segment: SegmentKind,
    queue: str = "",
    agent: str = "",
    leg: str = "",
    started_ms: int = 0,
    detail: SegmentDetail | None = None,
) -> Segment:
    """Open a stretch of ``call``; at most one of a kind is open at a time for each leg."""
    opened = Segment(core.next_id(), segment, queue, agent, leg, started_ms or core.work.at_ms, detail or {})
    other = call.legs.get(LegId(leg)) if leg else None
    if other is not None and other.party == "outside":
        opened.detail["number"] = other.number
    if segment in _TALKING and call.queued_ms:
        opened.detail["queued_ms"] = call.queued_ms
    call.segments.append(opened)
    return opened


def close_segment(
    core: Core,
    call: Call,
    segment: SegmentKind,
    outcome: SegmentOutcome = "",
    ended_ms: int = 0,
    estimated: bool = False,
    leg: str = "",
) -> Segment | None:
    """Close the open stretch of this kind (``leg``: of this leg), None when none is open."""
    found = open_of(call, segment, leg)
    if found is not None:
        call.segments.remove(found)
        write_segment(core, call.id, found, outcome, ended_ms, estimated)
    return found


def open_of(call: Call, segment: SegmentKind, leg: str = "") -> Segment | None:
    for found in call.segments:
        if found.segment == segment and leg in ("", found.leg):
            return found
    return None


def write_segment(
    core: Core, call_id: str, segment: Segment, outcome: SegmentOutcome = "", ended_ms: int = 0, estimated: bool = False
) -> int:
    """The fact of a closed stretch; gives its length in ms."""
    agent = core.agents.get(segment.agent)
    if segment.segment == "queue":
        config = core.queue_config(segment.queue)
        segment.detail.update({"service_level_s": config.service_level_s, "short_abandon_s": config.short_abandon_s})
    ended = max(ended_ms or core.work.at_ms, segment.started_ms)
    fact = SegmentFact(
        call_id=call_id,
        segment=segment.segment,
        queue=segment.queue,
        agent=segment.agent,
        team=agent.team if agent else "",
        leg=segment.leg,
        started_ms=segment.started_ms,
        ended_ms=ended,
        outcome=outcome,
        estimated=estimated or core.work.estimating,
        detail=segment.detail,
    )
    core.fact(segment.id, fact)
    figures.add_segment(core, fact)
    return ended - segment.started_ms


def turn_interval(core: Core, agent: Agent) -> None:
    """The agent's status, state or reason may have changed: close the open interval and open the next without a gap. What nobody
    saw may have been before the open one began: then that one says nothing."""
    interval, at_ms = agent.interval, core.work.at_ms
    if interval is not None:
        if (interval.status, interval.state, interval.reason) == (agent.status, agent.state, agent.reason):
            return
        at_ms = max(at_ms, interval.started_ms)
        close_interval(core, agent, at_ms)
    if agent.status != "logged_out":
        what = (agent.status, agent.state, agent.reason, agent.queue, agent.call_id)
        agent.interval = Interval(core.next_id(), *what, at_ms)


def close_interval(core: Core, agent: Agent, ended_ms: int = 0, estimated: bool = False) -> None:
    """Write the open interval; one without length says nothing and is not written."""
    interval = agent.interval
    agent.interval = None
    if interval is None:
        return
    ended = ended_ms or core.work.at_ms
    if ended <= interval.started_ms:
        return
    fact = AgentIntervalFact(
        agent=agent.id,
        team=agent.team,
        status=interval.status,
        state=interval.state,
        reason=interval.reason,
        queue=interval.queue,
        call_id=interval.call_id,
        started_ms=interval.started_ms,
        ended_ms=ended,
        estimated=estimated or core.work.estimating,
    )
    core.fact(interval.id, fact)
    figures.add_interval(core, agent, fact)

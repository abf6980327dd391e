"""Today's live figures out of the ledger, for an engine that started without its mirror (an empty new Redis).

The engine counts what closes after its start; here is what closed before. Both come from domain.kpi.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cti_server.domain.config import CentreConfig
from cti_server.domain.kpi import AGENT_PARTS, QUEUE_PARTS, QUEUE_SEGMENTS, AgentRow, QueueRow, agents_of
from cti_server.domain.localday import day_bounds, day_of
from cti_server.events.commands import Figures
from cti_server.features.reports.service import LedgerReader, queue_row

AT_ONCE = 500
Parts = dict[str, dict[str, int]]


@dataclass(slots=True)
class Today:
    """``queues`` and ``agents``: id -> the parts that are not 0; every one of the configuration is there."""

    day_start_ms: int
    queues: Parts = field(default_factory=dict)
    agents: Parts = field(default_factory=dict)

    def slices(self) -> Iterator[Figures]:
        """The data of RestoreFigures, some queues and agents at a time."""
        both = [("queues", *item) for item in self.queues.items()] + [("agents", *item) for item in self.agents.items()]
        for start in range(0, len(both), AT_ONCE):
            part = both[start : start + AT_ONCE]
            queues, agents = ({thing: row for k, thing, row in part if k == kind} for kind in ("queues", "agents"))
            yield {"day_start_ms": self.day_start_ms, "queues": queues, "agents": agents}


def closed_before(reader: LedgerReader, config: CentreConfig, before_ms: int) -> Today:
    """What closed before ``before_ms`` on its local day. Raises DatabaseAway."""
    start, end = day_bounds(day_of(before_ms, config.time_zone), config.time_zone)
    queues: dict[str, QueueRow] = {name: queue_row(config, name, start, end) for name in config.queues}
    agents: dict[str, AgentRow] = {name: AgentRow(name, start, end) for name in config.agents}
    for segment in reader.segments(start, before_ms, QUEUE_SEGMENTS):
        if segment["queue"] in queues and segment["ended_ms"] < before_ms:
            queues[segment["queue"]].add_segment(segment)
    for offer in reader.segments(start, before_ms, ("offer",)):
        if offer["agent"] in agents and offer["ended_ms"] < before_ms:
            agents[offer["agent"]].add_segment(offer)
    for interval in reader.intervals(start, before_ms):
        if interval["agent"] in agents and interval["ended_ms"] < before_ms:
            agents[interval["agent"]].add_interval(interval)
    for call in reader.calls(start, before_ms):
        for name in agents_of(call):
            if name in agents and call["ended_ms"] < before_ms:
                agents[name].add_call(call)
    return Today(start, _parts(queues, QUEUE_PARTS), _parts(agents, AGENT_PARTS))


def _parts(rows: dict[str, QueueRow] | dict[str, AgentRow], names: tuple[str, ...]) -> Parts:
    return {thing: {name: value for name in names if (value := getattr(row, name))} for thing, row in rows.items()}

"""What the web needs from the rest of the product, as Protocols. Rows are JSON-able dicts as the schemas tell.

The real ones are wired in ``wiring.py`` from services and adapters; tests give fakes that subclass these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cti_server.domain.config import CentreConfig
from cti_server.features.calls.service import CallQuery
from cti_server.features.centre.service import Phone
from cti_server.features.reports.service import FigureQuery
from cti_server.features.users.service import Account, Accounts

__all__ = [
    "Account", "Accounts", "CallQuery", "Calls", "Centre", "Database", "FigureQuery", "Phone", "Ports", "Recordings", "Reports",
]  # fmt: skip

Row = Mapping[str, Any]


class Centre(Protocol):
    """The configuration in force."""

    def config(self) -> CentreConfig:
        """Raises NoConfiguration."""
        ...

    def phone(self, extension: str) -> Phone | None:
        """Raises DatabaseAway when the phone is not remembered either."""
        ...


class Calls(Protocol):
    def find(self, query: CallQuery) -> Row:
        """{items: [CallRow], total, page, per_page}, newest first."""
        ...

    def export(self, query: CallQuery) -> Row:
        """{items: iterable of CallRow with a length, total}: all of them at once, at most MOST_EXPORTED."""
        ...

    def detail(self, call_id: str) -> Row | None:
        """{call: CallRow + hung_up_by, ivr_path, data, segments, recordings, dispositions}.

        Segments have ``agent`` and ``segment``.
        """
        ...


class Recordings(Protocol):
    def get(self, recording_id: str) -> Row | None:
        """RecordingRow: id, call_id, path (on the switch), queue, agents, started_ms, length_ms, size, problem."""
        ...


class Reports(Protocol):
    """``formula`` '': each queue's own. Raises NoSuchFormula, BadDay."""

    def queues(self, day: str, queue: str, formula: str, interval_min: int, until: str) -> Row: ...

    def agents(self, day: str, agent: str, team: str, running: Sequence[Row], until: str, interval_min: int) -> Row:
        """``running``: the AgentViews of now."""
        ...

    def calls(self, query: FigureQuery) -> Row: ...


class Database(Protocol):
    def alive(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Ports:
    accounts: Accounts
    centre: Centre
    calls: Calls
    recordings: Recordings
    reports: Reports
    database: Database

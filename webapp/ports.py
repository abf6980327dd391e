"""What the web needs from the rest of the product: use cases, and Protocols. Rows are JSON-able dicts as the schemas tell.

The real ones are wired in ``wiring.py``; tests give fakes that subclass these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cti_server.domain.config import CentreConfig
from cti_server.features.calls.service import CallQuery, Calls
from cti_server.features.centre.service import Phone
from cti_server.features.reports.service import FigureQuery, Reports
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


class Recordings(Protocol):
    def get(self, recording_id: str) -> Row | None:
        """RecordingRow: id, call_id, path (on the switch), queue, agents, started_ms, length_ms, size, problem."""
        ...


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

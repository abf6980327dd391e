"""What the web needs from the rest of the product: use cases of the features. Rows are JSON-able dicts as the schemas tell.

The real ones are wired in ``wiring.py``; tests give fakes that subclass these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cti_server.domain.config import CentreConfig
from cti_server.features.calls.service import Calls
from cti_server.features.centre.service import Phones
from cti_server.features.entities.sql import Entities
from cti_server.features.reports.service import Reports
from cti_server.features.users.service import Accounts

Row = Mapping[str, Any]
Config = Callable[[], CentreConfig]
"""The configuration in force. Raises NoConfiguration."""


class Recordings(Protocol):
    def get(self, recording_id: str) -> Row | None:
        """RecordingRow: id, call_id, path (on the switch), queue, agents, started_ms, length_ms, size, problem."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """``ask_database``: something small. Raises DatabaseAway."""

    accounts: Accounts
    config: Config
    phones: Phones
    calls: Calls
    recordings: Recordings
    reports: Reports
    ask_database: Callable[[], object]
    entities: Entities

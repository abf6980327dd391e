"""What the web needs from the rest of the product, as Protocols. Rows are JSON-able dicts with the keys of contracts.md.

The real ones are wired in ``wiring.py`` from services and adapters; tests give fakes that subclass these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cti_server.domain.config import CentreConfig

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may log in. ``role`` agent, leader or admin; ``agent_id`` and ``team`` '' when none."""

    id: int
    login: str
    name: str
    password_hash: str
    role: str
    agent_id: str
    team: str
    locale: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone account for the switch's directory and the web phone."""

    extension: str
    password: str
    agent_id: str
    name: str


@dataclass(frozen=True, slots=True)
class CallQuery:
    """Which calls. Times UTC ms, 0 means open; '' means any. ``agent``: calls that this agent talked in."""

    day: str = ""
    from_ms: int = 0
    to_ms: int = 0
    queue: str = ""
    agent: str = ""
    number: str = ""
    outcome: str = ""
    page: int = 1
    per_page: int = 50


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """The calls behind figures: of one queue or agent in [start_ms, end_ms)."""

    queue: str
    agent: str
    start_ms: int
    end_ms: int
    figures: tuple[str, ...]
    page: int = 1
    per_page: int = 50


class Accounts(Protocol):
    def by_login(self, login: str) -> Account | None: ...

    def by_id(self, user_id: int) -> Account | None: ...

    def set_locale(self, user_id: int, locale: str) -> None: ...


class Centre(Protocol):
    """The configuration in force."""

    def config(self) -> CentreConfig:
        """Raises CtiError 'no-configuration'."""
        ...

    def phone(self, extension: str) -> Phone | None: ...


class Calls(Protocol):
    def find(self, query: CallQuery) -> Row:
        """{items: [CallRow], total, page, per_page}, newest first."""
        ...

    def detail(self, call_id: str) -> Row | None:
        """{call: CallRow, segments, recordings, dispositions}; segments have ``agent`` and ``segment``."""
        ...


class Recordings(Protocol):
    def get(self, recording_id: str) -> Row | None:
        """RecordingRow: id, call_id, path (on the switch), queue, agents, started_ms, length_ms, size, problem."""
        ...


class Reports(Protocol):
    """Raises CtiError 'no-such-formula', 'bad-day'."""

    def queues(self, day: str, queue: str, formula: str, interval_min: int) -> Row: ...

    def agents(self, day: str, agent: str, team: str) -> Row: ...

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

"""What the web needs from the rest of the product: use cases of the features. Rows are JSON-able dicts as the schemas tell.

The real ones are wired in ``wiring.py``; tests give fakes that subclass these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from cti_server.adapters.mail import Mail
from cti_server.domain.clock import Clock
from cti_server.domain.config import CentreConfig
from cti_server.features.audit.service import Audits
from cti_server.features.books.sql import SqlBooks
from cti_server.features.calls.service import Calls
from cti_server.features.centre.service import Phones
from cti_server.features.customers.sql import SqlCustomers
from cti_server.features.entities.sql import Entities
from cti_server.features.look.sql import SqlLook
from cti_server.features.messages.sql import SqlMessages
from cti_server.features.notices.sql import SqlNotices
from cti_server.features.papers.sql import SqlPapers
from cti_server.features.prompts.sql import SqlPrompts
from cti_server.features.publication.sql import Publications
from cti_server.features.reports.service import Reports
from cti_server.features.sign_in.people import SqlPeople
from cti_server.features.sign_in.sql import SqlSignIn
from cti_server.features.start.sql import SqlStart
from cti_server.features.tokens.service import Tokens
from cti_server.features.users.service import Accounts
from cti_server.features.users.sql_links import SqlLinks
from cti_server.features.users.sql_second import SqlSecondFactors
from cti_server.features.webhooks.sql import SqlWebhooks

T = TypeVar("T")
Row = Mapping[str, Any]
Config = Callable[[], CentreConfig]
"""The configuration in force. Raises NoConfiguration."""


class Recordings(Protocol):
    def get(self, recording_id: str) -> Row | None:
        """RecordingRow: id, call_id, path (on the switch), queue, agents, started_ms, length_ms, size, problem."""
        ...


class Near(Protocol):
    """How a port is asked: outside the hub, where it blocks."""

    def __call__(self, port: T, /) -> T: ...


@dataclass(frozen=True, slots=True)
class Content:
    """What is about people and content."""

    customers: SqlCustomers
    books: SqlBooks
    prompts: SqlPrompts
    messages: SqlMessages
    notices: SqlNotices
    papers: SqlPapers
    look: SqlLook

    @classmethod
    def of(cls, engine: Engine, entities: Entities, clock: Clock, near: Near) -> Content:
        return cls(
            customers=near(SqlCustomers(engine, entities, clock)),
            books=near(SqlBooks(engine)),
            prompts=near(SqlPrompts(engine, clock)),
            messages=near(SqlMessages(engine)),
            notices=near(SqlNotices(engine, clock)),
            papers=near(SqlPapers(engine)),
            look=near(SqlLook(engine)),
        )


@dataclass(frozen=True, slots=True)
class Ports:
    """``ask_database``: something small. Raises DatabaseAway. ``mail`` None: none is set up."""

    accounts: Accounts
    config: Config
    phones: Phones
    calls: Calls
    recordings: Recordings
    reports: Reports
    ask_database: Callable[[], object]
    entities: Entities
    publications: Publications
    audits: Audits
    content: Content
    tokens: Tokens
    webhooks: SqlWebhooks
    links: SqlLinks
    factors: SqlSecondFactors
    start: SqlStart
    sign_in: SqlSignIn
    people: SqlPeople
    mail: Mail | None = None

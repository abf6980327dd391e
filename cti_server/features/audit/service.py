"""Finding rows of the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from cti_server.domain.config import CentreConfig
from cti_server.domain.localday import span_bounds
from cti_server.domain.record import Text, Whole

MOST_EXPORTED = 50_000


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """``day``, ``until``: local days, '' any. ``who``: a part of the issuer, or the beginning of a login; ``whom``: a part of the
    subject; ``action``: one, or the beginning of several; ``text``: anywhere in the details."""

    day: str = ""
    until: str = ""
    who: Annotated[str, Text(0, 64)] = ""
    whom: Annotated[str, Text(0, 64)] = ""
    action: Annotated[str, Text(0, 64)] = ""
    text: Annotated[str, Text(0, 64)] = ""
    page: Annotated[int, Whole(1, 10_000)] = 1
    per_page: Annotated[int, Whole(1, 200)] = 50


class AuditRows(Protocol):
    """The port. Raises DatabaseAway, SearchTooLong."""

    def search(self, query: AuditQuery, from_ms: int, to_ms: int) -> tuple[int, list[Mapping[str, Any]]]:
        """How many there are, and the page, the newest first: id, at_ms, issuer, action, subject, detail."""
        ...


class Audits:
    def __init__(self, rows: AuditRows, config: Callable[[], CentreConfig]) -> None:
        self._rows = rows
        self._config = config

    def find(self, query: AuditQuery) -> dict[str, Any]:
        """Raises BadDay, NoConfiguration, SearchTooLong, DatabaseAway."""
        from_ms, to_ms = span_bounds(query.day, query.until or query.day, self._config().time_zone) if query.day else (0, 0)
        total, items = self._rows.search(query, from_ms, to_ms)
        return {"items": items, "total": total, "page": query.page, "per_page": query.per_page}

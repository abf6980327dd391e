"""The one error type of the product. An error id is kebab-case and never changes; the message says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class CtiError(Exception):
    """A refusal that a person or a program reads.

    error_id  kebab-case, stable, e.g. ``no-such-agent``
    message   one English sentence for the reader: what is wrong, where, what to do
    details   JSON-able facts for programs (ids, limits)
    """

    def __init__(self, error_id: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{error_id}: {message}")
        self.error_id = error_id
        self.message = message
        self.details: dict[str, Any] = dict(details or {})

"""Columns of tables that people read: reports, lists of calls, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cti_server.words import Words

Unit = Literal[
    "count",
    "ms",
    "s",
    "share",
    "minute",
    "moment",
    "formula",
    "queue",
    "agent",
    "direction",
    "outcome",
    "disposition",
    "present",
    "text",
]
"""How a value is said: a whole number; a length of time; 0..1; UTC ms to the minute or to the second; the id of what has a name
or a word; whether there is one; as it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """``id``: its key in a row; ``words``: its head."""

    id: str
    unit: Unit
    words: Words

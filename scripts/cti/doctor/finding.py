"""What a check says. Severity 'critical' makes the exit code 1; 'unknown' means that nobody could look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from scripts.cti.world import World

SEVERITIES = ("ok", "info", "unknown", "warning", "critical")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. ``hint``: what to do, '' when nothing. ``details`` are JSON-able facts for programs."""

    component: str
    severity: str
    text: str
    hint: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator said: load to be ready for, the web's address ('' = from the settings)."""

    calls_per_s: float = 84.0
    call_s: float = 30.0
    web_url: str = ""


Check = Callable[[World, Options], Iterable[Finding]]


def by_limit(value: float, warning: float, critical: float) -> str:
    """Severity of a value that should stay low."""
    return "critical" if value >= critical else "warning" if value >= warning else "ok"

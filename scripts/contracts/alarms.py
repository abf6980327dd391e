"""Alarms."""

from __future__ import annotations

from typing import Any

import cti_server.engine.assembly  # noqa: F401 - with what it imports, all are declared
from cti_server.engine.kernel.alarms import Alarm
from cti_server.words import FAMILIES


def _each(alarm: Alarm[Any]) -> str:
    return "" if alarm.single else alarm.about if alarm.severity else f"rule and {alarm.about}"


def docs() -> str:
    """A table for developers and operators."""
    rows = [
        f"| `{alarm.id}` | {alarm.severity or 'of its rule'} | {alarm.kind} | {_each(alarm)} "
        f"| {FAMILIES['alarm'][alarm.id].en} | {'its cause ends' if alarm.lasting else 'an hour has passed'} |"
        for _, alarm in sorted(Alarm.declared.items())
    ]
    head = "| alarm | severity | kind | one for each | what it tells | stands until |\n|---|---|---|---|---|---|"
    return "## Alarms\n\n" + "\n".join([head, *rows]) + "\n"

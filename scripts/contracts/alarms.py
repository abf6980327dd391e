"""Alarms."""

from __future__ import annotations

import cti_server.engine.assembly  # noqa: F401 - with what it imports, all are declared
from cti_server.engine.kernel.alarms import Alarm
from cti_server.words import FAMILIES


def docs() -> str:
    """A table for developers and operators."""
    rows = [
        f"| `{alarm.id}` | {alarm.severity} | {alarm.kind} | {'' if alarm.single else alarm.about} "
        f"| {FAMILIES['alarm'][alarm.id].en} | {'its cause ends' if alarm.lasting else 'an hour has passed'} |"
        for _, alarm in sorted(Alarm.declared.items())
    ]
    head = "| alarm | severity | kind | one for each | what it tells | stands until |\n|---|---|---|---|---|---|"
    return "## Alarms\n\n" + "\n".join([head, *rows]) + "\n"

"""Figures of reports and panels, the formulas of the service level, and outcomes of calls."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import get_args

from cti_server.domain.columns import Unit
from cti_server.domain.kpi import AGENT_FIGURES, FORMULAS, QUEUE_FIGURES, STATE_TIME, Figure
from cti_server.domain.outcomes import CallOutcome
from scripts.contracts.typescript import HEAD


def page() -> str:
    parts = [
        HEAD.format(source="cti_server/domain/kpi.py and outcomes.py"),
        f"export type Unit = {' | '.join(repr(unit) for unit in get_args(Unit))}\n",
        "/** Columns of a report's table; `behind`: the `figure` of GET /api/reports/calls, '' where there are no calls. */",
        *_table("QUEUE_FIGURES", QUEUE_FIGURES),
        *_table("AGENT_FIGURES", AGENT_FIGURES),
        "\n/** State of an agent's line -> the figure that its time adds to; others are idle, or not ready as the agent. */",
        f"export const STATE_TIME = {json.dumps(STATE_TIME)} as const",
        f"export const FORMULAS = {json.dumps(list(FORMULAS))} as const",
        f"export const CALL_OUTCOMES = {json.dumps(get_args(CallOutcome))} as const",
    ]
    return "\n".join(parts) + "\n"


def docs() -> str:
    """Two tables for developers and for those who read reports."""
    formulas = [f"| `{one.name}` | {one.text} | {one.words[0]} |" for one in FORMULAS.values()]
    head = "| figure | unit | reads | what it is | list of calls behind it | the page's table |\n|---|---|---|---|---|---|"
    return "\n".join(
        [
            "## Figures\n\nOf queues:\n",
            head,
            *map(_row, QUEUE_FIGURES),
            "\nOf agents:\n",
            head,
            *map(_row, AGENT_FIGURES),
            "\n### Formulas of the service level\n\nA answered, B abandoned, _T within the threshold, B_s short abandons.\n",
            "| formula | is | reads |\n|---|---|---|",
            *formulas,
            "",
        ]
    )


def _table(name: str, figures: Iterable[Figure]) -> list[str]:
    rows = [f"  {{ id: '{one.id}', unit: '{one.unit}', behind: '{','.join(one.behind)}' }}," for one in figures if one.narrow]
    return [f"export const {name} = [", *rows, "] as const"]


def _row(one: Figure) -> str:
    behind = ", ".join(f"`{part}`" for part in one.behind) or "–"
    return f"| `{one.id}` | {one.unit} | {one.words.en} | {one.how or 'added up'} | {behind} | {'yes' if one.narrow else ''} |"

"""The ledger's facts, their fields and tables."""

from __future__ import annotations

from typing import Literal, get_args, get_origin, is_typeddict

from cti_server.domain.record import Cut, Text, Whole
from cti_server.events.declare import Argument
from cti_server.events.fact import Fact
from cti_server.events.facts import FACTS, FORMAT


def docs() -> str:
    """A table for developers."""
    head = "| fact | what it says | fields | the ledger's own | table | one row per |\n|---|---|---|---|---|---|"
    return f"## Facts (format {FORMAT})\n\n" + "\n".join([head, *map(_row, FACTS)]) + "\n"


def _row(fact: type[Fact]) -> str:
    what = " ".join((fact.__doc__ or "").split())
    fields, added = ("; ".join(f"`{name}` {_type(said)}" for name, said in of.items()) for of in (fact.declared, fact.added))
    per = f"{', '.join(fact.one_per)}: the one with the highest `{fact.newest}`" if fact.one_per else "fact"
    return f"| `{fact.kind}` | {what} | {fields} | {added or '–'} | `{fact.table}` | {per} |"


def _type(said: Argument) -> str:
    if get_origin(said.type) is Literal:
        return ", ".join(value or "''" for value in get_args(said.type))
    if isinstance(said.limits, Cut):
        return f"text, cut at {said.limits.longest}"
    if isinstance(said.limits, Text):
        return f"text of {said.limits.longest}"
    if isinstance(said.limits, Whole):
        return f"{said.limits.lowest} to {said.limits.largest}"
    if is_typeddict(said.type):
        return f"{{{', '.join(said.type.__annotations__)}}}"
    return {bool: "yes or no"}.get(said.type, "JSON")

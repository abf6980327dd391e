"""What people may do."""

from __future__ import annotations

import json

import cti_server.features.registry  # noqa: F401 - with what it imports, all rights are declared
from cti_server.features.roles.contract import SHIPPED, shipped
from cti_server.rights import GROUPS, RIGHTS, SCOPES, Right
from scripts.contracts.typescript import HEAD


def ordered() -> list[Right]:
    """By their groups."""
    groups = list(GROUPS)
    return sorted(RIGHTS.values(), key=lambda one: groups.index(one.name.partition(".")[0]))


def page() -> str:
    parts = [
        HEAD.format(source="cti_server/rights.py and the features' contracts"),
        f"export type Scope = {' | '.join(map(repr, SCOPES))}",
        f"export type RightName = {' | '.join(repr(one.name) for one in ordered())}\n",
        "export interface Right {",
        "  name: RightName",
        "  scopes: readonly Scope[]",
        "}\n",
        "/** In the order in which people read them. */",
        "export const RIGHTS: readonly Right[] = [",
        *(f"  {{ name: '{one.name}', scopes: {json.dumps(one.scopes)} }}," for one in ordered()),
        "]",
    ]
    return "\n".join(parts) + "\n"


def docs() -> str:
    """A table for developers and administrators."""
    given = {role: shipped(role) for role in SHIPPED}
    head = ["right", "what", "scopes", *SHIPPED]
    rows = [
        [f"`{one.name}`", one.words.en, ", ".join(one.scopes), *(rights.get(one.name, "") for rights in given.values())]
        for one in ordered()
    ]
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
    said = "Each with the scopes that it can have, and what the shipped roles have of it.\n\n"
    return "## Rights\n\n" + said + "\n".join(lines) + "\n"

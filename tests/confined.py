"""Every statement that a test sends through a tenant's engine says whose rows it reads or changes, for each of its tables; found
out from the text, not from the compiler that writes it."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Engine, event

from cti_server.adapters.sql.base import Base

NAMED = re.compile(r'\b(FROM|JOIN|INTO|UPDATE|,)\s+[`"]?(\w+)[`"]?(?![\w.`"])(?:\s+AS\s+[`"]?(\w+)[`"]?)?', re.IGNORECASE)
OWN = re.compile(r"[`\"]?(\w+)[`\"]?\.[`\"]?tenant[`\"]? = '")
NO_NAMES = frozenset({"set", "where", "select", "on", "values", "order", "group"})


def of_everybody(statement: str) -> list[str]:
    """Tables of which the statement does not say whose."""
    said, found = OWN.findall(statement), []
    for how, name, alias in NAMED.findall(statement):
        if name not in Base.metadata.tables or (
            how == "," and not re.search(rf"FROM\b[^()]*,\s*[`\"]?{name}\b(?!\.)", statement)
        ):
            continue
        if how.upper() == "INTO":
            columns = statement.partition("(")[2].partition(")")[0]
            if not re.search(r"\btenant\b", columns):
                found.append(name)
            continue
        known = alias if alias and alias.lower() not in NO_NAMES else name
        if known in said:
            said.remove(known)
        else:
            found.append(known)
    return found


@event.listens_for(Engine, "before_cursor_execute")
def _look(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    if hasattr(connection.dialect.statement_compiler, "tenant") and (found := of_everybody(statement)):
        raise AssertionError(f"of all tenants: {', '.join(found)} in {statement}")

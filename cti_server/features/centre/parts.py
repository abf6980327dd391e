"""A document as what differs from the one before, in parts that are small enough for a loop that must not stand still. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from cti_server.domain.config import CentreConfig

THINGS = 100
"""At most in one part."""
FLOWS = 5
"""The same of flows, which are read."""
TABLES = tuple(one.name for one in fields(CentreConfig) if one.default_factory is dict)
"""Fields of the document that are tables: key -> record."""


def parts_of(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Two documents as plain data -> {"base", "version", "things": {table: {key: record, None: it is gone}}, "rest": {field:
    value}, "last"}; one of them is the last. ``old`` {}: there was none (base 0)."""
    rest = {name: value for name, value in new.items() if name not in (*TABLES, "version") and old.get(name) != value}
    head = {"base": int(old.get("version", 0)), "version": int(new["version"])}
    found: list[dict[str, Any]] = [{**head, "things": things, "rest": {}, "last": False} for things in _portions(old, new)]
    found = found or [{**head, "things": {}, "rest": {}, "last": False}]
    found[-1] |= {"rest": rest, "last": True}
    return found


def _portions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, dict[str, Any]]]:
    """In the order of the tables, then of the keys."""
    portion: dict[str, dict[str, Any]] = {}
    size = 0
    for table in TABLES:
        before, after = old.get(table) or {}, new.get(table) or {}
        if before == after:
            continue
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) == after.get(key):
                continue
            portion.setdefault(table, {})[key] = after.get(key)
            size += THINGS // FLOWS if table == "flows" else 1
            if size >= THINGS:
                yield portion
                portion, size = {}, 0
    if portion:
        yield portion

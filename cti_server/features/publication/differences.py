"""Two sets of records compared, and what makes one of the other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cti_server.features.entities.contract import Entity, Wish
from cti_server.features.publication.contract import Difference, KindCount, Records

EMPTY: tuple[Any, ...] = (None, "", [], {}, (), 0, False)


def differences(before: Records, after: Records, every: Mapping[str, Entity]) -> list[Difference]:
    """In the order of the entities, then of the keys; of entities that both of them know."""
    found: list[Difference] = []
    for name, entity in every.items():
        old, new = before.get(name, {}), after.get(name, {})
        if old == new or name not in before or name not in after:
            continue
        for key in sorted(old.keys() | new.keys()):
            was, now = old.get(key), new.get(key)
            if was != now:
                found.append(_difference(entity, key, was, now))
    return found


def _difference(entity: Entity, key: str, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> Difference:
    fields = [
        {"field": name, "before": (was or {}).get(name), "after": (now or {}).get(name)}
        for name, one in entity.declared.items()
        if not one.secret and _differs(was, now, name)
    ]
    told = now or was or {}
    name = told.get("name")
    return {
        "entity": entity.name,
        "key": key,
        "name": name if isinstance(name, str) else "",
        "change": "changed" if was is not None and now is not None else "removed" if now is None else "created",
        "fields": fields,  # type: ignore[typeddict-item]
    }


def _differs(was: Mapping[str, Any] | None, now: Mapping[str, Any] | None, name: str) -> bool:
    if was is None or now is None:
        return (was or now or {}).get(name) not in EMPTY
    return bool(was.get(name) != now.get(name))


def count(before: Records, after: Records) -> int:
    """In how many entries they differ."""
    found = 0
    for name in before.keys() | after.keys():
        old, new = before.get(name, {}), after.get(name, {})
        if old != new:
            found += sum(1 for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return found


def by_kind(found: Iterable[Difference]) -> list[KindCount]:
    """How many of each kind, in the order in which they come."""
    counts: dict[str, KindCount] = {}
    for one in found:
        none: KindCount = {"entity": one["entity"], "created": 0, "changed": 0, "removed": 0}
        counts.setdefault(one["entity"], none)[one["change"]] += 1
    return [*counts.values()]


def wishes(now: Records, wanted: Records, hidden: Records, every: Mapping[str, Entity], undo: bool) -> dict[str, list[Wish]]:
    """What makes of ``now`` what is ``wanted``; ``hidden``: columns of passwords of those that come back. Entities that are not
    among the wanted ones stay."""
    found: dict[str, list[Wish]] = {}
    for name, entity in every.items():
        if name not in wanted or now.get(name, {}) == wanted[name]:
            continue
        old, new = now.get(name, {}), wanted[name]
        secrets = hidden.get(name, {})
        made = [
            Wish(key, _known(entity, values), create=None, undo=undo, hidden={} if key in old else secrets.get(key, {}))
            for key, values in new.items()
            if old.get(key) != values
        ]
        made += [Wish(key, None) for key in old if key not in new]
        if made:
            found[name] = made
    return found


def _known(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """A record of an earlier release may have a field that is none any more."""
    return {name: value for name, value in values.items() if name in entity.declared and not entity.declared[name].secret}

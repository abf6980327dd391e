"""Dispositions as a tree: what stands below, what may be given, how it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from cti_server.domain.config import Disposition
from cti_server.domain.wrong import none
from cti_server.reasons import at, reason

BETWEEN = " › "


def choices(every: Iterable[Disposition]) -> list[str]:
    """The codes that can be given: of those that nothing stands below, in their order."""
    every = tuple(every)
    headings = {one.parent for one in every}
    return [one.code for one in every if one.code not in headings]


def path(known: Mapping[str, Disposition], code: str) -> list[Disposition]:
    """From the top down to this one; it ends early at a parent that is not there or was met before."""
    found: list[Disposition] = []
    while code in known and known[code] not in found:
        found.append(known[code])
        code = known[code].parent
    return found[::-1]


def told(every: Iterable[Disposition], language: str) -> dict[str, str]:
    """{code: 'Complaint › Delivery'}: each with what it stands below, '' for what has no text in the language."""
    known = {one.code: one for one in every}
    return {
        code: BETWEEN.join(step.texts.get(language, step.code) for step in path(known, code)) if one.texts.get(language) else ""
        for code, one in known.items()
    }


CIRCLE = reason(
    "disposition-circle", "from {parent} on it goes in a circle: no choice leads there", "从 {parent} 起形成循环，无法选到"
)


def problems(every: Iterable[Disposition], queues: Collection[str]) -> list[str]:
    """Texts that name their place: a parent or a queue that is not there, a circle."""
    known = {one.code: one for one in every}
    found = []
    for code, one in known.items():
        place = f"dispositions.{code}"
        if one.parent and one.parent not in known:
            found.append(none(f"{place}.parent", "disposition", one.parent))
        elif path(known, code)[0].parent in known:
            found.append(at(f"{place}.parent", CIRCLE(parent=one.parent)))
        found += [none(f"{place}.queues", "queue", queue) for queue in one.queues if queue not in queues]
    return found

"""How the engine has each live kind: its record, its view, and what of the record a restarted engine needs. Declared beside what
changes it:

    @shows(DRAFT, Draft)
    def view(core: Core, draft: Draft) -> DraftView: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from cti_server.domain.record import image, read
from cti_server.events.live import Kind, V

C = TypeVar("C")
R = TypeVar("R")


@dataclass(frozen=True)
class Shown:
    """``record``: in the kind's table of Core; ``part``: its attribute that a restarted engine needs, '' for all of it; ``check``
    raises ValueError for what contradicts itself."""

    record: type
    part: str
    view: Callable[[Any, Any], Any]
    check: Callable[[Any], None]

    def image(self, record: Any) -> Any:
        """The core of a Mirror document: the plain form; open intervals and segments keep their ids in it."""
        return image(getattr(record, self.part) if self.part else record)

    def read(self, document: Any) -> Any:
        """What ``image`` was made of; fields that this version does not know are left out. Raises ValueError for a document that
        another version wrote or that contradicts itself."""
        kind: Any = get_type_hints(self.record)[self.part] if self.part else self.record
        found = read(kind, document)
        self.check(found)
        return found


SHOWN: dict[Kind[Any], Shown] = {}


def shows(
    kind: Kind[V], record: type[R], *, part: str = "", check: Callable[[Any], None] = lambda found: None
) -> Callable[[Callable[[C, R], V]], Callable[[C, R], V]]:
    """Declares how the things of a kind are kept and shown; see ``Shown``."""

    def declare(view: Callable[[C, R], V]) -> Callable[[C, R], V]:
        SHOWN[kind] = Shown(record, part, view, check)
        return view

    return declare


def require_views(kinds: Iterable[Kind[Any]]) -> None:
    """Raises TypeError for a kind of which nothing can be shown."""
    for kind in kinds:
        if kind not in SHOWN:
            raise TypeError(f"nothing builds the views of the live kind {kind.table!r}: @shows({kind.word.upper()}, ...)")

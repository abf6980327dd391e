"""How the engine has each live kind: its record, its view, and what of the record a restarted engine needs. Declared beside what
changes it:

    @shows(DRAFT, Draft)
    def view(core: Core, draft: Draft) -> DraftView: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar, get_type_hints

from cti_server.domain.record import imager, read
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

    @cached_property
    def image(self) -> Callable[[Any], Any]:
        """Makes the core of a Mirror document of a record: the plain form; open intervals and segments keep their ids in it."""
        write, part = imager(self._kept), attrgetter(self.part) if self.part else None
        return write if part is None else lambda record: write(part(record))

    @property
    def _kept(self) -> Any:
        return get_type_hints(self.record)[self.part] if self.part else self.record

    def read(self, document: Any) -> Any:
        """What ``image`` was made of; fields that this version does not know are left out. Raises ValueError for a document that
        another version wrote or that contradicts itself."""
        found = read(self._kept, document)
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

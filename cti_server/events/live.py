"""How live kinds and events are declared: what screens show of the centre, and what happens to it.

A kind is a table of views. Its rooms come from the view alone, so that a snapshot and the events after it show the same to the
same people. Every view rides whole in an event or a mirror row; nothing is patched. A thing that goes says so once: by the kind's
``last`` event, which carries its last view, else by ``WORD.removed``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypedDict, TypeVar, get_args, get_origin, get_type_hints, is_typeddict, overload

from cti_server.domain import border
from cti_server.domain.record import check, read

View = Mapping[str, Any]
V = TypeVar("V", bound=View)
D = TypeVar("D", bound=View)

HIDDEN = "not for pages"
"""``Annotated[str, HIDDEN]``: a field that stays in the mirror and between the processes."""


class Nothing(TypedDict):
    """No data besides the view."""


class Removed(TypedDict):
    kind: str  # the table
    id: str


class RemovedData(TypedDict):
    removed: Removed


class Kind(Generic[V]):
    """``word``: its name in an event's data; ``table``: in snapshots, mirrors and the engine. ``rooms``: who sees a view; it may
    lack fields, as of a thing that could not be shown at its end."""

    def __init__(self, word: str, table: str, shape: type[V], rooms: Callable[[V], set[str]]) -> None:
        self.word, self.table, self.shape, self.rooms = word, table, shape, rooms
        self.removed = Removal(f"{word}.removed", self)
        self._hidden = _hidden(shape)

    @overload
    def change(self, name: str, says: str, *, last: bool = False) -> Change[Nothing]: ...
    @overload
    def change(self, name: str, says: str, more: type[D], *, last: bool = False) -> Change[D]: ...
    def change(self, name: str, says: str, more: Any = Nothing, *, last: bool = False) -> Change[Any]:
        """Declares an event that carries a view of this kind; ``more``: what its data has besides."""
        return Change(name, self, says, more, last)

    def check(self, view: View) -> None:
        """Raises BadInput for a view without an id or with a field of the wrong type."""
        if type(view.get("id")) is not str:
            raise border.BadInput(f"{self.word} without an id")
        check(self.shape, view, f"{self.word} {view['id']!r:.60}")

    def for_pages(self, view: View) -> View:
        """The view without what is HIDDEN."""
        return _without(view, self._hidden) if self._hidden else view


@dataclass(frozen=True, eq=False)
class Change(Generic[D]):
    """An event about one thing, with its view. ``last``: the thing is gone after it."""

    name: str
    kind: Kind[Any]
    says: str
    more: type[D]
    last: bool

    def check(self, data: View) -> None:
        """Raises BadInput."""
        self.kind.check(border.mapping(data, self.kind.word))
        check(self.more, data, self.name)

    def for_pages(self, data: View) -> View:
        """What pages get."""
        view = data[self.kind.word]
        shown = self.kind.for_pages(view)
        return data if shown is view else {**data, self.kind.word: shown}


@dataclass(frozen=True, eq=False)
class Removal:
    """Whoever saw the thing hears that it is gone."""

    name: str
    kind: Kind[Any]

    def data(self, thing: str) -> RemovedData:
        return {"removed": {"kind": self.kind.table, "id": thing}}

    def check(self, data: View) -> None:
        """Raises BadInput."""
        read(RemovedData, data)

    def for_pages(self, data: View) -> View:
        return data


@dataclass(frozen=True, eq=False)
class Event(Generic[D]):
    """An event about no live thing. ``rooms``: who gets it."""

    name: str
    says: str
    data: type[D]
    rooms: Callable[[D], set[str]]

    def check(self, data: View) -> None:
        """Raises BadInput."""
        check(self.data, data, self.name)

    def for_pages(self, data: View) -> View:
        return data


Declared = Change[Any] | Removal | Event[Any]


_Hidden = Mapping[str, Any]
"""Field -> None, or what is hidden in the items of its list."""


def _hidden(shape: Any) -> _Hidden:
    found: dict[str, Any] = {}
    for name, hint in get_type_hints(shape, include_extras=True).items():
        if HIDDEN in getattr(hint, "__metadata__", ()):
            found[name] = None
        elif get_origin(hint) is list and is_typeddict(get_args(hint)[0]):
            inner = _hidden(get_args(hint)[0])
            found |= {name: inner} if inner else {}
    return found


def _without(view: View, hidden: _Hidden) -> View:
    return {
        name: value if name not in hidden else [_without(item, hidden[name]) for item in value]
        for name, value in view.items()
        if name not in hidden or hidden[name]
    }

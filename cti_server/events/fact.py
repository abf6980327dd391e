"""How a fact is declared: a class whose fields are what happened, and whose properties are columns that the ledger adds.

What comes from a declaration is derived here and by who needs it: the check at the border, the table of SQL, the docs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Literal, TypeVar, cast, dataclass_transform, get_origin, get_type_hints

from cti_server.events.declare import Argument, argument, limited

Kept = Literal["calls", "agents", "recordings", "audit"]


class Fact:
    """One line of the ledger; its class says:"""

    kind: ClassVar[str]
    """Its word on the stream."""
    table: ClassVar[str]
    declared: ClassVar[Mapping[str, Argument]]
    """What is on the stream, by name. One with a default came later: lines from before, in a journal or on a stream while
    the centre is updated, have none."""
    added: ClassVar[Mapping[str, Argument]]
    """The ledger's own columns: each is a property, of which a new row has the value."""
    indexes: ClassVar[tuple[tuple[str, ...], ...]]
    """Columns by which rows are looked for."""
    one_per: ClassVar[tuple[str, ...]]
    """There is one row per these: the one with the highest ``newest``. (): each fact is a row of its own."""
    newest: ClassVar[str]
    kept: ClassVar[Kept]
    """By which setting old rows are deleted."""
    aged: ClassVar[str]
    """The column that says how old a row is."""

    def row(self) -> dict[str, Any]:
        """Its columns."""
        return vars(self) | {name: getattr(self, name) for name in self.added}


_F = TypeVar("_F", bound=type[Fact])


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(
    kind: str,
    table: str,
    *,
    kept: Kept,
    aged: str,
    indexes: tuple[tuple[str, ...], ...],
    one_per: tuple[str, ...] = (),
    newest: str = "",
) -> Callable[[_F], _F]:
    """Declares a fact: see ``Fact``. Raises TypeError for a text of any length, which no column holds."""

    def declare(made: _F) -> _F:
        made.kind, made.table, made.kept, made.aged = kind, table, kept, aged
        made.indexes, made.one_per, made.newest = indexes, one_per, newest
        dataclass(kw_only=True)(made)
        hints = get_type_hints(made, include_extras=True)
        made.declared = {f.name: argument(hints[f.name], f.default is MISSING) for f in fields(cast(Any, made))}
        properties = {name: one.fget for name, one in vars(made).items() if isinstance(one, property)}
        made.added = {name: _returns(get) for name, get in properties.items()}
        for name, said in {**made.declared, **made.added}.items():
            if said.type is str or get_origin(said.type) is Literal:
                limited(made, name, said)
        return made

    return declare


def _returns(get: Any) -> Argument:
    return argument(get_type_hints(get, include_extras=True)["return"], True)

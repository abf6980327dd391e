"""How a command is declared: a class of its name whose annotated fields are its arguments. What comes from a declaration is
derived here, so that it is said once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Literal,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from cti_server.domain import border, record
from cti_server.domain.record import Text, Whole
from cti_server.errors import BadArguments, CtiError
from cti_server.events.errors import OF_ALL, SwitchRefused

Right = Literal["own", "team", "call", "lead", "service"]
"""What who sends a command has to do with whom it is about; to each there is a right (``features.commands.contract``) with a
scope, which says how far:

    own   the own agent id                 call  a call of the own, or of the team, or that nobody has yet
    team  agents of the team               lead  the last two, but never as an agent
    service  a service of the team
"""


@dataclass(frozen=True, slots=True)
class Argument:
    """One field of a declaration: its plain type, and the limits of a text, a number, or a mapping's keys."""

    type: Any
    limits: Text | Whole | None
    required: bool


def argument(hint: Any, required: bool) -> Argument:
    if get_origin(hint) in (Union, UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    if get_origin(hint) is Annotated:
        return Argument(get_args(hint)[0], get_args(hint)[1], required)
    return Argument(hint, None, required)


class Arguments:
    """Of one command; its class has the command's name."""

    declared: ClassVar[Mapping[str, Argument]]
    """By name."""
    may: ClassVar[tuple[Right, ...]] = ()
    """(): programs of the centre only."""
    audited: ClassVar[bool] = False
    """Whether it is written down when somebody does it to another one's agent or call."""
    later: ClassVar[bool] = False
    """Whether the answer comes when the switch has answered."""
    errors: ClassVar[tuple[type[CtiError], ...]] = ()
    """All refusals that may answer it: its own and those of every command. Another one is a defect."""


_A = TypeVar("_A", bound=type[Arguments])
_D = TypeVar("_D")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(
    *may: Right, audited: bool = False, later: bool = False, errors: tuple[type[CtiError], ...] = ()
) -> Callable[[_A], _A]:
    """Declares a command: who may, and its own errors; see ``Arguments``. Raises TypeError for one that nobody describes, for an
    unknown right, and for a text of any length."""

    def declare(kind: _A) -> _A:
        if not kind.__doc__:
            raise TypeError(f"the command {kind.__name__} has no docstring: say what it does")
        if unknown := [right for right in may if right not in get_args(Right)]:
            raise TypeError(f"the command {kind.__name__} is for {unknown}: may be {', '.join(get_args(Right))}")
        kind.may, kind.audited, kind.later = may, audited, later
        kind.errors = (*errors, *((SwitchRefused,) if later else ()), *OF_ALL)
        dataclass(frozen=True, kw_only=True)(kind)
        hints = get_type_hints(kind, include_extras=True)
        kind.declared = {f.name: argument(hints[f.name], f.default is MISSING) for f in fields(cast(Any, kind))}
        for name, said in kind.declared.items():
            if str in (said.type, *get_args(said.type)):
                limited(kind, name, said)
        return kind

    return declare


def limited(kind: type, name: str, said: Argument) -> None:
    """Raises TypeError for a text of any length."""
    if not isinstance(said.limits, Text):
        raise TypeError(f"{kind.__name__}.{name} is a text without a limit: Annotated[..., Text(shortest, longest)]")


def declared(base: type[_D], names: Mapping[str, Any]) -> Iterator[type[_D]]:
    """The classes of ``base`` among a module's names. Raises TypeError for one without a declaration."""
    for kind in list(names.values()):
        if isinstance(kind, type) and issubclass(kind, base) and kind is not base:
            if "declared" not in vars(kind):
                raise TypeError(f"{kind.__module__}.{kind.__name__} has no declaration: its decorator is missing")
            yield kind


def read(kind: type[Arguments], args: Mapping[str, Any]) -> Arguments:
    """Raises BadArguments (details: missing, unknown, wrong: {name: why})."""
    known = kind.declared
    missing = [name for name, argument in known.items() if argument.required and name not in args]
    unknown = [name for name in args if name not in known]
    wrong = {name: "must not be null" for name, value in args.items() if name in known and value is None}
    wrong |= {name: border.BROKEN_TEXT for name, value in args.items() if name in known and border.is_broken(value)}
    try:
        found = record.read(kind, args)
    except record.Misfit as error:
        wrong = {place: said for place, said in error.problems if place not in missing} | wrong
    if missing or unknown or wrong:
        faults = [f"{name} is missing" for name in missing] + [f"{name} is unknown" for name in unknown]
        faults += [f"{name} {why}" for name, why in wrong.items()]
        usage = ", ".join(name if argument.required else f"[{name}]" for name, argument in known.items()) or "no arguments"
        details = {"missing": missing, "unknown": unknown, "wrong": wrong}
        raise BadArguments(f"{kind.__name__} takes {usage}: {'; '.join(faults)}", details)
    return found

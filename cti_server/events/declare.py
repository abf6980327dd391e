"""How a command is declared: a class of its name whose annotated fields are its arguments. What comes from a declaration is
derived here, so that it is said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

from cti_server.domain import border
from cti_server.errors import BadArguments, CtiError
from cti_server.events.errors import OF_ALL, SwitchRefused

Right = Literal["own", "team", "call"]
"""own: an agent for the own agent id; team: a leader for agents of the own team; call: an agent for a call of the own, a leader
for a call whose agent is of the own team or that nobody has yet. Admins may all."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of so many characters."""

    shortest: int
    longest: int

    def holds(self, value: str | Mapping[str, Any]) -> bool:
        """Of a mapping the keys count."""
        if type(value) is str:
            return self.shortest <= len(value) <= self.longest
        return all(self.shortest <= len(key) <= self.longest for key in value)


class Cut(Text):
    """A text from outside: what is beyond so many characters is cut off."""

    def __init__(self, longest: int) -> None:
        super().__init__(0, longest)

    def holds(self, value: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between the two."""

    lowest: int
    largest: int

    def holds(self, value: int) -> bool:
        return self.lowest <= value <= self.largest


@dataclass(frozen=True, slots=True)
class Argument:
    """One field of a declaration: its plain type, and the limits of a text, a number, or a mapping's keys."""

    type: Any
    limits: Text | Whole | None
    required: bool

    def wrong(self, value: object) -> str:
        """What it must be; '' when it is."""
        if get_origin(self.type) is Literal:
            return "" if value in get_args(self.type) else f"must be {' or '.join(get_args(self.type))}"
        if not border.fits(self.type, value):
            return f"must be {_WORDS.get(get_origin(self.type) or self.type, 'an object as declared')}"
        if self.limits is None or self.limits.holds(cast("Any", value)):
            return ""
        if isinstance(self.limits, Whole):
            return f"must be from {self.limits.lowest} to {self.limits.largest}"
        return f"must have {self.limits.shortest} to {self.limits.longest} characters"


_WORDS: dict[Any, str] = {str: "a text", int: "a whole number", dict: "a mapping of text to text"}


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
    """Who besides admins; (): programs of the centre only."""
    audited: ClassVar[bool] = False
    """Whether it is written down when somebody does it to another one's agent or call."""
    later: ClassVar[bool] = False
    """Whether the answer comes when the switch has answered."""
    errors: ClassVar[tuple[type[CtiError], ...]] = ()
    """All refusals that may answer it: its own and those of every command. Another one is a defect."""


_A = TypeVar("_A", bound=type[Arguments])


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(
    *may: Right, audited: bool = False, later: bool = False, errors: tuple[type[CtiError], ...] = ()
) -> Callable[[_A], _A]:
    """Declares a command: who may, and its own errors; see ``Arguments``."""

    def declare(kind: _A) -> _A:
        kind.may, kind.audited, kind.later = may, audited, later
        kind.errors = (*errors, *((SwitchRefused,) if later else ()), *OF_ALL)
        dataclass(frozen=True, kw_only=True)(kind)
        hints = get_type_hints(kind, include_extras=True)
        kind.declared = {f.name: argument(hints[f.name], f.default is MISSING) for f in fields(cast(Any, kind))}
        return kind

    return declare


def read(kind: type[Arguments], args: Mapping[str, Any]) -> Arguments:
    """Raises BadArguments (details: missing, unknown, wrong: {name: what it must be})."""
    known = kind.declared
    missing = [name for name, argument in known.items() if argument.required and name not in args]
    unknown = [name for name in args if name not in known]
    wrong = {name: why for name, argument in known.items() if name in args and (why := argument.wrong(args[name]))}
    if missing or unknown or wrong:
        faults = [f"{name} is missing" for name in missing] + [f"{name} is unknown" for name in unknown]
        faults += [f"{name} {why}" for name, why in wrong.items()]
        usage = ", ".join(name if argument.required else f"[{name}]" for name, argument in known.items()) or "no arguments"
        details = {"missing": missing, "unknown": unknown, "wrong": wrong}
        raise BadArguments(f"{kind.__name__} takes {usage}: {'; '.join(faults)}", details)
    return kind(**args)

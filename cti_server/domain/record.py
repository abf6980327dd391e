"""Records and plain JSON values: the one way from one to the other.

A record is a dataclass or a TypedDict of texts, numbers, Literals, lists, mappings and records; an id may be a NewType, a field
None as well, a text or a whole number ``Annotated`` with its limits. Kinds of a ``Tagged`` base carry their class name as ``t``.
A class of another form has ``to_plain`` and ``from_plain``; a field is ``Annotated`` with the function that reads its other form.

What goes out is a copy. What comes in is taken only when all of it has its type: whole numbers that every JSON reader holds,
moments (``..._ms``) that are in the calendar. What is not known is left out (``Closed``: refused); what a dataclass has a default
for may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache, partial, reduce
from itertools import count, repeat
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from cti_server.domain.border import LARGEST, LATEST_MS, BadInput, shown
from cti_server.reasons import Reason, Value, reason, told_of

T = TypeVar("T")
Problem = tuple[str, str]
"""Its place, and what is said of it."""
Writer = Callable[[Any], Any]
Reader = Callable[[Any], Any]
"""Raises Misfit."""
IS_MISSING = reason("is-missing", "is missing", "此项必填")()
_A_TEXT = reason("a-text", "must be a text, is {found}", "应为文字，当前为 {found}")
_A_NUMBER = reason("a-number", "must be a number, is {found}", "应为数字，当前为 {found}")
_A_FLAG = reason("true-or-false", "must be true or false, is {found}", "应为 true 或 false，当前为 {found}")
_NULL = reason("null", "must be null, is {found}", "应为空（null），当前为 {found}")
_A_WHOLE = reason("a-whole-number", "must be a whole number, is {found}", "应为整数，当前为 {found}")
_A_SMALL_WHOLE = reason(
    "a-whole-number-of-53-bits", "must be a whole number of at most 53 bits, is {found}", "应为不超过 53 位的整数，当前为 {found}"
)
_A_MOMENT = reason(
    "a-moment", "must be a moment before 2100 (UTC ms), is {found}", "应为 2100 年以前的时刻（UTC 毫秒），当前为 {found}"
)
_BETWEEN = reason(
    "whole-number-between",
    "must be a whole number from {lowest} to {largest}, is {found}",
    "应为 {lowest} 到 {largest} 之间的整数，当前为 {found}",
)
_LENGTH = reason(
    "length-between",
    "must have {shortest} to {longest} characters, has {found}",
    "应有 {shortest} 到 {longest} 个字符，当前有 {found} 个",
)
_ONE_OF = reason("one-of", "must be {choices}, is {found}", "应为 {choices}，当前为 {found}")
_A_LIST = reason("a-list", "must be a list, is {found}", "应为列表，当前为 {found}")
_A_LIST_OF = reason("a-list-of", "must be a list of {many}, is {found}", "应为 {many} 项的列表，当前为 {found}")
_AN_OBJECT = reason("an-object", "must be an object, is {found}", "应为对象，当前为 {found}")
_UNKNOWN = reason("unknown-field", "unknown; known: {known}", "没有此字段，已有：{known}")
_SHOWN_PROBLEMS = 20


class Tagged:
    """Base of a family of records: where one of them is wanted, ``t`` says which."""

    __slots__ = ()


class Closed:
    """Base of records that people write: a field that is not known is a mistake."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text of so many characters; of a mapping: its keys."""

    shortest: int
    longest: int


class Cut(Text):
    """A text from outside: what is beyond so many characters is cut off."""

    def __init__(self, longest: int) -> None:
        super().__init__(0, longest)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between the two."""

    lowest: int
    largest: int


class Misfit(BadInput):
    """``problems``: what is there and what is wanted, of all that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(self.texts[:_SHOWN_PROBLEMS]))

    @property
    def texts(self) -> list[str]:
        return [f"{place}: {said}" if place else said for place, said in self.problems]

    def under(self, place: str | int) -> list[Problem]:
        """As they are called outside of the field, key or number ``place``."""
        above = f"[{place}]" if type(place) is int else f"{place:.60}"
        return [(above + ("." if at and at[0] != "[" else "") + at, said) for at, said in self.problems]


# ---------------------------------------------------------------- out


def plain(value: Any) -> Any:
    """The JSON-able copy of a value. Raises TypeError for what cannot be one."""
    kind = type(value)
    if kind in _LEAVES:
        return value
    write = _WRITERS.get(kind)
    if write is None:
        write = _WRITERS[kind] = _writer(kind)
    return write(value)


def imager(kind: type) -> Writer:
    """The same for the records of one type, without what is ``PASSING`` of them and of those in them: what their next process
    finds out anew."""
    return _writer(kind, images=True)


_WRITERS: dict[type, Writer] = {}


def _writer(kind: Any, images: bool = False) -> Writer:
    if hasattr(kind, "to_plain"):
        own: Writer = kind.to_plain
        return own
    if issubclass(kind, Mapping):
        return lambda value: {key: item if type(item) in _LEAVES else plain(item) for key, item in value.items()}
    if issubclass(kind, list | tuple):
        return lambda value: [item if type(item) in _LEAVES else plain(item) for item in value]
    if not hasattr(kind, "__dataclass_fields__"):
        raise TypeError(f"{kind.__name__} has no plain form")
    return _made_writer(kind, getattr(kind, "PASSING", frozenset()) if images else frozenset(), images)


def _made_writer(kind: Any, passing: frozenset[str], images: bool) -> Writer:
    """A function written for this type, as dataclasses write their own. Copies are much of what an engine does, and one function
    for all types takes half as long again."""
    hints = {name: hint for name, hint in _hints(kind).items() if name not in passing}
    slots = not kind.__dictoffset__
    lines = ["document = value.__dict__.copy()", *(f"del document[{name!r}]" for name in sorted(passing))]
    if slots:
        lines = [f"document = {{{', '.join(f'{name!r}: value.{name}' for name in hints)}}}"]
    copies: dict[str, Any] = {}
    for name, hint in hints.items():
        many, of = _many(hint, images)
        copies[f"copy_{name}"] = copy = of if many else _copy(hint, images)
        if many and copy is None:
            lines.append(f"document[{name!r}] = {many.__name__}(value.{name})")
        elif many:
            each = "[copy_{}(one) for one in items]" if many is list else "{{key: copy_{}(one) for key, one in items.items()}}"
            lines.append(f"document[{name!r}] = {each.format(name)} if (items := value.{name}) else {many.__name__}()")
        elif copy is not None:
            lines.append(f"if (item := value.{name}) is not None: document[{name!r}] = copy_{name}(item)")
    if issubclass(kind, Tagged):
        lines.append(f"document['t'] = {kind.__name__!r}")
    exec("\n    ".join(["def write(value):", *lines, "return document"]), copies)  # noqa: S102 - names of fields, nothing else
    made: Writer = copies["write"]
    return made


def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return hints if is_typeddict(kind) else {f.name: hints[f.name] for f in fields(kind)}


def _copy(hint: Any, images: bool = False) -> Writer | None:
    """How a value of this type other than None is copied; None: it is taken as it is."""
    hint = getattr(hint, "__supertype__", hint)
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _LEAVES or origin is Literal:
        return None
    if origin is Annotated:
        return _copy(inner[0], images)
    if origin in (Union, UnionType):
        copies = {_copy(one, images) for one in inner if one is not NoneType}
        return copies.pop() if len(copies) == 1 else plain
    many, of = _many(hint, images)
    if many is not None:
        if of is None:
            return many
        if many is dict:
            return lambda value: {key: of(item) for key, item in value.items()}
        return lambda value: [of(item) for item in value]
    if is_typeddict(hint):
        deep = {name: copy for name, one in _hints(hint).items() if (copy := _copy(one, images)) is not None}
        return partial(_copied, deep) if deep else dict
    known = hasattr(hint, "__dataclass_fields__") and not issubclass(hint, Tagged)
    return _writer(hint, images) if known else plain


def _copied(deep: Mapping[str, Writer], value: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping, of whose values some are copied in their own way."""
    document = dict(value)
    if not document.keys().isdisjoint(deep):
        for name in deep.keys() & document.keys():
            if document[name] is not None:
                document[name] = deep[name](document[name])
    return document


def _many(hint: Any, images: bool) -> tuple[type | None, Writer | None]:
    """(list or dict, how each in it is copied); None, None for a type of one thing."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin not in (list, dict, Mapping) and inner[1:] != (...,):
        return None, None
    many = list if len(inner) == 1 or inner[1] is Ellipsis else dict
    of = inner[0] if many is list else inner[1]
    return many, plain if NoneType in get_args(of) else _copy(of, images)


# ---------------------------------------------------------------- in


def read(kind: type[T], raw: Any, place: str = "") -> T:
    """The value of type ``kind`` that ``plain`` made ``raw`` of. Raises Misfit, which names all that is wrong and where (within
    ``place``)."""
    try:
        hint: Any = kind
        found: T = _reader(hint)(raw)
    except Misfit as error:
        raise Misfit(error.under(place) if place else error.problems) from None
    return found


def check(kind: Any, raw: Any, place: str) -> None:
    """Raises Misfit as ``read``; but what is missing is no fault: it could not be told."""
    try:
        read(kind, raw, place)
    except Misfit as error:
        if wrong := [one for one in error.problems if one[1] != IS_MISSING]:
            raise Misfit(wrong) from None


def _wrong(raw: Any, wanted: Reason | str, **values: Value) -> Misfit:
    text = f"must be {wanted}, is {shown(raw)}" if isinstance(wanted, str) else wanted(found=shown(raw), **values)
    return Misfit([("", text)])


def _of(*kinds: type, wanted: Reason) -> Reader:
    def read(raw: Any) -> Any:
        if type(raw) in kinds:
            return raw
        raise _wrong(raw, wanted)

    return read


def _between(lowest: int, largest: int, wanted: Reason) -> Reader:
    def read(raw: Any) -> Any:
        if type(raw) is int and lowest <= raw <= largest:
            return raw
        raise _wrong(raw, wanted, lowest=lowest, largest=largest) if type(raw) is int else _wrong(raw, _A_WHOLE)

    return read


_whole = _between(-LARGEST, LARGEST, _A_SMALL_WHOLE)
_moment = _between(-LATEST_MS, LATEST_MS, _A_MOMENT)
_null = _of(NoneType, wanted=_NULL)
_LEAVES: dict[Any, Reader] = {
    str: _of(str, wanted=_A_TEXT),
    int: _whole,
    float: _of(float, int, wanted=_A_NUMBER),
    bool: _of(bool, wanted=_A_FLAG),
    NoneType: _null,
}


@cache
def _reader(hint: Any) -> Reader:
    hint = getattr(hint, "__supertype__", hint)
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _LEAVES:
        return _LEAVES[hint]
    if hint is Any or hint is object:
        return lambda raw: raw
    if origin in (Required, NotRequired):
        return _reader(inner[0])
    if origin is Annotated and callable(inner[1]):
        return _own(inner[1], "another one")
    if origin is Annotated:
        return reduce(_limited, inner[1:], _reader(inner[0]))
    if origin is Literal:
        return _one_of(inner)
    if origin in (Union, UnionType):
        return _any_of([_reader(one) for one in inner])
    if origin in (list, tuple):
        return _items(origin, inner)
    if origin is not None and issubclass(origin, Mapping):
        return _by_key(_reader(inner[1]))
    if hasattr(hint, "from_plain"):
        return _own(hint.from_plain, f"a {hint.__name__}")
    if isinstance(hint, type) and issubclass(hint, Tagged):
        return _kinds(hint)
    if is_dataclass(hint) or is_typeddict(hint):
        return _record(hint)
    raise TypeError(f"no JSON value has the type {hint}")


def _limited(read: Reader, limits: Any) -> Reader:
    if isinstance(limits, Whole):
        return _between(limits.lowest, limits.largest, _BETWEEN)
    if isinstance(limits, Cut):
        return lambda raw: read(raw)[: limits.longest]
    if not isinstance(limits, Text):
        return read

    def read_text(raw: Any) -> Any:
        found = read(raw)
        for one in (found,) if type(found) is str else found:
            if not limits.shortest <= len(one) <= limits.longest:
                raise Misfit([("", _LENGTH(shortest=limits.shortest, longest=limits.longest, found=len(one)))])
        return found

    return read_text


def _one_of(options: tuple[Any, ...]) -> Reader:
    def read(raw: Any) -> Any:
        if type(raw) in (str, int) and raw in options:
            return raw
        raise _wrong(raw, _ONE_OF, choices=" or ".join(map(str, options)))

    return read


def _any_of(readers: list[Reader]) -> Reader:
    *others, last = [read for read in readers if read is not _null]
    optional = _null in readers

    def read(raw: Any) -> Any:
        if raw is None and optional:
            return None
        for one in others:
            with suppress(Misfit):
                return one(raw)
        return last(raw)

    return read


def _items(kind: Any, inner: tuple[Any, ...]) -> Reader:
    many = kind is list or inner[-1] is Ellipsis
    items = repeat(_reader(inner[0])) if many else [_reader(one) for one in inner]
    wanted, values = (_A_LIST, {}) if many else (_A_LIST_OF, {"many": len(inner)})

    def read(raw: Any) -> Any:
        if type(raw) not in (list, tuple) or not (many or len(raw) == len(inner)):
            raise _wrong(raw, wanted, **values)
        return kind(_each(count(), items, raw))

    return read


def _by_key(item: Reader) -> Reader:
    def read(raw: Any) -> Any:
        if type(raw) is not dict:
            raise _wrong(raw, _AN_OBJECT)
        return dict(zip(raw, _each(raw, repeat(item), raw.values()), strict=True))

    return read


def _record(kind: Any) -> Reader:
    """Of a TypedDict what is known of it, as a dict."""
    if is_typeddict(kind):
        needed, make = kind.__required_keys__, dict
    else:
        needed, make = {f.name for f in fields(kind) if f.default is f.default_factory is MISSING}, kind
    readers = {name: _reader(hint) for name, hint in _hints(kind).items()}
    closed = issubclass(kind, Closed)
    readers |= {name: _moment for name, item in readers.items() if item is _whole and name.endswith("_ms")}

    def read(raw: Any) -> Any:
        if type(raw) is not dict:
            raise _wrong(raw, _AN_OBJECT)
        found, problems = {}, []
        for name, item in readers.items():
            if name not in raw:
                problems += [(name, IS_MISSING)] if name in needed else []
                continue
            try:
                found[name] = item(raw[name])
            except Misfit as error:
                problems += error.under(name)
        if closed:
            problems += [(name, _UNKNOWN(known=", ".join(sorted(readers)))) for name in raw if name not in readers]
        if problems:
            raise Misfit(problems)
        return found if make is dict else make(**found)

    return read


def _kinds(base: Any) -> Reader:
    def below(kind: Any) -> dict[str, Any]:  # a class that slots replaced is listed before the one that is meant
        return {kind.__name__: kind} | {name: one for child in kind.__subclasses__() for name, one in below(child).items()}

    readers = {name: _record(kind) for name, kind in below(base).items()}

    def read(raw: Any) -> Any:
        tag = raw.get("t") if type(raw) is dict else None
        if type(tag) is not str or tag not in readers:
            raise Misfit([("t", f"must be a kind of {base.__name__}, is {'missing' if tag is None else shown(tag)}")])
        return readers[tag](raw)

    return read


def _own(reader: Reader, wanted: str) -> Reader:
    def read(raw: Any) -> Any:
        try:
            return reader(raw)
        except Misfit:
            raise
        except BadInput as error:
            raise Misfit([("", told_of(error))]) from None
        except (TypeError, ValueError, KeyError):
            raise _wrong(raw, wanted) from None

    return read


def _each(places: Iterable[Any], readers: Iterable[Reader], parts: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    problems: list[Problem] = []
    for place, read, raw in zip(places, readers, parts, strict=False):
        try:
            found.append(read(raw))
        except Misfit as error:
            problems += error.under(place)
    if problems:
        raise Misfit(problems)
    return found

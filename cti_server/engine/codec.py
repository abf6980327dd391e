"""Dataclasses <-> plain JSON values, reduced: fields at their default are left out, and come back as their default.

Inputs, effects, switch events and commands carry their class name as ``t``; everything else is known by its field's type.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict

import orjson

from cti_server.domain import border
from cti_server.domain.border import LATEST_MS
from cti_server.domain.queue import Line
from cti_server.domain.switch import SwitchCommand, SwitchEvent
from cti_server.engine.messages import Effect, Input
from cti_server.engine.results import Outcome

T = TypeVar("T")
_BASES = (SwitchEvent, SwitchCommand, Input, Effect, Outcome)
_PRIMITIVE = frozenset({str, int, bool, float, type(None)})
_NOTHING = object()


def plain(value: Any) -> Any:
    """The JSON-able copy of a value. Raises TypeError for what cannot be one."""
    kind = type(value)
    if kind in _PRIMITIVE:
        return value
    if kind is dict:
        return {key: item if type(item) in _PRIMITIVE else plain(item) for key, item in value.items()} if value else {}
    if kind is list or kind is tuple:
        return [item if type(item) in _PRIMITIVE else plain(item) for item in value]
    copy = _copier(kind)  # type: ignore[arg-type]
    if copy is not None:
        return copy(value)
    if kind is Line:
        return [list(entry) for entry in value.first(len(value))]
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    raise TypeError(f"{kind.__name__} has no plain form")


@cache
def _copier(kind: type) -> Callable[[Any], dict[str, Any]] | None:
    """A function written for one dataclass: a straight line of reads, as fast as Python can copy it. None for other types.

    A field at its default is left out; plain values go over as they are, the others through their own copy.
    """
    if not is_dataclass(kind):
        return None
    hints, known, lines = _hints(kind), {}, ["def copy(value):", " document = {}"]
    for n, f in enumerate(fields(kind)):
        default = _default(f)
        known[f"default{n}"], known[f"copy{n}"] = default, _COPIES.get(hints[f.name], plain)
        same = hints[f.name] in _PRIMITIVE or get_origin(hints[f.name]) is Literal
        item = "item" if same else f"copy{n}(item)"
        unless = "" if default is _NOTHING else "if item is not None: " if default is None else f"if item != default{n}: "
        lines += [f" item = value.{f.name}", f" {unless}document[{f.name!r}] = {item}"]
    if issubclass(kind, _BASES):
        lines.append(f" document['t'] = {kind.__name__!r}")
    exec("\n".join([*lines, " return document"]), known)  # noqa: S102 - names of our own fields only
    written: Callable[[Any], dict[str, Any]] = known["copy"]
    return written


_COPIES: dict[Any, Callable[[Any], Any]] = {
    dict[str, str]: dict,
    dict[str, int]: dict,
    Mapping[str, str]: dict,
    list[str]: list,
    list[int]: list,
    tuple[str, ...]: list,
}


def _default(f: Any) -> Any:
    if f.default is not MISSING:
        return f.default
    return f.default_factory() if f.default_factory is not MISSING else _NOTHING


# ---------------------------------------------------------------- back


def revive(kind: type[T], document: Any) -> T:
    """The value of type ``kind`` that ``plain`` made ``document`` of. Raises ValueError for what is not one: a value of another
    type, a number that no JSON holds exactly, a moment (``..._ms``) that is in no calendar."""
    try:
        found: T = _revive(kind, document)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a {kind.__name__}: {error!r}") from error
    return found


def _revive(hint: Any, document: Any) -> Any:
    if hint is Any:
        return document
    if hint in _PRIMITIVE:
        if type(document) is hint or (hint is float and type(document) is int):
            return document
        raise TypeError(f"{document!r:.60} is no {hint.__name__}")
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return None if document is None else _revive(next(a for a in get_args(hint) if a is not type(None)), document)
    if origin is tuple:
        inner = get_args(hint)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_revive(inner[0], item) for item in document)
        return tuple(_revive(one, item) for one, item in zip(inner, document, strict=True))
    if origin is Literal:
        if type(document) is str and document in get_args(hint):
            return document
        raise TypeError(f"{document!r:.60} is none of {', '.join(get_args(hint))}")
    if is_typeddict(hint):
        if border.checker(hint)(document):
            return document
        raise TypeError(f"{document!r:.60} is no {hint.__name__}")
    if origin is list:
        (inner_hint,) = get_args(hint)
        return [_revive(inner_hint, item) for item in document]
    if origin is not None and issubclass(origin, Mapping):
        return {key: _revive(get_args(hint)[1], item) for key, item in document.items()}
    if hint is Line:
        line = Line()
        for key, order, item in document:
            line.add(item, key, order)
        return line
    if isinstance(hint, type) and is_dataclass(hint):
        tagged: Any = hint
        kind = _tagged(tagged)[document["t"]] if issubclass(hint, _BASES) else hint
        hints = _hints(kind)
        found = {name: _revive(hints[name], item) for name, item in document.items() if name != "t"}
        for name, item in found.items():
            if type(item) is int and name.endswith("_ms") and abs(item) > LATEST_MS:
                raise ValueError(f"{name} is {item}, which is no moment")
        return kind(**found)
    raise TypeError(f"{hint} cannot be read")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return {name: getattr(hint, "__supertype__", hint) for name, hint in get_type_hints(kind).items()}


@cache
def _tagged(base: Any) -> dict[str, type]:
    """All kinds of a base, by the name that their documents carry."""
    return {base.__name__: base} | {name: kind for one in base.__subclasses__() for name, kind in _tagged(one).items()}


def encode_line(value: Input | Effect) -> bytes:
    """One line of a log, without the line end."""
    return orjson.dumps(plain(value))


def decode_input(line: bytes | str) -> Input:
    """Raises ValueError for a line that is not an input."""
    return revive(Input, orjson.loads(line))


def decode_effect(line: bytes | str) -> Effect:
    """Raises ValueError for a line that is not an effect."""
    return revive(Effect, orjson.loads(line))

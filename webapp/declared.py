"""Marshmallow schemas made from what is declared in typed Python: a TypedDict, a dataclass, a fact, arguments, columns.

Beside a type may stand its limits and its meaning: ``Annotated[str, Text(0, 64), "outside text"]``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from marshmallow import Schema, ValidationError, fields, validate

from cti_server.domain.call import Direction
from cti_server.domain.columns import Column, Unit
from cti_server.domain.kpi import FORMULAS
from cti_server.domain.outcomes import CallOutcome
from cti_server.domain.record import Text, Whole
from webapp.schemas import QuerySchema

_PLAIN: Mapping[Any, type[fields.Field[Any]]] = {str: fields.String, bool: fields.Boolean, float: fields.Float}
_UNITS: Mapping[Unit, Any] = {
    **dict.fromkeys(("count", "ms", "minute", "moment"), int),
    **dict.fromkeys(("s", "share"), float | None),
    **dict.fromkeys(("queue", "agent", "text"), str),
    **dict.fromkeys(("disposition", "present"), str | None),
    "formula": Literal["", *FORMULAS],
    "direction": Literal["", Direction],
    "outcome": Literal["", CallOutcome],
}
"""What a row has of such a column."""


class Filled(validate.Length):
    """A text that must be there says something."""

    def __call__(self, value: Any) -> Any:
        if not super().__call__(value).strip():
            raise ValidationError("Must not be blank.")
        return value


def field(hint: Any, *beside: Any, **options: Any) -> fields.Field[Any]:
    """Of one value; ``beside``: its limits and meaning; ``options`` are the field's, ``required`` unless they say otherwise.

    A mapping's limits are those of its keys. Raises TypeError for a type that has no field.
    """
    options = {"required": "load_default" not in options, **options}
    origin, kinds = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return field(kinds[0], *hint.__metadata__, *beside, **options)
    if origin in (Union, UnionType) and NoneType in kinds:
        return field(next(kind for kind in kinds if kind is not NoneType), *beside, allow_none=True, **options)
    meaning = next((one for one in beside if isinstance(one, str)), "")
    if meaning:
        options["metadata"] = {"description": meaning}
    limits = next((one for one in beside if isinstance(one, Text | Whole)), None)
    if origin is Literal:
        return fields.String(validate=one_of(kinds), **options)
    if origin is list or origin is tuple:
        return fields.List(field(kinds[0]), **options)
    if isinstance(limits, Whole):
        options["validate"] = validate.Range(limits.lowest, limits.largest)
    within = None if limits is None or isinstance(limits, Whole) else validate.Length(limits.shortest, limits.longest)
    if within is not None and hint is str and within.min and not options.get("load_only"):  # a secret is as it is
        within = Filled(within.min, within.max)
    if origin in (dict, Mapping):
        values = None if kinds[1] in (object, Any) else field(kinds[1])
        return fields.Dict(keys=fields.String(validate=within), values=values, **options)
    if within is not None:
        options["validate"] = within
    if is_typeddict(hint) or dataclasses.is_dataclass(hint):
        return fields.Nested(_nested(hint), **options)
    if hint is int:
        return fields.Integer(strict=True, **options)
    if hint is Any:
        return fields.Raw(**options)
    if hint in _PLAIN:
        return _PLAIN[hint](**options)
    raise TypeError(f"no field for {hint}")


def one_of(choices: Sequence[str]) -> validate.OneOf:
    """Says '' in words."""
    said = ", ".join(filter(None, choices))
    return validate.OneOf(choices, error=f"Must be {'empty or ' if '' in choices else ''}one of: {said}.")


def schema(shape: Any, name: str = "", only: tuple[str, ...] = (), omit: tuple[str, ...] = (), **more: Any) -> type[Schema]:
    """Of a TypedDict, a dataclass or a fact: all its keys, or ``only`` some, but ``omit``, with ``more`` fields or other ones."""
    may_lack, wanted = getattr(shape, "__optional_keys__", ()), _hints(shape)
    wanted = {key: wanted[key] for key in only or wanted if key not in (*omit, *more)}
    made = {key: field(hint, required=key not in may_lack) for key, hint in wanted.items()}
    return Schema.from_dict({**made, **more}, name=name or shape.__name__)


def row(name: str, columns: Iterable[Column], /, **more: fields.Field[Any]) -> type[Schema]:
    """Of a row with these columns, and ``more`` fields or other ones."""
    return Schema.from_dict({**{column.id: field(_UNITS[column.unit]) for column in columns}, **more}, name=name)


def many(one: type[Schema]) -> fields.Field[Any]:
    return fields.List(fields.Nested(one), required=True)


_nested = cache(schema)


def query(shape: Any, omit: tuple[str, ...] = (), **more: Any) -> type[Schema]:
    """Reads a query string into what the dataclass ``shape`` takes: a field with a default may be left out."""
    hints, made = _hints(shape), {}
    for given in dataclasses.fields(shape):
        if given.name not in (*omit, *more):
            default = {} if given.default is dataclasses.MISSING else {"load_default": given.default}
            made[given.name] = one = field(hints[given.name], **default)
            if isinstance(one, fields.Integer):
                one.strict = False  # numbers are written as text
    return QuerySchema.from_dict({**made, **more}, name=shape.__name__)


def _hints(shape: Any) -> dict[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    return {key: hint for key, hint in hints.items() if get_origin(hint) is not ClassVar}

"""Marshmallow schemas made from what is declared in typed Python: a TypedDict, a fact, arguments, columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from marshmallow import Schema, fields, validate

from cti_server.domain.call import Direction
from cti_server.domain.columns import Column, Unit
from cti_server.domain.kpi import FORMULAS
from cti_server.domain.outcomes import CallOutcome
from cti_server.domain.record import Text, Whole

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


def field(hint: Any, **options: Any) -> fields.Field[Any]:
    """Of one value; ``options`` are the field's, ``required`` unless they say otherwise. Raises TypeError for other hints."""
    options = {"required": "load_default" not in options, **options}
    kinds = get_args(hint)
    if get_origin(hint) in (Union, UnionType) and NoneType in kinds:
        return field(next(kind for kind in kinds if kind is not NoneType), allow_none=True, **options)
    if get_origin(hint) is Annotated and get_origin(kinds[0]) is Literal:
        return field(kinds[0], **options)
    if get_origin(hint) is Annotated:
        return limited(kinds[0], kinds[1], **options)
    if get_origin(hint) is Literal:
        return fields.String(validate=validate.OneOf(kinds), **options)
    if get_origin(hint) is list:
        return fields.List(field(kinds[0]), **options)
    if get_origin(hint) is dict:
        values = None if kinds[1] in (object, Any) else field(kinds[1])
        return fields.Dict(keys=fields.String(validate=options.pop("key_limits", None)), values=values, **options)
    if is_typeddict(hint):
        return fields.Nested(schema(hint), **options)
    if hint is int:
        return fields.Integer(strict=True, **options)
    if hint is Any:
        return fields.Raw(**options)
    if hint in _PLAIN:
        return _PLAIN[hint](**options)
    raise TypeError(f"no field for {hint}")


def schema(shape: Any, name: str = "", omit: tuple[str, ...] = (), base: type[Schema] = Schema, **more: Any) -> type[Schema]:
    """Of a TypedDict or a fact: all its keys but ``omit``, with ``more`` fields or other ones."""
    hints = {key: hint for key, hint in get_type_hints(shape, include_extras=True).items() if get_origin(hint) is not ClassVar}
    may_lack = getattr(shape, "__optional_keys__", ())
    made = {key: field(hint, required=key not in may_lack) for key, hint in hints.items() if key not in (*omit, *more)}
    return base.from_dict({**made, **more}, name=name or shape.__name__)


def row(name: str, columns: Iterable[Column], /, **more: fields.Field[Any]) -> type[Schema]:
    """Of a row with these columns, and ``more`` fields or other ones."""
    return Schema.from_dict({**{column.id: field(_UNITS[column.unit]) for column in columns}, **more}, name=name)


def limited(kind: Any, limits: Text | Whole | None, **options: Any) -> fields.Field[Any]:
    """A field within limits; a text's limits of a mapping are those of its keys."""
    if isinstance(limits, Whole):
        options["validate"] = validate.Range(limits.lowest, limits.largest)
    elif limits is not None:
        options["validate" if kind is str else "key_limits"] = validate.Length(limits.shortest, limits.longest)
    return field(kind, **options)

"""Marshmallow schemas made from what is declared in typed Python: a TypedDict, a fact, a command's arguments."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from marshmallow import Schema, fields, validate

from cti_server.events.declare import Text, Whole

_PLAIN: Mapping[Any, type[fields.Field[Any]]] = {str: fields.String, bool: fields.Boolean, float: fields.Float}


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


def limited(kind: Any, limits: Text | Whole | None, **options: Any) -> fields.Field[Any]:
    """A field within limits; a text's limits of a mapping are those of its keys."""
    if isinstance(limits, Whole):
        options["validate"] = validate.Range(limits.lowest, limits.largest)
    elif limits is not None:
        options["validate" if kind is str else "key_limits"] = validate.Length(limits.shortest, limits.longest)
    return field(kind, **options)

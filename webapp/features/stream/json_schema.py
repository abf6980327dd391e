"""JSON Schemas of declared types: what JSON of such a value looks like outside, without what is HIDDEN."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from cti_server.domain.record import Text, Whole
from cti_server.events.live import HIDDEN

PLAIN: Mapping[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
Schemas = dict[str, Any]


def json_schema(hint: Any, named: Schemas) -> Schemas:
    """``named``: gets the schemas of shapes with a name, to which others refer. Raises TypeError for a type without a word."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any or hint is object:
        return {}
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if origin is Annotated:
        return {**json_schema(inner[0], named), **_limits(inner[0], hint.__metadata__)}
    if origin is Literal:
        return {"type": "string", "enum": list(inner)}
    if origin in (Union, UnionType):
        return _either([json_schema(one, named) for one in inner])
    if origin in (list, tuple):
        return {"type": "array", "items": json_schema(inner[0], named)}
    if origin is dict or origin is Mapping:
        return {"type": "object", "additionalProperties": json_schema(inner[1], named)}
    if is_typeddict(hint) or dataclasses.is_dataclass(hint):
        if hint.__name__ not in named:
            named[hint.__name__] = {}  # one that holds itself
            named[hint.__name__] = _shape(hint, named)
        return {"$ref": f"#/components/schemas/{hint.__name__}"}
    raise TypeError(f"no schema for {hint}")


def _shape(hint: Any, named: Schemas) -> Schemas:
    hints = get_type_hints(hint, include_extras=True)
    fields = {name: one for name, one in hints.items() if get_origin(one) is not ClassVar}
    shown = {name: one for name, one in fields.items() if HIDDEN not in getattr(one, "__metadata__", ())}
    optional: frozenset[str] = getattr(hint, "__optional_keys__", frozenset())
    properties = {name: json_schema(one, named) for name, one in shown.items()}
    text = " ".join((hint.__doc__ or "").split())
    told = {"description": text} if text and not text.startswith(f"{hint.__name__}(") and text != dict.__doc__ else {}
    return {**told, "type": "object", "properties": properties, "required": [name for name in properties if name not in optional]}


def _either(kinds: list[Schemas]) -> Schemas:
    if all("enum" in one for one in kinds):
        return {"type": "string", "enum": [value for one in kinds for value in one["enum"]]}
    if all(set(one) == {"type"} for one in kinds):
        return {"type": [one["type"] for one in kinds]}
    return {"anyOf": kinds}


def _limits(hint: Any, beside: tuple[Any, ...]) -> Schemas:
    found: Schemas = {}
    for one in beside:
        if isinstance(one, Whole):
            found |= {"minimum": one.lowest, "maximum": one.largest}
        elif isinstance(one, Text) and hint is str:
            found |= {"minLength": one.shortest, "maxLength": one.longest}
        elif isinstance(one, str):
            found["description"] = one
    return found

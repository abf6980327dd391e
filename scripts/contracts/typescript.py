"""Python types as TypeScript: what JSON of such a value looks like."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

HEAD = "/** Made by `make contracts` from {source}: change it there. */\n"


def type_of(hint: Any, names: Mapping[Any, str] = {}) -> str:
    """A JSON value's type; ``names``: types that have a name in the file. Raises TypeError for what it has no word for."""
    if hint in names:
        return names[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Literal:
        return " | ".join(f"'{value}'" for value in inner)
    if origin in (Union, UnionType):
        return " | ".join(type_of(one, names) for one in inner)
    if origin is list:
        item = type_of(inner[0], names)
        return f"({item})[]" if " | " in item else f"{item}[]"
    if origin is dict:
        return f"Record<string, {type_of(inner[1], names)}>"
    if is_typeddict(hint):
        return f"{{ {'; '.join(f'{name}: {type_of(one, names)}' for name, one in get_type_hints(hint).items())} }}"
    raise TypeError(f"no word for {hint}")


_PLAIN: Mapping[Any, str] = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}

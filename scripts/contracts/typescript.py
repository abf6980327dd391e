"""Python types as TypeScript: what JSON of such a value looks like."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

HEAD = "/** Made by `make contracts` from {source}: change it there. */\n"


def type_of(hint: Any) -> str:
    """A JSON value's type. Raises TypeError for what it has no word for."""
    if hint is str:
        return "string"
    if hint in (int, float):
        return "number"
    if get_origin(hint) is Literal:
        return " | ".join(f"'{value}'" for value in get_args(hint))
    if get_origin(hint) is dict:
        return f"Record<string, {type_of(get_args(hint)[1])}>"
    if is_typeddict(hint):
        return f"{{ {'; '.join(f'{name}: {type_of(one)}' for name, one in get_type_hints(hint).items())} }}"
    raise TypeError(f"no word for {hint}")

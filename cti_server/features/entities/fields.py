"""The fields of a record: what a form, a file and the command line need to know of each, and how a value stands in a cell.

In a cell a text is itself, a list is ``a, b``, a mapping ``a=1, b=2``; what has another form, or parts with such signs, is JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import orjson

from cti_server.domain import record
from cti_server.domain.border import BadInput
from cti_server.domain.record import Text, Whole
from cti_server.reasons import reason

Form = Literal["text", "lines", "picture", "number", "flag", "choice", "list", "map", "json"]
TEXTS = ("text", "lines", "picture")
CELL_FLAG = reason("cell-true-or-false", "must be true or false, is {found}", "应为 true（是）或 false（否），当前为 {found}")
CELL_JSON = reason("cell-json", "is not JSON: {why}", "不是有效的 JSON：{why}")
CELL_WHOLE = reason("cell-whole-number", "must be a whole number, is {found}", "应为整数，当前为 {found}")
CELL_PAIRS = reason("cell-pairs", "must be name=value, name=value, has {found}", "应写成 名称=值, 名称=值，当前有 {found}")
EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
"""One address of a mail."""
_SIGNS = set(",=\"'[]{}")


class Lines(Text):
    """A text of several lines, with so many characters."""


class Picture(Text):
    """A picture as a ``data:`` address of so many characters; '' none."""

    def __init__(self, longest: int) -> None:
        super().__init__(0, longest)


@dataclass(frozen=True, slots=True)
class Field:
    """``choices``: of a choice, or of the parts of a list. ``lowest``, ``largest``: of a number, or of the values of a mapping;
    ``shortest``, ``longest``: of a text, in characters. ``default``: plain; None where it must be given. ``numbers``: the values
    of a mapping are whole numbers. ``makes``: the product makes a secret that is not given."""

    name: str
    form: Form
    key: bool
    secret: bool
    makes: bool
    required: bool
    default: Any
    choices: tuple[str, ...] = ()
    lowest: int | None = None
    largest: int | None = None
    shortest: int | None = None
    longest: int | None = None
    numbers: bool = False
    reference: str = ""


def fields_of(
    kind: type, key: str, longest: Callable[[str], int | None], references: Mapping[str, str], secrets: Mapping[str, Any]
) -> Mapping[str, Field]:
    """Of a record, the key first, then its secrets last."""
    hints = get_type_hints(kind, include_extras=True)
    made: dict[str, Field] = {}
    for one in sorted(fields(kind), key=lambda one: one.name != key):
        required = one.default is one.default_factory is MISSING
        default = None if required else one.default if one.default_factory is MISSING else one.default_factory()
        more = _form(hints[one.name])
        if more["form"] in TEXTS:
            more["longest"] = min(filter(None, (more.get("longest"), longest(one.name))), default=None)
            filled = one.name == key or (required and one.name not in references)
            more["shortest"] = max(more.get("shortest") or 0, int(filled))
        reference = references.get(one.name, "")
        plain = record.plain(default)
        made[one.name] = Field(one.name, key=one.name == key, secret=False, makes=False, required=required, default=plain,
                               reference=reference, **more)  # fmt: skip
    for name, secret in secrets.items():
        made[name] = Field(name, "text", False, True, secret.make is not None, False, "", longest=256)
    return made


def _form(hint: Any) -> dict[str, Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        found = _form(inner[0])
        for limits in inner[1:]:
            if isinstance(limits, Whole):
                found |= {"lowest": limits.lowest, "largest": limits.largest}
            elif isinstance(limits, Text):
                found |= {"shortest": limits.shortest, "longest": limits.longest}
                found |= {"form": {Lines: "lines", Picture: "picture"}.get(type(limits), found["form"])}
        return found
    if hint in (str, int, bool):
        return {"form": {str: "text", int: "number", bool: "flag"}[hint]}
    if origin is Literal:
        return {"form": "choice", "choices": inner}
    if origin is tuple and inner[1:] == (...,):
        of = _form(inner[0])
        if of["form"] in ("text", "choice"):
            return {"form": "list", "choices": of.get("choices", ())}
    if origin is not None and issubclass(origin, Mapping):
        of = _form(inner[1])
        if of["form"] in ("text", "number"):
            limits = {name: of[name] for name in ("lowest", "largest") if name in of}
            return {"form": "map", "numbers": of["form"] == "number", **limits}
    return {"form": "json"}


# ---------------------------------------------------------------- cells


def as_cell(field: Field, value: Any) -> str | int:
    """A plain value as a person writes it."""
    if field.form == "number":
        return value if type(value) is int else ""
    if field.form == "flag":
        return "true" if value else "false"
    if field.form in (*TEXTS, "choice"):
        return str(value)
    if not value:
        return ""
    parts = [*value, *(value.values() if isinstance(value, Mapping) else ())]
    easy = all(type(one) is int or (type(one) is str and one.strip() == one != "" and not _SIGNS & set(one)) for one in parts)
    if field.form == "list" and easy:
        return ", ".join(value)
    if field.form == "map" and easy:
        return ", ".join(f"{key}={item}" for key, item in value.items())
    return orjson.dumps(value).decode()


class Unsaid:
    """An empty cell of a field that cannot be empty: it stays, or has its default."""


def from_cell(field: Field, cell: str) -> Any:
    """A plain value, or Unsaid. Raises BadInput."""
    text = cell if field.secret else cell.strip()
    if field.form in TEXTS and not field.secret:
        return text
    if not text:
        return {"list": [], "map": {}}.get(field.form, Unsaid)
    if field.form == "choice" or field.secret:
        return text
    if field.form == "number":
        return _number(text)
    if field.form == "flag":
        if text.lower() not in _FLAGS:
            raise BadInput(CELL_FLAG(found=repr(text[:40])))
        return _FLAGS[text.lower()]
    if field.form == "json" or text[0] in "[{":
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise BadInput(CELL_JSON(why=str(error))) from None
    parts = [one.strip() for one in text.replace("，", ",").split(",") if one.strip()]
    return parts if field.form == "list" else dict(_pair(field, one) for one in parts)


_FLAGS = {**dict.fromkeys(("true", "yes", "1", "是", "真"), True), **dict.fromkeys(("false", "no", "0", "否", "假"), False)}


def _number(text: str) -> int:
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 16:
        raise BadInput(CELL_WHOLE(found=repr(text[:40])))
    return int(text)


def _pair(field: Field, text: str) -> tuple[str, Any]:
    key, equals, value = (one.strip() for one in text.partition("="))
    if not equals or not key:
        raise BadInput(CELL_PAIRS(found=repr(text[:40])))
    return key, _number(value) if field.numbers else value


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, names: Collection[str]) -> list[str]:
    """Fields in which two records differ; of one that there was not, or is not any more, all."""
    if before is None or after is None:
        return list(names)
    return [name for name in names if before.get(name) != after.get(name)]

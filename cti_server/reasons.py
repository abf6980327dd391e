"""Why something that people wrote cannot be taken, in their language. A reason is declared once, beside the rule that gives it,
with its words in both languages and the same holes in both; what it is given for them makes a text.

That text is English, as programs and logs have it, and still knows its reason and its values: pages and the command line say
it in the language of whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cti_server.words import FAMILIES, Words

Value = str | int
_WORDS: dict[str, Words] = {}
FAMILIES["reason"] = _WORDS
_HOLES = re.compile(r"{(\w+)}")


class Told(str):
    """``reason``: its id, '' none is declared; ``values``: of its holes; ``place``: where, '' said elsewhere."""

    __slots__ = ("place", "reason", "values")
    reason: str
    values: Mapping[str, Value]
    place: str

    def __new__(cls, text: str, reason: str = "", values: Mapping[str, Value] | None = None, place: str = "") -> Told:
        made = super().__new__(cls, f"{place}: {text}" if place else text)
        made.reason, made.values, made.place = reason, values or {}, place
        return made

    def to_plain(self) -> str:
        """As a plain text."""
        return str(self)

    @property
    def bare(self) -> Told:
        """Without its place."""
        return Told(self.removeprefix(f"{self.place}: ") if self.place else self, self.reason, self.values)


class Reason:
    """Called with the values of its holes it is a text. Of ``entity`` the value is an entity's name, which people are told by its
    label."""

    def __init__(self, id: str, words: Words) -> None:
        self.id, self.words = id, words

    def __call__(self, **values: Value) -> str:
        return Told(self.words.en.format(**values), self.id, values)


def reason(id: str, en: str, zh: str) -> Reason:
    """Raises TypeError for an id that is declared already, holes that differ, and signs with a meaning in catalogues."""
    if id in _WORDS:
        raise TypeError(f"the reason {id!r} is declared already")
    if set(_HOLES.findall(en)) != set(_HOLES.findall(zh)):
        raise TypeError(f"the reason {id!r}: its holes differ in the two languages")
    if not en.strip() or not zh.strip() or set("@|") & set(en + zh):
        raise TypeError(f"the reason {id!r} needs words in both languages, without @ and |")
    _WORDS[id] = Words(en, zh)
    return Reason(id, _WORDS[id])


def at(place: str, text: str) -> str:
    """The text with where that is."""
    return Told(text, text.reason, text.values, place) if isinstance(text, Told) else Told(text, place=place)


def placed(text: str) -> tuple[str, str]:
    """Where, and what: of a text ``PLACE: ...``; ('', all of it) when it names none."""
    if isinstance(text, Told) and text.place:
        return text.place, text.bare
    place, colon, said = text.partition(": ")
    return (place, said) if colon else ("", text)


def told_of(error: Exception) -> str:
    """An error's text, with its reason."""
    return error.args[0] if error.args and isinstance(error.args[0], str) else str(error)


def facts_of(text: str) -> dict[str, Any]:
    """What a problem says of its reason, for those who say it themselves: {} where none is declared."""
    if not isinstance(text, Told) or not text.reason:
        return {}
    return {"reason": text.reason, "given": dict(text.values), **({"place": text.place} if text.place else {})}


def said(problem: Mapping[str, Any], language: str, label: Callable[[str], str] = str) -> str:
    """A problem with ``reason`` and ``given`` in one of LANGUAGES, '' where it has none. ``label``: of an entity."""
    words = _WORDS.get(problem.get("reason", ""))
    if words is None:
        return ""
    values = dict(problem.get("given", {}))
    if "entity" in values:
        values["entity"] = label(str(values["entity"]))
    told = words.said(language).format(**values)
    return f"{problem['place']}: {told}" if problem.get("place") else told

"""Words of declared ids (errors, alarms, outcomes, reasons, figures...) in the product's languages. They stand where the id is
declared: the page, the command line and files that the server makes say them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar, get_args

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
T = TypeVar("T")


class Words(NamedTuple):
    """Of one id."""

    en: str
    zh: str

    def texts(self) -> dict[str, str]:
        """By language."""
        return {"en": self.en, "zh-CN": self.zh}

    def said(self, language: str) -> str:
        """In one of LANGUAGES."""
        return self.en if language == "en" else self.zh


FAMILIES: dict[str, Mapping[str, Words]] = {}
"""All families that are declared, by name: {id: its words}."""


def family(name: str, words: Mapping[str, tuple[str, str]], *literals: Any) -> Mapping[str, Words]:
    """Declares a family of ids with their words, {id: (en, zh)}; ``literals``: the types whose ids they are ('' needs no word).

    Raises TypeError for a name that is declared already, and for an id without words or words without an id.
    """
    if name in FAMILIES:
        raise TypeError(f"the words {name!r} are declared already")
    ids = {one for literal in literals for one in get_args(literal)} - {""}
    if literals and ids != set(words):
        raise TypeError(f"{name}: an id without words, or words without an id: {', '.join(sorted(ids ^ set(words)))}")
    FAMILIES[name] = {one: Words(*said) for one, said in words.items()}
    return FAMILIES[name]


def once(declared: Iterable[tuple[str, T]]) -> dict[str, T]:
    """{id: what it is of}. Raises TypeError for an id that is declared twice."""
    found: dict[str, T] = {}
    for one, what in declared:
        if one in found:
            raise TypeError(f"the id {one!r} is declared already: {found[one]!r:.80}, {what!r:.80}")
        found[one] = what
    return found

"""Every declared id has its words in both languages."""

from __future__ import annotations

from typing import Literal

import pytest

import scripts.contracts.words  # noqa: F401 - with what it imports, all families are declared
from cti_server.words import FAMILIES, family, once

Colour = Literal["red", "green", ""]


@pytest.mark.parametrize("name", FAMILIES)
def test_no_word_is_missing(name: str) -> None:
    assert [one for one, words in FAMILIES[name].items() if not words.en.strip() or not words.zh.strip()] == []


@pytest.mark.parametrize(
    ("words", "why"),
    [({"red": ("Red", "红")}, "green"), ({"red": ("Red", "红"), "green": ("Green", "绿"), "blue": ("Blue", "蓝")}, "blue")],
)
def test_a_literal_has_a_word_for_each_of_its_ids_and_no_other(words: dict[str, tuple[str, str]], why: str) -> None:
    with pytest.raises(TypeError, match=why):
        family("colour", words, Colour)
    assert "colour" not in FAMILIES


def test_a_family_is_declared_once() -> None:
    with pytest.raises(TypeError, match="already"):
        family("severity", {})


def test_an_id_is_declared_once() -> None:
    assert once([("a", 1), ("b", 2)]) == {"a": 1, "b": 2}
    with pytest.raises(TypeError, match="'a' is declared already"):
        once([("a", 1), ("a", 2)])

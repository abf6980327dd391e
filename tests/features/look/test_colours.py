"""Text can be read on all shades of a colour that is taken, in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_server.features.look import colours
from cti_server.features.look.colours import contrast

TOKENS = Path(__file__).parents[3] / "webapp" / "frontend" / "src" / "styles" / "tokens.css"


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_grounds_are_those_of_the_page() -> None:
    light, dark = TOKENS.read_text().split("\n.dark {")
    for sheet, grounds in ((light, colours.LIGHT), (dark, colours.DARK)):
        assert tuple(re.search(rf"--{name}: (#\w+);", sheet)[1] for name in ("card", "hover")) == grounds  # type: ignore[index]


@given(st.integers(0, 0xFFFFFF))
def test_what_is_taken_can_be_read_and_what_is_not_could_not(number: int) -> None:
    accent = f"#{number:06x}"
    made = colours.colours(accent)
    grounds = {"light": colours.LIGHT, "dark": colours.DARK}
    for shades, cards in ((made["light"], grounds["light"]), (made["dark"], grounds["dark"])):
        assert min(contrast(shades["accent_ink"], ground) for ground in (*cards, shades["accent_soft"])) >= 4.5
        if not list(colours.problems(accent)):
            assert min(contrast("#ffffff", shades[name]) for name in ("accent", "accent_dark")) >= 4.5
    if contrast("#ffffff", accent) < 4.5:
        assert list(colours.problems(accent))


def test_a_colour_that_cannot_be_read_is_told_with_one_that_would_do() -> None:
    (told,) = colours.problems("#ffcc00")
    assert told.startswith("white text on #ffcc00 has 1.5:1 in light and 1.5:1 in dark, and needs 4.5:1")
    would_do = re.search(r"(#\w+) would do", told)
    assert would_do
    assert not list(colours.problems(would_do[1]))

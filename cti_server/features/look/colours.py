"""The page's shades of one colour, in light and dark, and whether text on them can be read (WCAG 2.2, AA). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cti_server.features.look.contract import Colours, Shades

COLOUR = re.compile(r"#[0-9a-f]{6}")
TEXT = 4.5
"""So many times lighter or darker than its ground a text must be."""
SEEN = 2.0
"""The same of a button and the dark card that it stands on."""
WHITE, BLACK = "#ffffff", "#000000"
LIGHT, DARK = ("#ffffff", "#f2f6fd"), ("#18212e", "#1f2b3c")
"""Cards, and their lines that are pointed at, as styles/tokens.css has them."""
STEPS = 50


def colours(accent: str) -> Colours:
    soft = mixed(LIGHT[0], accent, 0.1)
    ink = _until(accent, BLACK, lambda one: all(contrast(one, ground) >= TEXT for ground in (*LIGHT, soft)))
    light = Shades(accent=accent, accent_dark=mixed(accent, BLACK, 0.2), accent_ink=ink, accent_soft=soft)
    fill = _until(accent, WHITE, lambda one: contrast(one, DARK[0]) >= SEEN)
    soft = mixed(DARK[0], fill, 0.3)
    ink = _until(accent, WHITE, lambda one: all(contrast(one, ground) >= TEXT for ground in (*DARK, soft)))
    dark = Shades(accent=fill, accent_dark=mixed(fill, BLACK, 0.2), accent_ink=ink, accent_soft=soft)
    return Colours(light=light, dark=dark)


def problems(accent: str) -> Iterator[str]:
    """What of this colour cannot be read."""
    made = colours(accent)
    shades: dict[str, Shades] = {"light": made["light"], "dark": made["dark"]}
    found = {where: min(contrast(WHITE, one["accent"]), contrast(WHITE, one["accent_dark"])) for where, one in shades.items()}
    if min(found.values()) < TEXT:
        told = " and ".join(f"{ratio:.1f}:1 in {where}" for where, ratio in found.items())
        would_do = _until(accent, BLACK, lambda one: contrast(WHITE, one) >= TEXT)
        yield f"white text on {accent} has {told}, and needs {TEXT}:1 (WCAG AA): {would_do} would do"


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """``share`` of the other."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _until(colour: str, towards: str, fits: Callable[[str], bool]) -> str:
    """The first on the way that fits; the end of the way always does."""
    way = (mixed(colour, towards, at / STEPS) for at in range(STEPS + 1))
    return next((one for one in way if fits(one)), towards)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (p / 255 for p in _parts(colour))]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

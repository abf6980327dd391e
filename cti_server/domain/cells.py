"""Texts in files for spreadsheet programs, which run what looks like a formula, also behind characters that nobody sees."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def whole(text: str) -> str:
    """Half of a character, which no file holds, as ``?``."""
    return text.encode("utf-8", "replace").decode("utf-8")


def looks_like_formula(text: str) -> bool:
    seen = next((at for at, character in enumerate(text) if character.isprintable() and character != " "), 0)
    return text.startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS, seen)


def safe_text(value: object) -> str:
    """For csv that people read."""
    text = "" if value is None else whole(str(value))
    return f"'{text}" if looks_like_formula(text) else text


def guarded(text: str) -> str:
    """For csv that is read again (``unguarded``): what is guarded already has one sign more."""
    return f"'{text}" if looks_like_formula(text.lstrip("'")) else text


def unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and looks_like_formula(cell.lstrip("'")) else cell

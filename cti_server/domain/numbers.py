"""Telephone numbers as networks write them: one way to read them, for phones, the books, searches and service numbers.

A number arrives as ``sip:+86...@host;user=phone``, ``<tel:...;phone-context=...>``, ``user@host``, with blanks, brackets or
full-width digits. ``caller_number`` is what is shown and stored; ``bare`` is what two of them have in common when they are
searched; ``service_number`` finds a configured line by any form of it: ``+86755...``, ``0086755...``, ``0755-...``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote

MAX_NUMBER = 64
MAX_NAME = 255
SHORTEST_FORM = 4
_ANGLES = re.compile(r"<([^<>]*)>")
_SCHEME = re.compile(r"\s*(?:sips?|tel|callto|im|pres)\s*:\s*(?://)?", re.IGNORECASE)
_USER_END = re.compile(r"[@;?,:]")
_UNSAFE = re.compile(r"[^0-9A-Za-z+*_.-]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_VISUAL = re.compile(r"[-._]")

T = TypeVar("T")


def user_part(value: str) -> str:
    """Who is meant by an address: no display name, scheme, host, password or parameters; a plain number as it is."""
    if value.isascii() and value.isalnum():
        return value
    angles = _ANGLES.findall(value)
    text = unicodedata.normalize("NFKC", angles[-1] if angles else value)
    scheme = _SCHEME.match(text)
    user = _USER_END.split(text[scheme.end() :] if scheme else text, maxsplit=1)[0]
    return _USER_END.split(unquote(user), maxsplit=1)[0].strip()


def caller_number(value: str) -> str:
    """A caller's number as it is shown and stored: letters, digits and ``+ * _ . -`` of the user part, at most 64."""
    return _UNSAFE.sub("", user_part(value))[:MAX_NUMBER]


def caller_id(number: str, name: str) -> tuple[str, str]:
    """Number and name as they are kept: a name of one line, at most 255; one that only writes the number another way is none."""
    kept = caller_number(number)
    name = " ".join(_CONTROL.sub(" ", name).split())[:MAX_NAME].rstrip()
    return kept, "" if kept and name != kept and caller_number(name) == kept else name


def bare(value: str) -> str:
    """``caller_number`` without what only parts it for the eye (``- . _``)."""
    return _VISUAL.sub("", caller_number(value))


def national(value: str, country_code: str) -> str:
    """The form in which all ways to write a number of this country agree: no country code, no leading 0. Others keep ``+``."""
    number = bare(value)
    if number.startswith("00"):
        number = "+" + number[2:]
    if number.startswith("+"):
        rest = number[1:].removeprefix(country_code)
        if len(rest) == len(number) - 1:
            return number
        number = rest
    return number.removeprefix("0") or number


@dataclass(frozen=True, slots=True)
class NumberSearch:
    """What a stored number may look like. ``written`` and ``part``: parts of it, as given and without ``- . _`` ('': none);
    ``starts``: how it may begin without them."""

    written: str
    part: str
    starts: tuple[str, ...]


def search_for(text: str, country_code: str) -> NumberSearch:
    """A search for ``text``, a part of a number in any form, finds all forms of that number."""
    part = bare(text)
    if len(part) < SHORTEST_FORM:
        return NumberSearch(text, part, ())
    starts = [start for form in _forms(text, country_code) if form for start in _written(form, country_code)]
    return NumberSearch(text, part, tuple(dict.fromkeys(starts)))


def _written(form: str, country_code: str) -> tuple[str, ...]:
    """All ways to write a number of this national form."""
    whole = form[1:] if form.startswith("+") else country_code + form
    starts = (f"+{whole}", f"00{whole}", whole)
    return starts if form.startswith("+") else (*starts, f"0{form}", form)


def service_number(lines: Mapping[str, T], dialled: str, country_code: str) -> T | None:
    """The line that ``dialled`` means: the one of exactly that number, else the only one with the same national form.

    Carriers leave out the ``+`` before the country code as well.
    """
    exact = lines.get(dialled)
    if exact is not None:
        return exact
    index = _index(tuple(lines), country_code)
    name = next(filter(None, (index.get(form) for form in _forms(dialled, country_code))), "")
    return lines[name] if name else None


def _forms(number: str, country_code: str) -> list[str]:
    """The national form, and what it would be if the number had lost its ``+``."""
    form = national(number, country_code)
    return [form, national(f"+{form}", country_code)] if form.startswith(country_code) else [form]


@lru_cache(maxsize=16)
def _index(numbers: tuple[str, ...], country_code: str) -> dict[str, str]:
    """Form -> configured number; national forms go before guesses, and a form that two of them share is nobody's ('')."""
    found: dict[str, str] = {}
    for place in (0, 1):
        here: dict[str, str] = {}
        for number in numbers:
            for form in _forms(number, country_code)[place : place + 1]:
                here[form] = "" if form in here else number
        found = {**here, **found}
    return {form: number for form, number in found.items() if form}

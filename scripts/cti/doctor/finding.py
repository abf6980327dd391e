"""What a check says, in the product's languages. 'critical' makes the exit code 1; 'unknown' means that nobody could look.

Sayings are declared by the module that says them, each an id with words in both languages; what stands in their places is given
where they are said: ``say("trunk-is-down", detail="408")``. What differs by language there is said in it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, get_args

from cti_server.words import LANGUAGES, Words
from scripts.cti.text import age as age_in
from scripts.cti.world import World

Severity = Literal["ok", "info", "unknown", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
InLanguage = Callable[[str], str]
"""Language -> text."""
Value = str | int | InLanguage | list["Value"] | tuple["Value", ...]
"""A list is told with commas, a tuple (of sentences) with semicolons."""

SAYINGS: dict[str, Words] = {}
"""Every declared one, by id."""


def declare(sayings: Mapping[str, tuple[str, str]]) -> None:
    """{id: (en, zh)}. Raises TypeError for an id that is declared already."""
    for one, words in sayings.items():
        if one in SAYINGS:
            raise TypeError(f"the saying {one!r} is declared already")
        SAYINGS[one] = Words(*words)


@dataclass(frozen=True, slots=True)
class Said:
    """A saying with what stands in its places."""

    id: str
    values: Mapping[str, Value]

    def __call__(self, language: str) -> str:
        return SAYINGS[self.id].said(language).format(**{name: _in(language, value) for name, value in self.values.items()})

    def texts(self) -> dict[str, str]:
        return {language: self(language) for language in LANGUAGES}


def say(saying: str, **values: Value) -> Said:
    """``saying``: its id."""
    return Said(saying, values)


def age(ms: int) -> InLanguage:
    return partial(age_in, ms=ms)


def _in(language: str, value: Value) -> str:
    if isinstance(value, list | tuple):
        commas, semicolons = (", ", "; ") if language == "en" else ("、", "；")
        return (commas if isinstance(value, list) else semicolons).join(_in(language, one) for one in value)
    return value(language) if callable(value) else str(value)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. ``hint``: what to do, None when nothing. ``details`` are JSON-able facts for programs."""

    component: Said
    severity: Severity
    text: Said
    hint: Said | None = None
    details: dict[str, Any] = field(default_factory=dict)

    def to_json(self, language: str) -> dict[str, Any]:
        """``component`` is its name for programs, in English always; ``text`` and ``hint`` are in ``language``."""
        return {
            "component": self.component("en"),
            "severity": self.severity,
            "text": self.text(language),
            "hint": self.hint(language) if self.hint else "",
            "details": self.details,
            "finding": self.text.id,
            "components": self.component.texts(),
            "texts": self.text.texts(),
            "hints": self.hint.texts() if self.hint else {},
        }


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator said: load to be ready for, the web's address ('' = from the settings)."""

    calls_per_s: float = 84.0
    call_s: float = 30.0
    web_url: str = ""


Check = Callable[[World, Options], Iterable[Finding]]


def by_limit(value: float, warning: float, critical: float) -> Severity:
    """Severity of a value that should stay low."""
    return "critical" if value >= critical else "warning" if value >= warning else "ok"


declare({"and-more": ("{items} and {n} more", "{items} 等，另有 {n} 个")})


def some(items: list[str], most: int) -> Value:
    """The first of them, and how many more."""
    return list(items) if len(items) <= most else say("and-more", items=list(items[:most]), n=len(items) - most)

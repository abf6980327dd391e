"""Words of declared ids, for the page's catalogues."""

from __future__ import annotations

import json
from collections.abc import Mapping

import cti_server.engine.assembly
import cti_server.features.calls.contract  # noqa: F401 - with what it imports, all families are declared
from cti_server.words import FAMILIES, Words
from scripts.contracts import errors
from scripts.contracts.typescript import HEAD


def page() -> str:
    told = {error_id: kind.words for error_id, kind in errors.TOLD.items() if kind.words}
    families = {"errors": told, **dict(sorted(FAMILIES.items()))}
    parts = [
        HEAD.format(source="the declared words (cti_server/words.py)"),
        "/** family -> id -> words */",
        "export const WORDS = {",
        *(line for name, words in families.items() for line in _family(name, words)),
        "} as const",
    ]
    return "\n".join(parts) + "\n"


def _family(name: str, words: Mapping[str, Words]) -> list[str]:
    rows = [f"    '{one}': {{ en: {_text(said.en)}, 'zh-CN': {_text(said.zh)} }}," for one, said in words.items()]
    return [f"  {name}: {{", *rows, "  },"]


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)

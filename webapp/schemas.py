"""What every JSON body has to be before its own shape counts: text that can be written as UTF-8.

JSON may spell half of a surrogate pair ("\\ud800"); no store, stream or switch can hold it, so it is refused at the door.
"""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, pre_load

HALF = re.compile("[\ud800-\udfff]")
REFUSAL = "not text: it holds half of a surrogate pair (U+D800 to U+DFFF); send whole characters"


class BodySchema(Schema):
    """The base of every schema that reads a JSON body. Refuses broken text in any key or value, however deep, with 422."""

    @pre_load
    def refuse_broken_text(self, body: Any, **_: Any) -> Any:
        fields = body.items() if isinstance(body, dict) else [("_schema", body)]
        wrong = {"_schema" if is_broken(name) else name: [REFUSAL] for name, value in fields if is_broken([name, value])}
        if wrong:
            raise ValidationError(wrong)
        return body


def is_broken(value: Any) -> bool:
    """Whether a decoded JSON value has half a character in any of its texts."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if HALF.search(value):
                return True
        elif isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False

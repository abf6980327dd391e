"""How the switch reads words: backslashes and single quotes in the arguments of its commands."""

from __future__ import annotations

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def clean(word: str) -> str:
    """One argument as the switch keeps it: ``\\'``, ``\\"`` and ``\\\\`` lose their backslash, quotes go in pairs."""
    if "\\" not in word and "'" not in word:
        return word.strip(" ")
    word = word.strip(" ")
    out, at, inside = [], 0, False
    while at < len(word):
        char = word[at]
        following = word[at + 1 : at + 2]
        if char == "\\" and following and (following in "'\"\\" or following in _ESCAPES):
            out.append(_ESCAPES.get(following, following))
            at += 2
            continue
        if char == "'" and (inside or "'" in word[at + 1 :]):
            inside = not inside
        else:
            out.append(char)
        at += 1
    return "".join(out)


def parse_variables(text: str) -> tuple[dict[str, str], str]:
    """Splits ``{a=1,b='x, y'}rest`` into variables and rest. ``\\,`` and ``\\'`` escape; ``^^:`` names another separator.

    The text passes the switch's unescaping three times, so eight backslashes are one.
    """
    if not text.startswith("{"):
        return {}, text
    quoted, depth, separator, at = False, 0, ",", 1
    if text.startswith("^^", 1) and len(text) > 3:
        separator, at = text[3], 4
    parts: list[str] = []
    part: list[str] = []
    while at < len(text):
        char = text[at]
        at += 1
        if char == "\\" and at < len(text):
            part.append(text[at] if text[at] in "\\',}" else "\\" + text[at])
            at += 1
        elif char == "'":
            quoted = not quoted
        elif quoted or char not in (separator, "}"):
            depth += 0 if quoted else (char == "{")
            part.append(char)
        elif char == "}" and depth == 0:
            break
        elif char == separator:
            parts.append("".join(part))
            part = []
        else:
            depth -= 1
            part.append(char)
    parts.append("".join(part))
    pairs = (item.partition("=") for item in parts if item.strip())
    return {name.strip(): value.replace("\\\\", "\\").replace("\\\\", "\\") for name, _, value in pairs}, text[at:]

"""What people read for the words of a flow: its data keys, the values that it sets, and what its menus are called.

``labels`` of a flow document maps such a word to one text for every language, or to a text for each: ``{zh: 户号, en: Account}``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cti_server.domain.ivr_nodes import LANGUAGES, MAX_VALUE, CollectNode, MenuNode, Node, Reader, SetNode, as_text, did_you_mean

LONGEST = 64


def check(raw: Any, nodes: Mapping[str, Node], reader: Reader) -> None:
    """Notes what is wrong with ``labels``. A word that the flow does not use is a warning: other systems attach data too."""
    if not isinstance(raw, Mapping):
        reader.bad("", "labels: must map words to texts, e.g. account: {zh: 户号, en: Account}")
        return
    used = words(nodes.values())
    for word, label in raw.items():
        texts = label if isinstance(label, Mapping) else dict.fromkeys(LANGUAGES, label)
        if not isinstance(word, str) or not 0 < len(word) <= MAX_VALUE:
            reader.bad("", f"labels: {word!r} is not a word of this flow (put it in quotes)")
        elif not texts:
            reader.bad("", f"labels: {word}: has no text")
        elif word not in used:
            reader.bad("", f"labels: nothing in this flow is called {word!r}{did_you_mean(word, used)}", warning=True)
        for language, text in texts.items():
            if language not in LANGUAGES:
                reader.bad("", f"labels: {word}: language {language!r} is not one of {', '.join(LANGUAGES)}")
            elif not isinstance(as_text(text), str) or not 0 < len(as_text(text).strip()) <= LONGEST:
                reader.bad("", f"labels: {word}: {text!r} is not a text of 1 to {LONGEST} characters")


def words(nodes: Collection[Node]) -> set[str]:
    """The words of these nodes that people see beside a call."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, CollectNode):
            found.add(node.store)
        elif isinstance(node, SetNode):
            found |= {*node.data, *node.data.values()}
        elif isinstance(node, MenuNode):
            found |= {choice.label for choice in node.choices.values()}
    return found


def merged(flows: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Flow documents by name -> word -> language -> text. Where two flows name one word, the first by its name wins."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(flows):
        labels = flows[name].get("labels")
        for word, label in labels.items() if isinstance(labels, Mapping) else ():
            texts = label if isinstance(label, Mapping) else dict.fromkeys(LANGUAGES, label)
            found.setdefault(str(word), {str(language): str(text) for language, text in texts.items()})
    return found

"""YAML whose plain words stay as written: ``0755``, ``0x1F``, ``1_000``, ``12:30``, ``on`` and ``2026-10-01`` are texts.

YAML 1.1 would make 493, 31, 1000, 750, True and a date of them. Only what reads back the same is a number: whole decimal numbers
without leading zeros. A value that was left out is None. Keys given twice, aliases (they can grow without end) and tags are
refused, and so are escapes that make a character which no store or switch takes (``\\0``, half of a pair).
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

_WHOLE = re.compile(r"(?:0|-?[1-9][0-9]{0,17})\Z")

_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class _Loader(yaml.SafeLoader):
    """Plain data only."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not allowed", problem_mark=event.start_mark)
        if event.tag is not None:
            raise yaml.MarkedYAMLError(problem=f"tags ({event.tag}) are not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        if isinstance(node, yaml.ScalarNode) and _NO_TEXT.search(node.value):
            what = "holds a control character or half of a surrogate pair: leave it out, or write the character itself"
            raise yaml.MarkedYAMLError(problem=f"{node.value!r:.40} {what}", problem_mark=node.start_mark)
        return super().construct_scalar(node)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key in seen:
                what = "a key must be one word" if key is None else f"{key!r} is given twice"
                raise yaml.MarkedYAMLError(problem=what, problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:int", _WHOLE, list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"\Z"), [""])


def load_yaml(text: str) -> Any:
    """Plain data: dict, list, str, int, None. Raises ValueError with the line of what is wrong."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise ValueError(f"{where}{error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"is not YAML: {error}") from error

"""Which prompts flows play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cti_server.domain.ivr_nodes import ANYTHING, Known
from cti_server.domain.ivr_parse import Flow, FlowError, parse_flow


def by_flow(flows: Mapping[str, Any], known: Known | None = None) -> dict[str, set[str]]:
    """Names by flow; a flow that cannot be read plays nothing. ``known``: what there is besides, None: no matter."""
    found = {}
    for name, document in flows.items():
        flow = _read(document, name, known or replace(ANYTHING, flows=flows.keys()))
        found[name] = names(flow) if flow else set()
    return found


def files(flows: Mapping[str, Any], known: Known) -> set[str]:
    """'LANGUAGE/NAME.wav' of everything that flows may play, in each language that they may switch to."""
    found: set[str] = set()
    for name, document in flows.items():
        if flow := _read(document, name, known):
            chosen = (getattr(node, "data", {}).get("language") for node in flow.nodes.values())
            languages = {flow.language, *filter(None, chosen)}
            found |= {f"{language}/{prompt}.wav" for language in languages for prompt in names(flow)}
    return found


def names(flow: Flow) -> set[str]:
    found: set[str] = set()
    for node in flow.nodes.values():
        prompt = getattr(node, "prompt", ())
        found |= {prompt} if isinstance(prompt, str) else set(prompt)
        found.add(getattr(node, "invalid", ""))
    return found - {""}


def _read(document: Any, name: str, known: Known) -> Flow | None:
    try:
        return parse_flow(document, name, known)
    except FlowError:
        return None  # `cti config check` names what is wrong with it

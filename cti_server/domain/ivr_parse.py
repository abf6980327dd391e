"""From YAML text to a checked Flow. Text only: whoever reads the files is elsewhere.

Nothing is repaired silently: an unknown key, a doubled key, a node that leads nowhere and a loop that never waits refuse
the flow; a node that nothing leads to is a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cti_server.domain import ivr_labels
from cti_server.domain.ivr_nodes import (
    LANGUAGES,
    NAME,
    FlowNode,
    Known,
    Node,
    Problem,
    Reader,
    as_text,
    did_you_mean,
    exits,
    node_type,
)
from cti_server.domain.yaml_text import load_yaml
from cti_server.errors import CtiError

MAX_TEXT = 256 * 1024
TOP_KEYS = ("name", "version", "description", "language", "start", "labels", "nodes")


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that is fit to run. ``document`` is JSON-able and parses to the same flow (it travels in CentreConfig.flows)."""

    name: str
    version: int
    language: str
    start: str
    nodes: Mapping[str, Node]
    document: Mapping[str, Any]
    warnings: tuple[Problem, ...] = ()


class FlowError(CtiError, id="bad-flow"):
    """A flow that must not run: ``problems`` holds all that is wrong with it, warnings too."""

    def __init__(self, problems: list[Problem]) -> None:
        text = "; ".join(map(str, problems))
        super().__init__(text, {"problems": [str(p) for p in problems]})
        self.problems = problems


# ---------------------------------------------------------------- YAML


def parse_text(text: str, file: str) -> Any:
    """YAML text to plain data, words as written (domain.yaml_text). Raises FlowError with the line of what is wrong."""
    if len(text) > MAX_TEXT:
        raise FlowError([Problem(file, "", f"is larger than {MAX_TEXT // 1024} KiB")])
    try:
        return load_yaml(text)
    except ValueError as error:
        raise FlowError([Problem(file, "", str(error))]) from error


# ---------------------------------------------------------------- documents


def parse_flow(document: Any, file: str, known: Known) -> Flow:
    """A checked Flow from plain data. Raises FlowError with every problem found."""
    if not isinstance(document, Mapping):
        raise FlowError([Problem(file, "", f"must be a mapping with name, version, start and nodes, not {document!r:.80}")])
    reader = Reader(file, known)
    name, version, language = _head(document, reader)
    raw_nodes = document.get("nodes")
    nodes: dict[str, Node] = {}
    names: list[str] = []
    if isinstance(raw_nodes, Mapping) and raw_nodes:
        names = [str(n) for n in raw_nodes]
        for raw_name, raw in raw_nodes.items():
            if not NAME.fullmatch(str(raw_name)):
                reader.bad(str(raw_name), "is not a node name (letters, digits, _ and -)")
            node = reader.node(str(raw_name), raw)
            if node is not None:
                nodes[str(raw_name)] = node
    else:
        reader.bad("", "needs 'nodes', a mapping of names to nodes")
    start = as_text(document.get("start"))
    if not isinstance(start, str):
        reader.bad("", "needs 'start', the name of the first node")
    elif names and start not in names:
        reader.bad("", f"start: there is no node {start!r}{did_you_mean(start, names)}")
    if "labels" in document:
        ivr_labels.check(document["labels"], nodes, reader)
    _check_exits(nodes, names, reader)
    if not any(not p.warning for p in reader.problems):
        _check_walk(str(start), nodes, reader)
    if any(not p.warning for p in reader.problems):
        raise FlowError(reader.problems)
    return Flow(name, version, language, str(start), nodes, _plain(document), tuple(reader.problems))


def _head(document: Mapping[Any, Any], reader: Reader) -> tuple[str, int, str]:
    for key in sorted(set(map(str, document)) - set(TOP_KEYS)):
        reader.bad("", f"unknown key {key!r}{did_you_mean(key, TOP_KEYS)}")
    name, version, language = as_text(document.get("name")), document.get("version"), document.get("language", LANGUAGES[0])
    if not isinstance(name, str) or not NAME.fullmatch(name):
        reader.bad("", "needs 'name': letters, digits, _ and -, at most 64")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        reader.bad("", f"needs 'version', a whole number from 1, not {version!r}")
    if language not in LANGUAGES:
        reader.bad("", f"language: {language!r} is not one of {', '.join(LANGUAGES)}")
    return str(name), version if isinstance(version, int) else 0, str(language)


def _check_exits(nodes: Mapping[str, Node], names: list[str], reader: Reader) -> None:
    for name, node in nodes.items():
        for target in dict.fromkeys(exits(node)):
            if target not in names:
                reader.bad(name, f"leads to {target!r}, which does not exist{did_you_mean(target, names)}")


def _check_walk(start: str, nodes: Mapping[str, Node], reader: Reader) -> None:
    """Unreachable nodes, loops that never wait, nodes from which no end can be reached."""
    reached = _closure({start}, {n: exits(node) for n, node in nodes.items()})
    for name in nodes:
        if name not in reached:
            reader.bad(name, "nothing leads here", warning=True)
    at_once = {n: () if node_type(node).waits else exits(node) for n, node in nodes.items()}
    in_loop = [n for n in nodes if n in _closure(set(at_once[n]), at_once)]
    if in_loop:
        reader.bad(in_loop[0], f"dead loop: {', '.join(in_loop)} go round without ever waiting for the caller")
    back: dict[str, tuple[str, ...]] = dict.fromkeys(nodes, ())
    for name, node in nodes.items():
        for target in exits(node):
            back[target] = (*back[target], name)
    ends = {n for n, node in nodes.items() if node_type(node).final or not exits(node)}
    ending = _closure(ends, back)
    for name in nodes:
        if name in reached and name not in ending and name not in in_loop:
            reader.bad(name, "no way leads from here to a queue, a flow or a hang_up")


def _closure(first: set[str], edges: Mapping[str, tuple[str, ...]]) -> set[str]:
    found, todo = set(first), list(first)
    while todo:
        for target in edges[todo.pop()]:
            if target not in found:
                found.add(target)
                todo.append(target)
    return found


def _plain(value: Any) -> Any:
    """The same data with text keys, as JSON would give it back."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list) else value


# ---------------------------------------------------------------- a folder of flows


def load_flows(files: Mapping[str, str], known: Known) -> tuple[dict[str, Flow], list[Problem]]:
    """File name -> YAML text, to (flow name -> Flow, all problems).

    A file with an error gives no flow, only problems; good ones load beside it. Flows may name each other, also those in
    ``known.flows`` (what runs now). Nothing is raised.
    """
    documents, problems = documents_of(files)
    flows, found = flows_of(documents, known)
    return flows, problems + found


def documents_of(files: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """File name -> YAML text, to file name -> plain data."""
    problems: list[Problem] = []
    documents: dict[str, Any] = {}
    for file, text in sorted(files.items()):
        try:
            documents[file] = parse_text(text, file)
        except FlowError as error:
            problems += error.problems
    return documents, problems


def flows_of(documents: Mapping[str, Any], known: Known) -> tuple[dict[str, Flow], list[Problem]]:
    """The same of documents; their keys are what the problems name."""
    problems: list[Problem] = []
    said = (as_text(d.get("name")) for d in documents.values() if isinstance(d, Mapping))
    names = {name for name in said if isinstance(name, str)}
    known = replace(known, flows={*(known.flows or ()), *names})
    flows: dict[str, Flow] = {}
    origin: dict[str, str] = {}
    for file, document in documents.items():
        try:
            flow = parse_flow(document, file, known)
        except FlowError as error:
            problems += error.problems
            continue
        problems += flow.warnings
        if flow.name in flows:
            problems.append(Problem(file, "", f"the name {flow.name!r} is already used by {origin[flow.name]}"))
            continue
        flows[flow.name], origin[flow.name] = flow, file
    for name in _flow_loops(flows):
        problems.append(
            Problem(origin[name], "", "dead loop: this flow leads back to itself over other flows without ever waiting")
        )
        del flows[name]
    return flows, problems


def _flow_loops(flows: Mapping[str, Flow]) -> list[str]:
    """Names of flows that can run round over flow nodes without a waiting node."""
    edges = {}
    for name, flow in flows.items():
        at_once = {n: () if node_type(node).waits else exits(node) for n, node in flow.nodes.items()}
        near = (flow.nodes[n] for n in _closure({flow.start}, at_once))
        edges[name] = tuple(node.flow for node in near if isinstance(node, FlowNode) and node.flow in flows)
    return [name for name in flows if name in _closure(set(edges[name]), edges)]

"""The engine's modules import each other in one direction. One pair may not: a flow ends in a queue, and a queue that nobody
serves sends its callers into a flow."""

from __future__ import annotations

import ast
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import cti_server.engine.assembly
from cti_server.engine.kernel.results import Outcome

MUTUAL = ("cti_server.engine.acd.queueing", "cti_server.engine.acd.ivr")
FOLDER = Path(cti_server.engine.__file__).parent


def _module(file: Path) -> str:
    return ".".join(("cti_server.engine", *file.relative_to(FOLDER).with_suffix("").parts))


def _imported(file: Path, modules: set[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {str(node.module), *(f"{node.module}.{name.name}" for name in node.names)} & modules
    return found


def test_no_module_imports_itself_by_way_of_others() -> None:
    files = {_module(file): file for file in FOLDER.rglob("*.py") if file.stem != "__init__"}
    graph = {module: _imported(file, set(files)) for module, file in files.items()}
    assert {MUTUAL[1]} <= graph[MUTUAL[0]]
    graph[MUTUAL[0]].discard(MUTUAL[1])
    found = TopologicalSorter(graph).static_order()  # raises CycleError, which names the circle
    order = [module.rpartition(".")[2] for module in found]
    assert order.index("trunks") < order.index("calls") < order.index("switches")


def _below(kind: type) -> set[tuple[str, str]]:
    return {(one.__name__, one.__module__) for one in kind.__subclasses__()}.union(*map(_below, kind.__subclasses__()))


def test_each_kind_of_outcome_has_its_own_name() -> None:
    """By which the log and the state have it."""
    ours = [name for name, module in _below(Outcome) if module.startswith("cti_server.")]
    assert {"SoundTaken", "Rung"} <= set(ours)
    assert [name for name, count in Counter(ours).items() if count > 1] == []

"""The engine's modules import each other in one direction. One pair may not: a flow ends in a queue, and a queue that nobody
serves sends its callers into a flow."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import cti_server.engine

MUTUAL = ("queueing", "ivr")
FOLDER = Path(cti_server.engine.__file__).parent


def _imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "cti_server.engine":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cti_server.engine."):
            found.add(str(node.module).split(".")[2])
    return found


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {file.stem: _imported(file) for file in FOLDER.glob("*.py") if file.stem != "__init__"}
    assert {MUTUAL[1]} <= graph[MUTUAL[0]]
    graph[MUTUAL[0]].discard(MUTUAL[1])
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle
    assert order.index("trunks") < order.index("calls") < order.index("switches")

"""What is declared has its id once in the code; whoever means it names the declaration, which mypy and vue-tsc check."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

import cti_server
import webapp
from cti_server.engine.kernel.alarms import Alarm
from cti_server.errors import ERRORS
from cti_server.events.commands import COMMANDS
from cti_server.events.views import EVENTS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "webapp/frontend/src"


def _modules() -> Iterator[str]:
    for package in (cti_server, webapp):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith((".main", "__main__")):
                yield module.name


for name in _modules():
    importlib.import_module(name)  # what it declares is known afterwards


@cache
def _texts() -> dict[str, list[str]]:
    """Text -> where Python of the product has just that as a value."""
    found = defaultdict(list)
    for folder in ("cti_server", "webapp", "scripts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found[node.value].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


@cache
def _page() -> dict[str, str]:
    files = [path for kind in ("*.ts", "*.vue") for path in sorted(PAGE.rglob(kind)) if "generated" not in path.parts]
    return {str(path.relative_to(PAGE)): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.parametrize(("what", "ids"), [("error", ERRORS), ("alarm", Alarm.declared), ("event", EVENTS)])
def test_an_id_is_written_once(what: str, ids: Iterable[str]) -> None:
    plain = [one for one in ids if not re.search("[-.]", one)]
    assert not plain, f"an {what} with an ordinary word for its id cannot be found: {plain}"
    assert {one: at for one in ids if len(at := _texts()[one]) > 1} == {}


def test_a_command_is_named_by_its_class() -> None:
    assert {name: at for name in COMMANDS if (at := _texts().get(name))} == {}


def test_words_of_declared_ids_are_not_the_pages() -> None:
    ids = {*ERRORS, *Alarm.declared, *COMMANDS, *EVENTS}
    catalogues = {name: text for name, text in _page().items() if re.search(r"words\.\S+\.ts$", name)}
    assert len(catalogues) > 2
    said = {name: ids & set(re.findall(r"^\s*'([\w.-]+)':", text, re.M)) for name, text in catalogues.items()}
    assert {name: found for name, found in said.items() if found} == {}

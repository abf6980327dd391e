"""The worked examples of docs/developers/adding.md, each in a copy of the tree: it applies, touches no more files than it says,
its own tests are green, and so are the checks with all of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/developers/adding.md"
MODULES = "webapp/frontend/node_modules"
MADE = ("commands.ts", "live.ts", "figures.ts", "rights.ts", "words.ts", "api.ts")
LEFT_OUT = (".*", "__pycache__", "node_modules", "*.egg-info", "captures", "dist", "var")
EXAMPLE = re.compile(r"^## (?P<title>[^\n]+)\n.*?at most (?P<most>\d+) files.*?```diff\n(?P<diff>.*?)```", re.M | re.S)


@dataclass(frozen=True)
class Example:
    title: str
    most: int
    diff: str

    @property
    def files(self) -> list[str]:
        return re.findall(r"^\+\+\+ b/(\S+)$", self.diff, re.M)

    @property
    def tests(self) -> list[str]:
        return [name for name in self.files if name.startswith("tests/")]

    def apply(self, tree: Path) -> None:
        subprocess.run(["git", "apply", "-"], cwd=tree, input=self.diff.encode(), check=True)


EXAMPLES = [Example(found["title"], int(found["most"]), found["diff"]) for found in EXAMPLE.finditer(PAGE.read_text("utf-8"))]


def copy(place: Path) -> Path:
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (place / MODULES).symlink_to(ROOT / MODULES)
    for name in (".mypy_cache", ".importlinter"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name)
        elif (ROOT / name).exists():
            shutil.copy2(ROOT / name, place / name)
    return place


def run(tree: Path, *words: str) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    found = subprocess.run(words, cwd=tree, capture_output=True, text=True, env=environ)
    assert found.returncode == 0, f"{' '.join(words)}\n{found.stdout[-4000:]}\n{found.stderr[-2000:]}"


def test_every_kind_of_thing_has_its_example() -> None:
    headings = re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.M)
    assert headings == [example.title for example in EXAMPLES]
    assert len(EXAMPLES) == 7


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_it_touches_no_more_files_than_it_says_and_its_tests_are_green(example: Example, tmp_path: Path) -> None:
    assert len(set(example.files)) == len(example.files) <= example.most
    assert example.tests
    tree = copy(tmp_path / "tree")
    example.apply(tree)
    run(tree, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *example.tests)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with all examples."""
    tree = copy(tmp_path_factory.mktemp("whole") / "tree")
    for example in EXAMPLES:
        example.apply(tree)
    run(tree, sys.executable, "-m", "scripts.migration", "what the examples add")
    run(tree, sys.executable, "-m", "scripts.contracts")
    return tree


def test_the_checks_are_green_with_all_of_them(whole: Path) -> None:
    run(whole, sys.executable, "-m", "ruff", "check", ".")
    run(whole, sys.executable, "-m", "mypy")
    tests = ("tests/scripts/test_migration.py", "tests/scripts/test_said_once.py", "tests/scripts/test_contracts.py")
    run(whole, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)


def test_the_page_knows_them(whole: Path) -> None:
    made = [tree / "webapp/frontend/src/generated" / name for name in MADE for tree in (whole, ROOT)]
    assert not [new for new, old in zip(made[::2], made[1::2], strict=True) if new.read_text("utf-8") == old.read_text("utf-8")]
    run(whole / "webapp/frontend", "npx", "vue-tsc", "--noEmit", "-p", "tsconfig.json")

"""Every page of the documentation is found from its index, and every package of the product says its rule."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def test_the_index_names_every_page_and_nothing_else() -> None:
    named = {link for link in re.findall(r"\]\(([^)#]+)\)", (DOCS / "README.md").read_text()) if not link.startswith("..")}
    assert named == {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"README.md"}


@pytest.mark.parametrize("packages", ["cti_server/*", "webapp", "webapp/features/*", "scripts", "scripts/*"])
def test_every_package_says_its_rule(packages: str) -> None:
    folders = [module.parent for module in ROOT.glob(f"{packages}/__init__.py")]
    assert folders
    assert [str(folder) for folder in folders if not (folder / "README.md").is_file()] == []


PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *DOCS.rglob("*.md")]
NAMED = re.compile(r"(?:`|\n)make ([a-z-]*[a-z])\b(?!-)")
NOT_OURS = {".git", ".venv", "node_modules", "dist", "var", "build", "__pycache__"}


@pytest.mark.parametrize("target", sorted({name for page in PAGES for name in NAMED.findall(page.read_text())}))
def test_make_knows_every_target_that_a_page_names(target: str) -> None:
    """make reads the whole Makefile first, so a line that it cannot read is found too."""
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_file_keeps_the_marks_of_a_merge() -> None:
    torn = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        torn += [name for name in names if re.search(rb"^(?:<{7}|>{7}) ", (Path(folder) / name).read_bytes(), re.MULTILINE)]
    assert torn == []

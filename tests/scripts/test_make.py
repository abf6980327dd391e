"""The Makefile can be read and knows the targets that the pages name; no file holds the marks of a merge that nobody finished."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MADE = {".git", ".venv", "node_modules", "dist", "var", "build", "__pycache__"}
MARK = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
TARGETS = re.findall(r"^([a-z-]+(?: [a-z-]+)*):", (ROOT / "Makefile").read_text(), re.MULTILINE)
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "docs").rglob("*.md")]
NAMED = re.compile(r"(?:`|\n)make ([a-z-]*[a-z])\b(?!-)")


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize("target", sorted({name for line in TARGETS for name in line.split()}))
def test_make_knows_what_to_do(target: str) -> None:
    told = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip()


def test_make_has_every_target_that_a_page_names() -> None:
    named = {name for page in PAGES for name in NAMED.findall(page.read_text("utf-8"))}
    assert {"run", "test"} <= named
    assert named - {name for line in TARGETS for name in line.split()} == set()


def test_no_merge_is_left_half_done() -> None:
    files = [path for path in ROOT.rglob("*") if path.is_file() and not MADE & set(path.relative_to(ROOT).parts)]
    assert ROOT / "Makefile" in files
    assert [str(path) for path in files if MARK.search(path.read_bytes())] == []

"""The Makefile can be read and knows its targets; no file holds the marks of a merge that nobody finished."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MADE = {".git", ".venv", "node_modules", "dist", "var", "__pycache__"}
MARK = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
TARGETS = re.findall(r"^([a-z-]+(?: [a-z-]+)*):", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize("target", sorted({name for line in TARGETS for name in line.split()}))
def test_make_knows_what_to_do(target: str) -> None:
    told = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip()


def test_no_merge_is_left_half_done() -> None:
    files = [path for path in ROOT.rglob("*") if path.is_file() and not MADE & set(path.relative_to(ROOT).parts)]
    assert ROOT / "Makefile" in files
    assert [str(path) for path in files if MARK.search(path.read_bytes())] == []

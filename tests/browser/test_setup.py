"""Setting up the centre on the page, in Chromium."""

from __future__ import annotations

import pytest

from tests.browser.chromium import run_scenario


@pytest.mark.browser
@pytest.mark.parametrize("scenario", ["back_asks_before_it_loses"])
def test_setup(scenario: str, server: str) -> None:
    run_scenario("setup.mjs", scenario, server)

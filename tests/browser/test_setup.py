"""Setting up the centre on the page, in Chromium."""

from __future__ import annotations

import pytest

from tests.browser.chromium import run_scenario

SCENARIOS = (
    "where_somebody_goes_while_the_first_page_loads",
    "back_asks_before_it_loses",
    "kinds_on_a_narrow_screen",
    "why_a_file_is_refused",
    "once_is_asked",
    "login_with_a_long_name",
)


@pytest.mark.browser
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_setup(scenario: str, server: str) -> None:
    run_scenario("setup.mjs", scenario, server)

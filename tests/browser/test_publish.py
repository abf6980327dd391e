"""Draft and versions on the page, in Chromium. CTI_PICTURES=FOLDER keeps pictures."""

from __future__ import annotations

import os

import pytest

from tests.browser.chromium import run_scenario


@pytest.mark.browser
@pytest.mark.parametrize("scenario", ["from_a_change_to_a_version_and_back", "looks"])
def test_publish(scenario: str, server: str) -> None:
    run_scenario("publish.mjs", scenario, server, os.environ.get("CTI_PICTURES", ""), limit_s=300)

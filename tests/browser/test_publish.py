"""Draft and versions on the page, in Chromium."""

from __future__ import annotations

import pytest

from tests.browser.chromium import run_scenario


@pytest.mark.browser
def test_publish(server: str) -> None:
    run_scenario("publish.mjs", "from_a_change_to_a_version_and_back", server, limit_s=300)

"""The built page in Chromium: axe has nothing serious to say, and everything fits at every width. CTI_PICTURES keeps pictures.

Each place is seen once in every run, in one of the languages; in both by ``make test-screens``.
"""

from __future__ import annotations

import os

import pytest

from tests.browser.chromium import run_scenario

ALWAYS = (
    "everywhere_zh-CN",
    "people_en",
    "drafts_zh-CN",
    "rights_zh-CN",
    "guide_en",
    "own_zh-CN",
    "phones_en",
    "wiping_zh-CN",
    "rail_en",
)
WHEN_ASKED = (
    "everywhere_en",
    "people_zh-CN",
    "drafts_en",
    "rights_en",
    "guide_zh-CN",
    "own_en",
    "phones_zh-CN",
    "wiping_en",
    "rail_zh-CN",
)


@pytest.mark.browser
@pytest.mark.parametrize("scenario", [*ALWAYS, *(pytest.param(name, marks=pytest.mark.long) for name in WHEN_ASKED)])
def test_look(scenario: str, server: str) -> None:
    run_scenario("look.mjs", scenario, server, os.environ.get("CTI_PICTURES", ""), limit_s=600)

"""The demo centre as ``make run`` starts it, seen through Chromium. CTI_PICTURES=FOLDER keeps pictures in both languages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.run import Centre
from scripts.stack import free_ports
from tests.browser.chromium import chromium, run_scenario

CALLERS = Path(__file__).parent / "callers.yaml"


@pytest.fixture
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Every process of a fresh demo centre, without virtual colleagues: all calls come to the browsers."""
    chromium()
    data: Path = tmp_path_factory.mktemp("demo")
    settings = {"CTI_DATA_DIR": str(data), "CTI_HTTP_PORT": str(free_ports(1)[0])}
    running = Centre(settings, scenario=str(CALLERS), colleagues=False)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["whole_call", "consultation"])
def test_the_demo(scenario: str, centre: Centre) -> None:
    """An agent takes a call and the leader sees it; two agents consult, take turns and pass on."""
    run_scenario("demo.mjs", scenario, centre.settings.url, os.environ.get("CTI_PICTURES", ""))

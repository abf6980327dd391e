"""A newcomer's run: an empty centre of real processes, and by its page alone to a call that was taken. CTI_PICTURES=FOLDER keeps
pictures."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.run import Centre
from scripts.stack import free_ports
from tests.browser.chromium import chromium, run_scenario

SCENARIO = Path(__file__).parent / "newcomer.yaml"


@pytest.fixture
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    chromium()
    data: Path = tmp_path_factory.mktemp("newcomer")
    settings = {"CTI_DATA_DIR": str(data), "CTI_HTTP_PORT": str(free_ports(1)[0])}
    running = Centre(settings, scenario=str(SCENARIO), empty=True)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["first_call", "demo_and_back"])
def test_a_newcomer(scenario: str, centre: Centre) -> None:
    """From the first link to a taken call within a minute; and the demo filled in and wiped."""
    assert centre.link
    more = {"CTI_LINK": centre.link, "CTI_PYTHON": sys.executable, "CTI_DATA_DIR": str(centre.data)}
    print(run_scenario("newcomer.mjs", scenario, centre.settings.url, os.environ.get("CTI_PICTURES", ""), **more))

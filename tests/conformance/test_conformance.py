"""Every recorded scenario, run again on a switch, gives on each leg what was recorded on the real one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance import compare
from tests.conformance.link import Link, Place, RealPlace, SimulatedPlace
from tests.conformance.scenarios import SCENARIOS

CAPTURES = Path(__file__).parent.parent / "captures"
REAL = os.environ.get("CTI_TEST_SWITCH", "")


def _real_place(folder: Path) -> Place:
    if not REAL:
        pytest.skip("no real switch: set CTI_TEST_SWITCH=esl://:PASSWORD@HOST:PORT of a FreeSWITCH set up like the laboratory")
    if shutil.which("sipp") is None:
        pytest.skip("sipp is not installed (Debian: sip-tester)")
    return RealPlace(folder, REAL)


@pytest.fixture(scope="module", params=["simulated", "real"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("recordings")
    folder.chmod(0o777)
    where = SimulatedPlace(folder) if request.param == "simulated" else _real_place(folder)
    where.start()
    yield where
    where.stop()


@pytest.fixture
def link(place: Place) -> Iterator[Link]:
    one = place.link()
    yield one
    one.api("hupall")
    one.pause(0.5)
    one.close()
    place.scenario_over()


@pytest.mark.parametrize("name", SCENARIOS)
def test_legs_live_as_recorded(name: str, place: Place, link: Link) -> None:
    SCENARIOS[name](place, link)
    link.pause(0.1)
    recorded = compare.read_capture(CAPTURES / f"{name}.esl")

    expected, seen = compare.per_leg(recorded), compare.per_leg(link.events)

    assert seen.keys() == expected.keys()
    for leg in expected:
        assert seen[leg] == expected[leg], leg
    assert compare.jobs(link.events)[-len(compare.jobs(recorded)) :] == compare.jobs(recorded)
    for scenario, earlier, later in compare.CROSS_LEG:
        if scenario == name:
            assert compare.first(recorded, earlier) < compare.first(recorded, later)
            assert compare.first(link.events, earlier) < compare.first(link.events, later)

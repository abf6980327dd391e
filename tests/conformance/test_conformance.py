"""Every recorded scenario, run again on a switch, gives on each leg what was recorded on the real one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conformance import (
    compare,
    together,  # noqa: F401 - its scenarios
)
from tests.conformance.link import Link, Place, SimulatedPlace
from tests.conformance.real import RealPlace
from tests.conformance.scenarios import SCENARIOS

CAPTURES = Path(__file__).parent.parent / "captures"


def _real_place(folder: Path) -> Place:
    """A FreeSWITCH of our own, where the programs are there."""
    missing = [name for name in ("freeswitch", "sipp") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not on PATH: {', '.join(missing)} (FreeSWITCH 1.10; SIPp is Debian's sip-tester)")
    return RealPlace(folder)


@pytest.fixture(scope="module", params=["simulated", "real"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("recordings")
    folder.chmod(0o777)
    where = SimulatedPlace(folder) if request.param == "simulated" else _real_place(folder)
    where.start()
    yield where
    where.stop()


@contextmanager
def linked(place: Place) -> Iterator[Link]:
    one = place.link()
    try:
        yield one
    finally:
        one.api("hupall")
        one.pause(0.5)
        one.close()
        place.scenario_over()


@pytest.mark.parametrize("name", SCENARIOS)
def test_legs_live_as_recorded(name: str, place: Place) -> None:
    """The simulator has one attempt. Phones and callers of the real switch are programs that a busy machine holds up, so there
    a scenario that went otherwise is played again; a real difference shows each time."""
    attempts = 3 if isinstance(place, RealPlace) else 1
    for attempt in range(1, attempts + 1):
        try:
            with linked(place) as link:
                _compare(name, place, link)
            return
        except (AssertionError, TimeoutError):
            if attempt == attempts:
                raise


def _compare(name: str, place: Place, link: Link) -> None:
    SCENARIOS[name](place, link)
    link.pause(0.1)
    recorded = compare.recorded(CAPTURES, name)

    expected, seen = compare.per_leg(recorded), compare.per_leg(link.events)

    assert seen.keys() == expected.keys()
    for leg in expected:
        assert seen[leg] == expected[leg], leg
    jobs = compare.jobs(recorded)  # two jobs end in threads of their own: in no order
    assert sorted(compare.jobs(link.events)[-len(jobs) :] if jobs else []) == sorted(jobs)
    for scenario, earlier, later in compare.CROSS_LEG:
        if scenario == name:
            assert compare.first(recorded, earlier) < compare.first(recorded, later)
            assert compare.first(link.events, earlier) < compare.first(link.events, later)

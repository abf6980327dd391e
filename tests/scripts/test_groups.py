"""Tests that share an expensive server run in one worker: their ids carry the group's name before xdist deals them out."""

from __future__ import annotations

import pytest


@pytest.fixture
def grouped(request: pytest.FixtureRequest) -> str:
    """The group that this test was dealt out with."""
    if request.config.getoption("dist", "no") != "loadgroup" and not getattr(request.config.option, "loadgroup", False):
        pytest.skip("runs with -n 2 --dist loadgroup, as make test does")
    return request.node.nodeid.rpartition("@")[2]


@pytest.mark.parametrize("database", ["mariadb"])
def test_a_parameter_groups(database: str, grouped: str) -> None:
    assert grouped == database


@pytest.mark.browser
def test_a_mark_groups(grouped: str) -> None:
    assert grouped == "browser"


@pytest.mark.switch
@pytest.mark.browser
def test_the_switch_comes_before_the_browser(grouped: str) -> None:
    assert grouped == "switch"

"""Shared fixtures are plugins, one module per kind of server.

Sockets and sleeps are gevent's, as in every process of the product; threads stay real, because the test runner needs them.
"""

from gevent import monkey

monkey.patch_all(thread=False, subprocess=False, signal=False, os=False, queue=False, ssl=False)

import importlib.util  # noqa: E402
import os  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

import tests.confined  # noqa: E402, F401 - it looks at every statement
from scripts.stack import end_in_order  # noqa: E402

pytest_plugins = ["tests.fixtures", "tests.fixtures_directory"]
if importlib.util.find_spec("tests.fixtures_switch"):
    pytest_plugins.append("tests.fixtures_switch")

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

GROUPS = {"real_switch": "switch", "switch": "switch", "browser": "browser", "mariadb_server": "mariadb", "mariadb": "mariadb"}
"""Fixture, mark or parameter -> group of tests that share one expensive server, so that parallel runs start it once."""


def pytest_configure() -> None:
    """A run that is told to end takes its servers with it, as after Ctrl-C: they are sessions of their own."""
    end_in_order()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before xdist's own hook, which makes the groups of ``--dist loadgroup`` out of these marks."""
    for item in items:
        if item.get_closest_marker("long") and not os.environ.get("CTI_TEST_LONG"):
            item.add_marker(pytest.mark.skip("takes long: make test-switch, make test-screens"))
        if "real_switch" in getattr(item, "fixturenames", ()):
            item.add_marker("switch")
        names = {*getattr(item, "fixturenames", ()), *(mark.name for mark in item.iter_markers())}
        if callspec := getattr(item, "callspec", None):
            names |= {value for value in callspec.params.values() if isinstance(value, str)}
        if found := [group for name, group in GROUPS.items() if name in names]:
            item.add_marker(pytest.mark.xdist_group(found[0]))

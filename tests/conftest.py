"""Shared fixtures are plugins, one module per kind of server.

Sockets and sleeps are gevent's, as in every process of the product; threads stay real, because the test runner needs them.
"""

from gevent import monkey

monkey.patch_all(thread=False, subprocess=False, signal=False, os=False, queue=False, ssl=False)

import importlib.util  # noqa: E402

import pytest  # noqa: E402

pytest_plugins = ["tests.fixtures"]
if importlib.util.find_spec("tests.fixtures_switch"):
    pytest_plugins.append("tests.fixtures_switch")

GROUPS = {"real_switch": "switch", "mariadb_server": "mariadb"}
"""Fixture -> group of tests that share one expensive server, so that parallel runs start it once."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        names = [group for fixture, group in GROUPS.items() if fixture in getattr(item, "fixturenames", ())]
        names += [name for name in ("browser", "switch") if item.get_closest_marker(name)]
        if names:
            item.add_marker(pytest.mark.xdist_group(names[0]))

"""Shared fixtures are plugins, one module per kind of server."""

import importlib.util

pytest_plugins = ["tests.fixtures"]
if importlib.util.find_spec("tests.fixtures_switch"):
    pytest_plugins.append("tests.fixtures_switch")

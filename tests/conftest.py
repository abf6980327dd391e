"""Shared fixtures are plugins, one module per kind of server.

Sockets and sleeps are gevent's, as in every process of the product; threads stay real, because the test runner needs them.
"""

from gevent import monkey

monkey.patch_all(thread=False, subprocess=False, signal=False, os=False, queue=False, ssl=False)

import importlib.util  # noqa: E402

pytest_plugins = ["tests.fixtures"]
if importlib.util.find_spec("tests.fixtures_switch"):
    pytest_plugins.append("tests.fixtures_switch")

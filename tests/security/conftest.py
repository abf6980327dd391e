"""The small centre of tests/webapp, attacked."""

from tests.webapp.conftest import make_web, web

__all__ = ["make_web", "web"]

"""Waiting for what must come, in tests whose other side is a process or a greenlet of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import gevent

Found = TypeVar("Found")


def until(condition: Callable[[], Found], what: str = "what was waited for", limit_s: float = 30.0) -> Found:
    """What ``condition`` gave as soon as that is true; an AssertionError names ``what`` after ``limit_s``."""
    with gevent.Timeout(limit_s, AssertionError(f"not within {limit_s} s: {what}")):
        while not (found := condition()):
            gevent.sleep(0.005)
        return found

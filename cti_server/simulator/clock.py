"""Time of the simulated switch: microseconds UTC, either the machine's (never going back) or virtual, moved by hand."""

from __future__ import annotations

import time
from typing import Protocol


class SwitchClock(Protocol):
    """``now_us``: UTC microseconds. ``virtual``: only ``advance`` moves it."""

    virtual: bool

    def now_us(self) -> int: ...


class RealClock:
    """The machine's time, anchored once to the monotonic clock so that it never steps."""

    virtual = False

    def __init__(self) -> None:
        self._offset_us = time.time_ns() // 1000 - time.monotonic_ns() // 1000

    def now_us(self) -> int:
        return self._offset_us + time.monotonic_ns() // 1000


class VirtualClock:
    """Time that stands still until ``advance`` moves it. Starts at ``start_us``."""

    virtual = True

    def __init__(self, start_us: int = 1_800_000_000_000_000) -> None:
        self._now_us = start_us

    def now_us(self) -> int:
        return self._now_us

    def advance(self, ms: float) -> int:
        """Moves time forward by ``ms`` milliseconds (>= 0) and returns the new time."""
        if ms < 0:
            raise ValueError("time does not go back")
        self._now_us += round(ms * 1000)
        return self._now_us

"""Time of the simulated switch: microseconds UTC, either the machine's (never going back) or virtual, moved by hand."""

from __future__ import annotations

import time


class RealClock:
    """The machine's time, anchored once to the monotonic clock so that it never steps."""

    def __init__(self) -> None:
        self._offset_us = time.time_ns() // 1000 - time.monotonic_ns() // 1000

    def now_us(self) -> int:
        return self._offset_us + time.monotonic_ns() // 1000


class VirtualClock:
    """Time that stands still until ``advance`` moves it."""

    def __init__(self) -> None:
        self._now_us = 1_800_000_000_000_000

    def now_us(self) -> int:
        return self._now_us

    def advance(self, ms: float) -> int:
        """Moves time forward by ``ms`` milliseconds (>= 0) and returns the new time."""
        if ms < 0:
            raise ValueError("time does not go back")
        self._now_us += round(ms * 1000)
        return self._now_us

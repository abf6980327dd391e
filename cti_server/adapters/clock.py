"""The real clock: UTC anchored once per process to the monotonic clock, so that it never jumps while calls run."""

from __future__ import annotations

import time


class SystemClock:
    """Implements domain.clock.Clock."""

    def __init__(self) -> None:
        self._offset_ns = time.time_ns() - time.monotonic_ns()

    def now_ms(self) -> int:
        return (time.monotonic_ns() + self._offset_ns) // 1_000_000


def boot_s() -> float:
    """Seconds by a clock that also counts while the machine sleeps; for leases and fences."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)

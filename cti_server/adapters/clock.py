"""The real clock: UTC that never jumps while calls run. It starts with the machine's and follows its steps slowly."""

from __future__ import annotations

import time

DAY_MS = 24 * 3_600_000
SLEW = 20
"""A difference to the machine's clock goes at 1/SLEW of the time that passes: 4 s in 80 s, an hour in 20 hours."""


class SystemClock:
    """Implements domain.clock.Clock. Between two looks it counts what passes, a sleep of the machine included."""

    def __init__(self) -> None:
        self._running_ns = _running_ns()
        self._offset_ns = time.time_ns() - self._running_ns

    def now_ms(self) -> int:
        running_ns = _running_ns()
        most_ns = (running_ns - self._running_ns) // SLEW
        wrong_ns = time.time_ns() - running_ns - self._offset_ns
        self._offset_ns += max(-most_ns, min(most_ns, wrong_ns))
        self._running_ns = running_ns
        return (running_ns + self._offset_ns) // 1_000_000

    def not_before(self, at_ms: int) -> None:
        """Go on from ``at_ms``, which a predecessor wrote, where the machine's clock was set back since, by DAY_MS at most."""
        behind_ms = at_ms - self.now_ms()
        if 0 < behind_ms <= DAY_MS:
            self._offset_ns += behind_ms * 1_000_000


def _running_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def boot_s() -> float:
    """Seconds by a clock that also counts while the machine sleeps; for leases and fences."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)

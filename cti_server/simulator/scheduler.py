"""What happens later: a heap of timers on one time line. Knows no clock; whoever drives it says how far time has come."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LOOK_MS = 20
"""A switch looks at a leg so often: what is asked of a leg happens at its next look."""


@dataclass(eq=False, slots=True)
class Timer:
    """One planned call. ``cancel`` makes it nothing; a timer fires at most once."""

    due_us: int
    fn: Callable[..., Any] | None
    args: tuple[Any, ...]

    def cancel(self) -> None:
        self.fn = None
        self.args = ()


NEVER = Timer(0, None, ())
"""Where nothing is planned."""


class Scheduler:
    """Timers fire in the order of their due time, those of the same instant in the order they were made."""

    def __init__(self, now_us: int) -> None:
        self.now_us = now_us
        self._heap: list[tuple[int, int, Timer]] = []
        self._made = 0

    def after(self, delay_ms: float, fn: Callable[..., Any], *args: Any) -> Timer:
        """Plans ``fn(*args)`` in ``delay_ms`` milliseconds from now."""
        timer = Timer(self.now_us + round(delay_ms * 1000), fn, args)
        self._made += 1
        heapq.heappush(self._heap, (timer.due_us, self._made, timer))
        return timer

    def next_due_us(self) -> int | None:
        """When the next live timer fires, None when there is none."""
        heap = self._heap
        while heap and heap[0][2].fn is None:
            heapq.heappop(heap)
        return heap[0][0] if heap else None

    def run_until(self, now_us: int) -> int:
        """Fires all that is due up to ``now_us``, timers made meanwhile included. Returns how many fired."""
        fired = 0
        heap = self._heap
        while heap and heap[0][0] <= now_us:
            due_us, _, timer = heapq.heappop(heap)
            if timer.fn is None:
                continue
            self.now_us = max(self.now_us, due_us)
            fn, args = timer.fn, timer.args
            timer.cancel()
            fn(*args)
            fired += 1
        self.now_us = max(self.now_us, now_us)
        return fired

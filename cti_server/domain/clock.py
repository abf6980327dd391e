"""The one port for time. Shells give a real clock; tests and the simulator's virtual time give their own."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    def now_ms(self) -> int:
        """UTC milliseconds, never going back within a process."""
        ...

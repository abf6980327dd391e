"""Who gets which call: of the queue's ready agents those of the best level, of them the longest idle over all queues; the best
key over all lines an agent serves.

Pure choice over lines that are kept sorted elsewhere; nothing here scans all agents or all calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from cti_server.domain.queue import Line

KEPT_CANDIDATES: Final = 5
_LEVEL: Final = 1 << 44
"""Above every UTC ms."""


def idle_key(level: int, idle_since_ms: int) -> int:
    """Place of an agent in a queue's idle line: smaller is served first. ``level``: 1 is the best."""
    return level * _LEVEL + idle_since_ms


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen agent and, for the ledger, the best candidates as (agent, idle ms), the first choice first."""

    agent: str
    idle_ms: int
    best: tuple[tuple[str, int], ...]


def choose_agent(idle: Line, now_ms: int, not_again: str = "", may: Callable[[str], bool] | None = None) -> Choice | None:
    """The first of ``idle`` (keys are ``idle_key``) who ``may`` take the call. ``not_again`` is taken only when nobody else is
    there."""
    first = idle.first(KEPT_CANDIDATES, may)
    if not first:
        return None
    chosen = next((entry for entry in first if entry[2] != not_again), first[0])
    return Choice(chosen[2], now_ms - chosen[0] % _LEVEL, tuple((agent, now_ms - key % _LEVEL) for key, _, agent in first))


def choose_call(lines: Iterable[Line], may: Callable[[str], bool] | None = None) -> str | None:
    """The waiting call with the best key that ``may`` be taken, among the lines that an agent serves; None when there is none."""
    best: tuple[int, int, str] | None = None
    for line in lines:
        head = next(iter(line.first(1, may)), None) if may else line.head()
        if head is not None and (best is None or head < best):
            best = head
    return None if best is None else best[2]

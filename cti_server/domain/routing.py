"""Who gets which call: the longest-idle ready agent over all queues, the best key over all lines an agent serves.

Pure choice over lines that are kept sorted elsewhere; nothing here scans all agents or all calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from cti_server.domain.queue import Line

KEPT_CANDIDATES: Final = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen agent and, for the ledger, the best candidates as (agent, idle ms), longest idle first."""

    agent: str
    idle_ms: int
    best: tuple[tuple[str, int], ...]


def choose_agent(idle: Line, now_ms: int, not_again: str = "", may: Callable[[str], bool] | None = None) -> Choice | None:
    """The longest idle of ``idle`` (keys are idle-since, UTC ms) who ``may`` take the call. ``not_again`` is taken only when
    nobody else is there."""
    first = idle.first(KEPT_CANDIDATES, may)
    if not first:
        return None
    chosen = next((entry for entry in first if entry[2] != not_again), first[0])
    return Choice(chosen[2], now_ms - chosen[0], tuple((agent, now_ms - since) for since, _, agent in first))


def choose_call(lines: Iterable[Line], may: Callable[[str], bool] | None = None) -> str | None:
    """The waiting call with the best key that ``may`` be taken, among the lines that an agent serves; None when there is none."""
    best: tuple[int, int, str] | None = None
    for line in lines:
        head = next(iter(line.first(1, may)), None) if may else line.head()
        if head is not None and (best is None or head < best):
            best = head
    return None if best is None else best[2]

"""Who gets which call: of the queue's ready agents those of the best level, of them the longest idle over all queues; the best
key over all lines an agent serves.

Pure choice over lines that are kept sorted elsewhere; nothing here scans all agents or all calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cti_server.domain.config import QueueOrder
from cti_server.domain.queue import Line

KEPT_CANDIDATES: Final = 5
_LEVEL: Final = 1 << 44
"""Above every UTC ms."""
_LACK: Final = _LEVEL << 32
"""Above every level."""
BEST_LEVEL: Final = 10
"""Of a skill."""


def idle_key(level: int, idle_since_ms: int, lacks: int = 0) -> int:
    """Place of an agent in a queue's idle line: smaller is served first. ``level``: 1 is the best. ``lacks``: so many levels of a
    skill that the queue wants."""
    return lacks * _LACK + level * _LEVEL + idle_since_ms if lacks else level * _LEVEL + idle_since_ms


def below(lacks: int) -> int:
    """Above the keys of those who lack at most so many levels."""
    return (lacks + 1) * _LACK


def shortfall(wanted: Mapping[str, int], has: Mapping[str, int]) -> int:
    """How many levels are lacking at the skill where most are; a skill that somebody has not got is level 0."""
    return max([0, *(level - has.get(skill, 0) for skill, level in wanted.items())])


def rank(order: QueueOrder, level: int, wanted: Mapping[str, int], has: Mapping[str, int]) -> int:
    """What goes before the longest idle: the level in the queue, how good the skills are, or nothing."""
    if order == "level":
        return level
    if order == "skill":
        return 1 + sum(BEST_LEVEL - has.get(skill, 0) for skill in wanted)
    return 1


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen agent and, for the ledger, the best candidates as (agent, idle ms), the first choice first."""

    agent: str
    idle_ms: int
    best: tuple[tuple[str, int], ...]


def choose_agent(
    idle: Line, now_ms: int, not_again: str = "", may: Callable[[str], bool] | None = None, limit: int = 0
) -> Choice | None:
    """The first of ``idle`` (keys are ``idle_key``) who ``may`` take the call. ``not_again`` is taken only when nobody else is
    there. ``limit``: nobody with this key or a larger one (``below``); 0: anybody."""
    first = idle.first(KEPT_CANDIDATES, may)
    if limit:
        first = [entry for entry in first if entry[0] < limit]
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

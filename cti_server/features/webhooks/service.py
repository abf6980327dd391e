"""Deliveries: when one is tried again, and when it or its webhook is given up."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import orjson

from cti_server.features.webhooks.contract import TEST, TOPICS, State, subject_of

FIRST_MS, LONGEST_MS = 5_000, 900_000
"""How long the first and a later pause are; each is twice the one before, and shortened by chance by up to half."""
MOST_TRIES = 20
"""Of one delivery: about four hours."""
MOST_FAILURES = 20
"""Of a webhook, in a row: then it is switched off."""
GONE = 410
"""Who answers so wants nothing any more."""
AT_ONCE = 4
"""Deliveries of one webhook that are under way."""
LEASE_MS = 30_000
"""One that was taken to be sent and of which nothing was heard is sent again."""


@dataclass(frozen=True, slots=True)
class Hook:
    id: str
    url: str
    kinds: tuple[str, ...]
    secret: str
    failures: int
    next_ms: int

    def wants(self, kind: str) -> bool:
        topic = TOPICS.get(kind)
        return topic is not None and (not topic or not self.kinds or kind in self.kinds or topic in self.kinds)


@dataclass(frozen=True, slots=True)
class New:
    """A delivery that is to be made; ``delivery`` is the same whenever it is made of the same."""

    delivery: str
    webhook: str
    kind: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Waiting:
    row: int
    delivery: str
    subject: str
    body: str
    tries: int
    due_ms: int


@dataclass(frozen=True, slots=True)
class Position:
    """In the events stream: the entry, and the (epoch, seq) of its event."""

    entry: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Tried:
    """``trouble`` '': it was taken."""

    status: int
    trouble: str


Verdict = Literal["go on", "stop"]


class Store(Protocol):
    """The port. Raises DatabaseAway from every method."""

    def active(self) -> list[Hook]: ...

    def position(self) -> Position | None: ...

    def forget(self) -> None:
        """The position."""
        ...

    def add(self, new: Sequence[New], now_ms: int, position: Position | None = None) -> int:
        """Those that are not there yet, with the position, all or none; how many there were."""
        ...

    def waiting(self, webhook: str, count: int) -> list[Waiting]:
        """The oldest."""
        ...

    def claim(self, row: int, now_ms: int) -> bool:
        """It is this process's for LEASE_MS; False: another one has it, or it is done."""
        ...

    def tried(self, hook: str, waiting: Waiting, outcome: Tried, now_ms: int, retry_ms: int, rest_ms: int) -> int:
        """``retry_ms``: when it is tried again, 0 it is given up; ``rest_ms``: how long its webhook rests. How often it has
        failed in a row now."""
        ...

    def stopped(self) -> dict[str, str]:
        """Webhooks that are off and whose last try failed -> why."""
        ...

    def wake(self, webhook: str) -> None:
        """It rests no longer."""
        ...

    def tidy(self, before_ms: int, count: int) -> int:
        """Deletes the oldest deliveries from before, gives up those whose webhook is gone; how many were deleted."""
        ...


def heads(waiting: Sequence[Waiting], now_ms: int, count: int) -> list[Waiting]:
    """What may be sent now: of everything that it is about only the oldest, and that when it is due."""
    seen: set[str] = set()
    found: list[Waiting] = []
    for one in waiting:
        if one.subject not in seen and one.due_ms <= now_ms and len(found) < count:
            found.append(one)
        seen.add(one.subject)
    return found


def pause_ms(failures: int, chance: float) -> int:
    """Behind that many failures; ``chance``: 0 to 1."""
    whole = min(LONGEST_MS, FIRST_MS * 2 ** min(30, max(0, failures - 1)))
    return int(whole * (1 - chance / 2))


def deliveries(hooks: Collection[Hook], source: str, kind: str, told: Mapping[str, Any], data: Mapping[str, Any]) -> list[New]:
    """One for each webhook that wants it; ``source``: names the event or fact."""
    found: list[New] = []
    for hook in hooks:
        if hook.wants(kind):
            delivery = f"{hook.id}-{source}"[:160]
            body = orjson.dumps({"id": delivery, "kind": kind, **told, "data": data}).decode()
            found.append(New(delivery, hook.id, kind, subject_of(kind, data)[:128], body))
    return found


def shown(state: State | Literal[""]) -> tuple[State, ...]:
    return (state,) if state else ("waiting", "sent", "failed")


def trial(webhook: str, now_ms: int) -> New:
    delivery = f"{webhook}-test-{secrets.token_hex(8)}"
    body = orjson.dumps({"id": delivery, "kind": TEST, "at_ms": now_ms, "data": {}}).decode()
    return New(delivery, webhook, TEST, TEST, body)

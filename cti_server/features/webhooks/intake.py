"""From events and facts to deliveries.

Events are read off their stream behind a cursor that lies in the database and moves with the deliveries in one transaction: after
a crash the same events make the same deliveries, which are there already. Where the stream has lost some (it keeps five minutes)
each webhook is told which. While no webhook is active there is no cursor, and a new one begins with what comes then. Facts come
from the persister, between the ledger's commit and their end on the stream.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import redis
import structlog

from cti_server.adapters.keys import Keys
from cti_server.domain.border import BadInput
from cti_server.events.envelope import Envelope, decode
from cti_server.events.views import EVENTS
from cti_server.features.ledger.service import Row
from cti_server.features.webhooks.contract import MISSED
from cti_server.features.webhooks.service import Hook, New, Position, Store, deliveries

log = structlog.get_logger(__name__)

BATCH = 500
ROUNDS = 20
KNOWN_FOR_MS = 1_000


class Intake:
    def __init__(self, store: Store, client: redis.Redis, keys: Keys, now_ms: Callable[[], int]) -> None:
        self._store, self._redis, self._keys, self._now_ms = store, client, keys, now_ms
        self._hooks: list[Hook] = []
        self._hooks_ms = -KNOWN_FOR_MS
        self._at: Position | None = None
        self._first = True
        self.made = 0

    # ------------------------------------------------------------ events

    def events(self) -> None:
        """Those that have come. Raises DatabaseAway, redis.RedisError."""
        hooks = self._store.active()
        if not hooks:
            if self._at is not None or self._first:
                self._store.forget()
            self._at, self._first = None, False
            return
        self._first = False
        if self._at is None:
            self._at = self._begin()
        for _ in range(ROUNDS):
            found = cast(Any, self._redis.xrange(self._keys.events, min=f"({self._at.entry}", count=BATCH))
            if not found:
                return
            self._at = self._take(hooks, self._at, found)
            if len(found) < BATCH:
                return

    def _begin(self) -> Position:
        """Where it was; else at the stream's end."""
        known = self._store.position()
        if known is not None:
            return known
        newest = cast(Any, self._redis.xrevrange(self._keys.events, count=1))
        entry = newest[0][0].decode() if newest else "0-0"
        event = _event(newest[0][1]) if newest else None
        position = Position(entry, event.epoch if event else 0, event.seq if event else 0)
        self._store.add([], self._now_ms(), position)
        return position

    def _take(self, hooks: Sequence[Hook], at: Position, found: Sequence[Any]) -> Position:
        new: list[New] = []
        for entry, fields in found:
            event = _event(fields)
            epoch, seq = (event.epoch, event.seq) if event else (at.epoch, at.seq)
            if event is not None:
                if event.epoch == at.epoch and event.seq > at.seq + 1:
                    new += self._missed(hooks, at, event)
                new += self._of(hooks, event)
            at = Position(entry.decode(), epoch, seq)
        self.made += self._store.add(new, self._now_ms(), at)
        return at

    def _of(self, hooks: Sequence[Hook], event: Envelope) -> list[New]:
        told = {"at_ms": event.at_ms, "epoch": event.epoch, "seq": event.seq}
        data = EVENTS[event.name].for_pages(event.data)
        return deliveries(hooks, f"{event.epoch}-{event.seq}", event.name, told, data)

    def _missed(self, hooks: Sequence[Hook], at: Position, event: Envelope) -> list[New]:
        log.error("events are gone from the stream before webhooks could be told", epoch=at.epoch, after=at.seq, before=event.seq)
        data = {"epoch": at.epoch, "after_seq": at.seq, "before_seq": event.seq}
        told = {"at_ms": event.at_ms}
        return deliveries(hooks, f"missed-{at.epoch}-{at.seq}", MISSED, told, data)

    # ------------------------------------------------------------ facts

    def facts(self, rows: Sequence[Row]) -> None:
        """They are stored. The same may come twice. Raises DatabaseAway."""
        now_ms = self._now_ms()
        if not 0 <= now_ms - self._hooks_ms < KNOWN_FOR_MS:
            self._hooks, self._hooks_ms = self._store.active(), now_ms
        if not self._hooks:
            return
        new = [
            one
            for row in rows
            for one in deliveries(self._hooks, row.fact_id, f"fact.{row.fact.kind}", {"at_ms": now_ms}, row.columns)
        ]
        if new:
            self.made += self._store.add(new, now_ms)


def _event(fields: Any) -> Envelope | None:
    """None: what is no event; who shows events sets it aside."""
    try:
        return decode(fields.get(b"e", b""))
    except BadInput:
        return None

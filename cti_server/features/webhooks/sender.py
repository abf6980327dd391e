"""Sends what is due, a greenlet for each webhook: one that is slow keeps no other one waiting."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections import Counter
from collections.abc import Callable

import gevent
import structlog
from gevent.pool import Pool

from cti_server.adapters.outside import NotDelivered, Outside
from cti_server.errors import CtiError
from cti_server.features.webhooks.service import (
    AT_ONCE,
    GONE,
    MOST_FAILURES,
    MOST_TRIES,
    Hook,
    Store,
    Tried,
    Waiting,
    heads,
    pause_ms,
)

log = structlog.get_logger(__name__)

LOOKED_AT = 500
"""The oldest that wait, of one webhook."""


def signature(secret: str, delivery: str, at_s: int, body: bytes) -> str:
    """Of Standard Webhooks: HMAC-SHA256 of ``ID.TIMESTAMP.BODY`` with the secret behind ``whsec_``."""
    key = base64.b64decode(secret.partition("_")[2])
    signed = hmac.new(key, f"{delivery}.{at_s}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


class Sender:
    """``stop(webhook, why)`` switches one off. ``chance``: 0 to 1, for the pauses."""

    def __init__(
        self,
        store: Store,
        outside: Outside,
        now_ms: Callable[[], int],
        stop: Callable[[str, str], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._outside, self._now_ms, self._stop, self._chance = store, outside, now_ms, stop, chance
        self._busy: dict[str, gevent.Greenlet] = {}
        self.count: Counter[str] = Counter()

    def begin(self) -> None:
        """Begin what is due, and return. Raises DatabaseAway."""
        now_ms = self._now_ms()
        self._busy = {name: greenlet for name, greenlet in self._busy.items() if not greenlet.dead}
        for hook in self._store.active():
            if hook.id not in self._busy and hook.next_ms <= now_ms:
                self._busy[hook.id] = gevent.spawn(self._all_of, hook)

    def wait(self) -> None:
        """Until what was begun has ended."""
        gevent.joinall(list(self._busy.values()))

    def _all_of(self, hook: Hook) -> None:
        """Until nothing is due, or something fails; while it fails, one delivery only, to see whether it answers again."""
        try:
            most = 1 if hook.failures else LOOKED_AT
            while due := heads(self._store.waiting(hook.id, LOOKED_AT), self._now_ms(), most):
                if not all(Pool(AT_ONCE).map(lambda one: self._one(hook, one), due)):
                    return
        except CtiError as error:
            log.warning("deliveries wait", webhook=hook.id, why=error.error_id, message=error.message)

    def _one(self, hook: Hook, waiting: Waiting) -> bool:
        """True: it was taken."""
        if not self._store.claim(waiting.row, self._now_ms()):
            return False
        outcome = self._try(hook, waiting)
        now_ms, tries = self._now_ms(), waiting.tries + 1
        again = bool(outcome.trouble) and tries < MOST_TRIES
        retry_ms = now_ms + pause_ms(tries, self._chance()) if again else 0
        rest_ms = pause_ms(hook.failures % MOST_FAILURES + 1, self._chance())
        failures = self._store.tried(hook.id, waiting, outcome, now_ms, retry_ms, rest_ms)
        self.count["failed" if outcome.trouble else "sent"] += 1
        if outcome.trouble:
            told = {"webhook": hook.id, "delivery": waiting.delivery, "tries": tries}
            log.warning("a webhook was not delivered", why=outcome.trouble, **told)
            if failures >= MOST_FAILURES or outcome.status == GONE:
                self._stop(hook.id, outcome.trouble)
                self._store.wake(hook.id)  # who switches it on again need not wait
        return not outcome.trouble

    def _try(self, hook: Hook, waiting: Waiting) -> Tried:
        body, at_s = waiting.body.encode(), self._now_ms() // 1000
        signed = signature(hook.secret, waiting.delivery, at_s, body)
        headers = {"webhook-id": waiting.delivery, "webhook-timestamp": str(at_s), "webhook-signature": signed}
        try:
            answer = self._outside.post(hook.url, body, headers)
        except NotDelivered as error:
            return Tried(0, error.message)
        if answer.status // 100 == 2:
            return Tried(answer.status, "")
        return Tried(answer.status, f"HTTP {answer.status} {' '.join(answer.text.split())}"[:200])

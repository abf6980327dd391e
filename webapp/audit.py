"""A line of the ledger for what a user did: who, what, with whom, from which address."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import redis

from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.events.facts import AuditFact, encode_fact
from webapp.auth.guard import client_address, current_user


class Audit:
    def __init__(self, client: redis.Redis, keys: Keys, clock: Clock) -> None:
        self._redis = client
        self._keys = keys
        self._clock = clock

    def write(self, action: str, subject: str, detail: Mapping[str, object]) -> None:
        """By the user of this request. Raises redis.RedisError."""
        user = current_user()
        fact = AuditFact(
            at_ms=self._clock.now_ms(),
            issuer=f"user:{user.id}",
            action=action,
            subject=subject,
            detail={**detail, "login": user.login, "address": client_address()},
        )
        self._redis.xadd(self._keys.facts, {"f": encode_fact(f"{action}-{secrets.token_hex(12)}", fact)})

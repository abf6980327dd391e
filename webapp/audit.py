"""A line of the ledger for what a user did: who, what, with whom, from which address."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import redis

from cti_server.adapters.keys import Keys
from cti_server.domain.clock import Clock
from cti_server.events.facts import AuditFact, encode_fact
from cti_server.features.audit.contract import word_of
from cti_server.features.users.service import Account
from webapp.auth.guard import acting, client_address, issuer


class Audit:
    def __init__(self, client: redis.Redis, keys: Keys, clock: Clock) -> None:
        self._redis = client
        self._keys = keys
        self._clock = clock

    def write(self, action: str, subject: str, detail: Mapping[str, object], by: Account | None = None) -> None:
        """By who makes this request, or by ``by`` where nobody is logged in yet. Raises redis.RedisError, TypeError for an
        action without words."""
        if by is None:
            return self.write_as(issuer(), action, subject, {**detail, **acting()})
        who = {"login": by.login, "address": client_address()}
        return self.write_as(f"user:{by.id}", action, subject, {**detail, **who})

    def write_as(self, issuer: str, action: str, subject: str, detail: Mapping[str, object]) -> None:
        """Of what no user of a request did. Raises redis.RedisError, TypeError for an action without words."""
        if word_of(action) is None:
            raise TypeError(f"{action} has no words: features/audit/contract.py")
        fact = AuditFact(at_ms=self._clock.now_ms(), issuer=issuer, action=action, subject=subject, detail={**detail})
        self._redis.xadd(self._keys.facts, {"f": encode_fact(f"{action}-{secrets.token_hex(12)}", fact)})

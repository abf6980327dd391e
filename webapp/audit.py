"""A line of the ledger for what a user did: who, what, with whom, from which address."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from cti_server.events.facts import AuditFact, encode_fact
from webapp.auth.guard import client_address, current_user
from webapp.context import parts


def write(action: str, subject: str, detail: Mapping[str, object]) -> None:
    """By the user of this request. Raises redis.RedisError."""
    p, user = parts(), current_user()
    fact: AuditFact = {
        "at_ms": p.clock.now_ms(),
        "issuer": f"user:{user.id}",
        "action": action,
        "subject": subject,
        "detail": {**detail, "login": user.login, "address": client_address()},
    }
    p.redis.xadd(p.keys.facts, {"f": encode_fact(f"{action}-{secrets.token_hex(12)}", "audit", fact)})

"""API tokens as the web needs them: which one a text is, and that it was used. ``cti_ID_SECRET``: who finds one in a log, a
repository or a chat sees whose it is, and tools that look for leaks know it by its beginning."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Protocol

from cti_server.rights import Rights

PREFIX = "cti_"
TOKEN = re.compile(r"cti_[a-z0-9-]{1,32}_[A-Za-z0-9_-]{43}")
USED_EVERY_MS = 60_000
"""The last use is written down at most so often."""


@dataclass(frozen=True, slots=True)
class Token:
    """``user``: the login that it acts as. ``rights``: those of its role, None: the user's. ``until``: the last day (UTC) when it
    is good, '' for ever. ``per_minute``: requests."""

    id: str
    user: str
    rights: Rights | None
    read_only: bool
    until: str
    per_minute: int
    used_ms: int


class Tokens(Protocol):
    """Raises DatabaseAway from every method."""

    def find(self, secret_hash: str) -> Token | None: ...

    def used(self, token_id: str, at_ms: int, address: str) -> None:
        """Nothing happens where that was written down less than USED_EVERY_MS ago."""
        ...


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of it: nobody guesses 256 bits, so that a quick hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

"""Passwords: argon2id, verified outside the hub (125 ms of CPU), two at a time, and as slowly for unknown users as for known."""

from __future__ import annotations

import argon2
from gevent import get_hub
from gevent.lock import BoundedSemaphore

MOST_AT_ONCE = 2


class Passwords:
    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._stand_in = self._hasher.hash("no user has this password")
        self._turn = BoundedSemaphore(MOST_AT_ONCE)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """``password_hash`` None: the user is unknown; takes the same time and is False."""
        with self._turn:
            right = get_hub().threadpool.apply(self._check, (password_hash or self._stand_in, password))
        return bool(right) and password_hash is not None

    def _check(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

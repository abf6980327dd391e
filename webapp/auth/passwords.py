"""Passwords: argon2id, verified outside the hub (125 ms of CPU), two at a time, and as slowly for unknown users as for known."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import argon2
from gevent import get_hub
from gevent.lock import BoundedSemaphore

MOST_AT_ONCE = 2


class Passwords:
    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._stand_in = self._hasher.hash(secrets.token_urlsafe(32))
        self._turn = BoundedSemaphore(MOST_AT_ONCE)

    def verify(self, password_hash: str, password: str, before: Callable[[], object], wrong: Callable[[], object]) -> bool:
        """``password_hash`` '': the user is unknown, or has no password; takes the same time and is False.

        Within this try's turn ``before`` is called first, and may raise instead of letting it be tried, and ``wrong`` when the
        password is wrong: of those who wait for their turn meanwhile none gets by.
        """
        with self._turn:
            before()
            right = get_hub().threadpool.apply(self._check, (password_hash or self._stand_in, password))
            good = bool(right and password_hash)
            if not good:
                wrong()
        return good

    def hash(self, password: str) -> str:
        """argon2's text, made outside the hub in a turn like those of ``verify``."""
        with self._turn:
            return str(get_hub().threadpool.apply(self._hasher.hash, (password,)))

    def _check(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

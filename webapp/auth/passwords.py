"""Passwords: argon2id, verified outside the hub (125 ms of CPU), two at a time, and as slowly for unknown users as for known."""

from __future__ import annotations

from collections.abc import Callable

import argon2
from gevent import get_hub
from gevent.lock import BoundedSemaphore

MOST_AT_ONCE = 2


class Passwords:
    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._stand_in = self._hasher.hash("no user has this password")
        self._turn = BoundedSemaphore(MOST_AT_ONCE)

    def verify(self, password_hash: str | None, password: str, before: Callable[[], object], wrong: Callable[[], object]) -> bool:
        """``password_hash`` None: the user is unknown; takes the same time and is False.

        Within this try's turn ``before`` is called first, and may raise instead of letting it be tried, and ``wrong`` when the
        password is wrong: of those who wait for their turn meanwhile none gets by.
        """
        with self._turn:
            before()
            right = get_hub().threadpool.apply(self._check, (password_hash or self._stand_in, password))
            good = bool(right) and password_hash is not None
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

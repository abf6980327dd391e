"""Login attempts are counted in Redis before the password is looked at, so that many at once cannot slip through."""

from __future__ import annotations

import hashlib
import unicodedata

import redis

from cti_server.adapters.keys import Keys
from cti_server.errors import CtiError

WINDOW_S = 300
PER_LOGIN = 5
PER_ADDRESS = 100


def normal(login: str) -> str:
    """Ways to write one login count as one, however lenient the database compares."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


class LoginLimits:
    """``PER_LOGIN`` failures of one login from one address, ``PER_ADDRESS`` failures of one address, within ``WINDOW_S``."""

    def __init__(self, client: redis.Redis, keys: Keys) -> None:
        self._redis = client
        self._keys = keys

    def attempt(self, login: str, address: str) -> None:
        """Raises CtiError 'too-many-logins' with retry_after_s."""
        pipe = self._redis.pipeline(transaction=True)
        limits = {self._both(login, address): PER_LOGIN, self._address(address): PER_ADDRESS}
        for key in limits:
            pipe.incr(key)
            pipe.expire(key, WINDOW_S, nx=True)
            pipe.ttl(key)
        answers = pipe.execute()
        for n, limit in enumerate(limits.values()):
            count, _, left_s = answers[n * 3 : n * 3 + 3]
            if int(count) > limit:
                wait_s = max(1, int(left_s))
                message = f"too many failed logins; try again in {wait_s} s"
                raise CtiError("too-many-logins", message, {"retry_after_s": wait_s})

    def succeeded(self, login: str, address: str) -> None:
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(self._both(login, address))
        pipe.decr(self._address(address))
        pipe.expire(self._address(address), WINDOW_S, nx=True)
        pipe.execute()

    def _both(self, login: str, address: str) -> str:
        return self._keys.attempts(hashlib.sha256(f"{normal(login)}\0{address}".encode()).hexdigest())

    def _address(self, address: str) -> str:
        return self._keys.attempts(hashlib.sha256(address.encode()).hexdigest())

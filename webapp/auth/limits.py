"""Failed logins are counted, after their password was looked at; who only waits or is refused counts for nothing.

Each failure counts in several buckets; one that is full makes its next comers wait, longer with each failure more:

    browser   the account, from a browser that has logged in as it before (its device cookie)
    pair      the account, from one address (of IPv6: its /64)
    account   the account, from wherever: many addresses cannot share one account's guesses out
    address   one address, whatever the account: it cannot try every account

A known browser has its own bucket alone, so that no stranger, not even one behind the same address, keeps a person out of an
account that they use. Passwords are verified few at a time and ask ``attempt`` when their turn has come, so many guesses sent at
once do not slip through between look and count.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any, cast

import redis

from cti_server.adapters.keys import Keys
from cti_server.errors import CtiError
from webapp.auth.network import block_of

FIRST_WAIT_S = 15
DEVICE_S = 90 * 24 * 3600
LONGEST_DEVICE = 100


class TooManyLogins(
    CtiError, id="too-many-logins", status=429, en="Too many tries. Try again in {wait}.", zh="尝试次数过多，请在 {wait}后再试。"
):
    """Too many tries; details: retry_after_s."""


@dataclass(frozen=True, slots=True)
class Rule:
    """From the ``free``-th failure on there is a wait, doubled by each up to ``longest_s``; ``memory_s`` after the last, none."""

    free: int
    memory_s: int
    longest_s: int


RULES: dict[str, Rule] = {
    "browser": Rule(free=10, memory_s=3600, longest_s=300),
    "pair": Rule(free=5, memory_s=3600, longest_s=900),
    "account": Rule(free=20, memory_s=3600, longest_s=300),
    "address": Rule(free=100, memory_s=900, longest_s=120),
}

# KEYS: count and wait of each bucket; ARGV: free, memory_s, longest_s of each, then the first wait.
_COUNT = """
for n = 1, #KEYS / 2 do
  local free, memory, longest = tonumber(ARGV[n * 3 - 2]), ARGV[n * 3 - 1], tonumber(ARGV[n * 3])
  local count = redis.call('INCR', KEYS[n * 2 - 1])
  redis.call('EXPIRE', KEYS[n * 2 - 1], memory)
  if count >= free then
    redis.call('SET', KEYS[n * 2], 1, 'EX', math.min(longest, ARGV[#ARGV] * 2 ^ math.min(count - free, 20)))
  end
end
"""


def normal(login: str) -> str:
    """Ways to write one login count as one, however lenient the database compares."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


class LoginLimits:
    """``device``: what the browser's device cookie says, '' for none."""

    def __init__(self, client: redis.Redis, keys: Keys) -> None:
        self._redis = client
        self._keys = keys

    def attempt(self, login: str, address: str, device: str = "") -> None:
        """Whether this login may be tried now; counts nothing. Raises TooManyLogins with retry_after_s."""
        buckets = self._buckets(login, address, device)
        pipe = self._redis.pipeline(transaction=False)
        for name in buckets.values():
            pipe.ttl(self._wait(name))
        wait_s = max(int(left) for left in pipe.execute())
        if wait_s > 0:
            message = f"too many failed logins; try again in {wait_s} s"
            raise TooManyLogins(message, {"retry_after_s": wait_s})

    def failed(self, login: str, address: str, device: str = "") -> None:
        """The password was wrong, or the account is none."""
        buckets = self._buckets(login, address, device)
        names = [key for name in buckets.values() for key in (self._keys.attempts(name), self._wait(name))]
        figures = [str(n) for kind in buckets for n in (RULES[kind].free, RULES[kind].memory_s, RULES[kind].longest_s)]
        self._redis.eval(_COUNT, len(names), *names, *figures, str(FIRST_WAIT_S))

    def succeeded(self, login: str, address: str, device: str = "") -> str:
        """Forget what this person mistyped. -> the device cookie's value: this browser is known to the account from now on."""
        kept = device if 20 <= len(device) <= LONGEST_DEVICE else secrets.token_urlsafe(32)
        own = [name for kind, name in self._buckets(login, address, device).items() if kind in ("browser", "pair")]
        pipe = self._redis.pipeline(transaction=True)
        for name in own:
            pipe.delete(self._keys.attempts(name), self._wait(name))
        pipe.set(self._device(login, kept), b"1", ex=DEVICE_S)
        pipe.execute()
        return kept

    # ------------------------------------------------------------ inside

    def _buckets(self, login: str, address: str, device: str) -> dict[str, str]:
        """Kind -> name of each bucket that this try belongs to."""
        who, where = normal(login), block_of(address)
        if 0 < len(device) <= LONGEST_DEVICE and cast(Any, self._redis.exists(self._device(login, device))):
            return {"browser": _digest("browser", who, device)}
        return {
            "pair": _digest("pair", who, where),
            "account": _digest("account", who),
            "address": _digest("address", where),
        }

    def _wait(self, name: str) -> str:
        return self._keys.attempts(f"wait:{name}")

    def _device(self, login: str, device: str) -> str:
        return self._keys.device(_digest("device", normal(login), device))


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()

"""Failed logins are counted, after their password was looked at; who only waits or is refused counts for nothing.

Each failure counts in several buckets; one that is full makes its next comers wait, longer with each failure more:

    browser   the account, from a browser that has logged in as it before (its device cookie)
    pair      the account, from one address (of IPv6: its /64)
    account   the account, from wherever: many addresses cannot share one account's guesses out
    address   one address, whatever the account: it cannot try every account
    second    the second factor of an account, from wherever: who tries it knows the password already

A known browser (for the second factor: one in which the account has shown one before) has its own bucket alone, so that no
stranger, not even one behind the same address, keeps a person out of an account that they use. Passwords are verified few at a
time and ask ``attempt`` when their turn has come, so many guesses sent at once do not slip through between look and count.
"""

from __future__ import annotations

import hashlib
import json
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
CHALLENGES_A_MINUTE = 600
"""To one address: those of a whole centre behind it may begin a shift at once."""


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
    "second": Rule(free=5, memory_s=86_400, longest_s=3600),
}


@dataclass(frozen=True, slots=True)
class Wait:
    """``kind``: a rule of an account; ``address`` '': from wherever; ``failures``: how many there were; ``wait_s`` 0: none
    now."""

    kind: str
    address: str
    failures: int
    wait_s: int


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
    """``login`` '': of nobody's account, so that the address alone counts. ``device``: what the browser's device cookie says, ''
    for none."""

    def __init__(self, client: redis.Redis, keys: Keys) -> None:
        self._redis = client
        self._keys = keys

    def attempt(self, login: str, address: str, device: str = "", second: bool = False) -> None:
        """Whether this login may be tried now; counts nothing. Raises TooManyLogins with retry_after_s."""
        buckets = self._buckets(login, address, device, second)
        pipe = self._redis.pipeline(transaction=False)
        for name in buckets.values():
            pipe.ttl(self._wait(name))
        wait_s = max(int(left) for left in pipe.execute())
        if wait_s > 0:
            message = f"too many failed logins; try again in {wait_s} s"
            raise TooManyLogins(message, {"retry_after_s": wait_s})

    def challenge(self, address: str) -> None:
        """Something is remembered for who has said nothing yet. Raises TooManyLogins with retry_after_s."""
        key = self._keys.attempts(_digest("challenge", block_of(address)))
        pipe = self._redis.pipeline(transaction=True)
        pipe.set(key, 0, ex=60, nx=True)
        pipe.incr(key)
        pipe.ttl(key)
        _, count, left_s = pipe.execute()
        if int(count) > CHALLENGES_A_MINUTE:
            wait_s = max(1, int(left_s))
            raise TooManyLogins(f"too many challenges; try again in {wait_s} s", {"retry_after_s": wait_s})

    def failed(self, login: str, address: str, device: str = "", second: bool = False) -> None:
        """The password was wrong, or the account is none; ``second``: the password was right, the second factor wrong."""
        buckets = self._buckets(login, address, device, second)
        names = [key for name in buckets.values() for key in (self._keys.attempts(name), self._wait(name))]
        figures = [str(n) for kind in buckets for n in (RULES[kind].free, RULES[kind].memory_s, RULES[kind].longest_s)]
        self._redis.eval(_COUNT, len(names), *names, *figures, str(FIRST_WAIT_S))
        if not login:
            return
        where = {"account": "", "pair": address, "browser": address, "second": ""}
        own = {name: json.dumps([kind, where[kind]]) for kind, name in buckets.items() if kind in where}
        index = self._index(login)
        pipe = self._redis.pipeline(transaction=True)
        pipe.hset(index, mapping=cast(Any, own))
        pipe.expire(index, max(rule.memory_s for rule in RULES.values()))
        pipe.execute()

    def waits(self, login: str) -> list[Wait]:
        """What failures keep somebody from logging in as this account, or will soon; the longest wait first."""
        found = [(name.decode(), *json.loads(told)) for name, told in cast(Any, self._redis.hgetall(self._index(login))).items()]
        pipe = self._redis.pipeline(transaction=False)
        for name, *_ in found:
            pipe.get(self._keys.attempts(name))
            pipe.ttl(self._wait(name))
        answers = pipe.execute()
        told = zip(found, answers[::2], answers[1::2], strict=True)
        waits = [Wait(kind, where, int(count), max(0, left)) for (_, kind, where), count, left in told if count]
        return sorted(waits, key=lambda wait: (-wait.wait_s, -wait.failures))

    def forgive(self, login: str) -> None:
        """The failures of this account are forgotten, wherever they came from."""
        index = self._index(login)
        names = [name.decode() for name in cast(Any, self._redis.hkeys(index))]
        self._redis.delete(index, *(key for name in names for key in (self._keys.attempts(name), self._wait(name))))

    def succeeded(self, login: str, address: str, device: str = "", second: bool = False) -> str:
        """Forget what this person mistyped. -> the device cookie's value: this browser is known to the account from now on.
        ``second``: a second factor was shown, too."""
        kept = device if 20 <= len(device) <= LONGEST_DEVICE else secrets.token_urlsafe(32)
        every = [self._buckets(login, address, device, half) for half in (False, True)]
        own = [name for buckets in every for kind, name in buckets.items() if kind in ("browser", "pair", "second")]
        pipe = self._redis.pipeline(transaction=True)
        for name in own:
            pipe.delete(self._keys.attempts(name), self._wait(name))
        for half in {False, second}:
            pipe.set(self._device(login, kept, half), b"1", ex=DEVICE_S)
        pipe.execute()
        return kept

    # ------------------------------------------------------------ inside

    def _buckets(self, login: str, address: str, device: str, second: bool = False) -> dict[str, str]:
        """Kind -> name of each bucket that this try belongs to."""
        who, where = normal(login), block_of(address)
        if 0 < len(device) <= LONGEST_DEVICE and cast(Any, self._redis.exists(self._device(login, device, second))):
            return {"browser": _digest("browser second" if second else "browser", who, device)}
        if second:
            return {"second": _digest("second", who)}
        if not login:
            return {"address": _digest("address", where)}
        return {
            "pair": _digest("pair", who, where),
            "account": _digest("account", who),
            "address": _digest("address", where),
        }

    def _index(self, login: str) -> str:
        return self._keys.attempts(f"of:{_digest('of', normal(login))}")

    def _wait(self, name: str) -> str:
        return self._keys.attempts(f"wait:{name}")

    def _device(self, login: str, device: str, second: bool) -> str:
        return self._keys.device(_digest("device second" if second else "device", normal(login), device))


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()

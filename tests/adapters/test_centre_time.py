"""Nobody's clock is judged by another's: steps and differences of an hour change nothing, and are seen."""

from __future__ import annotations

import time

import orjson
import pytest
import redis

from cti_server.adapters import clock as clock_module
from cti_server.adapters.centre_time import engine_sign, entry_ms, redis_ms
from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys

KEYS = Keys("t")
HOUR_MS = 3_600_000


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return redis.Redis.from_url(redis_url)


@pytest.mark.parametrize("ahead_ms", [0, HOUR_MS, -HOUR_MS])
def test_the_age_of_a_heartbeat_is_its_keys(client: redis.Redis, ahead_ms: int) -> None:
    at_ms = redis_ms(client) + ahead_ms
    client.set(KEYS.heartbeat("daemon"), orjson.dumps({"at_ms": at_ms, "errors": 3}), px=HEARTBEAT_KEPT_MS - 700)
    sign, now_ms = engine_sign(client, KEYS)
    assert sign is not None
    assert sign.alive
    assert 700 <= sign.age_ms < 1700
    assert sign.clock_ms == at_ms + sign.age_ms
    assert sign.document["errors"] == 3
    assert 0 <= now_ms + ahead_ms - at_ms < 1000
    client.pexpire(KEYS.heartbeat("daemon"), 5000)
    old, _ = engine_sign(client, KEYS)
    assert old is not None
    assert not old.alive


@pytest.mark.parametrize("raw", [None, b"rubbish", b"{}", b"[]", b'{"at_ms": null}', b'{"at_ms": "x"}'])
def test_what_is_no_heartbeat_is_none(client: redis.Redis, raw: bytes | None) -> None:
    if raw is not None:
        client.set(KEYS.heartbeat("daemon"), raw, px=HEARTBEAT_KEPT_MS)
    assert engine_sign(client, KEYS)[0] is None


def test_an_entrys_time_is_rediss(client: redis.Redis) -> None:
    before = redis_ms(client)
    entry = client.xadd(KEYS.commands, {"c": b"{}"})
    assert before <= entry_ms(entry) <= redis_ms(client)
    assert entry_ms("1700000000123-7") == 1700000000123


class Machine:
    """Its two clocks, in ns: the one that people set and the one that only runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.running = 1_800_000_000_000_000_000, 5_000_000_000
        monkeypatch.setattr(clock_module, "time", self)

    CLOCK_BOOTTIME = time.CLOCK_BOOTTIME

    def time_ns(self) -> int:
        return self.wall

    def clock_gettime_ns(self, _which: int) -> int:
        return self.running

    def pass_ms(self, ms: int) -> None:
        self.wall += ms * 1_000_000
        self.running += ms * 1_000_000


def test_a_successor_goes_on_where_the_clock_was_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    now_ms = machine.wall // 1_000_000
    clock = SystemClock()
    for earlier_ms in (0, now_ms - HOUR_MS, now_ms + 48 * HOUR_MS):
        clock.not_before(earlier_ms)
        assert clock.now_ms() == now_ms
    clock.not_before(now_ms + HOUR_MS)
    assert clock.now_ms() == now_ms + HOUR_MS
    machine.pass_ms(1000)
    assert 900 <= clock.now_ms() - now_ms - HOUR_MS <= 1000


@pytest.mark.parametrize("step_ms", [4000, HOUR_MS, -4000, -HOUR_MS])
def test_a_step_of_the_wall_clock_is_followed_slowly_and_never_backwards(monkeypatch: pytest.MonkeyPatch, step_ms: int) -> None:
    machine = Machine(monkeypatch)
    clock = SystemClock()
    before = clock.now_ms()
    machine.wall += step_ms * 1_000_000
    assert clock.now_ms() == before
    seen = before
    for _ in range(100):
        machine.pass_ms(100)
        now = clock.now_ms()
        assert 94 <= now - seen <= 106
        seen = now
    machine.pass_ms(abs(step_ms) * 25)
    clock.now_ms()
    assert clock.now_ms() == machine.wall // 1_000_000

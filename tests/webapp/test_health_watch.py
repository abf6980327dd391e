"""What a web process knows of the engine and of the clocks, whatever its own clock says."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
import pytest
import redis

from cti_server.adapters.centre_time import redis_ms
from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys
from cti_server.events.envelope import Envelope, encode
from webapp.realtime.health import HealthWatch
from webapp.realtime.projection import Projection
from webapp.realtime.pump import Pump

KEYS = Keys("main")


@dataclass
class Clock:
    """A machine's clock that differs from Redis's."""

    client: redis.Redis
    ahead_ms: int = 0

    def now_ms(self) -> int:
        return redis_ms(self.client) + self.ahead_ms


@pytest.fixture
def client(redis_url: str) -> redis.Redis:
    return redis.Redis.from_url(redis_url)


def beat(client: redis.Redis, ahead_ms: int = 0) -> None:
    document = {"at_ms": redis_ms(client) + ahead_ms, "pid": 1, "errors": 2, "fenced": 3}
    client.set(KEYS.heartbeat("daemon"), orjson.dumps(document), px=HEARTBEAT_KEPT_MS)


@pytest.mark.parametrize("own_ms", [0, -4000, 3_600_000])
@pytest.mark.parametrize("engine_ms", [0, 5000, -3_600_000])
def test_the_engine_lives_whatever_the_clocks_say(client: redis.Redis, own_ms: int, engine_ms: int) -> None:
    watch = HealthWatch(client, KEYS, Clock(client, own_ms), lambda: 0)
    beat(client, engine_ms)
    assert watch.look().engine
    expected = max(0, own_ms, engine_ms) - min(0, own_ms, engine_ms)
    assert abs(watch.clocks_differ_ms() - expected) < 900
    assert abs(watch.engine_now_ms() - redis_ms(client) - engine_ms) < 1900
    assert watch.engine["fenced"] == 3


def test_how_far_behind_is_told_by_the_clock_that_dates_the_entries(client: redis.Redis) -> None:
    clock = Clock(client, 3_600_000)
    watch = HealthWatch(client, KEYS, clock, lambda: 0)
    pump = Pump(client, KEYS, clock, Projection(), lambda there: None)
    pump.redis_ahead_ms = lambda: watch.redis_ahead_ms
    client.hset(KEYS.mirror_meta, mapping={"epoch": 1, "seq": 0, "at_ms": 1})
    watch.look()
    pump._round()
    client.xadd(KEYS.events, {"e": encode(Envelope(1, 1, "engine.started", 5, "daemon", {}))})
    pump._round()
    assert pump.events == 1
    assert pump.behind_ms < 1000

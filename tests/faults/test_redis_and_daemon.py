"""Redis and the daemon go together, in either order: nobody is logged out, no answered call is lost, nothing is booked twice."""

from __future__ import annotations

import pytest

from tests.faults.floor import Floor, floor
from tests.faults.test_outages import ledger_is_exact, numbers

pytestmark = pytest.mark.slow


def leader(f: Floor) -> str:
    return f.console.api("global_getvar cti_epoch").strip()


def start_without_redis(f: Floor) -> None:
    before = leader(f)
    f.stack.spawn("daemon", "cti_server.daemon.main")
    f.wait("another daemon leads", lambda: leader(f) != before)


@pytest.mark.parametrize("redis_first", [True, False], ids=["redis-is-back-first", "daemon-is-back-first"])
def test_a_daemon_killed_while_redis_is_away(tmp_path, redis_first):
    with floor(tmp_path, agents=7) as f:
        before, between = numbers(4), numbers(4, first=100)
        legs = {number: f.call(number) for number in before}
        f.wait("4 talk", lambda: len(f.calls(phase="connected")) == 4)
        f.stack.redis.stop()
        for number in before[:2]:  # over while nobody but the daemon knows
            f.hang_up(legs[number])
        legs |= {number: f.call(number) for number in between}
        f.wait("the others are answered", lambda: f.stats()["bridged"] == 6)
        f.stack.kill("daemon")
        if redis_first:
            f.stack.redis.start()  # with what it had when it went
            f.start_daemon()
        else:
            start_without_redis(f)
            late = f.call("13900000000")
            f.wait("a call is answered without Redis", lambda: f.stats()["bridged"] == 7)
            f.hang_up(late)
            f.hang_up(legs[before[2]])
            f.stack.redis.start()
        talking = [number for number in [*before[2:], *between] if redis_first or number != before[2]]
        f.wait("the mirror is back", lambda: sorted(f.calls(phase="connected")) == sorted(talking), within_s=60)
        assert len(f.agents(status="ready")) == 7, "nobody was logged out"
        for number in talking:
            f.hang_up(legs[number])
        everybody = [*before, *between, *([] if redis_first else ["13900000000"])]
        f.wait("all in the books", lambda: f.booked(len(everybody)), within_s=60)
        f.wait("all agents idle", lambda: len(f.agents(state="idle")) == 7)
        ledger_is_exact(f, everybody)
        assert not f.rows("SELECT id FROM calls WHERE estimated")

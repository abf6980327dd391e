"""The daemon is killed, Redis is stopped: bridged calls talk on, waiting calls keep their place, the ledger is exact."""

from __future__ import annotations

import itertools
import time

import pytest

from cti_server.domain.recording import shortest_ms
from tests.faults.floor import Floor, floor

pytestmark = pytest.mark.slow

OUTAGE_S = 30


def numbers(count: int, first: int = 0) -> list[str]:
    return [f"1380000{n:04d}" for n in range(first, first + count)]


def place(calls: dict[str, dict]) -> list[tuple[str, int]]:
    """Waiting calls in their order."""
    return sorted(((number, view["queued_ms"]) for number, view in calls.items()), key=lambda item: item[1])


def ledger_is_exact(f: Floor, expected: list[str]) -> None:
    """One row a call, each with its one wait, its talk to the millisecond and its one recording (a short talk may have none); no
    stretch twice, none that overlaps another of the same call and kind; every agent's time without a hole."""
    rows = f.rows("SELECT call_id, number, outcome FROM calls")
    assert sorted(row["number"] for row in rows) == sorted(expected)
    assert {row["outcome"] for row in rows} == {"answered"}
    waits = f.rows("SELECT call_id, outcome FROM segments WHERE segment = 'queue'")
    assert sorted((w["call_id"], w["outcome"]) for w in waits) == sorted((row["call_id"], "answered") for row in rows)
    talks = f.rows("SELECT call_id, SUM(ended_ms - started_ms) AS ms FROM segments WHERE segment = 'talk' GROUP BY call_id")
    recorded = f.rows("SELECT call_id, talk_ms AS ms FROM recordings")
    by_call = [{row["call_id"]: row["ms"] for row in found} for found in (talks, recorded)]
    assert len(by_call[0]) == len(talks) == len(rows)
    assert len(by_call[1]) == len(recorded)
    assert by_call[1].items() <= by_call[0].items()
    assert {shortest_ms(ms, 0) for call_id, ms in by_call[0].items() if call_id not in by_call[1]} <= {0}
    for kind in ("queue", "talk", "hold"):
        columns = "call_id, started_ms, ended_ms"
        found = f.rows(f"SELECT {columns} FROM segments WHERE segment = '{kind}' ORDER BY call_id, started_ms")
        for one, other in itertools.pairwise(found):
            assert one["call_id"] != other["call_id"] or one["ended_ms"] <= other["started_ms"], (kind, one, other)
    for extension in f.extensions:
        spans = f.rows(f"SELECT started_ms, ended_ms FROM agent_intervals WHERE agent = '{extension}' ORDER BY started_ms")
        for one, other in itertools.pairwise(spans):
            assert one["ended_ms"] == other["started_ms"], (extension, one, other)


def test_a_killed_daemon_adopts_every_call(tmp_path):
    with floor(tmp_path, agents=40) as f:
        everybody = numbers(50)
        legs = {number: f.call(number) for number in everybody[:40]}
        f.wait("40 talk", lambda: len(f.calls(phase="connected")) == 40)
        for number in everybody[40:]:
            legs[number] = f.call(number)
            f.wait(f"{number} waits", lambda number=number: number in f.calls(phase="queued"))
        before_talking = {n: (v["agent"], v["connected_ms"]) for n, v in f.calls(phase="connected").items()}
        before_waiting = place(f.calls(phase="queued"))
        before_agents = {a["id"]: (a["status"], a["state"], a["state_since_ms"], a["call_id"]) for a in f.agents()}

        f.stack.kill("daemon")
        assert f.stats()["bridged"] == 40
        gone_meanwhile = everybody[3]
        f.hang_up(legs[gone_meanwhile])
        f.start_daemon()

        f.wait("39 talk", lambda: len(f.calls(phase="connected")) >= 39)
        assert f.stats()["bridged"] >= 39
        after_talking = {n: (v["agent"], v["connected_ms"]) for n, v in f.calls(phase="connected").items()}
        del before_talking[gone_meanwhile]
        assert before_talking.items() <= after_talking.items()
        freed = [a for a in f.agents() if before_agents[a["id"]] != (a["status"], a["state"], a["state_since_ms"], a["call_id"])]
        assert len(freed) == 1, "only the agent whose caller left in the gap has changed"
        f.wait("the first in line has the freed agent", lambda: len(f.calls(phase="connected")) == 40)
        assert before_waiting[0][0] in f.calls(phase="connected")
        assert place(f.calls(phase="queued")) == before_waiting[1:]

        for number in everybody:
            if number != gone_meanwhile:
                f.wait(f"{number} talks", lambda number=number: number in f.calls(phase="connected"))
                f.hang_up(legs[number])
        f.wait("all in the books", lambda: f.booked(50), within_s=60)
        f.wait("all agents idle", lambda: len(f.agents(state="idle")) == 40)
        ledger_is_exact(f, everybody)
        estimated = f.rows("SELECT number FROM calls WHERE estimated")
        assert [row["number"] for row in estimated] == [gone_meanwhile]


def test_redis_away_under_calls(tmp_path):
    with floor(tmp_path, agents=10) as f:
        first = {number: f.call(number) for number in numbers(10)}
        f.wait("10 talk", lambda: len(f.calls(phase="connected")) == 10)
        f.stack.redis.stop()
        until = time.monotonic() + OUTAGE_S
        for leg in list(first.values())[:5]:
            f.hang_up(leg)
        later = {number: f.call(number) for number in numbers(5, first=100)}
        f.wait("agents take calls without Redis", lambda: f.stats()["bridged"] == 10, within_s=20)
        gone = numbers(5, first=100)[0]
        f.hang_up(later[gone])
        f.wait("the rest of the outage", lambda: time.monotonic() > until, within_s=OUTAGE_S + 30)
        f.stack.redis.start()
        f.wait("the mirror is back", lambda: len(f.calls(phase="connected")) == 9)
        for number, leg in (first | later).items():
            if number in f.calls():
                f.hang_up(leg)
        f.wait("all in the books", lambda: f.booked(15), within_s=60)
        f.wait("all agents idle", lambda: len(f.agents(state="idle")) == 10)
        ledger_is_exact(f, [*first, *later])
        assert not f.rows("SELECT id FROM calls WHERE estimated")


def test_a_half_open_link_and_a_dead_switch(tmp_path):
    """The link is dead for 10 s while people come and go; then the switch itself dies."""
    with floor(tmp_path, agents=5) as f:
        long, short, waiting = numbers(3), numbers(2, first=10), numbers(3, first=20)
        legs = {number: f.call(number) for number in long} | {number: f.call(number, talk_s=9) for number in short}
        f.wait("5 talk", lambda: len(f.calls(phase="connected")) == 5)
        for number, patience_s in zip(waiting, (600, 9, 600), strict=True):
            legs[number] = f.call(number, patience_s=patience_s)
            f.wait(f"{number} waits", lambda number=number: number in f.calls(phase="queued"))
        before = {n: (v["agent"], v["connected_ms"]) for n, v in f.calls(phase="connected").items() if n in long}
        assert f.console.api("sim freeze 12").startswith("+OK")
        f.wait("the daemon notices", lambda: f.views("switches", id="main", linked=False))
        f.wait("the link is back", lambda: f.views("switches", id="main", linked=True))

        first, gone, last = waiting
        f.wait("the freed agents have who waited", lambda: {first, last} <= f.calls(phase="connected").keys())
        assert {n: (v["agent"], v["connected_ms"]) for n, v in f.calls(phase="connected").items() if n in long} == before
        assert f.calls().keys() == {*long, first, last}
        assert f.stats()["bridged"] == 5
        f.wait("in the books", lambda: f.booked(3), within_s=60)
        ended = {row["number"]: (row["outcome"], bool(row["estimated"])) for row in f.rows("SELECT * FROM calls")}
        assert ended == {**dict.fromkeys(short, ("answered", True)), gone: ("abandoned", True)}

        f.hang_up(legs[last])
        f.wait("one more in the books", lambda: f.booked(4), within_s=60)
        assert f.console.api("sim restart").startswith("+OK")
        f.wait("all in the books", lambda: f.booked(8), within_s=60)
        lost = f.rows("SELECT number FROM calls WHERE outcome = 'switch-lost'")
        assert sorted(row["number"] for row in lost) == sorted([*long, first])
        f.wait("all agents idle", lambda: len(f.agents(state="idle", phone_registered=True)) == 5)
        f.reach_switch()
        again = f.call("13900000000")
        f.wait("calls come in as before", lambda: "13900000000" in f.calls(phase="connected"))
        f.hang_up(again)

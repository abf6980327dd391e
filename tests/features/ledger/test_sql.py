"""Facts from a real Redis into both databases: once each, the newest verdict, refused ones set aside, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import Engine, Table, func, select

from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.errors import CtiError, DatabaseAway, RedisAway
from cti_server.events.facts import AuditFact, CallFact, DispositionFact, SegmentFact
from cti_server.features.ledger import model
from cti_server.features.ledger import service as ledger
from cti_server.features.ledger.service import Entry, Persister, Row
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.ledger.stream import FactsStream
from tests.features.ledger import ledger_facts as facts
from tests.migrated import migrated

KEYS = Keys("main")


class Rig:
    """A persister between a real stream and a real database, with what it told."""

    def __init__(self, engine: Engine, client: redis.Redis) -> None:
        self.engine = engine
        self.redis: Any = client
        self.rejected: list[str] = []
        self.now_ms = 777
        self.persister = self.new_persister("p1")

    def new_persister(self, consumer: str, claim_after_ms: int = 15_000) -> Persister:
        source = FactsStream(self.redis, KEYS, consumer, lambda s: None, block_ms=1, linger_s=0, claim_after_ms=claim_after_ms)
        return Persister(source, SqlLedger(self.engine), lambda: self.now_ms, lambda entry, why: self.rejected.append(why))

    def put(self, *raws: bytes) -> None:
        for raw in raws:
            self.redis.xadd(KEYS.facts, {"f": raw})

    def run(self) -> None:
        while self.persister.step():
            pass

    def count(self, model: Table) -> int:
        with transaction(self.engine) as session:
            return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture(params=["sqlite", "mariadb"])
def rig(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Rig]:
    url = f"sqlite:///{tmp_path}/cti.db" if request.param == "sqlite" else str(request.getfixturevalue("mariadb_url"))
    migrated(url)
    engine = make_engine(url)
    client = connect(redis_url)
    yield Rig(engine, client)
    client.close()
    engine.dispose()


def one_of_each() -> list[bytes]:
    return [
        facts.raw("1-1", "call", facts.call()),
        facts.raw("1-2", "segment", facts.segment("queue", 1000, 9000, "answered")),
        facts.raw("1-3", "agent_interval", facts.interval("1001", "ready", "idle", 0, 1000)),
        facts.raw("1-4", "recording", facts.recording()),
        facts.raw("1-5", "disposition", facts.disposition("resolved", 50_000)),
        facts.raw("1-6", "audit", facts.audit()),
    ]


def test_every_kind_comes_in_once_and_the_stream_is_empty(rig: Rig) -> None:
    rig.put(*one_of_each())
    rig.put(*one_of_each())
    rig.run()
    rig.put(*one_of_each())
    rig.run()
    for table in model.TABLES.values():
        assert rig.count(table) == 1
    assert rig.redis.xlen(KEYS.facts) == 0
    assert rig.persister.counts.stored == 6
    assert SqlLedger(rig.engine).as_of_ms() == 777
    with transaction(rig.engine) as session:
        call = session.execute(select(model.TABLES[CallFact])).one()
        assert (call.name, call.data, call.ivr_path[0]["pressed"]) == ("张三", {"account": "12345678"}, "2")


def test_the_newest_verdict_of_a_call_and_agent_stays_whatever_the_order(rig: Rig) -> None:
    rig.put(
        facts.raw("a", "disposition", facts.disposition("resolved", 200)),
        facts.raw("b", "disposition", facts.disposition("complaint", 100)),
        facts.raw("c", "disposition", facts.disposition("follow-up", 300)),
        facts.raw("d", "disposition", facts.disposition("resolved", 1, agent="1002")),
    )
    rig.run()
    rig.put(facts.raw("b", "disposition", facts.disposition("complaint", 100)))
    rig.run()
    with transaction(rig.engine) as session:
        rows = {row.agent: (row.code, row.at_ms, row.fact_id) for row in session.execute(select(model.TABLES[DispositionFact]))}
    assert rows == {"1001": ("follow-up", 300, "c"), "1002": ("resolved", 1, "d")}


def test_facts_that_cannot_be_stored_are_set_aside_and_hold_up_nobody(rig: Rig) -> None:
    too_long = facts.segment("queue", 1, 2, "answered", call_id="x" * 300)
    rig.put(
        b"\xff not json",
        facts.raw("2-1", "segment", facts.segment("talk", 1, 2)),
        facts.raw("2-2", "segment", {**facts.segment("talk", 1, 2), "started_ms": "yesterday"}),
        facts.raw("2-3", "call", {"call_id": "c9"}),
        facts.raw("2-4", "segment", {**facts.segment("talk", 1, 2), "ended_ms": 2**63}),
        facts.raw("2-5", "segment", too_long),
        facts.raw("2-6", "call", facts.call("c2")),
    )
    rig.redis.xadd(KEYS.facts, {"other": b"field"})
    rig.run()
    assert rig.count(model.TABLES[SegmentFact]) == 1
    assert rig.count(model.TABLES[CallFact]) == 1
    assert rig.redis.xlen(KEYS.facts) == 0
    kept = rig.redis.xrange(KEYS.facts_rejected)
    assert len(kept) == len(rig.rejected) == 6 == rig.persister.counts.rejected
    assert b"\xff not json" in [fields[b"f"] for _, fields in kept]
    assert any(why.endswith("is 'yesterday'") for why in rig.rejected)


def test_texts_from_outside_are_cut_and_kept(rig: Rig) -> None:
    rig.put(facts.raw("3-1", "call", facts.call(name="名" * 5000, number="9" * 500)))
    rig.run()
    with transaction(rig.engine) as session:
        row = session.execute(select(model.TABLES[CallFact])).one()
        assert (len(row.name), len(row.number)) == (255, 128)
    assert rig.rejected == []


def test_what_a_dead_persister_took_is_taken_over(rig: Rig) -> None:
    rig.put(*one_of_each())
    dead = FactsStream(rig.redis, KEYS, "dead", lambda s: None, block_ms=1, linger_s=0)
    assert len(dead.read(500)) == 6
    rig.run()
    assert rig.count(model.TABLES[CallFact]) == 0  # not yet: its reader may still be at work
    rig.persister = rig.new_persister("p2", claim_after_ms=0)
    rig.run()
    assert rig.count(model.TABLES[CallFact]) == 1
    assert rig.redis.xlen(KEYS.facts) == 0


class BreaksOnce(redis.Redis):
    """Its connection breaks when the server has done the ``nth`` command that begins like this, before the answer is there."""

    command, nth = "", 0

    def execute_command(self, *args: Any, **options: Any) -> Any:
        answer = super().execute_command(*args, **options)
        self.nth -= args[0] == self.command
        if args[0] == self.command and self.nth == 0:
            raise redis.ConnectionError("gone")
        return answer


@pytest.mark.parametrize(("command", "nth"), [("XREADGROUP", 1), ("XREADGROUP", 2), ("XAUTOCLAIM", 1)])
def test_what_a_reader_was_given_as_the_connection_broke_is_read_at_once(
    rig: Rig, redis_url: str, command: str, nth: int
) -> None:
    rig.new_persister("first").step()  # makes the group
    rig.put(*one_of_each())
    claims = command == "XAUTOCLAIM"
    if claims:
        dead = FactsStream(rig.redis, KEYS, "dead", lambda s: None, block_ms=1, linger_s=0)
        assert len(dead.read(100)) == 6
    with BreaksOnce.from_url(redis_url) as client:
        client.command, client.nth = command, nth
        patience_ms = 0 if claims else 3_600_000
        source = FactsStream(client, KEYS, "p1", lambda s: None, block_ms=1, linger_s=0.001, claim_after_ms=patience_ms)
        with pytest.raises(CtiError, match="redis-away"):
            source.read(100)
        source._claim_after_ms = 3_600_000
        rig.put(facts.raw("1-7", "audit", facts.audit()))
        ids = []
        for count in (100, 100):
            ids += [entry.id for entry in source.read(count)]
            source.done(ids)
    assert len(ids) == len(set(ids)) == 7
    assert ids == sorted(ids)


def put_at(rig: Rig, at_ms: int) -> None:
    data = facts.audit(at_ms=at_ms)
    rig.redis.xadd(KEYS.facts, {"f": facts.raw(f"a{at_ms}", "audit", data)}, id=f"{at_ms}-0")


def as_of_after_a_step(rig: Rig, persister: Persister) -> int:
    persister.step()
    return SqlLedger(rig.engine).as_of_ms()


def test_the_ledger_is_as_of_the_oldest_fact_that_it_lacks(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.now_ms = 10_000
    dead = FactsStream(rig.redis, KEYS, "dead", lambda s: None, block_ms=1, linger_s=0)
    dead.read(1)  # makes the group
    put_at(rig, 2000)
    assert len(dead.read(500)) == 1
    put_at(rig, 3000)
    assert [as_of_after_a_step(rig, rig.persister) for _ in range(2)] == [1999, 1999], "what the dead one took is lacking"
    put_at(rig, 4000)
    heir = rig.new_persister("p2", claim_after_ms=0)
    assert as_of_after_a_step(rig, heir) == 3999, "it is taken over, but the next one was not read yet"
    assert as_of_after_a_step(rig, heir) == 10_000
    monkeypatch.setattr(ledger, "BATCH", 2)
    for at_ms in (5000, 6000, 7000):
        put_at(rig, at_ms)
    assert [as_of_after_a_step(rig, rig.persister) for _ in range(2)] == [6999, 10_000]


def test_the_ledger_is_not_as_of_what_still_waits_in_the_daemons_journal(rig: Rig) -> None:
    rig.now_ms = 10_000
    rig.redis.set(KEYS.facts_complete, 8000)
    put_at(rig, 3000)
    assert [as_of_after_a_step(rig, rig.persister) for _ in range(2)] == [8000, 8000]
    rig.redis.set(KEYS.facts_complete, 9500)
    assert as_of_after_a_step(rig, rig.persister) == 9500
    rig.redis.flushall()  # it was emptied, and the daemon has not noticed yet
    assert as_of_after_a_step(rig, rig.persister) == 9500


def test_a_redis_that_lost_everything_holds_up_no_batch(rig: Rig) -> None:
    rig.put(*one_of_each())
    source = FactsStream(rig.redis, KEYS, "p1", lambda s: None, block_ms=1, linger_s=0)
    taken = [entry.id for entry in source.read(500)]
    rig.redis.flushall()
    assert source.unstored_since_ms(taken) == 0
    put_at(rig, 9000)
    assert source.unstored_since_ms(taken) == 9000


def test_a_crash_between_commit_and_acknowledgement_makes_no_double(rig: Rig) -> None:
    rig.put(*one_of_each())
    source = FactsStream(rig.redis, KEYS, "crashed", lambda s: None, block_ms=1, linger_s=0)
    entries = source.read(500)

    class Once:
        """Gives what was read, and is gone before it can acknowledge."""

        def read(self, count: int) -> list[Entry]:
            return entries

        def unstored_since_ms(self, besides: Any) -> int:
            return 0

        def complete_ms(self) -> int:
            return 0

        def done(self, ids: Any) -> None:
            raise RedisAway("gone")

        def reject(self, entry: Entry, why: str) -> None:
            raise AssertionError(why)

    with pytest.raises(CtiError, match="redis-away"):
        Persister(Once(), SqlLedger(rig.engine), lambda: 1, lambda e, w: None).step()
    rig.persister = rig.new_persister("p2", claim_after_ms=0)
    rig.run()
    assert rig.count(model.TABLES[SegmentFact]) == 1
    assert (rig.persister.counts.stored, rig.persister.counts.doubles) == (0, 6)


def test_facts_wait_while_the_database_is_away(rig: Rig) -> None:
    rig.put(*one_of_each())
    real = SqlLedger(rig.engine)

    class Flaky:
        """Away at the first two batches."""

        refusals = 2

        def write(self, batch: list[Row], as_of_ms: int) -> int:
            if self.refusals:
                self.refusals -= 1
                raise DatabaseAway("gone")
            return real.write(batch, as_of_ms)

    source = FactsStream(rig.redis, KEYS, "p1", lambda s: None, block_ms=1, linger_s=0)
    persister = Persister(source, Flaky(), lambda: 1, lambda e, w: None)
    for _ in range(2):
        with pytest.raises(CtiError, match="database-away"):
            persister.step()
        assert rig.redis.xlen(KEYS.facts) == 6
    assert persister.step() == 6
    assert rig.count(model.TABLES[AuditFact]) == 1
    assert rig.redis.xlen(KEYS.facts) == 0


def test_a_batch_is_all_or_nothing(rig: Rig) -> None:
    good = Row("g", AuditFact, facts.audit())
    bad = Row("b", AuditFact, {**facts.audit(), "at_ms": None})
    with pytest.raises(CtiError, match="bad-fact"):
        SqlLedger(rig.engine).write([good, bad], 5)
    assert rig.count(model.TABLES[AuditFact]) == 0
    assert SqlLedger(rig.engine).as_of_ms() == 0


def test_an_unmigrated_database_makes_facts_wait(rig: Rig, tmp_path: Path) -> None:
    rig.put(*one_of_each())
    empty = make_engine(f"sqlite:///{tmp_path}/empty.db")
    source = FactsStream(rig.redis, KEYS, "p1", lambda s: None, block_ms=1, linger_s=0)
    with pytest.raises(CtiError, match="database-away"):
        Persister(source, SqlLedger(empty), lambda: 1, lambda e, w: None).step()
    assert rig.redis.xlen(KEYS.facts) == 6


def test_tidy_deletes_what_was_only_acknowledged_and_nothing_else(rig: Rig) -> None:
    rig.put(*one_of_each())
    source = FactsStream(rig.redis, KEYS, "p1", lambda s: None, block_ms=1, linger_s=0)
    first, *others = source.read(3)
    rig.redis.xack(KEYS.facts, "persister", first.id)
    assert source.tidy() == 1
    assert rig.redis.xlen(KEYS.facts) == 5
    rig.redis.xack(KEYS.facts, "persister", *[entry.id for entry in others])
    assert source.tidy() == 2
    assert source.waiting() == 3


def test_redis_away_is_said_and_the_group_is_made_again(redis_server: EmbeddedRedis, tmp_path: Path) -> None:
    own = EmbeddedRedis(tmp_path, redis_server._wait, persistent=False)
    own.start()
    client = connect(own.url)
    source = FactsStream(client, KEYS, "p1", lambda s: None, block_ms=1, linger_s=0)
    try:
        assert source.read(10) == []
        own.stop()
        with pytest.raises(CtiError, match="redis-away"):
            source.read(10)
        own.start()
        client.xadd(KEYS.facts, {"f": one_of_each()[0]})
        assert len(source.read(10)) == 1
    finally:
        client.close()
        own.stop()

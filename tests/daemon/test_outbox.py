"""What leaves the engine reaches Redis in order, once, and survives Redis being away."""

import resource
import time

import orjson
import pytest
import redis
import structlog

from cti_server.adapters.centre_time import redis_ms
from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.daemon import outbox as module
from cti_server.daemon import sent_facts
from cti_server.daemon.commands import CommandReader
from cti_server.daemon.inputlog import InputLog
from cti_server.daemon.journal import Journal
from cti_server.daemon.outbox import Outbox, ReplyAddress
from cti_server.engine.kernel.messages import CommandInput, Mirror, Publish, RecordFact, Reply
from cti_server.events.command_wire import Command, decode_reply, encode_command
from cti_server.events.envelope import decode
from cti_server.events.views import MIRROR_FORMAT
from tests.until import until

KEYS = Keys("t")


@pytest.fixture
def client(redis_url):
    return connect(redis_url)


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "facts.journal")


@pytest.fixture
def outbox(client, journal):
    box = Outbox(client, KEYS, 3, "test", journal, SystemClock())
    box.start()
    yield box
    box.stop()


def facts(client):
    return [orjson.loads(fields[b"f"])["id"] for _, fields in client.xrange(KEYS.facts)]


def fact(number):
    return RecordFact(f"3-{number}", "audit", {"n": number})


def test_one_input_is_written_whole(client, outbox):
    outbox.addresses["c1"] = ReplyAddress("web-1", b"0-1")
    view = {"view": {"id": "1001"}, "core": {}}
    outbox.put(
        1_000, [Publish(1, "agent.logged_in", {"agent": {"id": "1001"}}), Mirror(2, "agents", "1001", view), fact(1),
                Reply("c1", True)]
    )  # fmt: skip
    until(lambda: client.xlen(KEYS.facts))
    ((_, fields),) = client.xrange(KEYS.events)
    event = decode(fields[b"e"])
    assert (event.epoch, event.seq, event.name, event.at_ms) == (3, 1, "agent.logged_in", 1_000)
    assert orjson.loads(client.hget(KEYS.mirror("agents"), "1001")) == {"format": MIRROR_FORMAT, "epoch": 3, "seq": 2, **view}
    assert client.hgetall(KEYS.mirror_meta) == {b"epoch": b"3", b"seq": b"2", b"at_ms": b"1000"}
    ((_, reply),) = client.xrange(KEYS.replies("web-1"))
    assert decode_reply(reply[b"r"]).ok


def test_mirrors_of_an_earlier_epoch_go_at_first_contact(client, journal):
    client.hset(KEYS.mirror("calls"), "old", b"{}")
    box = Outbox(client, KEYS, 4, "test", journal, SystemClock())
    box.put(1, [Mirror(1, "calls", "new", {"view": {}, "core": {}})])
    box.start()
    until(lambda: client.hexists(KEYS.mirror("calls"), "new"))
    assert client.hkeys(KEYS.mirror("calls")) == [b"new"]
    box.stop()


def test_nothing_is_lost_while_redis_is_away(redis_server, client, outbox, journal):
    outbox.put(1, [fact(1), Mirror(1, "agents", "kept", {"view": 1, "core": {}})])
    until(lambda: facts(client) == ["3-1"])
    redis_server.stop()
    outbox.put(2, [fact(2), Mirror(2, "agents", "gone", {"view": 2, "core": {}}), Publish(3, "x", {})])
    until(lambda: outbox.away and len(journal) == 1)
    outbox.put(3, [fact(3), Mirror(4, "agents", "gone", None), Reply("c9", True)])
    until(lambda: len(journal) == 2)
    assert journal.path.exists()
    redis_server.start()  # it comes back empty, as an unsaved one does
    until(lambda: not outbox.away)
    outbox.put(4, [fact(4)])
    until(lambda: facts(client) == ["3-1", "3-2", "3-3", "3-4"])
    assert client.hkeys(KEYS.mirror("agents")) == [b"kept"]
    assert client.exists(KEYS.command("c9"))
    assert not journal.path.exists()
    assert outbox.dropped_events == 1


def test_a_redis_that_was_emptied_under_our_hands_gets_everything_anew(client, outbox):
    """Somebody says FLUSHALL, or it restarts between two commands: no connection breaks, and facts may not be stored yet."""
    outbox.put(1, [fact(1), Mirror(1, "agents", "1001", {"view": 1, "core": {}})])
    until(lambda: facts(client) == ["3-1"])
    client.flushall()
    until(lambda: outbox.beat(5, {"at_ms": 5}) or client.hexists(KEYS.mirror("agents"), "1001"))
    assert facts(client) == ["3-1"]
    assert not outbox.away


def test_a_redis_that_was_emptied_and_written_to_at_once_gets_the_rest_too(client, outbox):
    """On a busy floor the next batch comes before the next look."""
    outbox.put(1, [fact(1), Mirror(1, "agents", "1001", {"view": 1, "core": {}})])
    until(lambda: facts(client) == ["3-1"])
    client.flushall()
    outbox.put(2, [fact(2), Mirror(2, "agents", "1002", {"view": 2, "core": {}})])
    until(lambda: outbox.beat(5, {"at_ms": 5}) or client.hlen(KEYS.mirror("agents")) == 2)
    assert sorted(set(facts(client))) == ["3-1", "3-2"]
    assert not outbox.away


def test_facts_of_a_moment_ago_are_said_again_after_an_outage_and_older_ones_are_not(redis_server, client, outbox, monkeypatch):
    outbox.put(1, [fact(1)])
    until(lambda: facts(client) == ["3-1"] and outbox._sent._taken)
    monkeypatch.setattr(sent_facts, "monotonic", lambda: time.monotonic() + sent_facts.RECENT_S + 1)
    outbox.put(1, [fact(2)])
    until(lambda: facts(client) == ["3-1", "3-2"])
    redis_server.stop()
    outbox.put(2, [fact(3)])
    until(lambda: outbox.away)
    redis_server.start()
    until(lambda: not outbox.away)
    assert facts(client) == ["3-2", "3-3"]


def test_a_journal_of_a_dead_process_is_delivered_first(client, tmp_path):
    left = Journal(tmp_path / "j")
    left.add([orjson.dumps({"id": "2-9", "kind": "audit", "data": {}})])
    box = Outbox(client, KEYS, 3, "test", Journal(tmp_path / "j"), SystemClock())
    box.start()
    box.put(1, [fact(1)])
    until(lambda: len(facts(client)) == 2)
    assert facts(client) == ["2-9", "3-1"]
    box.stop()


# ---------------------------------------------------------------- commands


def send(client, command_id, name="Ping"):
    command = Command(command_id, name, {}, "system:test", 99, "asker")
    client.xadd(KEYS.commands, {"c": encode_command(command)})


def replies(client):
    return [decode_reply(fields[b"r"]) for _, fields in client.xrange(KEYS.replies("asker"))]


@pytest.fixture
def reader(client, outbox):
    made = []
    seen: list[CommandInput] = []

    def make():
        reading = CommandReader(client, KEYS, outbox, SystemClock(), seen.append)
        reading.start()
        made.append(reading)
        return seen

    yield make
    for reading in made:
        reading.stop()


def test_a_command_sent_twice_runs_once_and_is_answered_twice(client, outbox, reader):
    send(client, "c1")
    seen = reader()
    until(lambda: seen)
    outbox.put(1, [Reply("c1", True, data={"n": 7})])
    until(lambda: replies(client))
    send(client, "c1")
    send(client, "c2")
    until(lambda: len(seen) == 2)
    assert [c.command_id for c in seen] == ["c1", "c2"]
    assert [r.data for r in replies(client)] == [{"n": 7}, {"n": 7}]
    assert client.xpending(KEYS.commands, "daemon")["pending"] == 1


def test_an_unfinished_command_is_answered_outcome_unknown_and_not_run_again(client, outbox, reader):
    send(client, "c1")
    seen = reader()
    until(lambda: seen)
    outbox.addresses.clear()  # the daemon that took it is gone
    reader()
    until(lambda: replies(client))
    assert replies(client)[0].error_id == "outcome-unknown"
    assert len(seen) == 1
    assert client.xpending(KEYS.commands, "daemon")["pending"] == 0


@pytest.mark.parametrize("daemon_ahead_ms", [0, 3_600_000, -3_600_000])
def test_how_long_a_command_is_wanted_counts_from_its_arrival_whatever_the_clocks_say(client, outbox, daemon_ahead_ms):
    class Clock:
        def now_ms(self):
            return redis_ms(client) + daemon_ahead_ms

    seen: list[CommandInput] = []
    reading = CommandReader(client, KEYS, outbox, Clock(), seen.append)
    for command_id, age_ms in (("old", 7000), ("fresh", 0)):
        command = Command(command_id, "Ping", {}, "system:test", 5000, "asker")
        client.xadd(KEYS.commands, {"c": encode_command(command)}, id=f"{redis_ms(client) - age_ms}-*")
    command = {"format": 1, "id": "x", "name": "Ping", "args": {}, "issuer": "y", "reply_to": "z"}
    client.xadd(KEYS.commands, {"c": orjson.dumps(command)})
    reading.start()
    until(lambda: len(seen) == 3)
    reading.stop()
    now_ms = Clock().now_ms()
    assert [c.deadline_ms > now_ms for c in seen] == [False, True, True]


def test_streams_are_trimmed_by_the_clock_that_dates_their_entries(client, journal):
    class Clock:
        def now_ms(self):
            return 99_000_000_000_000

    for _ in range(300):  # whole nodes go
        client.xadd(KEYS.events, {"e": b"1"}, id=f"{redis_ms(client) - 3_600_000}-*")
    client.xadd(KEYS.events, {"e": b"2"})
    box = Outbox(client, KEYS, 4, "test", journal, Clock())
    box.start()
    box.put(1, [fact(1)])
    until(lambda: client.xlen(KEYS.events) < 300)
    assert 0 < client.xlen(KEYS.events) < 110
    box.stop()


def raw_command(**changes):
    known = {"format": 1, "id": "bad", "name": "Ping", "args": {}, "issuer": "test", "wait_ms": 0, "reply_to": "asker"}
    return orjson.dumps({**known, **changes})


@pytest.mark.parametrize(
    "raw",
    [
        b"{", b"", b"[]", b"5", b"null", b"{}", b"\xff\xfe",
        raw_command(wait_ms=1e300), raw_command(wait_ms=-1), raw_command(wait_ms=2**63), raw_command(wait_ms="1"),
        raw_command(id=5), raw_command(id="x" * 1000), raw_command(args=[]), raw_command(args=None), raw_command(reply_to={}),
        raw_command(args={"data": {}}).replace(b'"data":{}', b'"data":' + b"[" * 300 + b"]" * 300),
    ],
)  # fmt: skip
def test_what_is_not_a_command_is_set_aside_and_the_next_runs(client, outbox, reader, raw):
    client.xadd(KEYS.commands, {"c": raw})
    send(client, "c2")
    seen = reader()
    until(lambda: seen)
    assert seen[0].command_id == "c2"
    ((_, told),) = client.xrange(KEYS.set_aside)
    assert (told[b"border"], told[b"process"], told[b"raw"]) == (b"commands", b"daemon", raw)
    assert told[b"why"]
    assert outbox.aside.counts == {"commands": 1}
    assert client.xpending(KEYS.commands, "daemon")["pending"] == 1  # c2, which runs


def test_a_record_of_a_command_that_is_no_text_holds_up_nobody(client, outbox, reader):
    client.lpush(KEYS.command("c1"), "somebody wrote here")
    send(client, "c1")
    send(client, "c2")
    seen = reader()
    until(lambda: seen)
    assert [c.command_id for c in seen] == ["c2"]
    assert outbox.aside.counts == {"commands": 1}


def test_keys_of_the_wrong_type_are_renamed(client, journal):
    for key in (KEYS.facts, KEYS.events, KEYS.commands, KEYS.mirror("agents"), KEYS.mirror_meta, KEYS.heartbeat("daemon")):
        client.sadd(key, "somebody wrote here")
    box = Outbox(client, KEYS, 3, "test", journal, SystemClock())
    box.put(1, [fact(1), Publish(1, "agent.logged_in", {}), Mirror(1, "agents", "1001", {"view": {}, "core": {}})])
    box.beat(1, {"at_ms": 1})
    box.start()
    until(lambda: client.type(KEYS.facts) == b"stream" and facts(client))
    assert client.hexists(KEYS.mirror("agents"), "1001")
    assert client.type(f"{KEYS.facts}:wrong-type") == b"set"
    assert box.aside.counts == {"keys": 6}
    box.stop()


# ---------------------------------------------------------------- a disk that refuses


def test_a_full_disk_leaves_facts_in_memory_and_writes_them_later(tmp_path):
    folder = tmp_path / "data"
    folder.write_text("not a folder")
    journal = Journal(folder / "facts.journal")
    journal.add([b"1"])
    assert journal.head(9) == [b"1"]
    folder.unlink()
    journal.add([b"2"])
    assert journal.head(9) == [b"1", b"2"]
    assert journal.path.read_bytes() == b"1\n2\n"


def test_the_input_log_rotates_and_gives_up_quietly(tmp_path):
    log = InputLog(tmp_path / "in", 7, lambda: b"the state", limit_bytes=10, kept_bytes=55)
    for number in range(6):
        log.write(b"line-%d--" % number)
    log.close()
    assert (tmp_path / "in" / "inputs-000000000007-0003.jsonl").read_bytes() == b"the state\nline-3--\n"
    names = sorted(p.name for p in (tmp_path / "in").iterdir())
    assert names == ["inputs-000000000007-0003.jsonl", "inputs-000000000007-0004.jsonl", "inputs-000000000007-0005.jsonl"]
    (tmp_path / "file").write_text("not a folder")
    broken = InputLog(tmp_path / "file" / "in", 7, bytes)
    broken.write(b"x")
    broken.flush()
    broken.close()


def test_restarts_that_write_little_delete_no_log(tmp_path):
    crash = InputLog(tmp_path, 1, bytes)
    crash.write(b"what happened before the crash")
    crash.close()
    for epoch in range(2, 40):
        InputLog(tmp_path, epoch, bytes).close()
    assert crash.path.exists()


def test_a_state_that_no_log_can_hold_ends_the_log_only(tmp_path):
    def state():
        raise TypeError("Integer exceeds 64-bit range")

    log = InputLog(tmp_path, 1, state, limit_bytes=10)
    for _ in range(3):
        log.write(b"line-----")
    log.end(state)
    assert "64-bit" in log.trouble


def test_what_cannot_be_written_holds_up_nothing_else(client, journal):
    box = Outbox(client, KEYS, 3, "test", journal, SystemClock())
    told = []
    box.start().link_exception(told.append)
    box.put(
        1, [RecordFact("1", "audit", {"not": object()}), Publish(1, "x", {"n": 2**70}),
            Reply("c", True, data={"a": object()}), Mirror(1, "agents", "1001", {"view": {"n": 2**70}}), fact(2)]
    )  # fmt: skip
    until(lambda: client.xlen(KEYS.facts))
    assert facts(client) == ["3-2"]
    assert {told[b"entry"] for _, told in client.xrange(KEYS.set_aside)} == {b"1", b"x", b"c", b"agents 1001"}
    assert told == []
    box.stop()


# ---------------------------------------------------------------- the journal


@pytest.fixture
def small_disk(tmp_path):
    """Files of this process may not be larger than told, as on a disk that is full; parts of a write get through."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (before[0] if size is None else size, before[1]))

    yield limit
    limit(None)


def test_a_write_that_got_through_in_part_loses_no_fact(tmp_path, small_disk):
    journal = Journal(tmp_path / "facts.journal")
    journal.add([b"1" * 10])
    with structlog.testing.capture_logs():
        small_disk(15)
        journal.add([b"2" * 10])
        small_disk(None)
    assert journal.trouble
    assert len(journal._unsaved) == 1
    journal.add([b"3" * 10])
    assert (journal.trouble, journal._unsaved) == ("", [])
    assert Journal(journal.path).head(9) == [b"1" * 10, b"2" * 10, b"3" * 10]


def test_a_torn_line_takes_no_other_with_it(tmp_path):
    path = tmp_path / "facts.journal"
    path.write_bytes(b'{"id":"1"}\n{"id":"2","ki')
    journal = Journal(path)
    journal.add([b'{"id":"3"}'])
    assert Journal(path).head(9) == [b'{"id":"1"}', b'{"id":"2","ki', b'{"id":"3"}']


def test_what_was_delivered_is_not_delivered_again_after_a_restart(tmp_path):
    journal = Journal(tmp_path / "facts.journal")
    journal.add([b"%d" % n for n in range(5)])
    assert journal.head(2) == [b"0", b"1"]
    journal.drop(2)
    again = Journal(journal.path)
    assert (len(again), again.head(9)) == (3, [b"2", b"3", b"4"])
    again.drop(3)
    assert sorted(p.name for p in tmp_path.iterdir()) == []


def test_a_journal_that_cannot_be_read_stops_nobody(tmp_path):
    (tmp_path / "facts.journal").mkdir()
    journal = Journal(tmp_path / "facts.journal")
    assert journal.trouble
    journal.add([b"1"])
    assert journal.head(9) == [b"1"]


def test_while_no_worker_takes_facts_they_wait_on_disk(client, journal):
    noticed = []
    box = Outbox(
        client, KEYS, 3, "test", journal, SystemClock(), notice=lambda *what: noticed.append(what), facts_most=4
    )  # fmt: skip
    box.start()
    for number in range(4):
        box.put(1, [fact(number)])
    until(lambda: client.xlen(KEYS.facts) == 4)
    box._look_due_ms = 0
    box.put(1, [fact(4)])
    box.put(1, [fact(5)])
    until(lambda: len(journal) == 2)
    assert client.xlen(KEYS.facts) == 4
    until(lambda: noticed)
    assert noticed[0][0].id == "facts-wait"
    assert "start cti-worker" in noticed[0][1]
    client.xtrim(KEYS.facts, maxlen=1, approximate=False)  # the worker is back
    until(lambda: len(noticed) == 2)
    assert (noticed[1][0].id, noticed[1][1]) == ("facts-wait", "")
    assert facts(client) == ["3-3", "3-4", "3-5"]
    box.put(1, [fact(6)])
    until(lambda: facts(client)[-1] == "3-6")
    box.stop()


def test_what_a_switch_says_of_itself_is_there_at_once(client, outbox):
    row = {"view": {"id": "main"}, "core": {"id": "main"}}
    outbox.put(1_000, [Mirror(7, "switches", "main", row)])
    until(lambda: client.hexists(KEYS.mirror("switches"), "main"))
    outbox.switch_details = {"main": {"modules": {"mod_lua": True}}}
    outbox.described("main")
    outbox.described("unknown")
    until(lambda: b"mod_lua" in client.hget(KEYS.mirror("switches"), "main"))
    document = orjson.loads(client.hget(KEYS.mirror("switches"), "main"))
    assert (document["seq"], document["core"]) == (7, {"id": "main", "modules": {"mod_lua": True}})
    assert client.hget(KEYS.mirror_meta, "seq") == b"7"


# ---------------------------------------------------------------- until when all facts are on their stream


def told_age(client):
    """ms between what the daemon says and now, by Redis's clock; None: it said nothing."""
    said = client.get(KEYS.facts_complete)
    return None if said is None else redis_ms(client) - int(said)


def said_anew(client, box, at_ms, effects=()):
    client.delete(KEYS.facts_complete)
    box._trim_due_ms = 0
    box.put(at_ms, list(effects))
    box.beat(at_ms, {"at_ms": at_ms})
    until(lambda: client.exists(KEYS.heartbeat("daemon")))
    client.delete(KEYS.heartbeat("daemon"))
    return told_age(client)


def test_facts_that_wait_in_the_journal_are_told(client, journal):
    clock = SystemClock()
    box = Outbox(client, KEYS, 3, "test", journal, clock, facts_most=2)
    box.start()
    now = clock.now_ms()
    assert said_anew(client, box, now, [fact(0), fact(1)]) < 10_000
    box._look_due_ms = 0
    assert said_anew(client, box, now - 60_000, [fact(2)]) >= 60_000, "the stream is full: it waits since then"
    assert len(journal) == 1
    assert said_anew(client, box, now) >= 60_000, "and still does"
    client.xtrim(KEYS.facts, maxlen=0, approximate=False)
    box._look_due_ms = 0
    until(lambda: not len(journal))
    assert said_anew(client, box, clock.now_ms()) < 10_000
    box.stop()


def test_what_an_earlier_daemon_left_is_told_as_not_known(client, journal):
    journal.add([b'{"id":"2-1","kind":"audit","data":{}}'])
    client.xadd(KEYS.facts, {"f": b"{}"})
    client.xadd(KEYS.facts, {"f": b"{}"})
    clock = SystemClock()
    box = Outbox(client, KEYS, 3, "test", journal, clock, facts_most=2)
    box._full = True
    box.start()
    assert said_anew(client, box, clock.now_ms()) is None
    client.xtrim(KEYS.facts, maxlen=0, approximate=False)
    box._look_due_ms = 0
    until(lambda: not len(journal))
    assert said_anew(client, box, clock.now_ms()) < 10_000
    box.stop()


def test_facts_of_the_time_without_redis_are_waited_for(client, journal, monkeypatch):
    clock = SystemClock()
    box = Outbox(client, KEYS, 3, "test", journal, clock)

    def away(*_):
        raise redis.ConnectionError("away")

    with monkeypatch.context() as patch:
        patch.setattr(box, "_catch_up", away)
        box._deliver([module._Batch(clock.now_ms() - 30_000, [fact(0)])])
        box._deliver([module._Batch(clock.now_ms() - 20_000, [fact(1)])])
    assert int(box._sent.complete_before(clock.now_ms(), clock.now_ms())) >= 30_000
    box._deliver([module._Batch(clock.now_ms(), [fact(2)])])
    assert facts(client) == ["3-0", "3-1", "3-2"]
    assert told_age(client) < 10_000


def test_what_is_written_in_one_go_is_bounded_and_in_its_order(client, journal, monkeypatch):
    """While a large configuration is taken up calls have their turn between two writes."""
    monkeypatch.setattr(module, "EFFECTS", 30)
    sizes = []
    deliver = Outbox._deliver

    def watched(self, batches):
        sizes.append(sum(len(batch.effects) for batch in batches))
        deliver(self, batches)

    monkeypatch.setattr(Outbox, "_deliver", watched)
    box = Outbox(client, KEYS, 3, "test", journal, SystemClock())
    for at in range(20):
        box.put(1_000_000 + at, [fact(at * 10 + n) for n in range(10)])
    box.start()
    until(lambda: len(facts(client)) == 200)
    box.stop()
    assert facts(client) == [f"3-{n}" for n in range(200)]
    assert [size for size in sizes if size] == [30] * 6 + [20]

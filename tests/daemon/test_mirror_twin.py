"""What a daemon that starts knows of the last one: the newest of Redis and this machine's copy, and it waits for what
it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gevent
import orjson
import pytest

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.adapters.set_aside import SetAside
from cti_server.daemon import last_mirror as last_module
from cti_server.daemon import twin as twin_module
from cti_server.daemon.journal import Journal
from cti_server.daemon.last_mirror import LastMirror
from cti_server.daemon.outbox import Outbox
from cti_server.daemon.twin import Twin, read_twin
from cti_server.engine.kernel.messages import Mirror, Publish
from cti_server.events.views import MIRROR_FORMAT
from tests.until import until

KEYS = Keys("t")
EMPTY: dict[str, Any] = {"view": {}, "core": {}}


def row(epoch: int, seq: int, name: str = "x") -> bytes:
    return orjson.dumps({"format": MIRROR_FORMAT, "epoch": epoch, "seq": seq, "view": {"id": name}, "core": {}})


def rows_of(path: Path) -> dict[str, list[str]]:
    return {kind: sorted(thing.decode() for thing in rows) for kind, rows in read_twin(path).rows.items() if rows}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mirror.jsonl"


# ---------------------------------------------------------------- the file


def test_the_copy_has_the_newest_of_every_row(file: Path) -> None:
    twin = Twin(file)
    twin.write([], (4, 1), 100, lambda: [("agents", "1001", row(4, 1)), ("calls", "c1", row(4, 1))])
    twin.write([("agents", "1002", row(4, 2)), ("calls", "c1", b"")], (4, 3), 200, list)
    twin.write([("agents", "1001", row(4, 4, "new"))], (4, 4), 300, list)
    found = read_twin(file)
    assert (found.position, found.at_ms) == ((4, 4), 300)
    assert rows_of(file) == {"agents": ["1001", "1002"]}
    assert orjson.loads(found.rows["agents"][b"1001"])["view"] == {"id": "new"}
    with file.open("ab") as torn:
        torn.write(b'["agents","1003",{"epoch":4,"se')
    assert rows_of(file) == {"agents": ["1001", "1002"]}


def test_a_file_that_has_grown_is_written_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twin_module, "LEAST_BYTES", 2000)
    twin = Twin(file)
    for seq in range(1, 200):
        twin.write([("agents", "1001", row(4, seq))], (4, seq), seq, lambda seq=seq: [("agents", "1001", row(4, seq))])
    assert file.stat().st_size < 2500
    assert read_twin(file).position == (4, 199)
    assert rows_of(file) == {"agents": ["1001"]}


def test_a_disk_that_refuses_costs_the_copy_and_the_next_one_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.write_text("not a folder")
    twin = Twin(folder / "mirror.jsonl")
    twin.write([("agents", "1", row(4, 1))], (4, 1), 1000, list)
    assert twin.trouble
    folder.unlink()
    twin.write([("agents", "2", row(4, 2))], (4, 2), 1000 + twin_module.WAIT_MS, lambda: [("agents", "1", row(4, 1))])
    assert not twin.trouble
    assert rows_of(twin.path) == {"agents": ["1"]}


def test_the_outbox_keeps_it_while_redis_is_away_and_after(redis_server, redis_url, tmp_path, file) -> None:
    client = connect(redis_url)
    box = Outbox(client, KEYS, 4, "test", Journal(tmp_path / "j"), SystemClock(), twin=Twin(file))
    box.start()
    box.put(100, [Mirror(1, "agents", "1001", EMPTY), Mirror(1, "switches", "main", EMPTY)])
    until(lambda: client.hexists(KEYS.mirror("agents"), "1001"))
    assert rows_of(file) == {"agents": ["1001"], "switches": ["main"]}
    redis_server.stop()
    box.put(200, [Publish(2, "x", {}), Mirror(3, "agents", "1002", EMPTY), Mirror(3, "agents", "1001", None)])
    until(lambda: box.away)
    assert rows_of(file) == {"agents": ["1002"], "switches": ["main"]}
    assert (read_twin(file).position, read_twin(file).at_ms) == ((4, 3), 200)
    redis_server.start()
    until(lambda: not box.away)
    box.stop()


# ---------------------------------------------------------------- which of the two


def last(client: Any, file: Path, wait: Any = gevent.sleep) -> LastMirror:
    return LastMirror(client, KEYS, file, SetAside(client, KEYS, "test"), wait)


def fill_redis(client: Any, epoch: int, seq: int) -> None:
    row = {"format": MIRROR_FORMAT, "epoch": epoch, "seq": seq, "view": {"id": "redis"}, "core": {}}
    client.hset(KEYS.mirror("agents"), "redis", orjson.dumps(row))
    client.hset(KEYS.mirror_meta, mapping={"epoch": epoch, "seq": seq, "at_ms": 100})


def fill_twin(file: Path, epoch: int, seq: int, at_ms: int = 300) -> None:
    Twin(file).write([], (epoch, seq), at_ms, lambda: [("agents", "twin", row(4, 1, "twin"))])


@pytest.mark.parametrize(
    ("redis_has", "twin_has", "taken", "at_ms"),
    [
        (None, None, [], 0),
        ((4, 9), None, ["redis"], 100),
        (None, (4, 9), ["twin"], 300),  # it came back empty
        ((4, 8), (4, 9), ["twin"], 300),  # it came back with what it had before it went
        ((5, 1), (4, 9), ["redis"], 100),  # another machine led since
        ((4, 9), (4, 9), ["redis"], 300),
    ],
)
def test_the_newest_is_taken(redis_url, file, redis_has, twin_has, taken, at_ms) -> None:
    client = connect(redis_url)
    if redis_has:
        fill_redis(client, *redis_has)
    if twin_has:
        fill_twin(file, *twin_has)
    mirror, seen_ms = last(client, file).read(4)
    assert (sorted(mirror["agents"]), seen_ms) == (taken, at_ms)


def test_a_row_of_another_format_is_set_aside(redis_url, file) -> None:
    client = connect(redis_url)
    fill_redis(client, 4, 9)
    client.hset(KEYS.mirror("agents"), "later", orjson.dumps({"format": 1, "epoch": 4, "seq": 9, "view": {"id": "later"}}))
    assert sorted(last(client, file).read(4)[0]["agents"]) == ["redis"]
    ((_, said),) = client.xrange(KEYS.set_aside)
    assert said[b"why"] == b"format 1, known is 3"


def test_without_redis_the_copy_of_the_last_leader_is_enough(tmp_path, file) -> None:
    fill_twin(file, 4, 9)
    found = last(connect(f"unix://{tmp_path}/none.sock"), file, lambda seconds: pytest.fail("there is nothing to wait for"))
    found.await_redis(4)
    assert sorted(found.read(4)[0]["agents"]) == ["twin"]
    assert found.unread


def test_a_mirror_that_is_needed_is_waited_for(redis_server, redis_url, file) -> None:
    """Another machine led last, or this one has no copy."""
    client = connect(redis_url)
    fill_twin(file, 4, 9)
    redis_server.stop()
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            redis_server.start()
            fill_redis(client, 5, 1)

    found = last(client, file, wait)
    found.await_redis(5)
    assert len(waits) == 3
    assert sorted(found.read(5)[0]["agents"]) == ["redis"]
    assert not found.unread


def test_the_wait_ends_and_what_was_not_read_is_not_thrown_away(redis_server, redis_url, tmp_path, file, monkeypatch) -> None:
    monkeypatch.setattr(last_module, "WAIT_S", 0.0)
    monkeypatch.setattr(last_module, "LEADING_WAIT_S", 0.0)
    client = connect(redis_url)
    redis_server.stop()
    found = last(client, file)
    found.await_redis(5)
    assert found.read(5) == ({kind: {} for kind in last_module.KINDS}, 0)
    assert found.unread
    redis_server.start()
    fill_redis(client, 5, 1)
    box = Outbox(client, KEYS, 6, "test", Journal(tmp_path / "j"), SystemClock(), twin=Twin(file))
    box.mirror_unread = found.unread
    box.start()
    box.put(100, [Mirror(1, "agents", "1001", {"view": {}, "core": {}})])
    until(lambda: client.hexists(KEYS.mirror("agents"), "1001"))
    assert client.hkeys(KEYS.mirror("agents")) == [b"1001"]
    assert client.hkeys(KEYS.mirror("agents") + ":unread") == [b"redis"]
    box.stop()


def test_where_nobody_ever_led_nothing_is_waited_for(tmp_path, file) -> None:
    found = last(connect(f"unix://{tmp_path}/none.sock"), file, lambda seconds: pytest.fail("there is nothing to wait for"))
    found.await_redis(0)
    assert not any(found.read(0)[0].values())

"""A connection stays only with a server that may be written; what the address leads to is looked up anew."""

from __future__ import annotations

import subprocess
import sys

import pytest
import redis

from cti_server.adapters import redis_store
from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import WrongServerError, connect
from cti_server.daemon.commands import CommandReader
from cti_server.daemon.journal import Journal
from cti_server.daemon.outbox import Outbox
from cti_server.engine.kernel.messages import Mirror, RecordFact
from cti_server.events.command_wire import Command, encode_command
from tests.redis_pair import RedisPair, redis_pair
from tests.until import until

KEYS = Keys("t")


@pytest.fixture(scope="module")
def servers():
    with redis_pair() as found:
        yield found


@pytest.fixture
def pair(servers: RedisPair):
    """Fresh roles for each test: ``one`` leads."""
    servers.one.execute_command("REPLICAOF", "NO", "ONE")
    servers.one.flushall()
    servers._follow(servers.other, servers.one)
    servers._target = servers._port(servers.one)
    return servers


def test_what_the_daemon_says_and_hears_follows_a_fail_over(pair, tmp_path):
    client = connect(pair.url)
    outbox = Outbox(client, KEYS, 1, "test", Journal(tmp_path / "j"), SystemClock())
    seen: list[str] = []
    reader = CommandReader(client, KEYS, outbox, SystemClock(), lambda command: seen.append(command.command_id))
    outbox.start()
    reader.start()
    outbox.put(1, [RecordFact("f1", "audit", {})])
    until(lambda: pair.other.xlen(KEYS.facts) == 1)
    pair.fail_over()
    outbox.put(2, [RecordFact("f2", "audit", {})])
    until(lambda: pair.other.xlen(KEYS.facts) == 2)
    pair.other.xadd(KEYS.commands, {"c": encode_command(Command("c1", "Ping", {}, "x", 5000, "asker"))})
    until(lambda: seen == ["c1"])
    reader.stop()
    outbox.stop()


def test_a_new_primary_that_had_not_heard_of_the_last_facts_gets_them(pair, tmp_path):
    client = connect(pair.url)
    outbox = Outbox(client, KEYS, 1, "test", Journal(tmp_path / "j"), SystemClock())
    outbox.start()
    outbox.put(1, [RecordFact("f1", "audit", {}), Mirror(1, "agents", "1", {"view": {}, "core": {}})])
    until(lambda: pair.other.hexists(KEYS.mirror("agents"), "1"))
    pair.other.execute_command("REPLICAOF", "NO", "ONE")  # the two no longer hear each other
    outbox.put(2, [RecordFact("f2", "audit", {})])
    until(lambda: pair.one.xlen(KEYS.facts) == 2)
    pair.fail_over()
    outbox.put(3, [RecordFact("f3", "audit", {})])
    until(lambda: not outbox.away and b"f3" in str(pair.other.xrange(KEYS.facts)).encode())
    found = [fields[b"f"] for _, fields in pair.other.xrange(KEYS.facts)]
    assert [any(name in line for line in found) for name in (b"f1", b"f2", b"f3")] == [True, True, True]
    outbox.stop()


@pytest.mark.parametrize("words", ["READONLY", "MASTERDOWN", "LOADING", "NOREPLICAS", "UNBLOCKED"])
def test_an_answer_of_the_wrong_server_closes_the_connection(redis_url, words):
    client = connect(redis_url, max_connections=1)
    script = f"return redis.error_reply('{words} as a server says it')"
    before = client.client_id()
    with pytest.raises(redis.ConnectionError):
        client.eval(script, 0)
    assert client.client_id() != before


def test_within_a_transaction_and_from_a_script_too(pair):
    client = connect(pair.url, max_connections=1)
    client.set("a", 1)
    pair.fail_over()
    pipe = client.pipeline(transaction=True)
    pipe.set("a", 2)
    pipe.set("b", 2)
    with pytest.raises(WrongServerError):
        pipe.execute()
    pipe.set("a", 3)
    pipe.execute()
    assert pair.other.get("a") == b"3"
    servers_own = connect(f"redis://127.0.0.1:{pair._port(pair.one)}/0", max_connections=1)
    with pytest.raises(WrongServerError, match="is a"):
        servers_own.get("a")


def test_one_that_only_reads_notices_too(pair, monkeypatch):
    """A replica that lost its primary answers reads for ever, from old data."""
    monkeypatch.setattr(redis_store, "ROLE_EVERY_S", 0.05)
    client = connect(pair.url, max_connections=1)
    client.set("n", 1)
    until(lambda: pair.other.get("n") == b"1")
    pair.fail_over(cut_off=True)
    pair.other.set("n", 2)

    def reads_the_new_one() -> bool:
        try:
            return client.get("n") == b"2"
        except redis.ConnectionError:
            return False

    until(reads_the_new_one)


def test_other_refusals_leave_the_connection_alone(redis_url):
    client = connect(redis_url, max_connections=1)
    before = client.client_id()
    with pytest.raises(redis.ResponseError):
        client.xgroup_create("none", "g")
    with pytest.raises(redis.ResponseError):
        client.eval("return redis.error_reply('ERR the word LOADINGS is no answer')", 0)
    assert client.client_id() == before


STORM = """
from gevent import monkey
monkey.patch_all()
import sys
import gevent
from cti_server.adapters.redis_store import connect
client = connect(sys.argv[1], max_connections=2)
asking = [gevent.spawn(client.eval, "return redis.call('INCR', 'n')", 0) for _ in range(2000)]
gevent.joinall(asking, raise_error=True)
print(client.get("n").decode())
"""


def test_more_askers_than_connections_wait_their_turn(redis_url):
    """In a process of its own, where threads are greenlets as in the services."""
    assert redis_store.WAIT_S >= 30
    done = subprocess.run([sys.executable, "-c", STORM, redis_url], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("2000\n", "")

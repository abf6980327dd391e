"""The command client against a real Redis: answers find their senders, silence and absence have their own words."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
import redis

from cti_server.adapters.command_client import CommandClient
from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys
from cti_server.adapters.redis_store import connect
from cti_server.errors import CtiError
from cti_server.events.command_wire import CommandReply, decode_command, encode_reply
from cti_server.events.commands import Ping, ReadyAgent

KEYS = Keys("main")


@pytest.fixture
def store(redis_url: str) -> redis.Redis:
    store = redis.Redis.from_url(redis_url)
    store.set(KEYS.heartbeat("daemon"), orjson.dumps({"at_ms": 0, "pid": 1, "role": "leader"}), px=600_000)
    return store


@pytest.fixture
def client(redis_url: str, store: redis.Redis) -> Iterator[CommandClient]:
    client = CommandClient(connect(redis_url), KEYS, "test-1")
    yield client
    client.close()
    assert not store.exists(KEYS.replies("test-1")), "the own stream is removed"


def test_an_answer_finds_its_sender(client: CommandClient, store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cti_server.adapters.command_client.secrets.token_hex", lambda size: "fixed")
    store.xadd(KEYS.replies("test-1"), {"r": b"rubbish"})
    store.xadd(KEYS.replies("test-1"), {"r": encode_reply(CommandReply("another", True))})
    store.xadd(KEYS.replies("test-1"), {"r": encode_reply(CommandReply("fixed", True, data={"pong": 1}))})
    assert client.send(Ping(), "system:test") == {"pong": 1}
    ((_, fields),) = store.xrange(KEYS.commands)
    command = decode_command(fields[b"c"])
    assert (command.name, command.issuer, command.reply_to) == ("Ping", "system:test", "test-1")
    assert command.wait_ms == 5000


def test_a_refusal_keeps_its_words(client: CommandClient, store: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cti_server.adapters.command_client.secrets.token_hex", lambda size: "fixed")
    reply = CommandReply("fixed", False, "wrong-state", "the agent talks", {"state": "talking"})
    store.xadd(KEYS.replies("test-1"), {"r": encode_reply(reply)})
    with pytest.raises(CtiError) as refused:
        client.send(ReadyAgent(agent_id="1"), "agent:1")
    assert (refused.value.error_id, refused.value.message, refused.value.details) == (
        "wrong-state", "the agent talks", {"state": "talking"},
    )  # fmt: skip


def test_silence_is_outcome_unknown(client: CommandClient, store: redis.Redis) -> None:
    with pytest.raises(CtiError) as silent:
        client.send(Ping(), "system:test", deadline_s=0.05)
    assert silent.value.error_id == "outcome-unknown"
    assert store.xlen(KEYS.commands) == 1


@pytest.mark.parametrize("heartbeat", [None, b"rubbish", b'{"at_ms": 9000000000000}'])
def test_nothing_is_sent_to_an_engine_that_is_away(client: CommandClient, store: redis.Redis, heartbeat: bytes | None) -> None:
    store.delete(KEYS.heartbeat("daemon"))
    if heartbeat is not None:
        store.set(KEYS.heartbeat("daemon"), heartbeat, px=HEARTBEAT_KEPT_MS - 4000)
    with pytest.raises(CtiError) as away:
        client.send(Ping(), "system:test")
    assert away.value.error_id == "engine-away"
    assert store.xlen(KEYS.commands) == 0


def test_redis_away_is_said(tmp_path: object) -> None:
    client = CommandClient(connect(f"unix://{tmp_path}/none.sock"), KEYS, "test-2")
    for send in (client.send, client.post):
        with pytest.raises(CtiError) as away:
            send(Ping(), "system:test")
        assert away.value.error_id == "engine-away"
    client.close()

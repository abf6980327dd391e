"""The event stream for programs, on a real web process: who sees what, resuming, who is cut off."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
import requests
import websocket
from jsonschema import Draft202012Validator

from tests.webapp.live import PATIENCE_S, Screen, WebProcess, Writer, agent_view, call_view
from webapp.features.stream.document import document
from webapp.realtime.streams import EACH

pytestmark = pytest.mark.xdist_group("webapp-live")
TOKENS = "/api/centre/tokens"


@pytest.fixture
def writer(redis_url: str) -> Writer:
    writer = Writer(redis_url)
    writer.beat()
    writer.centre()
    return writer


@pytest.fixture
def site(redis_url: str, writer: Writer, tmp_path: Path) -> Iterator[WebProcess]:
    process = WebProcess(redis_url, tmp_path)
    yield process
    process.kill()


def token(site: WebProcess, **record: Any) -> str:
    values = {"id": "crm", "name": "CRM", "user": "admin", "per_minute": 6000, **record}
    answer = Screen(site.url, "admin").post(TOKENS, {"record": values})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["made"]["token"])


class Program:
    """Reads the stream, message by message."""

    def __init__(self, site: WebProcess, given: str, query: str = "", buffer: int = 0) -> None:
        options = [(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)] if buffer else []
        self.socket = websocket.WebSocket(sslopt={"cert_reqs": ssl.CERT_NONE}, sockopt=options)
        address = f"{site.url.replace('http', 'ws', 1)}/api/stream{query}"
        self.socket.connect(address, timeout=PATIENCE_S, header=[f"Authorization: Bearer {given}"])
        self.seen: list[dict[str, Any]] = []

    def next(self, *kinds: str) -> dict[str, Any]:
        """The next message of these types; beats and health are left out where they are not asked for."""
        with gevent.Timeout(PATIENCE_S, AssertionError(f"no {kinds}")):
            while True:
                message: dict[str, Any] = json.loads(self.socket.recv())
                self.seen.append(message)
                if message["type"] in (kinds or ("snapshot", "event", "resumed", "closing")):
                    return message

    def close(self) -> None:
        self.socket.close()

    def read_to_its_end(self) -> int:
        """How many messages came before the connection ended."""
        count = 0
        with gevent.Timeout(PATIENCE_S, AssertionError("it never ends")):
            while True:
                try:
                    opcode, _ = self.socket.recv_data(control_frame=True)
                except (websocket.WebSocketException, OSError):
                    return count
                if opcode == websocket.ABNF.OPCODE_CLOSE:
                    return count
                count += opcode == websocket.ABNF.OPCODE_TEXT


def ids(message: dict[str, Any], table: str) -> list[str]:
    return [view["id"] for view in message[table]]


def test_a_snapshot_first_then_events_in_order(site: WebProcess, writer: Writer) -> None:
    program = Program(site, token(site))
    snapshot = program.next()
    assert snapshot["type"] == "snapshot"
    assert ids(snapshot, "agents") == ["1001", "1002", "1003"]
    assert (snapshot["epoch"], snapshot["seq"]) == (writer.epoch, writer.seq)
    first = writer.publish("call.arrived", {"call": call_view("c1")})
    writer.publish("call.queued", {"call": call_view("c1")})
    events = [program.next("event") for _ in range(2)]
    assert [(one["seq"], one["name"]) for one in events] == [(first, "call.arrived"), (first + 1, "call.queued")]
    assert program.next("beat")["seq"] == first + 1


def test_what_comes_is_as_the_asyncapi_document_tells(site: WebProcess, writer: Writer) -> None:
    program = Program(site, token(site))
    program.next()
    writer.publish("agent.state_changed", {"agent": agent_view("1001")})
    program.next("event")
    program.next("beat")
    messages, schemas = document()["components"]["messages"], document()["components"]["schemas"]
    assert {one["type"] for one in program.seen} == {"snapshot", "health", "event", "beat"}
    for message in program.seen:
        told = messages[message["name"] if message["type"] == "event" else message["type"]]["payload"]
        lenient = json.loads(json.dumps({name: {**one, "required": []} for name, one in schemas.items()}))  # small views
        errors = Draft202012Validator({**told, "components": {"schemas": lenient}}).iter_errors(message)
        assert [error.message for error in errors] == []


def test_a_token_sees_what_its_user_sees(site: WebProcess, writer: Writer) -> None:
    program = Program(site, token(site, user="zhang"))
    snapshot = program.next()
    assert ids(snapshot, "agents") == ["1001", "1002"]
    assert snapshot["trunks"] == []
    writer.publish("call.arrived", {"call": call_view("c1")})
    writer.publish("call.offered", {"call": call_view("c2", "1001")})
    assert program.next("event")["data"]["call"]["id"] == "c2"
    writer.publish("agent.status_changed", {"agent": agent_view("1001", team="b")})
    assert ids([program.next() for _ in range(2)][1], "agents") == ["1001", "1003"]


def test_topics_narrow_the_stream(site: WebProcess, writer: Writer) -> None:
    program = Program(site, token(site), "?topics=calls,others")
    snapshot = program.next()
    assert "agents" not in snapshot
    assert snapshot["calls"] == []
    writer.publish("agent.state_changed", {"agent": agent_view("1001")})
    writer.publish("config.applied", {"version": 8})
    writer.publish("call.arrived", {"call": call_view("c1")})
    assert [program.next()["name"] for _ in range(2)] == ["config.applied", "call.arrived"]


def test_who_comes_back_gets_what_was_missed(site: WebProcess, writer: Writer) -> None:
    given = token(site)
    program = Program(site, given)
    snapshot = program.next()
    program.close()
    for n in range(3):
        writer.publish("call.arrived", {"call": call_view(f"c{n}")})
    other = Program(site, given)
    assert other.next()["seq"] == writer.seq  # it has come this far
    again = Program(site, given, f"?epoch={snapshot['epoch']}&seq={snapshot['seq']}")
    found = [again.next() for _ in range(4)]
    assert [one["data"]["call"]["id"] for one in found[:3]] == ["c0", "c1", "c2"]
    assert (found[3]["type"], found[3]["events"], found[3]["seq"]) == ("resumed", 3, writer.seq)
    writer.publish("call.ended", {"call": call_view("c0")})
    assert again.next()["seq"] == writer.seq


@pytest.mark.parametrize("query", ["?epoch=3&seq=1", "?epoch=2&seq=7", "?epoch=3&seq=99999"])
def test_where_too_much_is_missing_a_snapshot_comes(site: WebProcess, writer: Writer, query: str) -> None:
    given = token(site)
    Program(site, given).next()
    assert Program(site, given, query).next()["type"] == "snapshot"


def test_who_moved_while_away_gets_a_snapshot(site: WebProcess, writer: Writer) -> None:
    given = token(site, user="zhang")
    program = Program(site, given)
    at = program.next()
    writer.publish("agent.status_changed", {"agent": agent_view("1001", team="b")})
    program.next("event")
    again = Program(site, given, f"?epoch={at['epoch']}&seq={at['seq']}")
    assert ids(again.next(), "agents") == ["1001", "1003"]


def test_a_token_that_ends_ends_its_streams_and_says_so(site: WebProcess, writer: Writer) -> None:
    program = Program(site, token(site))
    program.next()
    admin = Screen(site.url, "admin")
    removed = admin.http.delete(
        f"{site.url}{TOKENS}/crm", headers={"X-CSRF-Token": admin.csrf, "If-Match": "1"}, timeout=PATIENCE_S
    )
    assert removed.status_code == 204
    assert program.next()["why"] == "token-ended"
    opcode, data = program.socket.recv_data()
    assert (opcode, int.from_bytes(data[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, 1008)


def test_who_does_not_read_is_told_and_cut_off_while_others_go_on(site: WebProcess, writer: Writer) -> None:
    given = token(site)
    slow, other = Program(site, given, buffer=4096), Program(site, given, "?topics=agents")
    slow.next()
    other.next()
    big = call_view("c1", data={"text": "x" * 60_000})
    for _ in range(400):  # 24 MB: more than sockets and what may wait for one reader hold
        writer.publish("call.data_changed", {"call": big})
    writer.publish("agent.state_changed", {"agent": agent_view("1002")})
    assert other.next()["name"] == "agent.state_changed"
    assert slow.read_to_its_end() < 400
    assert Program(site, given, "?topics=agents").next()["type"] == "snapshot"


def test_where_redis_was_away_everybody_gets_a_snapshot(site: WebProcess, writer: Writer) -> None:
    program = Program(site, token(site))
    program.next()
    writer.publish("call.arrived", {"call": call_view("c1")}, lose=True)
    writer.publish("call.arrived", {"call": call_view("c2")})
    assert ids(program.next("snapshot"), "calls") == ["c1", "c2"]


@pytest.mark.parametrize(
    ("headers", "query", "status", "error"),
    [
        ({}, "", 401, "bad-token"),
        ({"Authorization": "Bearer cti_x"}, "", 401, "bad-token"),
        ({"token": "1"}, "?topics=nonsense", 422, "bad-arguments"),
        ({"token": "1"}, "?epoch=1", 422, "bad-arguments"),
        ({"token": "1"}, "?seq=-1&epoch=1", 422, "bad-arguments"),
        ({"token": "1"}, "", 426, "upgrade-needed"),
    ],
)
def test_what_opens_no_stream(site: WebProcess, headers: dict[str, str], query: str, status: int, error: str) -> None:
    screen = Screen(site.url, "admin")  # its cookie opens none
    given = {"Authorization": f"Bearer {token(site)}"} if headers.pop("token", "") else headers
    answer = screen.http.get(f"{site.url}/api/stream{query}", headers=given, timeout=PATIENCE_S)
    assert (answer.status_code, answer.json()["error_id"]) == (status, error)


def test_a_token_has_only_so_many_streams(site: WebProcess) -> None:
    given = token(site)
    programs = [Program(site, given) for _ in range(EACH)]
    for program in programs:
        program.next()
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        Program(site, given)
    assert refused.value.status_code == 429
    programs[0].close()
    with gevent.Timeout(PATIENCE_S):
        while True:
            try:
                Program(site, given).next()
                break
            except websocket.WebSocketBadStatusException:
                gevent.sleep(0.05)


def test_a_process_that_ends_says_so(site: WebProcess) -> None:
    program = Program(site, token(site))
    program.next()
    site.process.terminate()
    assert program.next()["why"] == "server-stops"


def test_streams_are_counted(redis_url: str, writer: Writer, tmp_path: Path) -> None:
    site = WebProcess(redis_url, tmp_path, settings={"metrics_token": "m"})
    Program(site, token(site)).next()
    text = requests.get(f"{site.url}/metrics", headers={"Authorization": "Bearer m"}, timeout=PATIENCE_S).text
    assert "cti_web_streams 1.0" in text
    site.kill()

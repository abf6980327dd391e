"""Screens on a real web process: tickets, snapshots, order, gaps, who sees what, commands, page gone, Redis gone."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
import requests

from cti_server.adapters.embedded_redis import EmbeddedRedis
from cti_server.events.command_wire import Command, CommandReply, decode_command, encode_command, encode_reply
from tests.webapp import fakes
from tests.webapp.live import PATIENCE_S, Refused, Screen, WebProcess, Writer, agent_view, call_view, open_socket

pytestmark = pytest.mark.xdist_group("webapp-live")


@pytest.fixture
def writer(redis_url: str) -> Writer:
    writer = Writer(redis_url)
    writer.beat()
    return writer


@pytest.fixture
def site(redis_url: str, writer: Writer, tmp_path: Path) -> Iterator[WebProcess]:
    process = WebProcess(redis_url, tmp_path)
    yield process
    process.kill()


def ids(snapshot: dict[str, Any], kind: str) -> list[str]:
    return [view["id"] for view in snapshot[kind]]


def seated(site: WebProcess, writer: Writer, login: str) -> Screen:
    """A screen that has all that the writer has told so far: what comes from now on comes as events."""
    screen = Screen(site.url, login).connect()
    screen.wait_for("snapshot", lambda s: s["seq"] == writer.seq)
    return screen


class Answerer:
    """Plays the engine for commands: answers each by ``reply``; None: never."""

    def __init__(self, writer: Writer, reply: CommandReply | None) -> None:
        self.writer, self.reply = writer, reply
        self.seen: list[Command] = []
        self.last: bytes = b"0-0"
        self.greenlet = gevent.spawn(self.run) if reply is not None else None

    def run(self) -> None:
        while True:
            self.look(1000)

    def look(self, block_ms: int) -> None:
        found: Any = self.writer.redis.xread({self.writer.keys.commands: self.last}, block=block_ms)
        for self.last, fields in found[0][1] if found else ():
            command = decode_command(fields[b"c"])
            self.seen.append(command)
            if self.reply is not None:
                reply = CommandReply(command.id, self.reply.ok, self.reply.error_id, self.reply.message, self.reply.data)
                self.writer.redis.xadd(self.writer.keys.replies(command.reply_to), {"r": encode_reply(reply)})

    def wait_for(self, name: str, count: int = 1) -> Command:
        """The ``count``-th command of this name."""
        with gevent.Timeout(PATIENCE_S, False):
            while [c.name for c in self.seen].count(name) < count:
                if self.greenlet is None:
                    self.look(500)
                else:
                    gevent.sleep(0.02)
        found = [c for c in self.seen if c.name == name]
        assert len(found) >= count, self.seen
        return found[count - 1]


def test_snapshot_then_events_in_order(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    screen = Screen(site.url, "leader-a").connect()
    snapshot = screen.wait_for("snapshot", lambda s: s["seq"] == writer.seq)
    assert snapshot["epoch"] == 3
    assert ids(snapshot, "agents") == ["1001", "1002", "1003"]
    assert ids(snapshot, "queues") == ["bills", "repair"]
    assert snapshot["engine"]
    assert snapshot["redis"]
    for n in range(20):
        writer.publish("call.arrived", {"call": call_view(f"c{n}")})
    screen.wait_for("event", lambda e: e["seq"] == writer.seq)
    seen = [data["seq"] for name, data in screen.news if name == "event" and data["seq"] > snapshot["seq"]]
    assert seen == list(range(snapshot["seq"] + 1, writer.seq + 1))
    first = screen.wait_for("event")
    assert set(first) == {"epoch", "seq", "name", "at_ms", "data"}
    assert first["data"]["call"]["name"] == fakes.HOSTILE


def test_each_role_sees_what_it_may(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    writer.publish("call.connected", {"call": call_view("mine", "1001")})
    writer.publish("call.connected", {"call": call_view("other", "1002")})
    writer.publish("alarm.raised", {"alarm": {"id": "x", "severity": "minor"}})
    seen = {}
    for login in ("zhang", "wang", "leader-a", "admin"):
        screen = Screen(site.url, login).connect()
        seen[login] = screen.wait_for("snapshot", lambda s: s["seq"] == writer.seq)
    assert ids(seen["zhang"], "agents") == ["1001", "1002"]
    assert ids(seen["zhang"], "calls") == ["mine"]
    assert ids(seen["zhang"], "queues") == ["repair"]
    assert ids(seen["wang"], "agents") == ["1003"]
    assert ids(seen["wang"], "calls") == []
    assert ids(seen["leader-a"], "calls") == ["mine", "other"]
    for login in ("zhang", "wang"):
        assert (seen[login]["trunks"], seen[login]["alarms"]) == ([], []), login
    for login in ("leader-a", "admin"):
        assert (ids(seen[login], "trunks"), ids(seen[login], "alarms")) == (["t1"], ["x"]), login


def test_events_reach_only_who_may_see_them(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    screens = {login: seated(site, writer, login) for login in ("zhang", "wang", "leader-a", "admin")}
    writer.publish("call.offered", {"call": call_view("c1", "1001")})
    writer.publish("agent.state_changed", {"agent": agent_view("1002", state="ringing")})
    writer.publish("trunk.changed", {"trunk": {"id": "t1", "state": "down"}})
    writer.publish("call.disposed", {"call_id": "c0", "agent_id": "1003"})
    writer.publish("queue.changed", {"queue": {"id": "repair", "waiting": 1}})
    writer.publish("config.applied", {"version": 8})
    for screen in screens.values():
        screen.wait_for("event", lambda e: e["name"] == "config.applied")
    floor = ["call.offered", "agent.state_changed", "trunk.changed", "call.disposed", "queue.changed", "config.applied"]
    assert {login: screen.names() for login, screen in screens.items()} == {
        "zhang": ["call.offered", "agent.state_changed", "queue.changed", "config.applied"],
        "wang": ["call.disposed", "config.applied"],
        "leader-a": floor,
        "admin": floor,
    }


def test_who_loses_a_call_hears_of_it_once_more(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    zhang = seated(site, writer, "zhang")
    writer.publish("call.offered", {"call": call_view("c1", "1001")})
    writer.publish("call.offer_failed", {"call": call_view("c1", ""), "agent_id": "1001", "why": "no-answer"})
    lost = zhang.wait_for("event", lambda e: e["name"] == "call.offer_failed")
    assert lost["data"]["call"]["agent"] == ""


def test_a_gap_brings_a_new_snapshot(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    screen = Screen(site.url, "admin").connect()
    screen.wait_for("snapshot", lambda s: s["seq"] == writer.seq)
    writer.publish("call.arrived", {"call": call_view("lost")}, lose=True)
    writer.publish("call.arrived", {"call": call_view("next")})
    snapshot = screen.wait_for("snapshot", lambda s: s["seq"] == writer.seq)
    assert ids(snapshot, "calls") == ["lost", "next"]
    writer.publish("call.ended", {"call": call_view("lost", outcome="abandoned")})
    screen.wait_for("event", lambda e: e["name"] == "call.ended")


def test_a_new_epoch_brings_a_new_snapshot(site: WebProcess, writer: Writer, redis_url: str) -> None:
    writer.centre()
    screen = Screen(site.url, "admin").connect()
    successor = Writer(redis_url, epoch=4)
    successor.publish("engine.started", {"epoch": 4})
    snapshot = screen.wait_for("snapshot", lambda s: s["epoch"] == 4)
    assert ids(snapshot, "agents") == ["1001", "1002", "1003"]
    writer.publish("call.arrived", {"call": call_view("from the dead")})
    successor.publish("call.arrived", {"call": call_view("alive")})
    screen.wait_for("event", lambda e: e["epoch"] == 4)
    assert [e["data"]["call"]["id"] for n, e in screen.news if n == "event"] == ["alive"]


def test_resync_gives_a_snapshot(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    screen = Screen(site.url, "admin").connect()
    before = len(screen.news)
    screen.emit("resync")
    screen.wait_for("snapshot", since=before)


def test_a_page_hears_that_the_server_lives(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    screen = Screen(site.url, "admin").connect()
    screen.wait_for("beat")
    screen.wait_for("beat", since=len(screen.news))


def test_an_agent_whose_queues_change_sees_other_queues(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    zhang = Screen(site.url, "zhang").connect()
    writer.publish("agent.status_changed", {"agent": agent_view("1001", queues={"bills": 1})})
    assert ids(zhang.wait_for("snapshot", lambda s: ids(s, "queues") == ["bills"]), "queues") == ["bills"]


def test_ticket_is_for_one_connection(site: WebProcess, writer: Writer) -> None:
    screen = Screen(site.url, "zhang")
    ticket = screen.ticket()
    screen.connect(ticket)
    for auth in ({"ticket": ticket}, {"ticket": "invented"}, {"ticket": 5}, {"ticket": None}, {}, [1]):
        with pytest.raises(Refused):
            open_socket(site.url, auth)


def test_only_websockets_from_the_same_origin(site: WebProcess, writer: Writer) -> None:
    assert requests.get(f"{site.url}/socket.io/?EIO=4&transport=polling", timeout=PATIENCE_S).status_code == 400
    screen = Screen(site.url, "zhang")
    with pytest.raises(Refused):
        open_socket(site.url, {"ticket": screen.ticket()}, origin="https://evil.example")


def test_logout_closes_the_sockets(site: WebProcess, writer: Writer) -> None:
    screen = Screen(site.url, "zhang").connect()
    answer = screen.http.delete(f"{site.url}/api/session", headers={"X-CSRF-Token": screen.csrf}, timeout=PATIENCE_S)
    assert answer.status_code == 204
    screen.wait_for("gone")


def test_command_and_its_answer(site: WebProcess, writer: Writer) -> None:
    writer.centre()
    answerer = Answerer(writer, CommandReply("", True, data={"status": "ready"}))
    screen = Screen(site.url, "zhang").connect()
    answer = screen.post("/api/commands", {"name": "ReadyAgent", "args": {"agent_id": "1001"}})
    assert (answer.status_code, answer.json()) == (200, {"data": {"status": "ready"}})
    command = answerer.wait_for("ReadyAgent")
    assert (command.issuer, command.args) == ("agent:1001", {"agent_id": "1001"})


def test_the_engine_hears_when_the_last_page_goes_over_two_processes(
    site: WebProcess, writer: Writer, redis_url: str, tmp_path: Path
) -> None:
    answerer = Answerer(writer, None)
    second = WebProcess(redis_url, tmp_path)
    try:
        here, there = Screen(site.url, "zhang").connect(), Screen(second.url, "zhang").connect()
        assert answerer.wait_for("AgentPageBack").args == {"agent_id": "1001"}
        here.close()
        back = Screen(site.url, "zhang").connect()
        back.close()
        there.close()
        gone = answerer.wait_for("AgentPageGone")
        assert (gone.args, gone.issuer) == ({"agent_id": "1001"}, "system:web")
        assert [c.name for c in answerer.seen] == ["AgentPageBack", "AgentPageGone"]
    finally:
        second.kill()


def test_an_engine_that_falls_silent_is_said(site: WebProcess, writer: Writer) -> None:
    screen = Screen(site.url, "zhang").connect()
    screen.wait_for("snapshot", lambda s: s["engine"])
    writer.beat(age_ms=10_000)
    assert screen.wait_for("health", lambda h: not h["engine"]) == {"engine": False, "redis": True, "behind_ms": 0}
    answer = screen.post("/api/commands", {"name": "ReadyAgent", "args": {"agent_id": "1001"}})
    assert (answer.status_code, answer.json()["error_id"]) == (503, "engine-away")
    writer.beat()
    screen.wait_for("health", lambda h: h["engine"])


def test_redis_away_and_back(site: WebProcess, writer: Writer, redis_server: EmbeddedRedis) -> None:
    writer.centre()
    screen = Screen(site.url, "admin").connect()
    screen.wait_for("snapshot", lambda s: s["seq"] == writer.seq)
    redis_server.stop()
    try:
        screen.wait_for("health", lambda h: not h["redis"])
        assert requests.get(f"{site.url}/healthz", timeout=PATIENCE_S).status_code == 503
        answer = screen.post("/api/ticket")
        assert (answer.status_code, answer.json()["error_id"]) == (503, "redis-away")
        before = len(screen.news)
    finally:
        redis_server.start()
    screen.wait_for("health", lambda h: h["redis"], since=before)
    assert not [news for news in screen.news[before:] if news[0] == "snapshot"], "an empty Redis must not empty the screens"
    writer.publish("call.arrived", {"call": call_view("after")})
    for agent in fakes.AGENTS:
        writer.publish("agent.state_changed", {"agent": agent_view(agent)})
    snapshot = screen.wait_for("snapshot", since=before)
    assert "after" in ids(snapshot, "calls")


def test_sigterm_ends_the_process_and_says_nothing_of_its_pages(site: WebProcess, writer: Writer) -> None:
    answerer = Answerer(writer, None)
    screen = Screen(site.url, "zhang").connect()
    answerer.wait_for("AgentPageBack")
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(PATIENCE_S) == 0
    screen.wait_for("gone")
    writer.redis.xadd(writer.keys.commands, {"c": encode_command(Command("last", "Ping", {}, "system:test", 0, ""))})
    answerer.wait_for("Ping")
    assert [c.name for c in answerer.seen] == ["AgentPageBack", "Ping"]


def test_a_new_web_process_knows_the_alarms_that_stand(site: WebProcess, writer: Writer) -> None:
    """So does one that meets a new engine. Only the mirror tells of them: their events have left the stream."""
    writer.centre()
    writer.publish("alarm.raised", {"alarm": {"id": "old", "severity": "critical"}})
    writer.publish("alarm.raised", {"alarm": {"id": "over", "severity": "minor"}})
    writer.publish("alarm.cleared", {"alarm": {"id": "over", "severity": "minor"}})
    screen = seated(site, writer, "leader-a")
    writer.redis.xtrim(writer.keys.events, maxlen=0)
    writer.epoch += 1
    writer.publish("queue.changed", {"queue": {"id": "repair", "waiting": 1}})
    seen = screen.wait_for("snapshot", lambda s: s["epoch"] == writer.epoch)
    assert ids(seen, "alarms") == ["old"]

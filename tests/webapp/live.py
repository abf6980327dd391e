"""Real web processes, real websocket clients, and a writer that plays the daemon's part on Redis."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gevent
import orjson
import redis
import requests
import websocket
from gevent.event import Event

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys
from cti_server.events.envelope import Envelope, encode
from cti_server.events.live import Change, Removal
from cti_server.events.views import EVENTS, MIRROR_FORMAT
from tests.webapp import fakes

PATIENCE_S = 30.0


class WebProcess:
    """One running web process."""

    def __init__(self, redis_url: str, folder: Path, *tls: str, **wanted: Mapping[str, object]) -> None:
        """``wanted``: ``limits`` and ``settings`` that differ."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.webapp.serve", redis_url, str(folder), *tls],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "CTI_SERVE": json.dumps(wanted)},
        )
        assert self.process.stdout is not None
        word, _, port = self.process.stdout.readline().partition(" ")
        assert word == "PORT", f"the web process did not start: {word}"
        self.port = int(port)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)


class Refused(Exception):
    """The server did not take the connection."""


class Screen:
    """A browser's part: logs in, connects, keeps what it is told in order. ``wait_for`` waits on conditions, with a limit."""

    def __init__(self, url: str, login: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.verify = False
        answer = self.http.post(f"{url}/api/session", json={"login": login, "password": fakes.PASSWORD}, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        self.csrf = answer.json()["csrf"]
        self.news: list[tuple[str, Any]] = []
        self._changed = Event()
        self._socket: websocket.WebSocket | None = None

    def post(self, path: str, body: object = None) -> requests.Response:
        return self.http.post(f"{self.url}{path}", json=body or {}, headers={"X-CSRF-Token": self.csrf}, timeout=PATIENCE_S)

    def ticket(self) -> str:
        return str(self.post("/api/ticket").json()["ticket"])

    def connect(self, ticket: str | None = None) -> Screen:
        self._socket = open_socket(self.url, {"ticket": ticket or self.ticket()})
        gevent.spawn(self._read, self._socket)
        self.wait_for("snapshot")
        return self

    def emit(self, name: str) -> None:
        assert self._socket is not None
        self._socket.send(f'42["{name}"]')

    def say(self, packet: str | bytes) -> None:
        """As a hostile page might."""
        assert self._socket is not None
        self._socket.send(packet, websocket.ABNF.OPCODE_BINARY if isinstance(packet, bytes) else websocket.ABNF.OPCODE_TEXT)

    def close(self) -> None:
        """As when the browser dies: no good-bye."""
        assert self._socket is not None
        self._socket.abort()

    def _read(self, connection: websocket.WebSocket) -> None:
        try:
            while True:
                text = connection.recv()
                if text == "2":
                    connection.send("3")
                elif text.startswith("42"):
                    self._tell(*orjson.loads(text[2:]))
                elif not text or text.startswith("41"):
                    break
        except (websocket.WebSocketException, OSError):
            pass  # closed by either side: told below
        self._tell("gone", None)

    def _tell(self, name: str, data: Any) -> None:
        self.news.append((name, data))
        self._changed.set()

    def wait_for(self, name: str, which: Callable[[Any], bool] = lambda data: True, since: int = 0) -> Any:
        """The first such news, now or later."""
        with gevent.Timeout(PATIENCE_S, False):
            while True:
                for kind, data in self.news[since:]:
                    if kind == name and which(data):
                        return data
                self._changed.clear()
                self._changed.wait()
        raise AssertionError(f"no {name}; there was {[(n, str(d)[:150]) for n, d in self.news]}")

    def names(self) -> list[str]:
        return [data["name"] for name, data in self.news if name == "event"]


def open_socket(url: str, auth: object, **headers: str) -> websocket.WebSocket:
    """Engine.IO and Socket.IO hand-shake. Raises Refused."""
    connection = websocket.WebSocket(sslopt={"cert_reqs": ssl.CERT_NONE})
    address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    try:
        connection.connect(address, timeout=PATIENCE_S, origin=headers.get("origin", url))
    except websocket.WebSocketException as error:
        raise Refused(str(error)) from error
    assert connection.recv().startswith("0")
    connection.send("40" + orjson.dumps(auth).decode())
    answer = connection.recv()
    if not answer.startswith("40"):
        connection.close()
        raise Refused(answer)
    return connection


class Writer:
    """Writes events and mirrors in one transaction, as the daemon does."""

    def __init__(self, redis_url: str, epoch: int = 3) -> None:
        self.redis = redis.Redis.from_url(redis_url)
        self.keys = Keys("main")
        self.clock = SystemClock()
        self.epoch = epoch
        self.seq = 0

    def beat(self, age_ms: int = -600_000) -> None:
        """By default good for ten minutes, so that a slow machine does not lose the engine."""
        beat = {"at_ms": self.clock.now_ms() - max(0, age_ms), "pid": 1, "role": "leader"}
        self.redis.set(self.keys.heartbeat("daemon"), orjson.dumps(beat), px=max(1, HEARTBEAT_KEPT_MS - age_ms))

    def publish(self, name: str, data: Mapping[str, Any], *, lose: bool = False) -> int:
        """``lose``: the mirror is written, the event never arrives."""
        self.seq += 1
        pipe = self.redis.pipeline(transaction=True)
        if not lose:
            event = Envelope(self.epoch, self.seq, name, self.clock.now_ms(), "daemon", data)
            pipe.xadd(self.keys.events, {"e": encode(event)})
        declared = EVENTS[name]
        if isinstance(declared, Removal):
            pipe.hdel(self.keys.mirror(declared.kind.table), data["removed"]["id"])
        elif isinstance(declared, Change):
            view = data[declared.kind.word]
            row = {"format": MIRROR_FORMAT, "epoch": self.epoch, "seq": self.seq, "view": view, "core": {}}
            pipe.hset(self.keys.mirror(declared.kind.table), view["id"], orjson.dumps(row))
            if declared.last:
                pipe.hdel(self.keys.mirror(declared.kind.table), view["id"])
        pipe.hset(self.keys.mirror_meta, mapping={"epoch": self.epoch, "seq": self.seq, "at_ms": self.clock.now_ms()})
        pipe.execute()
        return self.seq

    def centre(self) -> None:
        """Agents and queues of ``fakes`` as the engine would show them at its start."""
        for agent in fakes.AGENTS.values():
            self.publish("agent.logged_in", {"agent": agent_view(agent.id)})
        for queue in fakes.CONFIG.queues.values():
            self.publish("queue.changed", {"queue": {"id": queue.id, "name": queue.name, "waiting": 0}})
        self.publish("trunk.changed", {"trunk": {"id": "t1", "state": "up"}})


def agent_view(agent_id: str, **more: Any) -> dict[str, Any]:
    agent = fakes.AGENTS[agent_id]
    view = {"id": agent.id, "name": agent.name, "team": agent.team, "queues": dict(agent.queues), "status": "ready"}
    return {**view, "state": "idle", "call_id": "", **more}


def call_view(call_id: str, agent: str = "", **more: Any) -> dict[str, Any]:
    return {"id": call_id, "phase": "queued", "queue": "repair", "agent": agent, "name": fakes.HOSTILE, "legs": [], **more}


def service_view(service_id: str, team: str) -> dict[str, Any]:
    return {"id": service_id, "name": service_id, "team": team, "active": 1, "destinations": [], "numbers": []}

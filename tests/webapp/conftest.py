"""A web application on a real Redis with a small centre behind it, and logged-in clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.keys import HEARTBEAT_KEPT_MS, Keys
from cti_server.adapters.redis_store import connect
from cti_server.settings import Settings
from tests.webapp import fakes
from tests.webapp.told import ToldClient
from webapp.app import create_app
from webapp.auth.passwords import Passwords
from webapp.parts import EXTENSION, Parts
from webapp.ports import Ports


class ShiftedClock(SystemClock):
    """The real clock, moved by hand."""

    shift_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.shift_ms


@dataclass
class Web:
    app: Flask
    parts: Parts
    ports: Ports
    redis: redis.Redis
    keys: Keys
    clock: ShiftedClock
    folder: Path

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def login(self, login: str) -> Desk:
        client = self.client()
        answer = client.post("/api/session", json={"login": login, "password": fakes.PASSWORD})
        assert answer.status_code == 200, answer.text
        return Desk(client, answer.get_json()["csrf"])

    def pass_time(self, ms: int) -> None:
        """By Redis's clock, for all sessions; backwards too."""
        for key in self.redis.keys(self.keys.session("*")):
            left_ms = self.redis.pttl(key)
            for name in ("created_ms", "checked_ms", "seen_ms"):
                self.redis.hincrby(key, name, -ms)
            self.redis.pexpire(key, left_ms - ms)

    def beat(self) -> None:
        """An engine that has just said that it lives."""
        document = orjson.dumps({"at_ms": self.clock.now_ms(), "pid": 1, "role": "leader"})
        self.redis.set(self.keys.heartbeat("daemon"), document, px=HEARTBEAT_KEPT_MS)


@dataclass
class Desk:
    """A logged-in browser."""

    client: FlaskClient
    csrf: str

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"X-CSRF-Token": self.csrf, **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.call("POST", path, **options)


@pytest.fixture
def make_web(redis_url: str, tmp_path: Path) -> Iterator[Callable[..., Web]]:
    made: list[Web] = []

    def make(passwords: Passwords | None = None, ports: Ports | None = None, **settings: Any) -> Web:
        values = {"redis_url": redis_url, "data_dir": str(tmp_path), "phone_ws_url": "ws://127.0.0.1:5066", **settings}
        clock = ShiftedClock()
        ports = ports or fakes.make_ports()
        client = connect(redis_url)
        options = {"dist": tmp_path / "dist", "passwords": passwords or fakes.quick_passwords()}
        app = create_app(Settings(**values), ports, client, clock, **options)
        app.test_client_class = ToldClient
        web = Web(app, app.extensions[EXTENSION], ports, client, Keys("main"), clock, tmp_path)
        made.append(web)
        return web

    yield make
    for web in made:
        web.parts.commands.close()
        web.redis.close()


@pytest.fixture
def web(make_web: Callable[..., Web]) -> Web:
    return make_web()


@pytest.fixture
def people(make_web: Callable[..., Web]) -> Web:
    """Its users are those of a database, and mails are kept."""
    return make_web(ports=fakes.real_people(), page_url="https://desk.example")

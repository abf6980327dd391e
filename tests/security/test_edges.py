"""Every route at the edges of its inputs, on real SQL: what is wrong is said with 4xx, never a 5xx, and finds nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.redis_store import connect
from cti_server.features.bootstrap import bootstrap
from cti_server.features.centre.seed import DEMO_PASSWORD
from tests.webapp import fakes
from tests.webapp.conftest import Desk
from tests.webapp.test_main import demo_settings
from tests.webapp.told import ToldClient
from webapp.app import create_app
from webapp.parts import EXTENSION
from webapp.wiring import make_ports

DAYS = ("0001-01-01", "0001-01-02", "1969-12-31", "9999-12-30", "9999-12-31", "0000-01-01", "10000-01-01", "2026-02-29")
NUMBERS = ("-1", "0", "1", "253402300799000", "253402300799999", "9223372036854775807", "9223372036854775808")
ODD_NUMBERS = ("1e309", "-0", "NaN", "9" * 400, "9" * 5000, "٣", "1_000", "0x10", " 1", "1.5", "", "2026-W01-1")
TEXTS = ("\0", "a\0b", "%", "_", "\\", "\x1b[2J", "\r\nX: y", "\u202e", "\ud800", "\U0010ffff", "a" * 101, "a" * 20_000, "'")
VALUES = (*DAYS, *NUMBERS, *ODD_NUMBERS, *TEXTS)
DEEP = ("[" * 400_000 + "]" * 400_000, '{"a":' * 150_000 + "1" + "}" * 150_000, "[" * 900_000)
LONG = ('{"login":' + "9" * 5000 + "}", '{"login":-' + "9" * 4000 + "}", '{"login":1e999}', "NaN")
BODIES = (*DEEP, *LONG, "\0", '{"login":"\\u0000","password":"x"}', '"\\ud800"', "", "\xff", "{}", "[]", "null", "1")


@pytest.fixture
def app(redis_url: str, tmp_path: Path) -> Iterator[Flask]:
    settings = demo_settings(redis_url, tmp_path)
    bootstrap(settings)
    client, clock = connect(redis_url), SystemClock()
    made = create_app(settings, make_ports(settings, client, clock), client, clock, passwords=fakes.quick_passwords())
    made.test_client_class = ToldClient
    yield made
    made.extensions[EXTENSION].commands.close()
    client.close()


@pytest.fixture
def admin(app: Flask) -> Desk:
    client = app.test_client()
    answer = client.post("/api/session", json={"login": "admin", "password": DEMO_PASSWORD})
    assert answer.status_code == 200, answer.text
    return Desk(client, answer.get_json()["csrf"])


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def wrong(answer: Any) -> bool:
    return bool(answer.status_code >= 500)


def test_every_query_at_every_edge(app: Flask, admin: Desk) -> None:
    document = admin.get("/api/openapi.json").get_json()
    found, tried = [], 0
    for path, methods in document["paths"].items():
        plain = re.sub(r"\{\w+\}", "x", path)
        for parameter in methods.get("get", {}).get("parameters", ()):
            if parameter["in"] != "query":
                continue
            need = "figure=offered&start_ms=0&end_ms=9&" if "/reports/calls" in path else ""
            for value in VALUES:
                tried += 1
                for ending in ("csv", "xlsx") if "." in plain.rsplit("/", 1)[-1] else ("",):
                    url = plain[: plain.rindex(".") + 1] + ending if ending else plain
                    answer = admin.get(f"{url}?{need}{parameter['name']}={quoted(value)}")
                    if wrong(answer):
                        found.append((url, parameter["name"], value[:30], answer.status_code))
    assert (found, tried > 500) == ([], True)


def test_every_path_at_every_edge(app: Flask, admin: Desk) -> None:
    found, tried = [], 0
    for rule in app.url_map.iter_rules():
        if not rule.arguments or rule.rule.startswith("/socket.io"):
            continue
        for value in VALUES:
            url = re.sub(r"<[^>]+>", lambda _, v=value: quoted(v), rule.rule)  # type: ignore[misc]
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                tried += 1
                answer = admin.call(method, url)
                if wrong(answer):
                    found.append((method, rule.rule, value[:30], answer.status_code))
    assert (found, tried > len(VALUES) * 10) == ([], True)


def test_every_body_at_every_edge(app: Flask, admin: Desk) -> None:
    found, tried = [], 0
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH"}):
            url = re.sub(r"<[^>]+>", "x", rule.rule)
            for body in BODIES:
                for content_type in ("application/json", "application/x-www-form-urlencoded"):
                    tried += 1
                    answer = admin.call(method, url, data=body.encode("latin-1"), content_type=content_type)
                    if wrong(answer):
                        found.append((method, rule.rule, body[:30], answer.status_code))
    assert (found, tried >= len(BODIES) * 2) == ([], True)


def test_a_body_that_is_no_json_is_told_so(app: Flask) -> None:
    for body in (*DEEP, LONG[0], "{", "\xff"):
        answer = app.test_client().post("/api/session", data=body.encode("latin-1"), content_type="application/json")
        assert (answer.status_code, answer.get_json()["details"]) == (400, {"json": ["Invalid JSON body."]}), body[:20]


@pytest.mark.parametrize("field", ["login", "password"])
def test_a_nul_in_a_body_is_refused(app: Flask, field: str) -> None:
    body = {"login": "admin", "password": DEMO_PASSWORD, field: "a\0"}
    answer = app.test_client().post("/api/session", data=json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-arguments")


@pytest.mark.parametrize("text", ["\0", "13800\0", "\x1b", "\r\n", "\x7f", "\u0085"])
@pytest.mark.parametrize("name", ["number", "queue", "agent", "outcome"])
def test_control_characters_in_a_search_are_refused(admin: Desk, name: str, text: str) -> None:
    answer = admin.get(f"/api/calls?{name}={quoted(text)}")
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-arguments")
    assert "control" in str(answer.get_json()["details"])


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_end_of_time_are_said_to_be_none(admin: Desk, day: str) -> None:
    for path in (
        "calls?day=",
        "reports/queues?day=",
        "reports/agents?day=",
        "reports/queues.csv?day=",
        "reports/agents.xlsx?day=",
    ):
        answer = admin.get(f"/api/{path}{day}")
        assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-day"), path

"""The fake server tells what the real one does: REST by the OpenAPI document, things that live by their declared views."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_smorest.spec.plugins import FlaskPlugin

from cti_server.events.views import KINDS
from tests.browser.fake_books import DOCUMENT
from tests.browser.fake_server import USERS, World, make_app
from tests.webapp.told import wrong

ITEMS = {"call_id": "old1", "recording_id": "rec1", "login": "sun.li", "provider": "sso"}


@pytest.fixture
def client() -> FlaskClient:
    client = make_app(World()).test_client()
    assert client.post("/api/session", json={"login": "li.wei", "password": "demo"}).status_code == 200
    return client


def routes(client: FlaskClient) -> list[tuple[str, str, str]]:
    """(method, told path, address) of what it serves."""
    served = client.application.url_map
    found = []
    own = [rule for rule in served.iter_rules() if rule.rule.startswith("/api/") and "." not in rule.endpoint]
    for rule in own:  # what people set up is told by real routes
        values = {name: ITEMS[name] for name in rule.arguments}
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            address = served.bind("").build(rule.endpoint, values, method)
            found.append((method, FlaskPlugin.flaskpath2openapi(rule.rule), address))
    return found


def test_every_answer_is_as_told(client: FlaskClient) -> None:
    seen = set()
    for method, path, address in sorted(routes(client), key=lambda one: one[1].endswith("/sign-out")):
        content = DOCUMENT["paths"][path][method.lower()].get("requestBody", {}).get("content", {}).get("application/json", {})
        body = content["examples"]["ReadyAgent"]["value"] if "examples" in content else content.get("example")
        body = {**body, "password": "demo"} if path == "/api/session" and body else body
        answer = client.open(address, method=method, json=body, headers={"X-CSRF-Token": "token"})
        assert answer.status_code in (200, 204), address
        assert wrong(DOCUMENT, path, method.lower(), answer) == "", address
        seen.add((method, path))
    assert len(seen) > 10


@pytest.mark.parametrize(("name", "refused"), [("Fly", 404), ("HoldCall", 503)])
def test_every_refusal_is_as_told(name: str, refused: int) -> None:
    body: dict[str, Any] = {"name": name, "args": {}}
    world = World()
    world.refuse["HoldCall"] = "engine-away"
    client = make_app(world).test_client()
    for asked, status in (
        (lambda: client.post("/api/session", json={"login": "nobody", "password": "x"}), 401),
        (lambda: client.get("/api/session"), 401),
        (lambda: client.post("/api/session", json={"login": "admin", "password": "demo"}), 200),
        (lambda: client.post("/api/commands", json=body), 403),
        (lambda: client.post("/api/commands", json=body, headers={"X-CSRF-Token": "token"}), refused),
    ):
        answer = asked()
        assert answer.status_code == status
        assert wrong(DOCUMENT, answer.request.path, answer.request.method.lower(), answer) == ""


def test_what_lives_is_as_declared() -> None:
    world = World()
    world.busy_floor()
    world.do_SaveNote("1001", next(iter(world.calls)), "written", 0)
    world.do_ListenToCall("2001", agent_id="1002")
    world.do_AskCallBack("1001", "1002")
    told = world.snapshot(USERS["admin"]) | {"drafts": list(world.drafts.values())}
    for table, kind in KINDS.items():
        assert told[table], table
        for view in told[table]:
            kind.check(view)
            assert set(view) == kind.shape.__required_keys__, view["id"]

"""API tokens: what a program may with one, when it ends, what is kept of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import gevent
import orjson
import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from cti_server.adapters.sql.database import transaction
from cti_server.features.tokens.model import ApiToken
from cti_server.features.tokens.service import TOKEN, hash_of
from cti_server.features.tokens.sql import SqlTokens
from tests.webapp.conftest import Desk, Web

TOKENS = "/api/centre/tokens"


def make(desk: Desk, **record: Any) -> str:
    answer = desk.post(TOKENS, json={"record": {"id": "crm", "name": "CRM", "user": "admin", **record}})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["made"]["token"])


def ask(web: Web, token: str, path: str = "/api/session", method: str = "GET", **options: Any) -> TestResponse:
    """Without a cookie and without a CSRF token."""
    headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
    return web.client().open(path, method=method, headers=headers, **options)


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error_id"]


def test_a_token_is_shown_once_and_stored_hashed(web: Web) -> None:
    desk = web.login("admin")
    token = make(desk)
    assert TOKEN.fullmatch(token)
    assert token.startswith("cti_crm_")
    for path in (TOKENS, f"{TOKENS}/crm", f"{TOKENS}/crm/history", f"{TOKENS}.csv"):
        text = desk.get(path).text
        assert token not in text
        assert hash_of(token) not in text
        assert token.removeprefix("cti_crm_") not in text
    assert web.ports.tokens.find(hash_of(token)) is not None
    assert web.ports.tokens.find(token) is None


def test_nobody_gives_a_token_a_text_of_ones_own(web: Web) -> None:
    desk = web.login("admin")
    answer = desk.post(TOKENS, json={"record": {"id": "crm", "name": "CRM", "user": "admin", "token": "cti_crm_1"}})
    assert answer.status_code == 422
    assert answer.get_json()["details"]["problems"][0]["field"] == "token"


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"id": "CRM 1"}, "id"),
        ({"user": ""}, "user"),
        ({"user": "nobody"}, "user"),
        ({"until": "2026-02-30"}, "until"),
        ({"until": "2000-01-01"}, "until"),
    ],
)
def test_what_no_token_can_have_is_said_at_its_field(web: Web, record: dict[str, Any], field: str) -> None:
    answer = web.login("admin").post(TOKENS, json={"record": {"id": "crm", "name": "CRM", "user": "admin", **record}})
    assert refusal(answer) == (422, "bad-entry")
    assert [one["field"] for one in answer.get_json()["details"]["problems"]] == [field]


def test_a_token_does_what_its_user_may_without_cookie_and_csrf(web: Web) -> None:
    token = make(web.login("admin"))
    assert ask(web, token).get_json()["user"]["login"] == "admin"
    answer = ask(web, token, "/api/centre/teams", "POST", json={"record": {"id": "night", "name": "Night"}})
    assert answer.status_code == 201
    held = ask(web, token, "/api/centre/teams/night").get_json()
    assert held["changed_by"] == "admin (crm)"


@pytest.mark.parametrize(
    ("record", "path", "status"),
    [
        ({"role": "leader"}, TOKENS, 403),
        ({"role": "leader"}, "/api/calls", 200),
        ({"user": "zhang"}, TOKENS, 403),
        ({"user": "zhang", "role": "admin"}, TOKENS, 403),
        ({}, TOKENS, 200),
    ],
)
def test_its_role_is_at_most_its_users(web: Web, record: dict[str, Any], path: str, status: int) -> None:
    assert ask(web, make(web.login("admin"), **record), path).status_code == status


def test_a_token_that_reads_only_changes_nothing(web: Web) -> None:
    token = make(web.login("admin"), read_only=True)
    assert ask(web, token, "/api/centre/teams").status_code == 200
    record = {"record": {"id": "night", "name": "Night"}}
    assert refusal(ask(web, token, "/api/centre/teams", "POST", json=record)) == (403, "not-allowed")
    assert refusal(ask(web, token, "/api/commands", "POST", json={"name": "LoginAgent", "args": {}})) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/api/session"), ("PUT", "/api/session/locale"), ("POST", "/api/ticket")]
)
def test_what_is_the_pages_own_is_not_for_programs(web: Web, method: str, path: str) -> None:
    token = make(web.login("admin"))
    assert refusal(ask(web, token, path, method, json={"locale": "en"} if method == "PUT" else None)) == (403, "not-allowed")


@pytest.mark.parametrize("text", ["", "x", "cti_crm_", f"cti_crm_{'A' * 43}", f"cti_{'ü' * 10}_{'A' * 43}", "A" * 5000])
def test_what_is_no_token_is_refused_though_a_session_is_there(web: Web, text: str) -> None:
    desk = web.login("admin")
    answer = desk.get("/api/session", headers={"Authorization": f"Bearer {text}"})
    assert refusal(answer) == (401, "bad-token")


def test_a_token_in_the_address_is_none(web: Web) -> None:
    token = make(web.login("admin"))
    for name in ("token", "access_token", "api_token"):
        assert web.client().get(f"/api/session?{name}={token}").status_code == 401


def test_it_ends_at_once_when_it_is_revoked(web: Web) -> None:
    desk = web.login("admin")
    token = make(desk)
    assert ask(web, token).status_code == 200
    assert desk.call("DELETE", f"{TOKENS}/crm", headers={"If-Match": "1"}).status_code == 204
    assert refusal(ask(web, token)) == (401, "bad-token")
    undone = desk.post(f"{TOKENS}/crm/undo", json={"version": 1}, headers={"If-Match": "2"})
    assert undone.get_json()["made"]["token"] != token
    assert ask(web, token).status_code == 401
    assert ask(web, undone.get_json()["made"]["token"]).status_code == 200


def test_a_new_one_ends_the_old_one(web: Web) -> None:
    desk = web.login("admin")
    old = make(desk)
    answer = desk.call("PATCH", f"{TOKENS}/crm", json={"record": {"token": ""}}, headers={"If-Match": "1"})
    new = answer.get_json()["made"]["token"]
    assert (ask(web, old).status_code, ask(web, new).status_code) == (401, 200)


def test_it_ends_at_once_when_its_user_is_disabled_or_gone(web: Web) -> None:
    token = make(web.login("admin"), user="zhang")
    accounts: Any = web.ports.accounts
    zhang = accounts.rows["zhang"]
    accounts.rows["zhang"] = replace(zhang, disabled=True)
    assert refusal(ask(web, token)) == (401, "bad-token")
    accounts.rows["zhang"] = zhang
    assert ask(web, token).status_code == 200
    del accounts.rows["zhang"]
    assert ask(web, token).status_code == 401


def test_it_is_good_through_its_last_day(web: Web) -> None:
    desk = web.login("admin")
    token = make(desk)
    with transaction(web.ports.entities._engine) as session:
        session.execute(update(ApiToken).values(until="2000-01-01"))
    answer = ask(web, token)
    assert refusal(answer) == (401, "bad-token")
    assert "2000-01-01" in answer.get_json()["message"]

    def change(version: int, **record: Any) -> int:
        return desk.call("PATCH", f"{TOKENS}/crm", json={"record": record}, headers={"If-Match": str(version)}).status_code

    assert change(1, until="2000-01-02") == 422
    assert change(1, name="what is over may be called otherwise") == 200
    assert change(2, until="2099-12-31") == 200
    assert ask(web, token).status_code == 200


def test_more_requests_than_it_has_are_told_to_wait(web: Web) -> None:
    token = make(web.login("admin"), per_minute=2)
    assert [ask(web, token).status_code for _ in range(3)] == [200, 200, 429]
    answer = ask(web, token)
    assert refusal(answer) == (429, "too-many-requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    web.redis.delete(web.keys.token_requests("crm"))  # the minute is over
    assert ask(web, token).status_code == 200


def test_its_last_use_is_written_once_a_minute(web: Web) -> None:
    desk = web.login("admin")
    token = make(desk)

    def seen() -> dict[str, Any]:
        gevent.idle()
        return dict(desk.get(f"{TOKENS}/crm").get_json()["seen"])

    assert seen() == {"used_ms": 0, "used_from": ""}
    ask(web, token)
    first = seen()
    assert first["used_from"] == "127.0.0.1"
    assert first["used_ms"] > 0
    ask(web, token)
    assert seen() == first
    web.clock.shift_ms += 61_000
    ask(web, token)
    assert seen()["used_ms"] >= first["used_ms"] + 60_000
    assert desk.get(f"{TOKENS}/crm").get_json()["version"] == 1
    store = SqlTokens(web.ports.tokens._entities._engine)  # type: ignore[attr-defined]
    store.used("crm", first["used_ms"], "10.0.0.1")
    assert seen()["used_from"] == "127.0.0.1"


def test_what_was_seen_goes_on_while_the_database_is_away(web: Web) -> None:
    token = make(web.login("admin"))
    accounts: Any = web.ports.accounts
    accounts.away = True
    assert refusal(ask(web, token)) == (503, "database-away")
    accounts.away = False
    assert ask(web, token).status_code == 200
    accounts.away = True
    assert ask(web, token).status_code == 200


def test_the_audit_says_which_token_acted(web: Web) -> None:
    token = make(web.login("admin"))
    assert ask(web, token, "/api/centre/teams.csv").status_code == 200
    ((_, fields),) = web.redis.xrevrange(web.keys.facts, count=1)
    fact = orjson.loads(fields[b"f"])["data"]
    assert fact["issuer"] == "token:crm"
    assert fact["detail"]["login"] == "admin"


def test_a_token_that_leaked_can_be_found_by_its_look(web: Web) -> None:
    token = make(web.login("admin"))
    assert re.findall(TOKEN, f"export CTI={token}; echo {token[:20]}") == [token]

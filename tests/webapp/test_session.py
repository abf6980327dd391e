"""Login, logout, limits, CSRF, fixation, expiry, forced logout, headers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import redis

from tests.webapp import fakes
from tests.webapp.conftest import Web
from webapp.auth import limits, sessions

COOKIE = "cti_session"


def test_login_gives_user_and_csrf_and_a_safe_cookie(web: Web) -> None:
    answer = web.client().post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD})
    assert answer.status_code == 200
    user = {"id": 1, "login": "zhang", "name": "张三", "role": "agent", "agent_id": "1001", "team": "a", "locale": "zh-CN"}
    user |= {"group": "", "role_texts": {"en": "Agent", "zh-CN": "坐席"}}
    own = dict.fromkeys(("calls.see", "commands.own", "commands.call", "recordings.listen"), "own")
    user |= {"rights": {**own, "messages.handle": "team"}}
    assert answer.get_json()["user"] == user
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize(("login", "password"), [("zhang", "wrong"), ("nobody", fakes.PASSWORD), ("gone", fakes.PASSWORD)])
def test_bad_credentials_all_look_the_same(web: Web, login: str, password: str) -> None:
    answer = web.client().post("/api/session", json={"login": login, "password": password})
    assert answer.status_code == 401
    assert answer.get_json() == {"error_id": "bad-credentials", "message": "login or password is wrong", "details": {}}
    assert "Set-Cookie" not in answer.headers


def test_cookie_is_secure_behind_a_tls_proxy_on_this_machine(web: Web) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    answer = web.client().post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD}, headers=headers)
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers


def test_too_many_failures_are_refused_even_with_the_right_password(web: Web) -> None:
    client = web.client()
    for _ in range(limits.RULES["pair"].free):
        assert client.post("/api/session", json={"login": "zhang", "password": "x"}).status_code == 401
    answer = client.post("/api/session", json={"login": "ZHANG", "password": fakes.PASSWORD})
    assert answer.status_code == 429
    assert answer.get_json()["error_id"] == "too-many-logins"
    assert 0 < int(answer.headers["Retry-After"]) <= limits.FIRST_WAIT_S
    web.login("li")  # another login from the same address is free
    elsewhere = {"X-Forwarded-For": "10.9.8.7"}
    good = client.post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD}, headers=elsewhere)
    assert good.status_code == 200


def test_one_address_cannot_try_every_login(web: Web) -> None:
    client = web.client()
    bodies = [{"login": f"u{n}", "password": "x"} for n in range(limits.RULES["address"].free + 1)]
    codes = [client.post("/api/session", json=body).status_code for body in bodies]
    assert codes[:-1] == [401] * (len(bodies) - 1)
    assert codes[-1] == 429


def test_success_clears_the_failures(web: Web) -> None:
    client = web.client()
    for _ in range(limits.RULES["pair"].free * 2):
        assert client.post("/api/session", json={"login": "zhang", "password": "x"}).status_code == 401
        web.login("zhang")


@pytest.mark.parametrize(
    "body",
    [{}, {"login": "zhang"}, {"login": 1, "password": "x"}, {"login": "", "password": "x"}, {"login": "a", "password": "b", "c": 1}],  # noqa: E501
)
def test_login_refuses_other_shapes(web: Web, body: dict[str, object]) -> None:
    answer = web.client().post("/api/session", json=body)
    assert answer.status_code == 422
    assert answer.get_json()["error_id"] == "bad-arguments"
    assert answer.get_json()["details"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", None])
def test_a_body_that_is_no_json_is_another_kind_of_content(web: Web, kind: str | None) -> None:
    answer = web.client().post("/api/session", data=b"login=zhang&password=x", content_type=kind)
    assert (answer.status_code, answer.get_json()["error_id"]) == (415, "wrong-content-type"), answer.text
    nothing = web.client().post("/api/session")
    assert (nothing.status_code, nothing.get_json()["error_id"]) == (422, "bad-arguments")


@pytest.mark.parametrize("body", [{"login": "\ud800", "password": "x"}, {"login": "zhang", "password": "x\udfff"}, "\ud800"])
def test_login_refuses_half_characters(web: Web, body: object) -> None:
    answer = web.client().post("/api/session", data=json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-arguments"), answer.text


def test_no_session_no_service(web: Web) -> None:
    for path in ("/api/session", "/api/centre", "/api/calls", "/api/docs", "/api/openapi.json", "/api/reports/queues"):
        answer = web.client().get(path)
        assert (answer.status_code, answer.get_json()["error_id"]) == (401, "not-logged-in"), path


def test_login_never_keeps_the_session_that_the_browser_brought(web: Web) -> None:
    client = web.client()
    client.set_cookie(COOKIE, "planted-by-somebody")
    client.post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD})
    first = client.get_cookie(COOKIE)
    assert first is not None
    assert first.value != "planted-by-somebody"
    client.post("/api/session", json={"login": "li", "password": fakes.PASSWORD})
    old = web.client()
    old.set_cookie(COOKIE, first.value)
    assert old.get("/api/session").status_code == 401
    assert client.get("/api/session").get_json()["user"]["login"] == "li"


def test_token_is_not_in_redis(web: Web) -> None:
    desk = web.login("zhang")
    cookie = desk.client.get_cookie(COOKIE)
    assert cookie is not None
    token = cookie.value.encode()
    for key in web.redis.keys("*"):
        assert token not in key
        if web.redis.type(key) == b"hash":
            assert token not in web.redis.hvals(key)


def test_logout_ends_the_session_on_the_server(web: Web) -> None:
    desk = web.login("zhang")
    cookie = desk.client.get_cookie(COOKIE)
    assert cookie is not None
    assert desk.call("DELETE", "/api/session").status_code == 204
    thief = web.client()
    thief.set_cookie(COOKIE, cookie.value)
    assert thief.get("/api/session").status_code == 401


def test_forced_logout_ends_every_session_of_the_user(web: Web) -> None:
    desks = [web.login("zhang"), web.login("zhang")]
    other = web.login("li")
    assert web.parts.sessions.end_all(1) == 2
    assert [desk.get("/api/session").status_code for desk in desks] == [401, 401]
    assert other.get("/api/session").status_code == 200


class EndsBetween(redis.Redis):
    """Somebody ends the session right after the first command of this client."""

    end: Callable[[], object] = staticmethod(lambda: None)

    def execute_command(self, *args: Any, **options: Any) -> Any:
        answer = super().execute_command(*args, **options)
        self.end()
        return answer


def test_a_session_that_ends_while_its_user_is_read_anew_stays_ended(web: Web, redis_url: str) -> None:
    session = opened(web, "zhang")
    client = EndsBetween.from_url(redis_url)
    client.end = lambda: web.parts.sessions.end(session.key)
    sessions.Sessions(client, web.keys, web.ports.accounts).update_user(session, session.user)
    assert web.parts.sessions.get(session.key) is None
    assert not web.redis.exists(web.keys.session(session.key), web.keys.user_sessions(1))
    assert web.parts.sessions.update_user(session, session.user) is None
    assert not web.redis.exists(web.keys.session(session.key))


def test_a_disabled_user_is_out_at_the_next_look(web: Web) -> None:
    desk = web.login("zhang")
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    del accounts.rows["zhang"]
    assert desk.get("/api/session").status_code == 200
    web.pass_time(sessions.RECHECK_MS + 1000)
    assert desk.get("/api/session").status_code == 401


def test_a_session_stands_while_the_database_is_away_and_it_is_not_asked_each_time(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = web.login("zhang")
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    accounts.away = True
    now_s = 1000.0
    monkeypatch.setattr(web.parts.sessions, "_monotonic_s", lambda: now_s)
    del accounts.rows["zhang"]
    web.pass_time(sessions.RECHECK_MS + 1000)
    asked = accounts.asked
    for _ in range(5):
        assert desk.get("/api/session").status_code == 200
    assert accounts.asked == asked + 1
    accounts.away = False
    now_s += sessions.AWAY_S
    assert desk.get("/api/session").status_code == 401


def test_choosing_a_language_does_not_put_off_the_look_at_the_account(web: Web) -> None:
    desk = web.login("leader-a")
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    accounts.rows["leader-a"] = replace(accounts.rows["leader-a"], role="agent")
    assert desk.call("PUT", "/api/session/locale", json={"locale": "en"}).get_json()["user"]["role"] == "agent"


def opened(web: Web, login: str) -> sessions.Session:
    account = web.ports.accounts.by_login(login)
    assert account is not None
    return web.parts.sessions.create(account)[1]


def test_open_pages_keep_their_sessions_within_the_same_limits(web: Web) -> None:
    zhang, leader, ended = (opened(web, login) for login in ("zhang", "leader-a", "li"))
    web.parts.sessions.end(ended.key)
    keys = [zhang.key, leader.key, ended.key, zhang.key]
    assert web.parts.sessions.keep(keys) == {zhang.key: zhang, leader.key: leader}
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    accounts.rows["zhang"] = replace(accounts.rows["zhang"], disabled=True)
    accounts.rows["leader-a"] = replace(accounts.rows["leader-a"], team="b")
    assert set(web.parts.sessions.keep(keys)) == {zhang.key, leader.key}
    web.pass_time(sessions.RECHECK_MS + 1000)
    web.redis.expire(web.keys.session(leader.key), 100)
    assert {key: session.user.team for key, session in web.parts.sessions.keep(keys).items()} == {leader.key: "b"}
    assert web.redis.ttl(web.keys.session(leader.key)) > 100
    assert web.parts.sessions.get(zhang.key) is None
    web.pass_time(sessions.LONGEST_S * 1000)
    assert web.parts.sessions.keep(keys) == {}
    assert not web.redis.keys(web.keys.session("*"))


def test_sessions_slide_and_end(web: Web) -> None:
    desk = web.login("zhang")
    (key,) = web.redis.keys("cti:main:session:*")
    web.redis.expire(key, 200)
    web.pass_time(sessions.RENEW_MS + 1000)
    assert desk.get("/api/session").status_code == 200
    assert web.redis.ttl(key) > 100
    for _ in range(3):  # used all the time, it still ends
        web.pass_time(sessions.IDLE_S * 1000 - 60_000)
        again = desk.get("/api/session").status_code
    assert again == 200
    assert web.redis.ttl(key) <= 180
    web.pass_time(180_000)
    assert desk.get("/api/session").status_code == 401


HOUR_MS = 3_600_000


@pytest.mark.parametrize("other_ms", [HOUR_MS, -HOUR_MS, 25 * HOUR_MS, -25 * HOUR_MS])
def test_web_processes_whose_clocks_differ_agree_on_a_session(make_web: Callable[..., Web], other_ms: int) -> None:
    web, other = make_web(), make_web()
    other.clock.shift_ms = other_ms
    accounts, others = web.ports.accounts, other.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    assert isinstance(others, fakes.FakeAccounts)
    others.rows = accounts.rows
    session = opened(web, "zhang")
    asked = accounts.asked, others.asked
    for _ in range(3):
        assert web.parts.sessions.keep([session.key]) == other.parts.sessions.keep([session.key]) == {session.key: session}
    assert (accounts.asked, others.asked) == asked
    web.pass_time(sessions.RECHECK_MS + 1000)
    accounts.rows["zhang"] = replace(accounts.rows["zhang"], team="b")
    assert other.parts.sessions.keep([session.key])[session.key].user.team == "b"
    assert web.parts.sessions.keep([session.key])[session.key].user.team == "b"
    assert (accounts.asked, others.asked) == (asked[0], asked[1] + 1)  # one of them looked, for both


@pytest.mark.parametrize("step_ms", [HOUR_MS, -HOUR_MS, 25 * HOUR_MS, -25 * HOUR_MS])
def test_a_step_of_the_web_processs_clock_ends_no_session_and_puts_no_look_off(web: Web, step_ms: int) -> None:
    desk = web.login("zhang")
    web.clock.shift_ms += step_ms
    assert desk.get("/api/session").status_code == 200
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    accounts.rows["zhang"] = replace(accounts.rows["zhang"], disabled=True)
    web.pass_time(sessions.RECHECK_MS + 1000)
    assert desk.get("/api/session").status_code == 401


def test_a_clock_of_redis_that_is_set_back_puts_nothing_off_and_makes_no_session_longer(web: Web) -> None:
    session = opened(web, "zhang")
    web.pass_time(-25 * HOUR_MS)  # its moments are in the future now
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    asked = accounts.asked
    (kept,) = web.parts.sessions.keep([session.key]).values()
    assert accounts.asked == asked + 1
    assert web.redis.ttl(web.keys.session(session.key)) <= sessions.IDLE_S
    assert 0 <= kept.checked_ms - int(web.redis.hget(web.keys.session(session.key), "created_ms") or 0) < 60_000
    web.pass_time(sessions.LONGEST_S * 1000)
    assert web.parts.sessions.keep([session.key]) == {}


@pytest.mark.parametrize("token", ["", "wrong", "中文"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/ticket"), ("POST", "/api/commands"), ("PUT", "/api/session/locale"), ("DELETE", "/api/session")],
)
def test_unsafe_methods_need_the_csrf_token(web: Web, method: str, path: str, token: str) -> None:
    desk = web.login("zhang")
    answer = desk.call(method, path, json={}, headers={"X-CSRF-Token": token.encode().decode("latin-1")})
    assert (answer.status_code, answer.get_json()["error_id"]) == (403, "bad-csrf")


def test_another_desks_csrf_token_does_not_count(web: Web) -> None:
    desk, other = web.login("zhang"), web.login("li")
    assert desk.post("/api/ticket", headers={"X-CSRF-Token": other.csrf}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Origin": "http://[localhost]"},
        {"Origin": "//["},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_requests_from_other_sites_are_refused(web: Web, headers: dict[str, str]) -> None:
    body = {"login": "zhang", "password": fakes.PASSWORD}
    answer = web.client().post("/api/session", json=body, headers=headers)
    assert (answer.status_code, answer.get_json()["error_id"]) == (403, "bad-origin")
    assert web.client().post("/api/session", json=body, headers={"Origin": "http://localhost"}).status_code == 200


def test_locale_is_kept(web: Web) -> None:
    desk = web.login("zhang")
    assert desk.call("PUT", "/api/session/locale", json={"locale": "fr"}).status_code == 422
    assert desk.call("PUT", "/api/session/locale", json={"locale": "en"}).get_json()["user"]["locale"] == "en"
    assert web.login("zhang").get("/api/session").get_json()["user"]["locale"] == "en"


def test_security_headers_on_every_kind_of_answer(web: Web) -> None:
    for path in ("/", "/api/session", "/api/nowhere", "/healthz"):
        headers = web.client().get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "ws://127.0.0.1:5066" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_forged_host_cannot_write_the_policy(web: Web) -> None:
    answer = web.client().get("/healthz", headers={"Host": "x; script-src *"})
    assert "script-src *" not in answer.headers.get("Content-Security-Policy", "")

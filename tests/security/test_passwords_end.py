"""A new password ends what was opened with the old one, however the two meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cti_server.features.users.service import Account
from tests.webapp import fakes
from tests.webapp.conftest import Web
from webapp.auth import sessions
from webapp.auth.passwords import Passwords


def set_password(web: Web, login: str, **changes: bool) -> None:
    """What `cti user password` and the administration do; sessions are ended by them too, or Redis was away."""
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    new = fakes.HASHER.hash("the new one of the day")
    accounts.rows[login] = replace(accounts.rows[login], password_hash=new, **changes)


class SlowPasswords(Passwords):
    """The old password is right, and another one is set before the login goes on."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def verify(self, *asked: object) -> bool:  # type: ignore[override]
        good = super().verify(*asked)  # type: ignore[arg-type]
        self.meanwhile()
        return good


@pytest.mark.parametrize("disabled", [False, True])
def test_a_login_with_the_old_password_that_is_under_way_makes_no_session(make_web: Callable[..., Web], disabled: bool) -> None:
    slow = SlowPasswords(fakes.HASHER)
    slow.meanwhile = lambda: (set_password(web, "li", disabled=disabled), web.parts.sessions.end_all(2))
    web = make_web(slow)
    client = web.client()
    answer = client.post("/api/session", json={"login": "li", "password": fakes.PASSWORD})
    assert (answer.status_code, answer.get_json()["error_id"]) == (401, "bad-credentials")
    assert client.get("/api/session").status_code == 401
    assert not web.redis.keys("cti:main:session:*")


def test_who_was_logged_in_with_the_old_password_is_out_within_a_minute_also_where_nobody_ended_the_session(web: Web) -> None:
    old, other = web.login("li"), web.login("zhang")
    set_password(web, "li")
    web.pass_time(sessions.RECHECK_MS + 1000)
    assert old.get("/api/session").status_code == 401
    assert other.get("/api/session").status_code == 200


def test_the_new_password_s_sessions_stay(web: Web) -> None:
    set_password(web, "li")
    client = web.client()
    assert client.post("/api/session", json={"login": "li", "password": "the new one of the day"}).status_code == 200
    web.pass_time(sessions.RECHECK_MS + 1000)
    assert client.get("/api/session").status_code == 200


def test_the_mark_tells_nothing_and_is_another_for_each_setting() -> None:
    def account(password_hash: str) -> Account:
        return Account(1, "li", "Li", password_hash, "agent", "1001", "a", "en")

    one, again = (account(fakes.HASHER.hash("the same")) for _ in range(2))
    assert sessions.mark_of(one) != sessions.mark_of(again)
    assert one.password_hash not in sessions.mark_of(one)

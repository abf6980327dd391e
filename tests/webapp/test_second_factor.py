"""Codes of an app, recovery codes and passkeys: each counts once, none is guessed, nobody gets by, an administrator resets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from cti_server.adapters.sealed import Sealer
from cti_server.adapters.sql.database import transaction
from cti_server.errors import CtiError
from cti_server.features.users.model import RecoveryCode, User
from cti_server.features.users.second import new_codes, step_of
from tests.webapp import fakes
from tests.webapp.authenticator import Authenticator
from tests.webapp.conftest import Desk, Web
from tests.webapp.test_sign_in import audits
from webapp.auth import limits
from webapp.features.session import second

KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


class Telephone:
    """An app with one secret; ``code`` is one later each time, so that none is used twice."""

    def __init__(self, secret: str, web: Web) -> None:
        self.totp, self.web, self.at = pyotp.TOTP(secret), web, -1

    def code(self) -> str:
        self.web.clock.shift_ms += 30_000
        return self.totp.at(self.web.clock.now_ms() // 1000)


@pytest.fixture
def web(people: Web) -> Web:
    people.ports.factors._clock = people.clock
    return people


def set_up(web: Web, desk: Desk) -> tuple[Telephone, list[str]]:
    begun = desk.post("/api/session/totp").get_json()
    assert begun["picture"].startswith("data:image/svg+xml")
    assert begun["secret"] in begun["uri"]
    phone = Telephone(begun["secret"], web)
    body = {"password": fakes.PASSWORD, "secret": begun["secret"], "code": phone.code()}
    answer = desk.call("PUT", "/api/session/totp", json=body)
    assert answer.status_code == 200, answer.text
    return phone, answer.get_json()["recovery_codes"]


def half(web: Web, login: str) -> dict[str, Any]:
    answer = web.client().post("/api/session", json={"login": login, "password": fakes.PASSWORD})
    assert answer.status_code == 401, answer.text
    assert "Set-Cookie" not in answer.headers, "half a login is no session"
    body: dict[str, Any] = answer.get_json()
    return {"error_id": body["error_id"], **body["details"]}


def finish(web: Web, pending: str, code: str) -> tuple[int, str]:
    answer = web.client().put("/api/session/second", json={"pending": pending, "code": code})
    return answer.status_code, answer.get_json().get("error_id", "")


# ---------------------------------------------------------------- codes


def test_a_login_needs_the_apps_code_which_counts_once(web: Web) -> None:
    phone, _ = set_up(web, web.login("zhang"))
    begun = half(web, "zhang")
    assert (begun["error_id"], begun["totp"], begun["passkey"]) == ("second-factor-needed", True, False)
    code = phone.code()
    assert finish(web, begun["pending"], "000000")[1] == "bad-second-factor"
    assert finish(web, begun["pending"], code) == (200, "")
    assert finish(web, begun["pending"], phone.code()) == (401, "bad-credentials"), "the half was used up"
    again = half(web, "zhang")["pending"]
    assert finish(web, again, code) == (401, "bad-second-factor"), "a code that was looked over somebody's shoulder"
    assert finish(web, again, phone.code()) == (200, "")


def test_half_a_login_opens_nothing(web: Web) -> None:
    set_up(web, web.login("zhang"))
    client = web.client()
    pending = client.post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD}).get_json()["details"]["pending"]
    client.set_cookie("cti_session", pending)
    for path in ("/api/session", "/api/session/account", "/api/centre"):
        assert client.get(path).status_code == 401, path
    assert client.post("/api/ticket").status_code == 401
    assert pending.encode() not in b"".join(web.redis.keys("*"))


def test_guesses_wait_from_wherever_they_come_and_a_known_browser_goes_on(web: Web) -> None:
    client = web.client()
    client.post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD})
    phone, _ = set_up(web, Desk(client, client.get("/api/session").get_json()["csrf"]))
    first = {"pending": half(web, "zhang")["pending"], "code": phone.code()}
    assert client.put("/api/session/second", json=first).status_code == 200
    pending = half(web, "zhang")["pending"]
    for n in range(limits.RULES["second"].free):
        elsewhere = {"X-Forwarded-For": f"10.0.0.{n}"}
        answer = web.client().put("/api/session/second", json={"pending": pending, "code": "000000"}, headers=elsewhere)
        assert answer.status_code == 401
    assert finish(web, pending, phone.code()) == (429, "too-many-logins")
    fresh = half(web, "zhang")["pending"]
    assert finish(web, fresh, phone.code())[0] == 429, "another half does not help"
    known = client.put("/api/session/second", json={"pending": fresh, "code": phone.code()})
    assert known.status_code == 200, "who has shown a code with this browser is not kept out by strangers"
    waits = web.login("admin").get("/api/users/zhang/sign-in").get_json()["waits"]
    assert [one["kind"] for one in waits] == ["second"]


def test_browsers_that_were_known_before_there_was_a_second_factor_guess_it_no_oftener_than_others(web: Web) -> None:
    """Who had the password then could have made as many as they like."""
    old = [web.login("zhang").client for _ in range(limits.RULES["second"].free + 1)]
    phone, _ = set_up(web, web.login("zhang"))
    pending = half(web, "zhang")["pending"]
    guess = {"pending": pending, "code": "000000"}
    codes = [client.put("/api/session/second", json=guess).status_code for client in old]
    assert codes == [401] * limits.RULES["second"].free + [429]
    assert finish(web, pending, phone.code())[0] == 429


@pytest.mark.parametrize("code", ["١٢٣٤٥٦", "-", "0" * 40])
def test_what_is_no_code_is_a_wrong_one(web: Web, code: str) -> None:
    set_up(web, web.login("zhang"))
    assert finish(web, half(web, "zhang")["pending"], code) == (401, "bad-second-factor")


@pytest.mark.parametrize("what", ["lock", "password"])
def test_half_a_login_ends_with_a_lock_and_with_another_password(web: Web, what: str) -> None:
    phone, _ = set_up(web, web.login("zhang"))
    pending, admin = half(web, "zhang")["pending"], web.login("admin")
    if what == "lock":
        admin.call("PUT", "/api/users/zhang/lock", json={"reason": "lost"})
    else:
        web.ports.accounts.set_password(1, fakes.HASHER.hash("another violet anchor"))
    assert finish(web, pending, phone.code()) == (401, "bad-credentials")


def test_a_recovery_code_counts_once_and_is_told_to_the_audit(web: Web) -> None:
    _, codes = set_up(web, web.login("zhang"))
    assert len(set(codes)) == 10
    assert finish(web, half(web, "zhang")["pending"], codes[0].lower().replace("-", " ")) == (200, "")
    assert finish(web, half(web, "zhang")["pending"], codes[0])[1] == "bad-second-factor"
    assert [one[0] for one in audits(web)] == ["user.second_factor_set", "user.recovery_code_used"]
    everything = str(audits(web))
    assert not any(code in everything for code in codes)


def test_nothing_in_the_database_opens_anything(web: Web) -> None:
    phone, codes = set_up(web, web.login("zhang"))
    with transaction(web.ports.links._engine) as session:
        user = session.scalars(select(User).where(User.login == "zhang")).one()
        hashes = session.scalars(select(RecoveryCode.code_hash)).all()
    assert phone.totp.secret not in user.totp
    assert not {code.replace("-", "") for code in codes} & set(hashes)
    for whose, key in ((f"totp {user.id + 1}", KEY), (f"totp {user.id}", "AQ" + KEY[2:])):
        with pytest.raises(CtiError, match="cannot-open-secret"):
            Sealer(key).open(user.totp, whose)
    rotated = Sealer("AQ" + KEY[2:] + "," + KEY)
    assert rotated.open(user.totp, f"totp {user.id}") == phone.totp.secret


def test_one_changes_ones_own_with_the_password_only(web: Web) -> None:
    desk = web.login("zhang")
    _, old = set_up(web, desk)
    wrong = {"password": "wrong"}
    for path in ("/api/session/totp/removal", "/api/session/recovery-codes"):
        assert desk.post(path, json=wrong).get_json()["error_id"] == "wrong-password"
    new = desk.post("/api/session/recovery-codes", json={"password": fakes.PASSWORD}).get_json()["recovery_codes"]
    assert finish(web, half(web, "zhang")["pending"], old[1])[0] == 401
    assert finish(web, half(web, "zhang")["pending"], new[1])[0] == 200
    assert desk.get("/api/session/account").get_json()["second"]["recovery_left"] == 9
    assert desk.post("/api/session/totp/removal", json={"password": fakes.PASSWORD}).status_code == 204
    web.login("zhang")


def test_an_administrator_resets_a_lost_telephone(web: Web) -> None:
    desk = web.login("zhang")
    set_up(web, desk)
    admin = web.login("admin")
    assert admin.get("/api/users/zhang/sign-in").get_json()["second"] == {"totp": True, "recovery_left": 10, "passkeys": 0}
    assert admin.call("DELETE", "/api/users/zhang/second-factors").get_json() == {"ended": 1}
    assert desk.get("/api/session").status_code == 401
    web.login("zhang")
    told = audits(web)[-1]
    assert (told[0], told[1], told[3]["user"]) == ("user.second_factor_reset", "user:6", "zhang")


def test_nobody_resets_their_own_without_the_password(web: Web) -> None:
    admin = web.login("admin")
    set_up(web, admin)
    refused = admin.call("DELETE", "/api/users/admin/second-factors")
    assert (refused.status_code, refused.get_json()["error_id"]) == (409, "not-yourself")
    assert half(web, "admin")["totp"] is True


def test_codes_of_now_before_and_after_count_and_none_twice() -> None:
    secret = pyotp.random_base32()
    now = 1_795_000_000
    step = now // 30
    for drift in (-1, 0, 1):
        assert step_of(secret, pyotp.TOTP(secret).at(now + drift * 30), now * 1000, 0) == step + drift
    assert step_of(secret, pyotp.TOTP(secret).at(now - 60), now * 1000, 0) == 0
    assert step_of(secret, pyotp.TOTP(secret).at(now), now * 1000, step) == 0
    assert all(len(code) == 19 for code in new_codes())


# ---------------------------------------------------------------- demanded


@pytest.fixture
def strict(make_web: Callable[..., Web]) -> Web:
    web = make_web(ports=fakes.real_people(), second_factor_roles="admin, leader")
    web.ports.factors._clock = web.clock
    return web


def test_who_must_have_a_second_factor_sets_it_up_at_the_next_login(strict: Web) -> None:
    strict.login("zhang")
    begun = half(strict, "admin")
    assert begun["error_id"] == "second-factor-missing"
    phone = Telephone(begun["secret"], strict)
    body = {"pending": begun["pending"], "secret": begun["secret"], "code": "000000"}
    client = strict.client()
    assert client.put("/api/session/second/new", json=body).get_json()["error_id"] == "bad-second-factor"
    answer = client.put("/api/session/second/new", json={**body, "code": phone.code()})
    assert answer.status_code == 200, answer.text
    assert len(answer.get_json()["recovery_codes"]) == 10
    desk = Desk(client, answer.get_json()["csrf"])
    assert desk.get("/api/session/account").get_json()["second"]["demanded"] is True
    refused = desk.post("/api/session/totp/removal", json={"password": fakes.PASSWORD})
    assert (refused.status_code, refused.get_json()["error_id"]) == (409, "second-factor-demanded")
    assert half(strict, "admin")["error_id"] == "second-factor-needed"


def test_nobody_takes_another_app_to_half_a_login(strict: Web) -> None:
    begun = half(strict, "admin")
    phone = Telephone(begun["secret"], strict)
    body = {"pending": begun["pending"], "secret": begun["secret"], "code": phone.code()}
    assert strict.client().put("/api/session/second/new", json=body).status_code == 200
    mine, other = half(strict, "admin"), pyotp.random_base32()
    stolen = {"pending": mine["pending"], "secret": other, "code": Telephone(other, strict).code()}
    refused = strict.client().put("/api/session/second/new", json=stolen)
    assert (refused.status_code, refused.get_json()["error_id"]) == (401, "bad-second-factor")


@pytest.mark.parametrize("roles", ["admin, boss", "god"])
def test_a_role_that_there_is_not_is_no_setting(roles: str) -> None:
    with pytest.raises(CtiError, match="bad-setting"):
        second.demanding(roles, fakes.FakeAccounts())


def test_a_role_of_ones_own_may_need_a_second_factor() -> None:
    accounts = fakes.FakeAccounts()
    accounts.roles["seniors"] = {}
    assert second.demanding("admin, seniors", accounts) == {"admin", "seniors"}
    assert second.demanding("", accounts) == frozenset()


@pytest.mark.parametrize("key", ["short", "AAAA", KEY + ",x", "é"])
def test_a_key_that_is_none_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(CtiError, match="bad-setting") as refused:
        Sealer(key)
    assert key not in refused.value.message


# ---------------------------------------------------------------- passkeys


def add(desk: Desk, device: Authenticator, **more: Any) -> tuple[int, str]:
    asked = desk.post("/api/session/passkeys/options").get_json()
    assert asked["options"]["authenticatorSelection"]["userVerification"] == "required"
    body = {"password": fakes.PASSWORD, "name": "Laptop", "handle": asked["handle"]}
    answer = desk.post("/api/session/passkeys", json={**body, "credential": device.create(asked["options"]), **more})
    return answer.status_code, "" if answer.status_code == 204 else answer.get_json()["error_id"]


def use(web: Web, device: Authenticator, spoil: Callable[[dict[str, Any]], object] = lambda body: None) -> tuple[int, str]:
    client = web.client()
    asked = client.post("/api/session/passkey/options").get_json()
    body = {"handle": asked["handle"], "credential": device.get(asked["options"])}
    spoil(body)
    answer = client.put("/api/session/passkey", json=body)
    return answer.status_code, answer.get_json().get("error_id", "")


def test_a_passkey_is_both_factors(web: Web) -> None:
    desk, device = web.login("zhang"), Authenticator()
    assert add(desk, device) == (204, "")
    assert use(web, device) == (200, "")
    begun = half(web, "zhang")
    assert (begun["totp"], begun["passkey"]) == (False, True)
    (key,) = desk.get("/api/session/account").get_json()["second"]["passkeys"]
    assert (key["name"], key["used_ms"] > 0) == ("Laptop", True)
    assert desk.post(f"/api/session/passkeys/{key['id']}/removal", json={"password": fakes.PASSWORD}).status_code == 204
    assert use(web, device) == (401, "bad-passkey")
    web.login("zhang")
    assert [one[0] for one in audits(web)] == ["user.passkey_added", "user.passkey_removed"]


def test_passkeys_that_do_not_count(web: Web) -> None:
    desk, device = web.login("zhang"), Authenticator()
    assert add(desk, device, password="wrong") == (403, "wrong-password")
    assert add(desk, Authenticator(origin="https://evil.example")) == (401, "bad-passkey")
    unverified = Authenticator()
    unverified.verified = False
    assert add(desk, unverified) == (401, "bad-passkey")
    assert add(desk, device) == (204, "")
    assert add(desk, device) == (404, "no-such-passkey"), "it is known already"
    assert use(web, Authenticator()) == (401, "bad-passkey")
    device.verified = False
    assert use(web, device) == (401, "bad-passkey"), "a stolen laptop"
    device.verified = True
    device.origin = "https://evil.example"
    assert use(web, device) == (401, "bad-passkey"), "a page that looks like this one"
    device.origin = "http://localhost"
    kept: dict[str, Any] = {}
    assert use(web, device, kept.update) == (200, "")
    replayed = web.client().put("/api/session/passkey", json=kept)
    assert replayed.status_code == 401, "a challenge counts once"
    for credential in ({}, {"id": kept["credential"]["id"]}, {**kept["credential"], "response": {"signature": "x"}}):
        assert use(web, device, lambda body, it=credential: body.update(credential=it)) == (401, "bad-passkey")  # type: ignore[misc]
    device.count = 0
    assert use(web, device) == (401, "bad-passkey"), "a copy of it counts anew"


def test_a_passkey_of_who_is_locked_opens_nothing(web: Web) -> None:
    desk, device, admin = web.login("zhang"), Authenticator(), web.login("admin")
    add(desk, device)
    admin.call("PUT", "/api/users/zhang/lock", json={"reason": "lost"})
    assert use(web, device) == (401, "bad-passkey")


def test_a_challenge_for_one_is_none_for_another(web: Web) -> None:
    zhang, li, device = web.login("zhang"), web.login("li"), Authenticator()
    asked = zhang.post("/api/session/passkeys/options").get_json()
    body = {"password": fakes.PASSWORD, "name": "x", "handle": asked["handle"], "credential": device.create(asked["options"])}
    assert li.post("/api/session/passkeys", json=body).get_json()["error_id"] == "bad-passkey"


def test_challenges_are_not_made_without_end(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.auth.limits.CHALLENGES_A_MINUTE", 2)
    client = web.client()
    answers = [client.post("/api/session/passkey/options").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    other = web.client().post("/api/session/passkey/options", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert other.status_code == 200, "another address has its own"

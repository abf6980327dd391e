"""Links to set a password, own passwords, locks and sessions: what they do, once, and what they tell nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import gevent
import orjson
import pytest
from sqlalchemy import select, update

from cti_server.adapters.sql.database import transaction
from cti_server.features.entities.contract import By, Wish
from cti_server.features.users.model import PasswordLink
from cti_server.features.users.sql_links import FORGOTTEN_MS, LIVES_MS
from tests.webapp import fakes
from tests.webapp.conftest import Desk, Web
from webapp.auth import limits
from webapp.auth.passwords import Passwords
from webapp.features.session.links import AGAIN_MS

NEW = "violet anchor 7 teapots"
ADMIN = By("user:6", "admin")


def audits(web: Web) -> list[tuple[str, str, str, dict[str, Any]]]:
    facts = [orjson.loads(fields[b"f"])["data"] for _, fields in web.redis.xrange(web.keys.facts)]
    return [(fact["action"], fact["issuer"], fact["subject"], fact["detail"]) for fact in facts]


def change(web: Web, login: str, **values: Any) -> None:
    web.ports.entities.change("users", Wish(login, values), ADMIN)


def newcomer(web: Web, login: str = "new", **values: Any) -> None:
    record = {"name": "New One", "role": "agent", "agent_id": "1001", "team_id": "a", **values}
    web.ports.entities.change("users", Wish(login, record, create=True), ADMIN)


def token_of(link: str) -> str:
    base, _, token = link.rpartition("/")
    assert base == "https://desk.example/#/login"
    return token


def link_for(admin: Desk, login: str) -> str:
    answer = admin.post(f"/api/users/{login}/link")
    assert answer.status_code == 200, answer.text
    return token_of(answer.get_json()["link"])


def use(web: Web, token: str, password: str = NEW) -> int:
    return web.client().put("/api/session/link", json={"token": token, "password": password}).status_code


def can_log_in(web: Web, login: str, password: str = NEW) -> bool:
    return web.client().post("/api/session", json={"login": login, "password": password}).status_code == 200


def mail_of(web: Web) -> fakes.FakeMail:
    assert isinstance(web.ports.mail, fakes.FakeMail)
    return web.ports.mail


# ---------------------------------------------------------------- links


def test_an_invitation_is_used_once_and_leaves_no_token_anywhere(people: Web) -> None:
    newcomer(people)
    admin = people.login("admin")
    token = link_for(admin, "new")
    look = people.client().post("/api/session/link", json={"token": token}).get_json()
    assert (look["login"], look["name"], look["kind"]) == ("new", "New One", "invitation")
    assert use(people, token) == 204
    assert can_log_in(people, "new")
    assert use(people, token, "another anchor 8 kettles") == 404
    assert can_log_in(people, "new")
    told = audits(people)
    assert [one[0] for one in told] == ["user.invited", "user.password_set"]
    assert (told[0][1], told[0][3]["user"], told[0][3]["address"]) == ("user:6", "new", "127.0.0.1")
    assert (told[1][3]["login"], told[1][3]["address"]) == ("new", "127.0.0.1")
    everything = orjson.dumps(told).decode()
    assert token not in everything
    assert NEW not in everything


@pytest.mark.parametrize(
    "password", ["short", "password1234", "new-one-2031", "liverpool-2031", "iloveyou12345", "wangwei19900101"]
)
def test_a_weak_password_uses_no_link_up(people: Web, password: str) -> None:
    newcomer(people)
    token = link_for(people.login("admin"), "new")
    answer = people.client().put("/api/session/link", json={"token": token, "password": password})
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "weak-password")
    assert password not in answer.text
    assert use(people, token) == 204


def test_a_reset_ends_the_sessions_and_the_old_password_counts_until_then(people: Web) -> None:
    desk, admin = people.login("zhang"), people.login("admin")
    token = link_for(admin, "zhang")
    assert desk.get("/api/session").status_code == 200
    assert use(people, token) == 204
    assert desk.get("/api/session").status_code == 401
    assert not can_log_in(people, "zhang", fakes.PASSWORD)
    assert can_log_in(people, "zhang")


def test_a_link_ends_when_a_newer_one_is_made_when_it_is_taken_back_and_with_its_time(people: Web) -> None:
    admin = people.login("admin")
    old = link_for(admin, "zhang")
    new = link_for(admin, "zhang")
    assert use(people, old) == 404
    assert admin.call("DELETE", "/api/users/zhang/link").status_code == 204
    assert use(people, new) == 404
    late = link_for(admin, "zhang")
    with transaction(people.ports.links._engine) as session:
        link = session.scalars(select(PasswordLink)).one()
        assert link.expires_ms - link.made_ms == LIVES_MS["reset"]
        assert late not in link.token_hash
        session.execute(update(PasswordLink).values(expires_ms=people.clock.now_ms() - 1))
    assert use(people, late) == 404
    assert admin.get("/api/users/zhang/sign-in").get_json()["link"] is None
    assert can_log_in(people, "zhang", fakes.PASSWORD)


@pytest.mark.parametrize("what", ["disabled", "locked", "removed"])
def test_whom_nobody_may_be_has_no_use_of_a_link(people: Web, what: str) -> None:
    newcomer(people)
    admin = people.login("admin")
    token = link_for(admin, "new")
    if what == "disabled":
        change(people, "new", disabled=True)
    elif what == "locked":
        assert admin.call("PUT", "/api/users/new/lock", json={"reason": "gone"}).status_code == 200
    else:
        people.ports.entities.change("users", Wish("new", None), ADMIN)
    answer = people.client().post("/api/session/link", json={"token": token})
    assert (answer.status_code, answer.get_json()["error_id"]) == (404, "link-over")


def test_a_lock_ends_an_open_link_for_good(people: Web) -> None:
    newcomer(people)
    admin = people.login("admin")
    token = link_for(admin, "new")
    assert admin.get("/api/users/new/sign-in").get_json()["link"]
    assert admin.call("PUT", "/api/users/new/lock", json={"reason": "gone"}).status_code == 200
    assert admin.get("/api/users/new/sign-in").get_json()["link"] is None
    assert admin.call("DELETE", "/api/users/new/lock").status_code == 204
    assert admin.get("/api/users/new/sign-in").get_json()["link"] is None
    answer = people.client().post("/api/session/link", json={"token": token})
    assert (answer.status_code, answer.get_json()["error_id"]) == (404, "link-over")


def test_who_guesses_links_has_to_wait(people: Web) -> None:
    codes = [use(people, f"guess-{n}") for n in range(limits.RULES["address"].free + 1)]
    assert codes[:-1] == [404] * limits.RULES["address"].free
    assert codes[-1] == 429


def test_everybody_without_a_password_is_invited_at_once(people: Web) -> None:
    newcomer(people, "one", email="one@centre.example", locale="en")
    newcomer(people, "two")
    newcomer(people, "three", disabled=True)
    answer = people.login("admin").post("/api/users/invitations").get_json()
    assert [(one["login"], one["mailed"]) for one in answer["people"]] == [("one", True), ("two", False)]
    assert answer["mailed"] == 1
    assert all(use(people, token_of(one["link"])) == 204 for one in answer["people"])
    assert [name for name, *_ in audits(people)].count("user.invited") == 2
    again = people.login("admin").post("/api/users/invitations").get_json()
    assert again == {"people": [], "mailed": 0}


def test_a_mail_has_the_link_in_the_persons_language_and_the_answer_too(people: Web) -> None:
    newcomer(people, email="new@centre.example", locale="zh-CN")
    answer = people.login("admin").post("/api/users/new/link").get_json()
    ((to, subject, text),) = mail_of(people).sent
    assert (to, subject, answer["mailed"]) == ("new@centre.example", "您的呼叫中心账号", True)
    assert answer["link"] in text
    mail_of(people).away = True
    assert people.login("admin").post("/api/users/new/link").get_json()["mailed"] is False


def test_who_has_no_password_comes_in_with_none(people: Web) -> None:
    newcomer(people)
    passwords = Passwords(fakes.HASHER)
    passwords._stand_in = fakes.HASHER.hash("no user has this password")
    refused: list[str] = []
    assert not passwords.verify("", "no user has this password", lambda: None, lambda: refused.append("counted"))
    assert refused == ["counted"]
    assert not can_log_in(people, "new", "no user has this password")


@pytest.mark.parametrize("what", ["own password", "administrator's password", "address"])
def test_a_link_ends_with_another_password_and_with_another_address(people: Web, what: str) -> None:
    """Neither who had the old address nor who guessed the old password keeps a way in."""
    admin, desk = people.login("admin"), people.login("zhang")
    token = link_for(admin, "zhang")
    if what == "own password":
        body = {"old": fakes.PASSWORD, "new": "another anchor 8 kettles"}
        assert desk.call("PUT", "/api/session/password", json=body).status_code == 200
    elif what == "address":
        change(people, "zhang", email="zhang.other@centre.example")
    else:
        change(people, "zhang", password="another anchor 8 kettles")
    assert use(people, token) == 404
    assert admin.get("/api/users/zhang/sign-in").get_json()["link"] is None


def test_a_link_leads_to_where_the_administrators_browser_is(make_web: Callable[..., Web]) -> None:
    web = make_web(ports=fakes.real_people())
    client, tls = web.client(), {"X-Forwarded-Proto": "https"}
    body = {"login": "admin", "password": fakes.PASSWORD}
    csrf = client.post("/api/session", json=body, headers=tls).get_json()["csrf"]
    made = client.post("/api/users/zhang/link", headers={**tls, "X-CSRF-Token": csrf})
    assert made.get_json()["link"].startswith("https://localhost/#/login/"), made.text


# ---------------------------------------------------------------- forgotten


def forget(web: Web, login: str) -> tuple[int, bytes]:
    answer = web.client().post("/api/session/forgotten", json={"login": login})
    return answer.status_code, answer.data


def sent(web: Web) -> list[tuple[str, str, str]]:
    gevent.idle()
    return mail_of(web).sent


def test_a_forgotten_password_comes_by_mail_and_the_answer_tells_nobody_who_there_is(people: Web) -> None:
    change(people, "zhang", email="zhang@centre.example")
    change(people, "gone", email="gone@centre.example")
    newcomer(people, email="new@centre.example")  # invited, but has no password to forget
    answers = {forget(people, login) for login in ("zhang", "li", "gone", "nobody", "new")}
    assert len(answers) == 1
    ((to, _, text),) = sent(people)
    assert to == "zhang@centre.example"
    (token,) = re.findall(r"https://desk\.example/#/login/(\S+)", text)
    with transaction(people.ports.links._engine) as session:
        link = session.scalars(select(PasswordLink)).one()
        assert link.expires_ms - link.made_ms == FORGOTTEN_MS
    assert forget(people, "zhang")[0] == 204
    assert len(sent(people)) == 1, "not twice at once"
    people.clock.shift_ms += AGAIN_MS
    people.ports.links._clock = people.clock
    assert forget(people, "zhang")[0] == 204
    assert len(sent(people)) == 2
    assert use(people, token) == 404, "the newer one counts"
    assert can_log_in(people, "zhang", fakes.PASSWORD)
    codes = [forget(people, "nobody")[0] for _ in range(limits.RULES["pair"].free)]
    assert codes[-1] == 429


def test_a_stranger_who_says_forgotten_takes_no_administrators_link_away(people: Web) -> None:
    change(people, "zhang", email="zhang@centre.example")
    token = link_for(people.login("admin"), "zhang")
    mail_of(people).sent.clear()
    people.clock.shift_ms += AGAIN_MS
    people.ports.links._clock = people.clock
    assert forget(people, "zhang") == (204, b"")
    assert sent(people) == []
    assert use(people, token) == 204


def test_nothing_is_forgotten_where_no_mail_is_set_up(web: Web) -> None:
    assert web.client().get("/api/session/ways").get_json()["forgotten"] is False
    answer = web.client().post("/api/session/forgotten", json={"login": "zhang"})
    assert (answer.status_code, answer.get_json()["error_id"]) == (409, "no-mail")


# ---------------------------------------------------------------- own password


def test_a_new_password_needs_the_old_one_and_ends_all_other_sessions(people: Web) -> None:
    desk, other = people.login("zhang"), people.login("zhang")
    wrong = desk.call("PUT", "/api/session/password", json={"old": "wrong", "new": NEW})
    assert (wrong.status_code, wrong.get_json()["error_id"]) == (403, "wrong-password")
    before = desk.client.get_cookie("cti_session")
    good = desk.call("PUT", "/api/session/password", json={"old": fakes.PASSWORD, "new": NEW})
    assert good.status_code == 200, good.text
    after = desk.client.get_cookie("cti_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert (desk.get("/api/session").status_code, other.get("/api/session").status_code) == (200, 401)
    assert good.get_json()["csrf"] != desk.csrf
    assert can_log_in(people, "zhang")
    assert [one[0] for one in audits(people)] == ["user.password_changed"]


def test_a_stolen_session_does_not_find_the_password_out(people: Web) -> None:
    desk = people.login("zhang")
    ask = {"old": "wrong", "new": NEW}
    codes = [desk.call("PUT", "/api/session/password", json=ask).status_code for _ in range(limits.RULES["browser"].free + 1)]
    assert codes[-1] == 429
    right = desk.call("PUT", "/api/session/password", json={**ask, "old": fakes.PASSWORD})
    assert right.status_code == 429


def test_a_weak_new_password_changes_nothing(people: Web) -> None:
    answer = people.login("zhang").call("PUT", "/api/session/password", json={"old": fakes.PASSWORD, "new": "password1234"})
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "weak-password")
    assert can_log_in(people, "zhang", fakes.PASSWORD)


# ---------------------------------------------------------------- locks


def test_a_lock_ends_sessions_keeps_out_and_looks_like_a_wrong_password(people: Web) -> None:
    desk, admin = people.login("zhang"), people.login("admin")
    assert admin.call("PUT", "/api/users/zhang/lock", json={"reason": "lost laptop"}).get_json() == {"ended": 1}
    assert desk.get("/api/session").status_code == 401
    refused = people.client().post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD})
    assert refused.get_json() == {"error_id": "bad-credentials", "message": "login or password is wrong", "details": {}}
    lock = admin.get("/api/users/zhang/sign-in").get_json()["lock"]
    assert (lock["by"], lock["reason"]) == ("admin", "lost laptop")
    assert admin.call("DELETE", "/api/users/zhang/lock").status_code == 204
    assert admin.get("/api/users/zhang/sign-in").get_json()["lock"] is None
    people.login("zhang")
    assert [one[0] for one in audits(people)] == ["user.locked", "user.unlocked"]
    assert audits(people)[0][3]["reason"] == "lost laptop"


def test_a_blank_reason_is_none_and_leaves_the_one_that_is_there(people: Web) -> None:
    admin = people.login("admin")
    assert admin.call("PUT", "/api/users/zhang/lock", json={"reason": "lost laptop"}).status_code == 200
    for blank in ("", " ", "\u3000"):
        answer = admin.call("PUT", "/api/users/zhang/lock", json={"reason": blank})
        assert answer.status_code == 422
    assert admin.get("/api/users/zhang/sign-in").get_json()["lock"]["reason"] == "lost laptop"


def test_nobody_locks_themselves(people: Web) -> None:
    answer = people.login("admin").call("PUT", "/api/users/admin/lock", json={"reason": "oops"})
    assert (answer.status_code, answer.get_json()["error_id"]) == (409, "not-yourself")


def test_an_administrator_sees_and_ends_the_wait_after_failures(people: Web) -> None:
    client = people.client()
    for _ in range(limits.RULES["pair"].free):
        client.post("/api/session", json={"login": "zhang", "password": "x"})
    assert not can_log_in(people, "zhang", fakes.PASSWORD)
    admin = people.login("admin")
    waits = admin.get("/api/users/zhang/sign-in").get_json()["waits"]
    assert [(one["kind"], one["address"], one["failures"]) for one in waits] == [("pair", "127.0.0.1", 5), ("account", "", 5)]
    assert 0 < waits[0]["wait_s"] <= limits.FIRST_WAIT_S
    assert admin.call("DELETE", "/api/users/zhang/lock").status_code == 204
    assert admin.get("/api/users/zhang/sign-in").get_json()["waits"] == []
    assert can_log_in(people, "zhang", fakes.PASSWORD)


# ---------------------------------------------------------------- sessions


def test_sessions_say_from_where_and_end_one_by_one(people: Web) -> None:
    client = people.client()
    headers = {"X-Forwarded-For": "10.9.8.7", "User-Agent": "Laptop\x01 browser"}
    client.post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD}, headers=headers)
    desk, admin = people.login("zhang"), people.login("admin")
    mine = desk.get("/api/session/account").get_json()["sessions"]
    assert sorted((one["address"], one["own"]) for one in mine) == [("10.9.8.7", False), ("127.0.0.1", True)]
    (stolen,) = [one for one in mine if not one["own"]]
    assert (stolen["browser"], stolen["created_ms"] > 0) == ("Laptop browser", True)
    assert [one["id"] for one in admin.get("/api/users/zhang/sign-in").get_json()["sessions"]] == [one["id"] for one in mine]
    assert people.login("li").call("DELETE", f"/api/session/others/{stolen['id']}").status_code == 404, "another's"
    assert desk.call("DELETE", f"/api/session/others/{stolen['id']}").status_code == 204
    assert client.get("/api/session").status_code == 401
    assert desk.get("/api/session").status_code == 200
    third = people.login("zhang")
    assert third.call("DELETE", "/api/session/others").get_json() == {"ended": 1}
    (left,) = admin.get("/api/users/zhang/sign-in").get_json()["sessions"]
    assert admin.call("DELETE", f"/api/users/zhang/sessions/{left['id']}").status_code == 204
    assert third.get("/api/session").status_code == 401
    assert admin.call("DELETE", f"/api/users/zhang/sessions/{left['id']}").status_code == 404

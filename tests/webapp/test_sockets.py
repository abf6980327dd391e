"""Open pages and the accounts behind them: who is disabled is out, who is moved sees other things."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gevent
import orjson
import pytest
from flask_socketio.test_client import SocketIOTestClient

from cti_server.features.roles.contract import shipped
from tests.webapp import fakes
from tests.webapp.conftest import Desk, Web
from tests.webapp.live import PATIENCE_S, agent_view
from webapp.auth.guard import COOKIE
from webapp.auth.sessions import LONGEST_S, RECHECK_MS
from webapp.realtime.health import Health
from webapp.realtime.projection import MirrorRow


class Page:
    """A logged-in browser with its socket."""

    def __init__(self, web: Web, login: str) -> None:
        self.desk: Desk = web.login(login)
        ticket = self.desk.post("/api/ticket").get_json()["ticket"]
        self.socket: SocketIOTestClient = web.parts.sockets.socketio.test_client(web.app, auth={"ticket": ticket})
        self.snapshot()

    def snapshot(self) -> dict[str, Any]:
        """The next one, within patience."""
        with gevent.Timeout(PATIENCE_S):
            while True:
                for packet in self.socket.get_received():
                    if packet["name"] == "snapshot":
                        return packet["args"][0]
                gevent.sleep(0)

    @property
    def open(self) -> bool:
        return bool(self.socket.is_connected())


@pytest.fixture
def centre(web: Web) -> Web:
    rows = [MirrorRow("agents", agent, 1, 1, agent_view(agent)) for agent in fakes.AGENTS]
    rows.append(MirrorRow("trunks", "t1", 1, 1, {"id": "t1"}))
    web.parts.projection.rebuild(rows, (1, 1))
    return web


def change(web: Web, login: str, **what: Any) -> None:
    accounts = web.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    accounts.rows[login] = replace(accounts.rows[login], **what)


def agents(snapshot: dict[str, Any]) -> list[str]:
    return [view["id"] for view in snapshot["agents"]]


def test_the_page_of_a_disabled_user_is_closed_at_the_next_look(centre: Web) -> None:
    page, other = Page(centre, "zhang"), Page(centre, "li")
    change(centre, "zhang", disabled=True)
    centre.parts.sockets.check_sessions()
    assert page.open, "the account is looked at once a minute"
    centre.pass_time(RECHECK_MS + 1000)
    centre.parts.sockets.check_sessions()
    assert (page.open, other.open) == (False, True)
    assert page.desk.get("/api/session").status_code == 401


def test_a_page_does_not_outlive_the_longest_session(centre: Web) -> None:
    page = Page(centre, "zhang")
    for _ in range(4):
        centre.pass_time(LONGEST_S * 1000 // 4 - 15_000)
        centre.parts.sockets.check_sessions()
        assert page.open
    centre.pass_time(61_000)
    centre.parts.sockets.check_sessions()
    assert not page.open


def test_a_page_whose_user_is_demoted_loses_sight(centre: Web) -> None:
    page = Page(centre, "leader-a")
    change(centre, "leader-a", role="agent", agent_id="1003", team="b")
    centre.pass_time(RECHECK_MS + 1000)
    centre.parts.sockets.check_sessions()
    assert agents(page.snapshot()) == ["1003"]
    assert page.open
    with gevent.Timeout(PATIENCE_S):
        while not centre.redis.hexists(centre.keys.page_counts, "1003"):
            gevent.sleep(0)


def test_a_page_learns_of_a_change_that_another_process_noticed(centre: Web) -> None:
    page = Page(centre, "zhang")
    cookie = page.desk.client.get_cookie(COOKIE)
    assert cookie is not None
    session = centre.parts.sessions.load(cookie.value)
    assert session is not None
    centre.parts.sessions.update_user(session, replace(session.user, role="leader", agent_id="", rights=shipped("leader")))
    centre.parts.sockets.check_sessions()
    assert agents(page.snapshot()) == ["1001", "1002", "1003"]


def test_an_administrator_ends_all_sessions_of_a_user_and_their_pages(centre: Web) -> None:
    stolen, own, other = Page(centre, "zhang"), Page(centre, "zhang"), Page(centre, "li")
    ticket = own.desk.post("/api/ticket").get_json()["ticket"]
    admin = centre.login("admin")
    answer = admin.call("DELETE", "/api/users/zhang/sessions")
    assert (answer.status_code, answer.get_json()) == (200, {"ended": 2})
    assert [page.open for page in (stolen, own, other)] == [False, False, True]
    assert stolen.desk.get("/api/session").status_code == 401
    assert centre.parts.sessions.take_ticket(ticket) is None
    assert admin.call("DELETE", "/api/users/zhang/sessions").get_json() == {"ended": 0}
    nobody = admin.call("DELETE", "/api/users/nobody/sessions")
    assert (nobody.status_code, nobody.get_json()["error_id"]) == (404, "no-such-user")
    facts = [orjson.loads(fields[b"f"]) for _, fields in centre.redis.xrange(centre.keys.facts)]
    told = [(fact["data"]["action"], fact["data"]["issuer"], fact["data"]["subject"], fact["data"]["detail"]) for fact in facts]
    where = {"login": "admin", "address": "127.0.0.1", "user": "zhang"}
    assert told == [("user.sessions_ended", "user:6", "user:1", {**where, "ended": ended}) for ended in (2, 0)]
    assert len({fact["id"] for fact in facts}) == 2
    assert centre.login("zhang").get("/api/session").status_code == 200, "who knows the password may come again"


def test_a_page_stays_while_the_database_is_away(centre: Web) -> None:
    page, other = Page(centre, "zhang"), Page(centre, "li")
    accounts = centre.ports.accounts
    assert isinstance(accounts, fakes.FakeAccounts)
    accounts.away = True
    centre.pass_time(RECHECK_MS + 1000)
    asked = accounts.asked
    centre.parts.sockets.check_sessions()
    assert (page.open, other.open, accounts.asked) == (True, True, asked + 1)


def test_nothing_is_told_before_the_connect_is_answered(centre: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A beat or a change of health that falls into a connect waits for the snapshot, which has it."""
    sockets, take = centre.parts.sockets, centre.parts.sessions.take_ticket

    def slowly(ticket: str) -> object:
        sockets.push_health(Health(engine=True, redis=True))
        sockets.beat()
        return take(ticket)

    monkeypatch.setattr(centre.parts.sessions, "take_ticket", slowly)
    desk = centre.login("zhang")
    ticket = desk.post("/api/ticket").get_json()["ticket"]
    socket = sockets.socketio.test_client(centre.app, auth={"ticket": ticket})
    with gevent.Timeout(PATIENCE_S):
        while not (received := socket.get_received()):
            gevent.sleep(0)
    assert [packet["name"] for packet in received] == ["snapshot"]
    sockets.beat()
    assert [packet["name"] for packet in socket.get_received()] == ["beat"]

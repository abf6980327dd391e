"""Notices over REST: the own ones, receipts, readers; and open pages hear that there are others."""

from __future__ import annotations

from tests.webapp.conftest import Desk, Web


def add(desk: Desk, entity: str, **record: object) -> None:
    answer = desk.post(f"/api/centre/{entity}", json={"record": record})
    assert answer.status_code == 201, answer.text


def test_a_notice_is_read_and_its_leader_sees_by_whom(web: Web) -> None:
    admin, zhang = web.login("admin"), web.login("zhang")
    add(admin, "notices", id="x", title="Outage", text="6:00\nto 18:00", teams=["a"], receipt=True)
    (seen,) = zhang.get("/api/notices").get_json()["items"]
    assert (seen["title"], seen["receipt"], seen["read_ms"]) == ("Outage", True, 0)
    assert web.login("wang").get("/api/notices").get_json() == {"items": []}
    assert zhang.post("/api/notices/x/receipt", json={"version": 1}).status_code == 204
    assert zhang.get("/api/notices").get_json()["items"][0]["read_ms"] > 0
    late = zhang.post("/api/notices/x/receipt", json={"version": 2})
    assert (late.status_code, late.get_json()["error_id"]) == (404, "no-such-notice")
    assert zhang.get("/api/notices/x/readers").status_code == 403
    assert web.login("leader-b").get("/api/notices/x/readers").get_json() == {"items": []}


def test_open_pages_hear_of_a_change(web: Web) -> None:
    admin = web.login("admin")
    add(admin, "notices", id="x", title="x")
    web.parts.health.look()
    before = web.parts.health.notices
    changed = admin.call("PATCH", "/api/centre/notices/x", json={"record": {"title": "y"}}, headers={"If-Match": "1"})
    assert changed.status_code == 200
    web.parts.health.look()
    assert web.parts.health.notices > before


def test_papers(web: Web) -> None:
    admin = web.login("admin")
    add(admin, "shelf_hosts", host="kb.example.com")
    add(admin, "shelf", id="a", title="Prices", link="https://kb.example.com/", teams=["a"])
    add(admin, "scripts", id="hi", name="Hello", text="{agent}")
    assert admin.get("/api/papers").get_json() == {"scripts": [], "shelf": []}
    assert admin.post("/api/configuration/publish", json={"reason": "x"}).status_code == 200
    assert [one["id"] for one in web.login("zhang").get("/api/papers").get_json()["shelf"]] == ["a"]
    told = web.login("wang").get("/api/papers").get_json()
    assert (told["shelf"], [one["id"] for one in told["scripts"]]) == ([], ["hi"])

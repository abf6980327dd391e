"""Who calls, over REST: for who has the call, and nobody else."""

from __future__ import annotations

from tests.webapp.conftest import Desk, Web
from tests.webapp.live import agent_view, call_view
from webapp.realtime.projection import MirrorRow

NUMBER = "13812345678"


def add(desk: Desk, **record: object) -> None:
    answer = desk.post("/api/centre/customers", json={"record": {"id": "k1", "name": "王建国", "numbers": [NUMBER], **record}})
    assert answer.status_code == 201, answer.text


def talking(web: Web) -> None:
    views = [("calls", call_view("c1", "1001") | {"number": f"+86{NUMBER}"}), ("calls", call_view("c3", "1003")),
             ("agents", agent_view("1001"))]  # fmt: skip
    web.parts.projection.rebuild([MirrorRow(kind, view["id"], 1, 1, view) for kind, view in views], (1, 1))


def test_who_has_the_call_sees_who_calls(web: Web) -> None:
    add(web.login("admin"), tags=["VIP"], notes="deaf in one ear")
    talking(web)
    zhang = web.login("zhang")
    (card,) = zhang.get("/api/calls/c1/customers").get_json()["customers"]
    assert (card["name"], card["tags"], card["notes"], card["class_texts"]) == ("王建国", ["VIP"], "deaf in one ear", {})
    for other in ("li", "wang"):
        answer = web.login(other).get("/api/calls/c1/customers")
        assert (answer.status_code, answer.get_json()["error_id"]) == (404, "no-such-call"), other
    assert zhang.get("/api/calls/c3/customers").status_code == zhang.get("/api/calls/none/customers").status_code == 404
    assert len(web.login("leader-b").get("/api/calls/c1/customers").get_json()["customers"]) == 1
    # a call that is over, by the books
    assert zhang.get("/api/calls/call-1001/customers").get_json() == {"customers": []}
    assert zhang.get("/api/calls/call-1003/customers").status_code == 404


def test_an_agent_makes_a_customer_and_writes_a_note(web: Web) -> None:
    talking(web)
    zhang, li = web.login("zhang"), web.login("li")
    assert li.post("/api/calls/c1/customers", json={"name": "x"}).status_code == 404
    made = zhang.post("/api/calls/c1/customers", json={"name": "张飞"})
    assert made.status_code == 201
    key = made.get_json()["id"]
    assert zhang.post(f"/api/calls/c1/customers/{key}/notes", json={"text": "call at noon"}).status_code == 204
    assert zhang.post("/api/calls/c1/customers/nobody/notes", json={"text": "x"}).get_json()["error_id"] == "no-such-customer"
    assert li.post(f"/api/calls/c1/customers/{key}/notes", json={"text": "x"}).status_code == 404
    (card,) = zhang.get("/api/calls/c1/customers").get_json()["customers"]
    assert card["notes"].endswith(" zhang: call at noon")
    history = web.login("admin").get(f"/api/centre/customers/{key}/history").get_json()["items"]
    assert [row["who"] for row in history] == ["zhang", "zhang"]


def test_two_are_made_one_and_parted(web: Web) -> None:
    admin = web.login("admin")
    add(admin)
    add(admin, id="k2", name="Wang", numbers=["110"])
    refused = admin.post("/api/customers/k1/merges", json={"gone": "k1"})
    assert (refused.status_code, refused.get_json()["error_id"]) == (409, "not-merged")
    assert admin.post("/api/customers/k1/merges", json={"gone": "k2"}).status_code == 204
    (merge,) = admin.get("/api/customers/k1/merges").get_json()["items"]
    assert (merge["gone"], merge["undone_ms"]) == ("k2", 0)
    assert admin.get("/api/centre/customers/k2").status_code == 404
    assert admin.post("/api/customers/k1/parts", json={"merge_id": merge["id"]}).status_code == 204
    assert admin.get("/api/centre/customers/k2").get_json()["record"]["numbers"] == ["110"]


def test_desks_look_into_the_address_book(web: Web) -> None:
    admin = web.login("admin")
    for key, team in (("a", "a"), ("b", "b"), ("all", "")):
        record = {"id": key, "name": f"Contact {key}", "number": "12345", "team": team}
        assert admin.post("/api/centre/address_book", json={"record": record}).status_code == 201

    def seen(login: str, query: str = "") -> list[str]:
        return [one["id"] for one in web.login(login).get(f"/api/address-book{query}").get_json()["items"]]

    assert (seen("zhang"), seen("leader-b"), seen("admin")) == (["a", "all"], ["all", "b"], ["a", "all", "b"])
    assert seen("zhang", "?search=contact%20b") == []
    assert seen("zhang", "?search=1234") == ["a", "all"]

"""Messages over REST: whose they are, how they become heard and done, and by a token."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from cti_server.adapters.sql.database import transaction
from cti_server.features.customers.model import Customer, CustomerNumber
from cti_server.features.messages.model import MessageRow
from tests.webapp import fakes
from tests.webapp.conftest import Desk, Web
from tests.webapp.test_tokens import ask, make

DAY_MS = 24 * 3_600_000


@pytest.fixture
def boxes(make_web: Callable[..., Web], tmp_path: Path) -> Web:
    """A message in each box, that in a for two days."""
    web = make_web(recordings_dir=str(tmp_path))
    now = web.clock.now_ms()
    with transaction(web.ports.entities._engine) as session:  # type: ignore[attr-defined]
        session.add_all(
            MessageRow(recording_id=f"rec-vm-in-{box}", call_id=f"call-{box}", box=box, at_ms=now - days * DAY_MS, told_ms=1)
            for box, days in (("a", 2), ("b", 2))
        )
    for box in "ab":
        (tmp_path / f"vm-in-{box}.wav").write_bytes(b"RIFF")
    return web


def seen(desk: Desk, **query: str) -> list[str]:
    answer = desk.get("/api/messages", query_string=query)
    assert answer.status_code == 200, answer.text
    return [one["box"] for one in answer.get_json()["items"]]


def test_the_call_is_offered_to_whom_it_is_shown(boxes: Web) -> None:
    """An agent handles the messages of the team, and sees the own calls only."""
    with transaction(boxes.ports.entities._engine) as session:  # type: ignore[attr-defined]
        for call, recording in (("call-1001", "own"), ("call-1002", "other")):
            session.add(MessageRow(recording_id=recording, call_id=call, box="a", at_ms=boxes.clock.now_ms(), told_ms=1))
    seen_by = {}
    for login in ("zhang", "admin"):
        desk = boxes.login(login)
        offered = {one["call_id"]: one["detail"] for one in desk.get("/api/messages").get_json()["items"]}
        shown = {call: desk.get(f"/api/calls/{call}").status_code == 200 for call in offered}
        assert offered == shown
        seen_by[login] = {call for call, detail in offered.items() if detail}
    assert seen_by == {"zhang": {"call-1001"}, "admin": {"call-1001", "call-1002"}}


def test_each_sees_those_of_the_own_teams_boxes(boxes: Web) -> None:
    zhang, wang, admin = (boxes.login(login) for login in ("zhang", "wang", "admin"))
    assert (seen(zhang), seen(wang), sorted(seen(admin))) == (["a"], ["b"], ["a", "b"])
    assert (seen(zhang, box="b"), seen(zhang, box="a"), seen(admin, box="b")) == ([], ["a"], ["b"])
    assert zhang.get("/api/message-boxes").get_json()["items"] == [
        {"id": "a", "name": "Box A", "team": "a", "new": 1, "late": True}
    ]
    assert {one["id"]: one["late"] for one in admin.get("/api/message-boxes").get_json()["items"]} == {"a": True, "b": False}
    refused = zhang.call("PATCH", "/api/messages/rec-vm-in-b", json={"done": True})
    assert (refused.status_code, refused.get_json()["error_id"]) == (404, "no-such-message")


def test_listening_marks_it_heard_and_done_is_told(boxes: Web) -> None:
    zhang, leader = boxes.login("zhang"), boxes.login("leader-a")
    assert boxes.login("wang").get("/api/recordings/rec-vm-in-a/audio").status_code == 404
    assert boxes.login("admin").client.head("/api/recordings/rec-vm-in-a/audio").status_code == 200
    assert seen(zhang, state="new") == ["a"]
    assert zhang.get("/api/recordings/rec-vm-in-a/audio").status_code == 200
    (heard,) = leader.get("/api/messages").get_json()["items"]
    assert (heard["state"], heard["heard_by"], heard["late"]) == ("heard", "张三", True)
    done = leader.call("PATCH", "/api/messages/rec-vm-in-a", json={"done": True, "note": "called back"})
    assert (done.status_code, done.get_json()["done_by"], done.get_json()["late"]) == (200, "Leader A", False)
    assert (seen(zhang, state="done"), seen(zhang, state="new")) == (["a"], [])
    row = [orjson.loads(fields[b"f"]) for _, fields in boxes.redis.xrange(boxes.keys.facts)][-1]
    assert "message.settled" in orjson.dumps(row).decode()
    again = zhang.call("PATCH", "/api/messages/rec-vm-in-a", json={"done": False})
    assert (again.get_json()["state"], again.get_json()["note"]) == ("heard", "called back")
    long = zhang.call("PATCH", "/api/messages/rec-vm-in-a", json={"note": "x" * 501})
    assert long.status_code in (400, 422)


def test_a_customer_is_named(boxes: Web) -> None:
    customers = boxes.ports.content.customers
    with transaction(boxes.ports.entities._engine) as session:  # type: ignore[attr-defined]
        session.add(Customer(id="k1", name="Li", customer_class="", tags=[], own_agent="", own={}, notes="", found="li"))
        session.flush()
        session.add(CustomerNumber(number="+8613812345678", customer_id="k1", position=0))
    assert customers.names({"13812345678", "", "110"}, fakes.CONFIG) == {"13812345678": "Li"}
    assert customers.names(set(), fakes.CONFIG) == {}


def test_a_program_does_the_same_with_a_token(boxes: Web) -> None:
    token = make(boxes.login("admin"), user="zhang")
    (one,) = ask(boxes, token, "/api/messages").get_json()["items"]
    assert ask(boxes, token, f"/api/recordings/{one['id']}/audio").status_code == 200
    done = ask(boxes, token, f"/api/messages/{one['id']}", "PATCH", json={"done": True})
    assert (done.status_code, done.get_json()["state"]) == (200, "done")
    assert ask(boxes, token, "/api/messages/rec-vm-in-b", "PATCH", json={"done": True}).status_code == 404


def test_a_call_tells_in_which_box_its_message_lies_and_who_may_open_it(boxes: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = fakes.FakeCalls.detail

    def detail(calls: fakes.FakeCalls, call_id: str) -> dict[str, Any] | None:
        """It spoke with zhang, and left a message in the box of the other team and in one that is gone."""
        found = plain(calls, call_id)
        if found is None:
            return None
        left = [{**fakes.recording_row(f"vm-in-{box}", [], ""), "box": box} for box in ("a", "b", "gone")]
        return {**found, "recordings": [*found["recordings"], *left]}

    monkeypatch.setattr(fakes.FakeCalls, "detail", detail)

    def told(login: str) -> list[tuple[str, bool]]:
        rows = boxes.login(login).get("/api/calls/call-1001").get_json()["recordings"]
        return [(one["box_name"], one["message"]) for one in rows]

    assert told("zhang") == [("", False), ("Box A", True), ("Box B", False), ("gone", False)]
    assert told("admin") == [("", False), ("Box A", True), ("Box B", True), ("gone", True)]
    assert seen(boxes.login("zhang"), message="rec-vm-in-a") == ["a"]
    assert seen(boxes.login("zhang"), message="rec-vm-in-b") == []
    assert seen(boxes.login("admin"), message="rec-vm-in-b") == ["b"]

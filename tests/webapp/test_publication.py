"""REST of draft and versions: what differs, two at once, refusals by entry, roll back, the centre as a document, who may."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cti_server.features.publication.sql import Publications
from tests.webapp.conftest import Desk, Web

PATH = "/api/configuration"


@pytest.fixture
def desk(web: Web) -> Desk:
    """An administrator of a centre of which a version is in force."""
    found = web.login("admin")
    done = found.post(f"{PATH}/publish", json={"reason": "the first"})
    assert (done.status_code, done.get_json()["version"]) == (200, 1), done.text
    return found


def change(desk: Desk, path: str, /, **record: Any) -> None:
    version = desk.get(f"/api/centre/{path}").headers["ETag"]
    answer = desk.call("PATCH", f"/api/centre/{path}", json={"record": record}, headers={"If-Match": version})
    assert answer.status_code == 200, answer.text


def test_from_a_change_to_the_daemon_and_back(web: Web, desk: Desk) -> None:
    assert orjson.loads(web.redis.get(web.keys.config))["version"] == 1
    change(desk, "teams/a", name="Eve's")
    draft = desk.get(f"{PATH}/draft").get_json()
    assert (draft["changes"], draft["version"], draft["who"][0]["who"], draft["engines"]) == (1, 1, "admin", [])
    web.redis.set(web.keys.heartbeat("daemon"), orjson.dumps({"at_ms": 1, "config": 1}), px=10_000)
    assert desk.get(f"{PATH}/draft").get_json()["engines"][0].items() >= {"process": "daemon", "version": 1}.items()
    (item,) = desk.get(f"{PATH}/difference").get_json()["items"]
    assert (item["entity"], item["key"], item["fields"][0]["after"]) == ("teams", "a", "Eve's")
    assert desk.get(f"{PATH}/check").get_json() == {"problems": [], "total": 0}
    done = desk.post(f"{PATH}/publish", json={"reason": "names", "mark": draft["mark"]}).get_json()
    assert (done["version"], done["plan"], done["made"]) == (2, None, {})
    assert orjson.loads(web.redis.get(web.keys.config))["teams"]["a"]["name"] == "Eve's"
    sent = [orjson.loads(fields[b"c"])["name"] for _, fields in web.redis.xrange(web.keys.commands)]
    assert sent == ["ReloadConfig"] * 2
    again = desk.post(f"{PATH}/publish", json={"reason": "names"})
    assert (again.status_code, again.get_json()["error_id"]) == (409, "nothing-to-publish")
    versions = desk.get(f"{PATH}/versions").get_json()["items"]
    assert [(one["version"], one["reason"]) for one in versions] == [(2, "names"), (1, "the first")]
    assert versions[0]["author"] == "admin"
    assert desk.get(f"{PATH}/versions?below=2").get_json()["items"] == versions[1:]
    assert desk.get(f"{PATH}/difference?before=1&after=2").get_json()["total"] == 1
    assert desk.get(f"{PATH}/difference?before=7").status_code == 404
    back = desk.post(f"{PATH}/versions/1/rollback", json={}).get_json()
    assert back["version"] == 3
    assert desk.get("/api/centre/teams/a").get_json()["record"]["name"] != "Eve's"
    assert desk.post(f"{PATH}/versions/9/rollback", json={}).get_json()["error_id"] == "no-such-version"


def test_a_large_draft_is_told_in_pages_and_by_kind(web: Web, desk: Desk) -> None:
    teams = "id,name\n" + "".join(f"t{n:04},Team {n}\n" for n in range(450))
    taken = desk.post("/api/centre/teams.csv", data=teams.encode())
    assert taken.status_code == 200, taken.text
    change(desk, "teams/a", name="Eve's")
    change(desk, "queues/repair", name="Mending")
    found = desk.get(f"{PATH}/difference").get_json()
    assert (found["total"], len(found["items"])) == (452, 100)
    counts = [{"entity": "teams", "created": 450, "changed": 1, "removed": 0}]
    counts.append({"entity": "queues", "created": 0, "changed": 1, "removed": 0})
    assert sorted(found["counts"], key=str) == sorted(counts, key=str)
    seen = {(one["entity"], one["key"]) for one in found["items"]}
    for page in range(2, 6):
        items = desk.get(f"{PATH}/difference?page={page}").get_json()["items"]
        assert len(items) == (52 if page == 5 else 100)
        assert not seen & {(one["entity"], one["key"]) for one in items}
        seen |= {(one["entity"], one["key"]) for one in items}
    assert len(seen) == 452
    assert desk.get(f"{PATH}/difference?page=6").get_json()["items"] == []
    queues = desk.get(f"{PATH}/difference?entity=queues&per_page=1").get_json()
    assert ([one["key"] for one in queues["items"]], queues["total"], queues["counts"]) == (["repair"], 452, found["counts"])
    for query in ("per_page=201", "per_page=0", "page=0"):
        assert desk.get(f"{PATH}/difference?{query}").status_code == 422


def test_of_many_problems_the_first_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = {"entity": "teams", "key": "a", "field": "name", "problem": "rule", "text": "no"}
    monkeypatch.setattr(Publications, "check", lambda publications: [problem] * 10_000)
    found = desk.get(f"{PATH}/check").get_json()
    assert (len(found["problems"]), found["total"]) == (200, 10_000)


def test_two_administrators_at_once(web: Web, desk: Desk) -> None:
    other = web.login("admin")
    change(desk, "teams/a", name="x")
    mark = desk.get(f"{PATH}/draft").get_json()["mark"]
    change(other, "teams/b", name="y")
    for path in ("publish", "discard", "versions/1/rollback"):
        answer = desk.post(f"{PATH}/{path}", json={"mark": mark})
        assert (answer.status_code, answer.get_json()["error_id"]) == (412, "draft-changed"), path
        assert answer.get_json()["details"]["who"] == ["admin"]
    unsaid = desk.post(f"{PATH}/versions/1/rollback", json={"mark": ""})
    assert (unsaid.status_code, unsaid.get_json()["error_id"]) == (409, "draft-there")
    assert desk.post(f"{PATH}/discard", json={"entity": "teams", "key": "b"}).get_json() == {"changes": 1}
    assert desk.post(f"{PATH}/discard", json={}).get_json() == {"changes": 1}
    assert desk.get(f"{PATH}/draft").get_json()["changes"] == 0
    assert desk.post(f"{PATH}/discard", json={"entity": "users", "key": "admin"}).status_code == 404


def test_a_plan_waits_and_is_cancelled(web: Web, desk: Desk) -> None:
    change(desk, "teams/a", name="x")
    planned = desk.post(f"{PATH}/publish", json={"reason": "later", "at_ms": 253_402_300_799_000}).get_json()
    assert (planned["version"], planned["plan"]["state"]) == (0, "waiting")
    assert desk.get(f"{PATH}/draft").get_json()["waiting"] == 1
    assert desk.get(f"{PATH}/plans").get_json()["items"] == [planned["plan"]]
    assert desk.call("DELETE", f"{PATH}/plans/{planned['plan']['id']}").status_code == 204
    gone = desk.call("DELETE", f"{PATH}/plans/{planned['plan']['id']}")
    assert (gone.status_code, gone.get_json()["error_id"]) == (404, "no-such-plan")


def test_the_whole_centre_there_and_back(desk: Desk) -> None:
    text = desk.get(f"{PATH}/document.yaml")
    assert (text.status_code, text.text.startswith("format: 1\n"), "secret" in text.text) == (200, True, False)
    changed = text.text.replace("teams:\n", "teams:\n  night:\n    name: 夜班\n").encode()
    send = {"data": changed, "content_type": "application/yaml"}
    tried = desk.post(f"{PATH}/document.yaml?dry_run=true", **send).get_json()
    assert (tried["dry"], tried["total"], tried["items"][0]["key"]) == (True, 1, "night")
    assert desk.get("/api/centre/teams/night").status_code == 404
    assert desk.post(f"{PATH}/document.yaml", **send).get_json()["total"] == 1
    assert desk.get("/api/centre/teams/night").get_json()["record"]["name"] == "夜班"
    for body, error_id in ((b"\xff", "bad-document"), (b"a: [", "bad-document"), (b"format: 1\nteams: {}", "entries-refused")):
        answer = desk.post(f"{PATH}/document.yaml", data=body, content_type="application/yaml")
        assert (answer.status_code, answer.get_json()["error_id"]) == (422, error_id), answer.text
    assert answer.get_json()["details"]["problems"][0]["entity"] == "teams"


def test_nobody_else_may(web: Web) -> None:
    for login in ("zhang", "leader-a"):
        desk = web.login(login)
        for path in ("draft", "check", "difference", "versions", "plans", "document.yaml"):
            assert desk.get(f"{PATH}/{path}").status_code == 403, path
        for path in ("publish", "discard", "versions/1/rollback", "document.yaml"):
            assert desk.post(f"{PATH}/{path}", json={}).status_code == 403, path

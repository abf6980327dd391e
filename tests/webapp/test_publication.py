"""REST of draft and versions: what differs, two at once, refusals by entry, roll back, the centre as a document, who may."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

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
    assert desk.get(f"{PATH}/check").get_json() == {"problems": []}
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

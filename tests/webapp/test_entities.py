"""REST of what people set up: versions, refusals by field, files, and what no request can do."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import quote

import gevent
import openpyxl
import pytest

from cti_server.features.registry import ENTITIES
from tests.webapp.conftest import Desk, Web
from webapp.features.entities import imports

AGENT = {"id": "1009", "name": "赵云", "extension": "1009", "team": "a", "queues": {"repair": 1}}


@pytest.fixture
def desk(web: Web) -> Desk:
    return web.login("admin")


def add(desk: Desk, entity: str, /, **record: Any) -> Any:
    return desk.post(f"/api/centre/{entity}", json={"record": record})


def patch(desk: Desk, path: str, version: int | None, /, **record: Any) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return desk.call("PATCH", f"/api/centre/{path}", json={"record": record}, headers=headers)


def test_a_page_can_be_made_from_what_is_told(desk: Desk) -> None:
    told = desk.get("/api/centre/entities").get_json()["entities"]
    assert [one["name"] for one in told] == list(ENTITIES)
    fields = {one["name"]: {field["name"]: field for field in one["fields"]} for one in told}
    assert fields["agents"]["team"].items() >= {"form": "text", "reference": "teams", "required": True, "default": None}.items()
    assert fields["agents"]["queues"].items() >= {"form": "map", "numbers": True, "lowest": 1, "reference": "queues"}.items()
    assert fields["agents"]["phones"].items() >= {"form": "list", "reference": "phones", "default": []}.items()
    assert fields["agents"]["phone_password"].items() >= {"secret": True, "made": True}.items()
    unstaffed = fields["queues"]["unstaffed"]["choices"]
    assert [one["value"] for one in unstaffed] == ["wait", "overflow", "flow"]
    assert unstaffed[0]["label"] == {"en": "They wait", "zh-CN": "继续等待"}
    assert fields["users"]["locale"]["empty"]
    assert fields["teams"]["name"].items() >= {"longest": 128, "label": {"en": "Name", "zh-CN": "名称"}}.items()


def test_an_agent_from_nothing(desk: Desk) -> None:
    made = add(desk, "agents", **AGENT)
    assert (made.status_code, made.headers["ETag"], made.get_json()["fate"]) == (201, '"1"', "created")
    secret = made.get_json()["made"]["phone_password"]
    assert len(secret) > 8
    read = desk.get("/api/centre/agents/1009")
    assert read.headers["ETag"] == '"1"'
    more = {"class_of_service": "", "off_hook": False, "skills": {}, "languages": [], "phones": []}
    assert read.get_json()["record"] == {**AGENT, **more}
    assert read.get_json()["changed_by"] == "admin"
    again = add(desk, "agents", **AGENT)
    assert (again.status_code, again.get_json()["error_id"]) == (409, "entry-exists")
    found = desk.get("/api/centre/agents?search=赵&sort=-name&filter=" + quote(json.dumps({"queues": "repair"}))).get_json()
    assert ([one["key"] for one in found["items"]], found["total"]) == (["1009"], 1)
    assert desk.call("DELETE", "/api/centre/teams/a", headers={"If-Match": "1"}).get_json()["error_id"] == "entry-in-use"
    gone = desk.call("DELETE", "/api/centre/agents/1009", headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.data) == (204, b"")
    assert desk.get("/api/centre/agents/1009").status_code == 404
    history = desk.get("/api/centre/agents/1009/history")
    assert [one["what"] for one in history.get_json()["items"]] == ["removed", "created"]
    assert secret not in history.text
    back = desk.post("/api/centre/agents/1009/undo", json={"version": 1}, headers={"If-Match": "2"})
    assert (back.status_code, back.get_json()["version"], back.get_json()["fate"]) == (200, 3, "undone")


def test_a_change_says_on_which_version_it_was_made(web: Web) -> None:
    eve, adam = web.login("admin"), web.login("admin")
    assert patch(eve, "teams/a", None, name="x").status_code == 428
    for odd in ("*", "abc", '"-1"', "", '"1", "2"'):
        answer = eve.call("PATCH", "/api/centre/teams/a", json={"record": {}}, headers={"If-Match": odd})
        assert (answer.status_code, answer.get_json()["error_id"]) == (428, "version-needed"), odd
    assert patch(eve, "teams/a", 1, name="Eve's").headers["ETag"] == '"2"'
    late = patch(adam, "teams/a", 1, name="Adam's")
    assert (late.status_code, late.get_json()["error_id"]) == (412, "entry-changed")
    told = late.get_json()["details"]
    assert (told["version"], told["who"], told["fields"]) == (2, "admin", ["name"])
    assert told["record"] == {"id": "a", "name": "Eve's", "group": "inner"}
    assert patch(adam, "teams/a", 2, name="Adam's").status_code == 200
    assert desk_of(adam, "teams/a")["name"] == "Adam's"
    same = patch(adam, "teams/a", 3, name="Adam's").get_json()
    assert (same["fate"], same["version"]) == ("same", 3)


def desk_of(desk: Desk, path: str) -> dict[str, Any]:
    return desk.get(f"/api/centre/{path}").get_json()["record"]


def test_what_is_wrong_is_told_by_field_and_tried_first(desk: Desk) -> None:
    answer = add(desk, "agents", id="1", name="", extension="1001", team="moon", off_hook="yes", colour="red")
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-entry")
    told = {(one["field"], one["problem"]) for one in answer.get_json()["details"]["problems"]}
    assert told == {
        ("colour", "unknown"),
        ("name", "missing"),
        ("off_hook", "value"),
        ("team", "no-such"),
        ("extension", "taken"),
    }
    tried = desk.post("/api/centre/teams?dry_run=true", json={"record": {"id": "c", "name": "C"}})
    assert (tried.status_code, tried.get_json()["fate"]) == (201, "created")
    assert desk.get("/api/centre/teams/c").status_code == 404


@pytest.mark.parametrize("key", ["a%2Fb", "..", "%00", "a%0Ab", "x" * 65, "'; DROP TABLE teams; --", "%F0%9F%98%80", "%ED%A0%80"])
def test_keys_that_nothing_has(desk: Desk, key: str) -> None:
    for method, more in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/history"), ("POST", "/undo")):
        body = {"version": 1} if more == "/undo" else {"record": {}} if method == "PATCH" else None
        answer = desk.call(method, f"/api/centre/teams/{key}{more}", json=body, headers={"If-Match": "1"})
        assert answer.status_code in (404, 405, 422), (method, more, answer.status_code, answer.text)


@pytest.mark.parametrize("key", ["50% off", "a b", "a?b=c&d#e", "=1+1", "ключ", "a+b", "%2e", "a.csv", "history"])
def test_keys_that_need_escaping(desk: Desk, key: str) -> None:
    assert add(desk, "teams", id=key, name="x").status_code == 201
    path = f"teams/{quote(key, safe='')}"
    assert patch(desk, path, 1, name="y").status_code == 200
    assert desk_of(desk, path) == {"id": key, "name": "y", "group": ""}
    assert desk.call("DELETE", f"/api/centre/{path}", headers={"If-Match": "2"}).status_code == 204


@pytest.mark.parametrize(
    "body",
    ['{"record": {"id": "\\ud800", "name": "x"}}', '{"record": {"id": "x", "name": "a\\u0000"}}', '{"record": []}',
     '{"record": 1}',
     '{"record": {"id": "x", "name": ' + "[" * 40 + "]" * 40 + "}}", '{"record": {"id": 7, "name": "x"}}', "{}", "[]", "7",
     '{"record": {"id": "x", "name": "x"}, "more": 1}', '{"record": {"id": "x", "name": 1e400}}'],
)  # fmt: skip
def test_hostile_bodies_are_refused(desk: Desk, body: str) -> None:
    before = desk.get("/api/centre/teams").get_json()
    answer = desk.post("/api/centre/teams", data=body, content_type="application/json")
    assert answer.status_code in (400, 422), answer.text
    assert desk.get("/api/centre/teams").get_json() == before


@pytest.mark.parametrize("value", [None, 5, [], {}, ""])
def test_who_may_what_is_asked_of_whole_records_only(desk: Desk, value: object) -> None:
    for entity, record in (("users", {"login": "new", "role": value}), ("tokens", {"id": "new", "user": value, "role": value})):
        for body in (record, {"id": "new", "login": "new"}):
            answer = desk.post(f"/api/centre/{entity}", json={"record": body})
            assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-entry"), answer.text


@pytest.mark.parametrize(
    "query", ["filter=[", "filter=[]", 'filter={"x":1}', 'filter={"id":1}', "sort=colour", "page=0", "per_page=501", "search=%00"]
)
def test_lists_refuse_what_they_do_not_know(desk: Desk, query: str) -> None:
    assert desk.get(f"/api/centre/teams?{query}").status_code == 422


@pytest.mark.parametrize("change", [{"password": "violet anchor 7 teapots"}, {"disabled": True}, None, {"name": "Zhang"}])
def test_who_has_another_password_or_may_not_log_in_is_out_at_once(web: Web, desk: Desk, change: dict[str, Any] | None) -> None:
    zhang = web.login("zhang")
    if change is None:
        answer = desk.call("DELETE", "/api/centre/users/zhang", headers={"If-Match": "1"})
    else:
        assert patch(desk, "users/zhang?dry_run=true", 1, **change).status_code == 200
        assert zhang.get("/api/session").status_code == 200
        answer = patch(desk, "users/zhang", 1, **change)
    assert answer.status_code in (200, 204), answer.text
    assert zhang.get("/api/session").status_code == (200 if change == {"name": "Zhang"} else 401)
    assert desk.get("/api/session").status_code == 200


def test_an_undo_that_disables_somebody_ends_the_sessions_too(web: Web, desk: Desk) -> None:
    for version, disabled in ((1, True), (2, False)):
        assert patch(desk, "users/zhang", version, disabled=disabled).status_code == 200
    zhang = web.login("zhang")
    answer = desk.call("POST", "/api/centre/users/zhang/undo", json={"version": 2}, headers={"If-Match": '"3"'})
    assert answer.get_json()["record"]["disabled"] is True, answer.text
    assert zhang.get("/api/session").status_code == 401


def test_who_has_other_rights_is_out_at_once(web: Web, desk: Desk) -> None:
    held = web.login("zhang")
    assert patch(desk, "users/zhang", 1, role="admin", agent_id="", team_id="").status_code == 200
    assert held.get("/api/session").status_code == 401


# ---------------------------------------------------------------- files


def test_a_table_goes_out_and_comes_back(desk: Desk) -> None:
    """As csv and as xlsx; names that look like formulas are texts there, and come back as they were."""
    add(desk, "agents", **{**AGENT, "name": '=HYPERLINK("http://x")', "queues": {"repair": 1, "bills": 2}})
    add(desk, "forbidden_numbers", number="+4490", why="'=quoted")
    for entity in ("agents", "teams", "queues", "forbidden_numbers", "users", "settings"):
        for ending in ("csv", "xlsx"):
            file = desk.get(f"/api/centre/{entity}.{ending}")
            assert f'filename="{entity}.{ending}"' in file.headers["Content-Disposition"]
            assert b"secret-1001" not in file.data
            back = desk.post(f"/api/centre/{entity}.{ending}", data=file.data)
            assert back.status_code == 200, back.text
            assert set(back.get_json()["counts"]) == {"same"}, (entity, ending, back.text)
    csv_file = desk.get("/api/centre/agents.csv").data.decode("utf-8-sig")
    assert "'=HYPERLINK" in csv_file
    assert '"bills=2, repair=1"' in csv_file
    book = openpyxl.load_workbook(io.BytesIO(desk.get("/api/centre/agents.xlsx").data))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} <= {"s", "n"}


def test_an_import_is_tried_row_by_row_and_then_whole_or_not_at_all(desk: Desk) -> None:
    def take(text: str, dry: bool = False) -> Any:
        return desk.post(f"/api/centre/agents.csv?dry_run={str(dry).lower()}", data=text.encode())

    good = "工号;姓名;分机;班组;队列\n".replace("姓名", "名称") + "2001;孙尚香;2001;a;repair=1\n1001;张三 2;1001;a;\n"
    tried = take(good, dry=True).get_json()
    assert [(row["key"], row["fate"], row["made"]) for row in tried["rows"]] == [("2001", "created", {}), ("1001", "changed", {})]
    assert (tried["dry"], tried["counts"], tried["rows"][1]["fields"]) == (True, {"created": 1, "changed": 1}, ["name", "queues"])
    assert desk.get("/api/centre/agents/2001").status_code == 404
    bad = good + "2002;x;2001;moon;repair=x\n2001;y;2009;a;\n"
    refused = take(bad)
    assert (refused.status_code, refused.get_json()["error_id"]) == (422, "import-refused")
    rows = refused.get_json()["details"]["rows"]
    assert [(row["row"], [one["field"] for one in row["problems"]]) for row in rows] == [(2, ["queues"]), (3, ["id"])]
    assert desk_of(desk, "agents/1001")["name"] == "张三"
    taken = take(good).get_json()
    assert taken["counts"] == {"created": 1, "changed": 1}
    assert taken["rows"][0]["made"]["phone_password"]
    assert desk_of(desk, "agents/1001")["queues"] == {}
    late = take("id,name,version\n1001,old,1\n")
    assert late.get_json()["details"]["rows"][0]["problems"][0]["text"].count("version 2, not 1") == 1


def test_a_page_sees_how_far_an_import_is_and_what_became_of_it(web: Web, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is loaded anew meanwhile; nobody else."""
    monkeypatch.setattr("cti_server.features.entities.sql.AT_ONCE", 2)
    monkeypatch.setattr(imports, "TOLD_EVERY_S", 0.001)
    other, zhang = web.login("admin"), web.login("zhang")
    seen: list[dict[str, Any]] = []
    key = web.keys.importing(6)

    def look() -> None:
        with gevent.Timeout(5):
            while True:
                gevent.sleep(0.002)
                found = other.get("/api/centre/import").get_json()["newest"]
                if not seen or found["done"] > seen[-1]["done"]:
                    break
        seen.append(found)
        assert 0 < web.redis.pttl(key) <= imports.KEPT_MS

    monkeypatch.setattr(web.ports.entities, "_pause", look)
    assert other.get("/api/centre/import").get_json() == {"newest": None}
    rows = "".join(f"t{n},x\n" for n in range(3))
    assert desk.post("/api/centre/teams.csv", data=f"id,name\n{rows}".encode()).status_code == 200
    assert [(one["state"], one["step"], one["done"], one["total"]) for one in seen] == [
        ("running", "rows", 2, 3), ("running", "rows", 3, 3)
    ]  # fmt: skip
    told = other.get("/api/centre/import").get_json()["newest"]
    assert told.items() >= {"what": "teams", "dry": False, "state": "done", "counts": {"created": 3}, "error": ""}.items()
    assert "id" not in told
    assert 0 < web.redis.pttl(key) <= imports.KEPT_MS
    assert zhang.get("/api/centre/import").get_json() == {"newest": None}

    monkeypatch.setattr(web.ports.entities, "_pause", lambda: None)
    assert desk.post("/api/centre/teams.csv", data=b"id,name\nx,\n").status_code == 422
    assert desk.post("/api/configuration/document.yaml?dry_run=true", data=b"format: 1\nteams: {}\n").status_code == 422
    told = other.get("/api/centre/import").get_json()["newest"]
    assert (told["what"], told["state"], told["error"], told["dry"]) == ("configuration", "refused", "entries-refused", True)


def test_of_two_imports_of_one_person_the_newer_one_is_told(web: Web) -> None:
    one = imports.Imports(web.redis, web.keys, web.clock)
    with one.told(7, "agents", dry=False):
        with one.told(7, "teams", dry=False) as newer:
            newer.counts = {"created": 1}
        assert (one.newest(7) or {})["what"] == "teams"
    told = one.newest(7) or {}
    assert (told["what"], told["state"], told["counts"]) == ("teams", "done", {"created": 1})
    with pytest.raises(ZeroDivisionError), one.told(7, "queues", dry=True):
        raise ZeroDivisionError
    assert (one.newest(7) or {}).items() >= {"what": "queues", "state": "failed"}.items()


def test_an_import_whose_process_died_has_failed(web: Web) -> None:
    """Nobody tells of it any more."""
    one = imports.Imports(web.redis, web.keys, web.clock)
    with one.told(7, "agents", dry=False):
        raw = web.redis.get(web.keys.importing(7))
    web.redis.set(web.keys.importing(7), raw)
    assert (one.newest(7) or {})["state"] == "running"
    web.clock.shift_ms += imports.DEAD_AFTER_MS + 1
    assert (one.newest(7) or {}).items() >= {"what": "agents", "state": "failed"}.items()


BOMB = b"PK\x05\x06" + bytes(18)


@pytest.mark.parametrize(
    ("ending", "raw"),
    [("csv", b""), ("csv", b"\n\n"), ("csv", b"colour\nred\n"), ("csv", b"name\nx\n"), ("csv", b"id,id\n1,2\n"),
     ("csv", b"\xff\xfe\x00"),
     ("csv", b"id,password\n1,x\n"), ("csv", b'"' * 200_000), ("csv", b"id\0\n"), ("xlsx", b""),
     ("xlsx", b"id,name\n"), ("xlsx", BOMB)],
)  # fmt: skip
def test_files_that_are_no_table(desk: Desk, ending: str, raw: bytes) -> None:
    answer = desk.post(f"/api/centre/teams.{ending}", data=raw)
    assert (answer.status_code, answer.get_json()["error_id"]) == (422, "bad-table"), answer.text


def test_formulas_huge_files_and_logins_passwords_are_not_imported(desk: Desk) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "name"])
    book.active.append(["=1+1", "x"])
    book.active.append([7.0, "numbers are texts"])
    raw = io.BytesIO()
    book.save(raw)
    tried = desk.post("/api/centre/teams.xlsx?dry_run=true", data=raw.getvalue()).get_json()["rows"]
    assert [(row["key"], row["fate"]) for row in tried] == [("", "refused"), ("7", "created")]
    assert "formula" in tried[0]["problems"][0]["text"]
    assert desk.post("/api/centre/teams.csv", data=b"id,name\n" + b"x" * (32 << 20)).status_code == 413
    many = "id,name\n" + "".join(f"{n},x\n" for n in range(100_001))
    assert "more than 100000 lines" in desk.post("/api/centre/teams.csv", data=many.encode()).get_json()["message"]
    assert desk.post("/api/centre/users.csv", data=b"login,password\nx,y\n").get_json()["error_id"] == "bad-table"

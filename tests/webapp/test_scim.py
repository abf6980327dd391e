"""SCIM: people that another program makes, changes and ends, with a token that may just this."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server
from werkzeug.test import TestResponse

from cti_server.features.entities.contract import By, Wish
from tests.webapp.conftest import Web
from webapp.errors import SCIM_TYPE

ADMIN = By("user:6", "admin")
USERS = "/scim/v2/Users"
ANNA = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:cti:2.0:User"],
    "userName": "Anna", "externalId": "hr-17", "name": {"givenName": "Anna", "familyName": "Li"}, "active": True,
    "emails": [{"value": "anna@centre.example", "primary": True}], "roles": [{"value": "agent"}],
    "urn:ietf:params:scim:schemas:extension:cti:2.0:User": {"agent": "1002", "team": "a"},
}  # fmt: skip
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Program:
    """Whoever has the token."""

    def __init__(self, web: Web, token: str) -> None:
        self.web, self.token = web, token

    def __call__(self, method: str, path: str, body: Any = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        data = None if body is None else orjson.dumps(body)
        answer = self.web.client().open(path, method=method, data=data, headers=headers, content_type=data and SCIM_TYPE)
        assert answer.status_code == 204 or answer.content_type == SCIM_TYPE, answer.text
        return answer

    def patch(self, key: str, *operations: dict[str, Any]) -> TestResponse:
        return self("PATCH", f"{USERS}/{key}", {"schemas": [PATCH], "Operations": list(operations)})


def token_of(web: Web, name: str = "hr", **record: Any) -> str:
    entry = {"name": "HR", "user": "admin", "role": "hr", **record}
    made = web.ports.entities.change("tokens", Wish(name, entry, create=True), ADMIN)
    return made.made["token"]


@pytest.fixture
def hr(people: Web) -> Program:
    role = {"texts": {"en": "HR", "zh-CN": "人事"}, "rights": {"users.provision": "tenant"}}
    people.ports.entities.change("roles", Wish("hr", role, create=True), ADMIN)
    return Program(people, token_of(people))


def made(hr: Program, **changes: Any) -> dict[str, Any]:
    answer = hr("POST", USERS, {**ANNA, **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def failed(answer: TestResponse) -> tuple[int, str | None]:
    told = answer.get_json()
    assert (told["schemas"], told["status"], bool(told["detail"])) == ([ERROR], str(answer.status_code), True)
    return answer.status_code, told.get("scimType")


def test_a_person_who_joins_is_a_user_with_the_checks_of_all(hr: Program) -> None:
    user = made(hr)
    assert (user["userName"], user["displayName"], user["externalId"], user["active"]) == ("anna", "Anna Li", "hr-17", True)
    assert user["roles"] == [{"value": "agent"}]
    assert user[ANNA["schemas"][1]] == {"agent": "1002", "team": "a"}
    assert hr("GET", f"{USERS}/{user['id']}").get_json() == user
    held = hr.web.ports.entities.get("users", "anna")
    assert (held.values["agent_id"], held.changed_by) == ("1002", "admin (hr)")
    (row, *_) = hr.web.ports.entities.history("users", "anna")
    assert (row["what"], row["who"]) == ("created", "admin (hr)")
    assert failed(hr("POST", USERS, ANNA)) == (409, "uniqueness")
    assert failed(hr("POST", USERS, {**ANNA, "userName": "b", "roles": []})) == (400, "invalidValue")
    assert failed(hr("POST", USERS, {**ANNA, "userName": "b", "roles": [{"value": "no-such"}]})) == (400, "invalidValue")
    assert failed(hr("POST", USERS, {"schemas": ANNA["schemas"]})) == (400, "invalidValue")
    assert failed(hr("POST", USERS, [1])) == (400, "invalidSyntax")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "active", "value": False},
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
    ],
    ids=["path", "entra", "whole"],
)
def test_who_leaves_is_out_at_once(hr: Program, operation: dict[str, Any]) -> None:
    zhang, other = hr.web.login("zhang"), hr.web.login("li")
    admin = hr.web.login("admin")
    link = admin.post("/api/users/zhang/link").get_json()["link"].rpartition("/")[2]
    answer = hr.patch("1", operation)
    assert (answer.status_code, answer.get_json()["active"]) == (200, False)
    assert (zhang.get("/api/session").status_code, other.get("/api/session").status_code) == (401, 200)
    again = {"token": link, "password": "violet anchor 7 teapots"}
    assert hr.web.client().put("/api/session/link", json=again).status_code == 404
    assert hr.patch("1", {"op": "replace", "path": "active", "value": True}).get_json()["active"]
    assert hr.web.client().put("/api/session/link", json=again).status_code == 404, "links do not come back with the person"


def test_people_are_found_by_name_and_in_pages(hr: Program) -> None:
    user = made(hr)
    for text, count in (('userName eq "ANNA"', 1), ('externalId eq "hr-17"', 1), ('userName eq "nobody"', 0)):
        found = hr("GET", f"{USERS}?filter={text}").get_json()
        assert (found["totalResults"], [one["id"] for one in found.get("Resources", [])]) == (count, [user["id"]] * count)
    pages = [hr("GET", f"{USERS}?startIndex={at}&count=3").get_json() for at in (1, 4, 7, 10)]
    assert [page["totalResults"] for page in pages] == [8] * 4
    ids = [int(one["id"]) for page in pages for one in page.get("Resources", [])]
    assert ids == [*range(1, 9)]
    assert "Resources" not in hr("GET", f"{USERS}?count=0").get_json()
    some = hr("GET", f"{USERS}?attributes=userName&count=1").get_json()["Resources"]
    assert some[0].keys() == {"schemas", "id", "userName"}
    for text in ('userName co "a"', 'password eq "x"', 'userName eq "a" or id eq "1"', "x"):
        assert failed(hr("GET", f"{USERS}?filter={text}")) == (400, "invalidFilter")
    assert failed(hr("GET", f"{USERS}?count=x")) == (400, "invalidValue")
    assert failed(hr("GET", f"{USERS}/999")) == (404, None)
    assert failed(hr("GET", f"{USERS}/x")) == (404, None)


def test_a_person_is_changed_as_a_whole_and_in_parts(hr: Program) -> None:
    user = made(hr)
    answer = hr.patch(
        user["id"],
        {"op": "replace", "path": "displayName", "value": "Anna Wang"},
        {"op": "add", "path": 'emails[type eq "work"].value', "value": "wang@centre.example"},
        {"op": "replace", "path": "urn:ietf:params:scim:schemas:extension:cti:2.0:User:team", "value": "b"},
        {"op": "replace", "path": "title", "value": "not kept here"},
    )
    assert answer.status_code == 200, answer.text
    held = hr.web.ports.entities.get("users", "anna")
    told = [held.values[name] for name in ("name", "email", "team_id", "agent_id")]
    assert told == ["Anna Wang", "wang@centre.example", "b", "1002"]
    whole = {**ANNA, "displayName": "Anna", "emails": [], "externalId": "hr-18"}
    assert hr("PUT", f"{USERS}/{user['id']}", whole).get_json()["externalId"] == "hr-18"
    values = hr.web.ports.entities.get("users", "anna").values
    assert (values["name"], values["email"], values["team_id"]) == ("Anna", "", "a")
    assert failed(hr.patch(user["id"], {"op": "replace", "path": "userName", "value": "other"})) == (400, "invalidValue")
    assert failed(hr.patch(user["id"], {"op": "jump", "path": "x"})) == (400, "invalidValue")


def test_a_person_is_removed_with_all_sessions(hr: Program) -> None:
    zhang = hr.web.login("zhang")
    assert hr("DELETE", f"{USERS}/1").status_code == 204
    assert zhang.get("/api/session").status_code == 401
    assert failed(hr("DELETE", f"{USERS}/1")) == (404, None)


def test_nobody_is_made_more_than_the_tokens_user_and_the_last_administrator_stays(hr: Program) -> None:
    role = {"texts": {"en": "Lesser", "zh-CN": "次级"}, "rights": {"users.provision": "tenant"}}
    hr.web.ports.entities.change("roles", Wish("lesser", role, create=True), ADMIN)
    hr.web.ports.entities.change("users", Wish("sync", {"name": "Sync", "role": "lesser"}, create=True), ADMIN)
    lesser = Program(hr.web, token_of(hr.web, "less", user="sync", role=""))
    assert failed(lesser("POST", USERS, {**ANNA, "roles": [{"value": "admin"}]})) == (400, "invalidValue")
    assert failed(lesser.patch("6", {"op": "replace", "path": "active", "value": False})) == (400, "invalidValue")
    assert failed(hr.patch("6", {"op": "replace", "path": "active", "value": False}))[0] in (400, 409)
    assert hr.web.login("admin").get("/api/session").status_code == 200


def test_who_may_not_does_not_and_is_told_in_scims_words(hr: Program) -> None:
    web = hr.web
    nothing = Program(web, token_of(web, "none", role="agent"))
    assert failed(nothing("GET", USERS)) == (403, None)
    assert failed(Program(web, "cti_x_" + "a" * 43)("GET", USERS)) == (401, None)
    reads = Program(web, token_of(web, "reads", read_only=True))
    assert reads("GET", USERS).status_code == 200
    assert failed(reads("POST", USERS, ANNA)) == (403, None)
    assert web.login("admin").get(USERS).status_code == 401, "a browser's cookie is none"
    assert hr("GET", "/scim/v2/Nothing").status_code == 404
    assert failed(hr("PUT", USERS, {})) == (405, None)
    assert failed(hr("DELETE", "/scim/v2/Groups/outer")) == (405, None)
    answer = web.client().get("/api/centre/users", headers={"Authorization": f"Bearer {hr.token}"})
    assert answer.status_code == 403, "the token may nothing else"


def test_groups_are_the_centres_with_their_people(hr: Program) -> None:
    found = hr("GET", "/scim/v2/Groups").get_json()["Resources"]
    assert {one["id"]: one["displayName"] for one in found} == {"outer": "Outer", "inner": "Inner"}
    members = {one["display"] for one in hr("GET", "/scim/v2/Groups/inner").get_json()["members"]}
    assert {"张三", "Li Si", "Leader A"} <= members
    assert hr("GET", '/scim/v2/Groups?filter=displayName eq "Inner"').get_json()["totalResults"] == 1
    assert failed(hr("GET", "/scim/v2/Groups/none")) == (404, None)


def test_a_checker_of_scim_servers_finds_nothing_wrong(hr: Program) -> None:
    client = WSGISCIMClient(hr.web.app, "http://localhost/scim/v2", headers={"Authorization": f"Bearer {hr.token}"})
    tags = {"discovery", "misc"}  # what it makes up has no role that there is: people are made in the tests above
    results = check_server(client, include_tags=tags)
    wrong = [f"{one.title}: {one.reason}" for one in results if one.status not in (Status.SUCCESS, Status.SKIPPED)]
    assert wrong == []
    assert len([one for one in results if one.status == Status.SUCCESS]) > 10

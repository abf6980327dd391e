"""People who join and leave by a file: what it would do is told first, and whoever leaves is out at once."""

from __future__ import annotations

import pytest

from tests.webapp import fakes
from tests.webapp.conftest import Web

FILE = "/api/centre/users.csv"


@pytest.mark.parametrize(
    ("head", "here", "gone"), [("active", "yes", "leaving"), ("在职", "是", "离职"), ("In employment", "true", "0")]
)
def test_who_leaves_by_a_file_is_out_at_once_and_who_joins_is_there(people: Web, head: str, here: str, gone: str) -> None:
    desk, zhang, li = people.login("admin"), people.login("zhang"), people.login("li")
    link = desk.post("/api/users/zhang/link").get_json()["link"].rpartition("/")[2]
    rows = [
        f"login,name,role,agent_id,team_id,{head}",
        f"zhang,张三,agent,1001,a,{gone}",
        f"li,Li Si,agent,1002,a,{here}",
        f"gone,Gone,agent,1001,a,{here}",
        f"new,New One,agent,1001,a,{here}",
    ]
    body = "\n".join(rows).encode()
    dry = desk.post(f"{FILE}?dry_run=true", data=body, content_type="text/csv").get_json()
    told = {row["key"]: (row["fate"], row["fields"]) for row in dry["rows"]}
    assert told["zhang"] == ("changed", ["disabled"])
    assert told["gone"] == ("changed", ["disabled"])
    assert told["li"] == ("same", [])
    assert told["new"][0] == "created"
    assert zhang.get("/api/session").status_code == 200, "nothing has happened yet"
    assert desk.post(FILE, data=body, content_type="text/csv").status_code == 200
    assert (zhang.get("/api/session").status_code, li.get("/api/session").status_code) == (401, 200)
    again = people.client().post("/api/session", json={"login": "zhang", "password": fakes.PASSWORD})
    assert again.status_code == 401
    back = f"login,{head}\nzhang,{here}".encode()
    assert desk.post(FILE, data=back, content_type="text/csv").status_code == 200
    used = people.client().put("/api/session/link", json={"token": link, "password": "violet anchor 7 teapots"})
    assert used.status_code == 404, "the link does not come back"
    assert people.login("zhang").get("/api/session").status_code == 200


def test_what_a_file_cannot_say_of_who_is_there_is_told_in_its_row(people: Web) -> None:
    desk = people.login("admin")
    body = b"login,disabled,active\nzhang,true,yes\nli,false,perhaps\nadmin,,leaving"
    dry = desk.post(f"{FILE}?dry_run=true", data=body, content_type="text/csv").get_json()
    told = {row["key"]: [one["text"] for one in row["problems"]] for row in dry["rows"]}
    assert told["zhang"] == ["says something else than disabled"]
    assert told["li"] == ["active: must be yes or no, active or leaving, is 'perhaps'"]
    assert "nobody is left who is an administrator" in told["admin"][0]

"""The audit over REST: read, taken out (which is a row of it), and how its chain stands. Action without words: a defect."""

from __future__ import annotations

import csv
import io

import pytest

from cti_server.features.audit import state
from cti_server.features.audit.contract import ChainProblem
from tests.webapp.conftest import Web
from tests.webapp.test_features import audits
from webapp.audit import Audit


def test_rows_say_who_by_login(web: Web) -> None:
    found = web.login("admin").get("/api/audit?who=admin&action=entity.&per_page=2").get_json()
    assert [(row["who"], row["issuer"], row["action"]) for row in found["items"]] == [
        ("admin", "user:3", "entity.changed"),
        ("", "system:reconciler", "repair-bridge"),
    ]
    assert (found["total"], found["page"], found["per_page"]) == (2, 1, 2)


SAID = {"en": ["Set up: changed", "Repaired by the product"], "zh-CN": ["配置：修改", "系统修复"]}


@pytest.mark.parametrize(("lang", "words"), SAID.items())
def test_taking_it_out_is_a_row_of_it(web: Web, lang: str, words: list[str]) -> None:
    answer = web.login("admin").get(f"/api/audit.csv?whom=agents&lang={lang}")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[2] for row in rows[-2:]] == words
    assert rows[-2][1] == "admin (user:3)"
    (row,) = audits(web)
    assert (row["action"], row["subject"], row["detail"]) == (
        "audit.exported", "csv",
        {"day": "", "until": "", "who": "", "whom": "agents", "action": "", "text": "", "rows": 2, "login": "admin",
         "address": "127.0.0.1"},
    )  # fmt: skip


def test_the_chain_as_the_worker_left_it(web: Web) -> None:
    desk = web.login("admin")
    assert desk.get("/api/audit/chain").get_json() == {"links": 0, "end": "", "checked_ms": 0, "checked": 0, "problems": []}
    problem = ChainProblem(problem="removed", n=3, row=4, at_ms=5)
    state.write(web.redis, web.keys, {"links": 9, "end": "ab", "checked_ms": 7, "checked": 8, "problems": [problem]})
    found = desk.get("/api/audit/chain").get_json()
    assert (found["links"], found["checked"], found["problems"]) == (9, 8, [dict(problem)])


def test_an_action_without_words_is_a_defect(web: Web) -> None:
    with pytest.raises(TypeError, match="nonsense has no words"):
        Audit(web.redis, web.keys, web.parts.clock).write_as("user:1", "nonsense", "x", {})

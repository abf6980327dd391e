"""Who takes out what people did leaves a line: who, what, from where."""

from __future__ import annotations

from tests.webapp.conftest import Web
from tests.webapp.test_features import audits


def test_a_report_as_a_file_is_a_line_of_the_audit(web: Web) -> None:
    desk = web.login("leader-a")
    assert desk.get("/api/reports/agents?day=2026-01-02").status_code == 200
    assert audits(web) == []
    assert desk.get("/api/reports/agents.xlsx?day=2026-01-02&team=a&lang=en").status_code == 200
    (row,) = audits(web)
    assert (row["action"], row["subject"]) == ("report.exported", "agents.xlsx")
    assert row["detail"].items() >= {"day": "2026-01-02", "team": "a", "login": "leader-a"}.items()  # type: ignore[attr-defined]

"""`cti audit`: rows by who, whom, what and day; a row that somebody removed shows, with exit code 1."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, delete

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.events.facts import AuditFact
from cti_server.features.audit import state
from cti_server.features.audit.sql import SqlAudit
from cti_server.features.ledger.model import TABLES
from cti_server.features.ledger.service import read_fact
from cti_server.features.ledger.sql import SqlLedger
from tests.cli.conftest import Box
from tests.features.ledger import ledger_facts as facts
from tests.migrated import migrated

AT = 1_795_000_000_000


@pytest.fixture
def ledger(box: Box) -> Iterator[Engine]:
    migrated(box.environ["CTI_DATABASE_URL"])
    engine = make_engine(box.environ["CTI_DATABASE_URL"], "test")
    rows = [facts.audit(at_ms=AT + n, subject=f"call:c{n}", detail={"login": "eve", "n": n}) for n in range(3)]
    SqlLedger(engine).write([read_fact(facts.raw(f"a{n}", "audit", row)) for n, row in enumerate(rows)], AT)
    yield engine
    engine.dispose()


def test_rows_are_found(box: Box, ledger: Engine) -> None:
    found = box.json("audit", "list", "--whom", "c1", "--who", "eve")
    assert [row["subject"] for row in found["items"]] == ["call:c1"]
    day = "2026-11-18"  # AT, in every zone
    assert (box.json("audit", "list", "--day", day)["total"], box.json("audit", "list", "--day", "2026-11-01")["total"]) == (3, 0)
    shown = box.run("audit", "list", "--lang", "zh-CN")
    assert "eve (user:9)" in shown.stdout
    assert "挂断" in shown.stdout
    refused = box.run("audit", "list", "--day", "2026-02-30")
    assert refused.exit_code == 2


def test_a_removed_row_shows(box: Box, ledger: Engine) -> None:
    SqlAudit(ledger).link_new(b"", 10)
    whole = box.json("audit", "verify")
    assert (whole["ok"], whole["links"]) == (True, 3)
    assert "audit_key" in box.run("audit", "verify").stdout, "it says what a chain without a key is worth"
    with transaction(ledger) as session:
        session.execute(delete(TABLES[AuditFact]).where(TABLES[AuditFact].c.subject == "call:c1"))
    broken = box.run("audit", "verify", "--json")
    assert broken.exit_code == 1
    assert '"problem":"removed","n":2,"row":2' in broken.output.replace(" ", "")


def test_an_end_that_was_cut_off_shows(box: Box, ledger: Engine) -> None:
    end = SqlAudit(ledger).link_new(b"", 10)
    assert end is not None
    state.write(box.client, box.keys, {"links": 4, "end": "00", "checked_ms": 0, "checked": 0, "problems": []})
    broken = box.run("audit", "verify")
    assert broken.exit_code == 1
    assert "link 4" in broken.output

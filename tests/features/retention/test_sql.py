"""Old rows and files go in small steps, only where a setting says so, facts only after the rows of reports are made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from cti_server.adapters.sql.database import transaction
from cti_server.events.facts import AuditFact, CallFact, SegmentFact
from cti_server.features.centre.model import ConfigVersion
from cti_server.features.entities.model import EntityVersion
from cti_server.features.ledger.model import TABLES as LEDGER
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.retention.service import DAY_MS, ROWS_A_STEP, Keep, Retention
from cti_server.features.retention.sql import SqlOldRows
from tests.features.ledger import ledger_facts as facts
from tests.features.reports.test_rollup import Centre
from tests.features.reports.test_sql import DAY, END, START, Rig, one_call, random_day, rig

_rig = rig  # the fixture
SWITCH = "/rec"
TABLES: dict[str, Any] = {table.name: table for table in LEDGER.values()} | {"config_versions": ConfigVersion}


def rows(rig: Rig) -> dict[str, int]:
    with transaction(rig.engine) as session:
        return {name: session.scalar(select(func.count()).select_from(model)) or 0 for name, model in TABLES.items()}


def rows_of_audit(rig: Rig) -> list[str]:
    with transaction(rig.engine) as session:
        return list(session.scalars(select(LEDGER[AuditFact].c.action)))


def publish(rig: Rig, version: int, at_ms: int) -> None:
    with transaction(rig.engine) as session:
        session.add(ConfigVersion(version=version, at_ms=at_ms, author="a", document="{}"))


def filled(rig: Rig, folder: Path) -> Retention:
    """A random day, three calls with recordings and files, a line of the audit, two configurations."""
    rig.store(*random_day(3))
    for number, at in enumerate((START - DAY_MS, START, START + DAY_MS)):
        call = [(kind, data) for kind, data in one_call(f"r{number}", at) if kind != "recording"]
        path = f"{SWITCH}/r{number}.wav"
        more = {"call_id": f"r{number}", "path": path, "started_ms": at, "ended_ms": at + 60_000}
        rig.store(*call, ("recording", facts.recording(f"r-r{number}", **more)))
        (folder / f"r{number}.wav").write_bytes(b"RIFF")
    rig.store(("audit", facts.audit("x", at_ms=START)))
    publish(rig, 1, START)
    publish(rig, 2, START + 1)
    return Retention(SqlOldRows(rig.engine), Keep(), lambda: END + 10 * DAY_MS)


def run(retention: Retention, folder: Path) -> None:
    before: dict[str, int] | None = None
    while before != retention.deleted:
        before = dict(retention.deleted)
        retention.step(SWITCH, folder)


def test_nothing_goes_without_a_setting(rig: Rig, tmp_path: Path) -> None:
    retention = filled(rig, tmp_path)
    before = rows(rig)
    run(retention, tmp_path)
    assert (rows(rig), retention.deleted, len(list(tmp_path.glob("*.wav")))) == (before, {}, 3)


def test_calls_go_with_all_that_is_theirs_and_reports_stay(rig: Rig, tmp_path: Path) -> None:
    retention = filled(rig, tmp_path)
    centre = Centre(rig)
    keep = Keep(calls=10, agents=10)
    retention = Retention(SqlOldRows(rig.engine), keep, lambda: END + 10 * DAY_MS)
    run(retention, tmp_path)
    assert retention.deleted.get("calls", 0) == 0, "facts that are not rolled up yet stay"
    centre.settle()
    centre.roller._kept_ms = SqlLedger(rig.engine).kept_ms
    report = centre.rolled.queues(DAY)
    run(retention, tmp_path)
    left = rows(rig)
    with transaction(rig.engine) as session:
        assert {call.call_id for call in session.execute(select(LEDGER[CallFact]))} == {"r2"}
        assert min(session.scalars(select(LEDGER[SegmentFact].c.counted_ms))) >= END
    assert (left["recordings"], sorted(path.name for path in tmp_path.glob("*.wav"))) == (1, ["r2.wav"])
    assert (left["audit"], left["config_versions"]) == (1, 2)
    assert {**centre.rolled.queues(DAY), "as_of_ms": 0} == {**report, "as_of_ms": 0}
    rig.store(("segment", facts.segment("queue", START, START + 1000, "answered", call_id="late")))
    centre.settle()  # a late fact of a day whose facts are gone takes nothing from its rows
    assert {**centre.rolled.queues(DAY), "as_of_ms": 0} == {**report, "as_of_ms": 0}
    again = Retention(SqlOldRows(rig.engine), Keep(calls=10, agents=10, reports=10), lambda: END + 10 * DAY_MS)
    run(again, tmp_path)
    assert centre.rolled.queues(DAY)["totals"]["repair"]["offered"] == 0


def test_recordings_audit_and_configurations_by_themselves(rig: Rig, tmp_path: Path) -> None:
    retention = filled(rig, tmp_path)
    before = rows(rig)
    retention._keep = Keep(recordings=10, audit=10, configurations=10)
    retention.step(SWITCH, tmp_path / "not mounted")
    assert rows(rig)["recordings"] == 3, "without the folder no row goes"
    outside = facts.recording("elsewhere", path="/etc/passwd", started_ms=1, ended_ms=2)
    rig.store(("recording", outside))
    run(retention, tmp_path)
    left = rows(rig)
    assert {name for name in left if left[name] != before[name]} == {"recordings", "config_versions"} - (
        {"recordings"} if left["recordings"] == before["recordings"] else set()
    )
    assert (left["recordings"], left["audit"], left["config_versions"]) == (2, 1, 1)
    assert rows_of_audit(rig) == ["audit.expired"]
    with transaction(rig.engine) as session:
        assert session.scalar(select(func.max(ConfigVersion.version))) == 2
    assert Path("/etc/passwd").exists()


def test_the_history_goes_back_to_the_oldest_configuration_and_keeps_the_last_of_each(rig: Rig, tmp_path: Path) -> None:
    def change(key: str, version: int, at_ms: int) -> dict[str, Any]:
        row = {"entity": "teams", "key": key, "version": version, "at_ms": at_ms, "who": "a", "what": "changed"}
        return {**row, "fields": [], "before": None, "after": {}}

    with transaction(rig.engine) as session:
        steps = [("a", 1, START), ("b", 1, START), ("a", 2, START + 10), ("a", 3, START + 30), ("a", 4, END + 20 * DAY_MS)]
        session.execute(insert(EntityVersion), [change(*step) for step in steps])
    publish(rig, 1, START + 20)

    def left(keep: Keep) -> list[tuple[str, int]]:
        Retention(SqlOldRows(rig.engine), keep, lambda: END + 20 * DAY_MS).step("", tmp_path)
        with transaction(rig.engine) as session:
            found = session.execute(select(EntityVersion.key, EntityVersion.version).order_by(EntityVersion.id))
            return [(row.key, row.version) for row in found]

    assert len(left(Keep(configurations=10))) == len(steps)
    assert left(Keep(history=10)) == [("b", 1), ("a", 3), ("a", 4)]
    publish(rig, 2, START + 40)
    assert left(Keep(history=10, configurations=10)) == [("b", 1), ("a", 4)]


def test_a_step_is_small(rig: Rig, tmp_path: Path) -> None:
    rig.store(*(("audit", facts.audit(f"x{n}", at_ms=START)) for n in range(ROWS_A_STEP + 5)))
    retention = Retention(SqlOldRows(rig.engine), Keep(audit=1), lambda: END + 10 * DAY_MS)
    retention.step("", tmp_path)
    assert rows(rig)["audit"] == 5 + 1, "and the row that says so"


@pytest.mark.parametrize("value", ["-1", "x", "1.5"])
def test_a_wrong_number_of_days_is_said(value: str) -> None:
    from cti_server.errors import CtiError
    from cti_server.settings import load

    with pytest.raises(CtiError, match="CTI_KEEP_CALLS_DAYS"):
        load({"CTI_KEEP_CALLS_DAYS": value})

"""A row of the audit that was removed, changed or put in beside the chain shows; one that went by its age does not."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, update

from cti_server.adapters.sql.database import transaction
from cti_server.events.commands import COMMANDS
from cti_server.events.facts import AuditFact
from cti_server.features.audit import sql as audit_sql
from cti_server.features.audit.chain import START, Check, Link, Row, linked
from cti_server.features.audit.contract import ACTIONS, word_of
from cti_server.features.audit.model import AuditLink
from cti_server.features.audit.service import AuditQuery
from cti_server.features.audit.sql import SqlAudit
from cti_server.features.ledger.model import TABLES
from cti_server.features.retention.service import DAY_MS, Keep, Retention
from cti_server.features.retention.sql import SqlOldRows
from tests.features.ledger import ledger_facts as facts
from tests.features.reports.test_sql import Rig, rig

_rig = rig  # the fixture
KEY = b"of the test"
AUDIT = TABLES[AuditFact]


def row(n: int, **more: Any) -> dict[str, Any]:
    said = {"id": n, "fact_id": f"f{n}", "at_ms": 1000 + n, "issuer": "user:1", "action": "HangupCall", "subject": "call:c"}
    return {**said, "detail": {"n": n}, **more}


def chain_of(rows: list[dict[str, Any]], key: bytes = KEY) -> list[tuple[Link, Row | None]]:
    made: list[tuple[Link, Row | None]] = []
    for n, one in enumerate(rows, 1):
        made.append((linked(made[-1][0].hash if made else START, one, n, key), one))
    return made


def checked(chain: list[tuple[Link, Row | None]], expired_ms: int = 0, key: bytes = KEY) -> list[tuple[str, int]]:
    check = Check(key)
    for one in chain:  # in pieces of one
        check.piece([one], expired_ms)
    return [(problem["problem"], problem["n"]) for problem in check.problems]


ROWS = st.integers(1, 12).map(lambda many: [row(n) for n in range(1, many + 1)])


@given(ROWS)
def test_what_nobody_touched_is_whole(rows: list[dict[str, Any]]) -> None:
    assert checked(chain_of(rows)) == []


@given(ROWS, st.data())
def test_whatever_is_done_to_it_shows(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    chain, at = chain_of(rows), data.draw(st.integers(0, len(rows) - 1))
    link, found = chain[at]
    assert found is not None
    what = data.draw(st.sampled_from(["removed", "changed", "taken out", "linked anew", "moment"]))
    if what == "removed":
        chain[at] = (link, None)
        assert checked(chain) == [("removed", at + 1)]
        assert checked(chain, expired_ms=link.at_ms + 1) == []
        assert checked(chain, expired_ms=link.at_ms) == [("removed", at + 1)]
    elif what == "changed":
        name = data.draw(st.sampled_from(["issuer", "action", "subject", "at_ms", "detail", "fact_id"]))
        chain[at] = (link, {**found, name: 7 if name == "at_ms" else {"n": -1} if name == "detail" else "other"})
        assert checked(chain) == [("changed", at + 1)]
    elif what == "taken out":
        del chain[at]
        expected = [("broken", at + 2)] if at < len(chain) else []  # the end that is cut off shows by the end that is known
        assert checked(chain) == expected
    elif what == "linked anew":
        other = {**found, "subject": "call:other"}
        chain[at] = (linked(chain[at - 1][0].hash if at else START, other, at + 1, b"guessed"), other)
        assert checked(chain)[0] == ("broken", at + 1)
    else:
        chain[at] = (link._replace(at_ms=1), None)
        assert ("broken", at + 1) in checked(chain, expired_ms=2)


def test_another_key_is_another_chain() -> None:
    chain = chain_of([row(1), row(2)])
    assert checked(chain, key=b"") == [("broken", 1), ("broken", 2)]


def whole(rows: SqlAudit) -> list[tuple[str, int]]:
    check = Check(KEY)
    while piece := rows.chain(check.n, 2):
        check.piece(piece, rows.expired_ms())
    return [(problem["problem"], problem["n"]) for problem in check.problems]


def store(rig: Rig, *at_ms: int) -> None:
    rig.store(*[("audit", facts.audit(at_ms=at, detail={"note": "笔记 ' \" \\", "n": at})) for at in at_ms])


def test_rows_are_linked_once_in_any_order_and_checked(rig: Rig) -> None:
    rows = SqlAudit(rig.engine)
    assert rows.link_new(KEY, 10) is None
    store(rig, 5, 3, 9)
    first = rows.link_new(KEY, 2)
    assert first is not None
    assert first.n == 2
    end = rows.link_new(KEY, 10)
    assert end is not None
    assert (end.n, rows.link_new(KEY, 10), rows.hash_of(3)) == (3, end, end.hash)
    assert whole(rows) == []
    with transaction(rig.engine) as session:
        session.execute(delete(AUDIT).where(AUDIT.c.at_ms == 3))
        session.execute(update(AUDIT).where(AUDIT.c.at_ms == 9).values(issuer="user:2"))
    assert whole(rows) == [("removed", 2), ("changed", 3)]


def test_a_row_from_a_transaction_that_ended_late_is_linked_behind_newer_ones(rig: Rig) -> None:
    rows = SqlAudit(rig.engine)
    store(rig, 1, 2, 3)
    rows.link_new(KEY, 10)
    late = {"id": 900, **facts.audit(at_ms=4), "fact_id": "late"}
    newer = {"id": 901, **facts.audit(at_ms=5), "fact_id": "newer"}
    for one in (newer, late):
        with transaction(rig.engine) as session:
            session.execute(insert(AUDIT), one)
        rows.link_new(KEY, 10)
    with transaction(rig.engine) as session:
        assert list(session.scalars(select(AuditLink.audit_id).order_by(AuditLink.n)))[-2:] == [901, 900]
    assert (whole(rows), rows.unlinked(5)) == ([], [])


def test_a_row_put_in_long_afterwards_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_sql, "LATE", 3)
    rows = SqlAudit(rig.engine)
    with transaction(rig.engine) as session:
        session.execute(insert(AUDIT), [{"id": n, **facts.audit(at_ms=n), "fact_id": f"x{n}"} for n in range(10, 20)])
    rows.link_new(KEY, 100)
    with transaction(rig.engine) as session:
        session.execute(insert(AUDIT), {"id": 2, **facts.audit(at_ms=2), "fact_id": "beside"})
    rows.link_new(KEY, 100)
    assert rows.unlinked(5) == [(2, 2)]


def test_rows_that_went_by_their_age_are_none_that_were_removed(rig: Rig) -> None:
    rows, day = SqlAudit(rig.engine), 400 * DAY_MS
    store(rig, day - 3 * DAY_MS, day - 2 * DAY_MS, day)
    rows.link_new(KEY, 10)
    retention = Retention(SqlOldRows(rig.engine), Keep(audit=1), lambda: day + 5)
    for _ in range(2):
        retention.step("", Path("nowhere"))
    with transaction(rig.engine) as session:
        told = session.execute(select(AUDIT.c.detail).where(AUDIT.c.action == "audit.expired")).scalars().all()
        assert session.scalar(select(func.count()).select_from(AUDIT)) == 2
    assert told == [{"before_ms": day - DAY_MS}], "once a day"
    assert whole(rows) == [], "also before that row is linked itself"
    rows.link_new(KEY, 10)
    assert whole(rows) == []
    with transaction(rig.engine) as session:
        session.execute(delete(AUDIT).where(AUDIT.c.at_ms == day))
    assert whole(rows) == [("removed", 3)]




def test_rows_are_found_by_who_whom_what_and_words(rig: Rig) -> None:
    rig.store(
        ("audit", facts.audit("entity.changed", at_ms=10, subject="agents:1001", detail={"login": "Eve", "fields": ["name"]})),
        ("audit", facts.audit("entity.removed", at_ms=11, subject="queues:sales", detail={"login": "adam"})),
        ("audit", facts.audit("HangupCall", at_ms=12, issuer="agent:1001", subject="call:c_1", detail={"why": "50%"})),
    )

    def found(from_ms: int = 0, to_ms: int = 0, **query: Any) -> list[int]:
        total, items = SqlAudit(rig.engine).search(dataclasses.replace(AuditQuery(), **query), from_ms, to_ms)
        assert total >= len(items)
        return [int(item["at_ms"]) for item in items]

    assert found() == [12, 11, 10]
    assert found(from_ms=11, to_ms=12) == [11]
    assert (found(who="eve"), found(who="agent:1"), found(who="e")) == ([10], [12], [12, 11, 10])
    assert (found(whom="1001"), found(whom="C_1"), found(whom="c%1")) == ([10], [12], [])
    assert (found(action="entity."), found(action="HangupCall")) == ([11, 10], [12])
    assert (found(text="50%"), found(text='"NAME"')) == ([12], [10])
    assert (found(per_page=1, page=2), found(page=2)) == ([11], [])


def test_every_audited_command_has_words() -> None:
    assert {name for name, command in COMMANDS.items() if command.audited} - ACTIONS.keys() == set()
    assert word_of("repair-bridge") == ACTIONS["repair"]
    assert word_of("nonsense") is None

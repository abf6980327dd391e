"""Reports from rolled-up rows are those from the facts, whatever comes when; wrong rows are found and mended; both databases."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, update

from cti_server.adapters.sql.database import transaction
from cti_server.events.facts import AgentIntervalFact, SegmentFact
from cti_server.features.ledger import model as ledger_model
from cti_server.features.ledger.fallback_sql import SqlFallback
from cti_server.features.ledger.quarters import QUARTER_MS, quarter
from cti_server.features.ledger.service import read_fact
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.reports import model as reports_model
from cti_server.features.reports.rollup import OVERDUE_MS, SETTLED_MS, Roller
from cti_server.features.reports.service import LedgerReader, Reports
from cti_server.features.reports.sql import SqlLedgerReader, SqlRolledRows
from tests.features.ledger import ledger_facts as facts
from tests.features.reports.test_sql import DAY, END, START, Noon, Rig, random_day, rig

_rig = rig  # the fixture


class Centre:
    """A roller and the two ways to a report. ``now`` is the roller's clock."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.now = END
        self.kept = 0
        self.wrong: list[int] = []
        self.store = SqlRolledRows(rig.engine)
        self.roller = Roller(self.store, SqlLedgerReader(rig.engine), lambda: self.now, self.wrong.append, lambda: self.kept)
        self.raw = rig.reports
        self.rolled = Reports(SqlLedgerReader(rig.engine), rig.calls, lambda: rig.config, Noon(), self.store)

    def settle(self) -> None:
        """Rounds until nothing is stale."""
        self.roller.round(self.rig.config)
        self.now += SETTLED_MS
        while self.roller.round(self.rig.config):
            pass

    def same(self) -> None:
        for zone, minutes, until in (
            ("Asia/Shanghai", 15, ""), ("Asia/Kathmandu", 60, ""), ("Europe/Berlin", 1440, "2031-05-18"),
        ):  # fmt: skip
            self.rig.config = replace(self.rig.config, time_zone=zone)
            wanted = {"interval_min": minutes, "until": until}
            assert self.rolled.queues(DAY, **wanted) == self.raw.queues(DAY, **wanted)
            assert self.rolled.agents(DAY, **wanted) == self.raw.agents(DAY, **wanted)
        self.rig.config = replace(self.rig.config, time_zone="Asia/Shanghai")
        assert self.rolled.agents(DAY, team="day", agent="1001") == self.raw.agents(DAY, team="day", agent="1001")
        assert self.rolled.queues(DAY, queue="repair", interval_min=5) == self.raw.queues(DAY, queue="repair", interval_min=5)


@pytest.fixture
def centre(rig: Rig) -> Centre:
    return Centre(rig)


def test_reports_are_the_same_from_rows_and_from_facts(centre: Centre) -> None:
    centre.rig.store(*random_day(3))
    centre.same()  # all is stale
    centre.settle()
    assert centre.store.changes() == {}
    centre.same()
    rng = random.Random(5)
    late = [(kind, {**data, "call_id": f"late-{n}"}) for n, (kind, data) in enumerate(random_day(4)) if rng.random() < 0.2]
    centre.rig.store(*late)
    assert len(centre.store.changes()) > 0
    centre.same()  # some quarters are stale, some are not
    centre.settle()
    centre.same()
    before = (centre.roller.rolled, list(centre.store.queues(START, END, "", False)))
    centre.store.mark(range(quarter(START), END, QUARTER_MS))
    centre.settle()  # again changes nothing
    assert list(centre.store.queues(START, END, "", False)) == before[1]
    assert centre.wrong == []


def test_a_report_of_rolled_quarters_reads_no_facts(centre: Centre) -> None:
    class NoFacts:
        def as_of_ms(self) -> int:
            return START + 1

        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"{name} was read")

    centre.rig.store(*random_day(3))
    centre.settle()
    reader: LedgerReader = NoFacts()  # type: ignore[assignment]
    reports = Reports(reader, centre.rig.calls, lambda: centre.rig.config, Noon(), centre.store)
    assert reports.queues(DAY) == centre.raw.queues(DAY)
    assert reports.agents(DAY) == centre.raw.agents(DAY)


def test_a_quarter_rests_before_it_is_rolled_up_and_one_that_never_rests_is_at_last(centre: Centre) -> None:
    def come(number: int) -> None:
        fact = facts.raw(f"q{number}", "segment", facts.segment("queue", START, START + 1000, "answered", call_id=f"c{number}"))
        SqlLedger(centre.rig.engine).write([read_fact(fact)], 1)

    come(0)
    assert centre.roller.round(centre.rig.config) == 0
    centre.now += SETTLED_MS - 1
    come(1)
    assert centre.roller.round(centre.rig.config) == 0
    centre.now += SETTLED_MS - 1
    assert centre.roller.round(centre.rig.config) == 0
    centre.now += 1
    assert centre.roller.round(centre.rig.config) == 1
    for number in range(2, 40):
        come(number)
        if centre.roller.round(centre.rig.config):
            break
        centre.now += SETTLED_MS - 1
    else:
        raise AssertionError("never rolled up")
    assert (number - 2) * (SETTLED_MS - 1) <= OVERDUE_MS + SETTLED_MS


def test_a_fact_that_comes_while_a_quarter_is_added_up_is_not_lost(centre: Centre) -> None:
    centre.rig.store(("segment", facts.segment("queue", START, START + 1000, "answered", call_id="c1")))
    changes = centre.store.changes()
    centre.rig.store(("segment", facts.segment("queue", START, START + 1000, "abandoned", call_id="c2")))
    assert centre.store.replace(changes, [], []) == 0
    assert list(centre.store.changes()) == [quarter(START)]


def test_a_mended_call_is_counted_anew(centre: Centre) -> None:
    segment = facts.segment("queue", START, START + 1000, "abandoned", call_id="c1", estimated=True)
    centre.rig.store(("segment", segment), ("call", facts.call("c1", estimated=True, arrived_ms=START, outcome="abandoned")))
    centre.settle()
    said = facts.fallback_line(answered_ms=START + 500, ended_ms=START + 900, hung_up_by="customer")
    assert SqlFallback(centre.rig.engine).mend(said, "1001", "day")
    centre.same()
    centre.settle()
    centre.same()
    assert centre.rolled.queues(DAY)["totals"]["repair"]["answered"] == 1


def test_rows_that_are_not_the_ledgers_are_found_and_made_again(centre: Centre) -> None:
    centre.rig.store(("segment", facts.segment("queue", END - 1000, END - 500, "answered", call_id="c1")))
    centre.settle()
    centre.now = END
    assert centre.roller.check(centre.rig.config)
    with transaction(centre.rig.engine) as session:
        session.execute(update(reports_model.REPORT_QUEUES).values(answered=7))
    centre.roller._next_check = 0
    assert not centre.roller.check(centre.rig.config)
    assert (centre.wrong, centre.roller.wrong) == ([quarter(END - 1000)], 1)
    centre.settle()
    centre.same()


def test_rows_outlive_their_facts(centre: Centre) -> None:
    centre.rig.store(*random_day(3))
    centre.settle()
    report = centre.rolled.queues(DAY)
    with transaction(centre.rig.engine) as session:
        session.execute(delete(ledger_model.TABLES[SegmentFact]))
        session.execute(delete(ledger_model.TABLES[AgentIntervalFact]))
    centre.kept = END + 1
    late = facts.raw("late", "segment", facts.segment("queue", START + 1, START + 1000, "answered", call_id="late"))
    SqlLedger(centre.rig.engine).write([read_fact(late)], 1)
    centre.settle()
    after = centre.rolled.queues(DAY)
    assert (centre.store.changes(), {**after, "as_of_ms": 0}) == ({}, {**report, "as_of_ms": 0})

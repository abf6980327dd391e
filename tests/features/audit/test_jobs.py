"""The worker's round over the audit: new rows are linked, the chain is gone through, what is wrong stays told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select

from cti_server.adapters.keys import Keys
from cti_server.adapters.redis_store import connect
from cti_server.adapters.sql.database import transaction
from cti_server.events.facts import AuditFact
from cti_server.features.audit import jobs, state
from cti_server.features.audit.jobs import PAUSE_MS, AuditChain
from cti_server.features.audit.model import AuditLink
from cti_server.features.job import Around
from cti_server.features.ledger.model import TABLES
from cti_server.settings import Settings
from tests.features.ledger import ledger_facts as facts
from tests.features.reports.test_sql import Rig, rig

_rig = rig  # the fixture
KEYS = Keys("main")
AUDIT = TABLES[AuditFact]


class Clock:
    ms = 1_000_000_000

    def now_ms(self) -> int:
        return self.ms


class World:
    def __init__(self, rig: Rig, client: Any) -> None:
        self.rig, self.client, self.clock = rig, client, Clock()
        commands: Any = None
        settings = Settings(audit_key="k")
        self.around = Around(settings, rig.engine, client, KEYS, commands, self.clock, "worker-1")
        self.job = AuditChain(self.around)

    def store(self, *at_ms: int) -> None:
        self.rig.store(*[("audit", facts.audit(at_ms=at)) for at in at_ms])

    def rounds(self, count: int) -> list[str]:
        for _ in range(count):
            self.job.run()
        return [problem["problem"] for problem in state.read(self.client, KEYS)["problems"]]


@pytest.fixture
def world(rig: Rig, redis_url: str) -> World:
    return World(rig, connect(redis_url))


def test_rows_are_linked_and_gone_through_in_pieces(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LINKED_A_ROUND", 2)
    monkeypatch.setattr(jobs, "CHECKED_A_ROUND", 2)
    world.store(1, 2, 3, 4, 5)
    assert world.rounds(6) == []
    found = state.read(world.client, KEYS)
    assert (found["links"], found["checked"] > 0, found["checked_ms"]) == (5, True, world.clock.ms)
    world.clock.ms += PAUSE_MS
    assert world.rounds(4) == []
    assert state.read(world.client, KEYS)["checked"] == 5


def test_a_removed_row_is_told_at_the_next_time_through(world: World) -> None:
    world.store(1, 2, 3)
    assert world.rounds(2) == []
    with transaction(world.rig.engine) as session:
        session.execute(delete(AUDIT).where(AUDIT.c.at_ms == 2))
    world.clock.ms += PAUSE_MS
    assert world.rounds(1) == ["removed"]
    assert world.rounds(3) == ["removed"]


def test_an_end_that_was_cut_off_is_told_at_once_and_stays_told(world: World) -> None:
    world.store(1, 2, 3)
    world.rounds(1)
    with transaction(world.rig.engine) as session:
        session.execute(delete(AuditLink).where(AuditLink.n > 1))
        session.execute(delete(AUDIT).where(AUDIT.c.at_ms > 1))
    world.store(9)
    assert world.rounds(1) == ["cut"]
    with transaction(world.rig.engine) as session:
        assert session.scalars(select(AuditLink.n).order_by(AuditLink.n)).all() == [1, 2]
    world.clock.ms += PAUSE_MS
    assert world.rounds(2) == ["cut"]


def test_a_new_worker_goes_on_where_the_old_one_was(world: World) -> None:
    world.store(1, 2)
    world.rounds(2)
    world.job = AuditChain(world.around)
    world.store(3)
    assert world.rounds(2) == []
    assert state.read(world.client, KEYS)["links"] == 3

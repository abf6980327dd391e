"""The demo's calls go with it where that is asked for: all that was made of them, and nothing that anybody else had a part in."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cti_server.adapters.sql.database import transaction
from cti_server.domain.config import CentreConfig
from cti_server.events.facts import AgentIntervalFact, AuditFact, CallFact, DispositionFact, RecordingFact, SegmentFact
from cti_server.features.centre.sql import tables_of
from cti_server.features.entities.contract import By, EntriesRefused, Wish
from cti_server.features.job import Around
from cti_server.features.ledger.model import GONE_FILES, TABLES
from cti_server.features.ledger.quarters import QUARTER_MS, quarter
from cti_server.features.ledger.service import read_fact
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.messages.model import MessageRow
from cti_server.features.reports.rollup import SETTLED_MS, Roller
from cti_server.features.reports.sql import SqlLedgerReader, SqlRolledRows
from cti_server.features.retention.jobs import GoneFilesGo
from cti_server.settings import Settings
from tests.features.ledger import ledger_facts as facts
from tests.features.start.conftest import Rig

ANNA = By("user:1", "anna")
OWN = {"service_number": "4008001234", "last_queue": "own", "first_agent": "own1", "last_agent": "own1"}


def call(call_id: str, at: int, queue: str = "repair", agent: str = "1001", **more: Any) -> list[tuple[str, dict[str, Any]]]:
    where = {"call_id": call_id, "queue": queue}
    return [
        ("call", facts.call(call_id, arrived_ms=at, ended_ms=at + 60_000, **more)),
        ("segment", facts.segment("queue", at, at + 5_000, "answered", **where)),
        ("segment", facts.segment("talk", at + 5_000, at + 50_000, agent=agent, **where)),
        ("recording", facts.recording(f"r-{call_id}", call_id=call_id, path=f"/rec/{call_id}.wav")),
        ("disposition", facts.disposition("resolved", at + 60_000, call_id=call_id, agent=agent)),
        ("agent_interval", facts.interval(agent, "ready", "talking", at + 5_000, at + 50_000, call_id=call_id, queue=queue)),
        ("agent_interval", facts.interval(agent, "ready", "idle", at + 50_000, at + 70_000)),
    ]


class Filled:
    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        rig.start.fill(ANNA, password=False)
        self.at = quarter(int(time.time() * 1000)) + QUARTER_MS
        with transaction(rig.engine) as session:
            self.config = tables_of(session, "main")
        rows, reader = SqlRolledRows(rig.engine), SqlLedgerReader(rig.engine, lambda: None)
        self.rows = rows
        self.now, self.wrong = self.at, list[int]()
        kept = SqlLedger(rig.engine).kept_ms
        self.roller = Roller(rows, reader, lambda: self.now, self.wrong.append, kept)
        self._n = 0

    def store(self, *given: tuple[str, dict[str, Any]]) -> None:
        batch = [read_fact(facts.raw(f"f{self._n + n}", kind, data)) for n, (kind, data) in enumerate(given)]
        self._n += len(given)
        SqlLedger(self.rig.engine).write(batch, self.at)

    def calls_of(self, fact: type[Any], column: str = "call_id") -> set[str]:
        with transaction(self.rig.engine) as session:
            return set(session.scalars(select(TABLES[fact].c[column])))

    def files(self) -> list[str]:
        with transaction(self.rig.engine) as session:
            return sorted(session.scalars(select(GONE_FILES.c.path)))

    def reported(self) -> tuple[set[str], set[str]]:
        """Queues and agents with figures."""
        for _ in range(2):  # seen, then settled
            self.now += SETTLED_MS
            self.roller.round(self.config)
        end = self.at + 100 * QUARTER_MS
        assert self.rows.stale(0, end) == []
        queues, agents = self.rows.queues(0, end, "", True), self.rows.agents(0, end, "", "", True)
        return {one.name for one in queues if any(one.parts)}, {one.name for one in agents if any(one.parts)}


@pytest.fixture
def filled(rig: Rig) -> Filled:
    return Filled(rig)


def test_they_go_with_all_that_was_made_of_them(filled: Filled) -> None:
    filled.store(*call("d1", filled.at), *call("d2", filled.at + QUARTER_MS), *call("own", filled.at, "own", "own1", **OWN))
    with transaction(filled.rig.engine) as session:
        session.add_all(MessageRow(recording_id=f"r-{one}", call_id=one, box="hotline", at_ms=1) for one in ("d1", "own"))
    assert filled.rig.start.traces() == {"calls": 2, "recordings": 2, "intervals": 4}
    assert filled.reported() == ({"repair", "own"}, {"1001", "own1"})
    done, _, gone = filled.rig.start.wipe(ANNA, "anna", with_calls=True)
    assert (done.version, gone) == (3, {"calls": 2, "recordings": 2, "intervals": 4})
    for fact in (CallFact, SegmentFact, RecordingFact, DispositionFact):
        assert filled.calls_of(fact) == {"own"}
    with transaction(filled.rig.engine) as session:
        assert set(session.scalars(select(MessageRow.call_id))) == {"own"}
    assert filled.calls_of(AgentIntervalFact, "agent") == {"own1"}
    assert filled.files() == ["/rec/d1.wav", "/rec/d2.wav"]
    assert filled.reported() == ({"own"}, {"own1"})
    audit = TABLES[AuditFact].c
    with transaction(filled.rig.engine) as session:
        (detail,) = session.scalars(select(audit.detail).where(audit.action == "centre.demo_wiped"))
    assert (detail["calls"], detail["recordings"], detail["intervals"]) == (2, 2, 4)


@pytest.mark.parametrize(
    "more",
    [
        {"service_number": "4008001234"},
        {"last_queue": "own"},
        {"last_agent": "own1"},
        {"first_agent": "own1"},
        {"service_number": "", "last_queue": "", "first_agent": "", "last_agent": ""},
    ],
    ids=["another number", "another queue", "an own agent took it", "an own agent began it", "nobody's"],
)
def test_what_others_had_a_part_in_stays(filled: Filled, more: dict[str, str]) -> None:
    filled.store(*call("d1", filled.at, **more)[:1])
    filled.rig.start.wipe(ANNA, "anna", with_calls=True)
    assert filled.calls_of(CallFact) == {"d1"}


@pytest.mark.parametrize("direction", ["outbound", "internal"])
def test_a_call_that_an_agent_of_the_demo_made_goes_too(filled: Filled, direction: str) -> None:
    nothing = {"direction": direction, "service_number": "", "last_queue": "", "first_agent": "", "last_agent": ""}
    for call_id, agent in (("d1", "1001"), ("own", "own1")):
        dialled = facts.segment("dial", filled.at, filled.at + 3_000, "no-answer", call_id=call_id, agent=agent, queue="")
        filled.store(call(call_id, filled.at, **nothing)[0], ("segment", dialled))
    filled.rig.start.wipe(ANNA, "anna", with_calls=True)
    assert filled.calls_of(CallFact) == {"own"}


def test_a_call_that_rang_an_own_agent_on_the_way_stays_whole(filled: Filled) -> None:
    rung = ("segment", facts.segment("offer", filled.at, filled.at + 3_000, "no-answer", call_id="d1", agent="own1"))
    filled.store(*call("d1", filled.at), rung)
    assert filled.rig.start.wipe(ANNA, "anna", with_calls=True)[2] == {"calls": 0, "recordings": 0, "intervals": 1}
    assert filled.calls_of(AgentIntervalFact, "call_id") == {"d1"}, "the time at a call that stays"
    assert (filled.calls_of(RecordingFact), filled.files()) == ({"d1"}, [])


def test_who_had_the_number_before_the_demo_came_keeps_the_calls(filled: Filled) -> None:
    filled.store(*call("old", filled.at - 2 * QUARTER_MS))
    assert filled.rig.start.wipe(ANNA, "anna", with_calls=True)[2] == {"calls": 0, "recordings": 0, "intervals": 0}
    assert filled.calls_of(CallFact) == {"old"}


def test_without_being_asked_they_stay_and_a_refused_wipe_takes_nothing(filled: Filled) -> None:
    filled.store(*call("d1", filled.at))
    rig = filled.rig
    rig.entities.change("queues", Wish("own", {"id": "own", "name": "Own", "overflow_queue": "repair"}, create=True), ANNA)
    rig.publications.publish(ANNA, "own queue")
    with pytest.raises(EntriesRefused):
        rig.start.wipe(ANNA, "anna", with_calls=True)
    assert (filled.calls_of(CallFact), filled.calls_of(RecordingFact), filled.files()) == ({"d1"}, {"d1"}, [])
    rig.entities.change("queues", Wish("own", {"overflow_queue": ""}), ANNA)
    rig.publications.publish(ANNA, "without")
    assert rig.start.wipe(ANNA, "anna")[2] == {"calls": 0, "recordings": 0, "intervals": 0}
    assert filled.calls_of(CallFact) == {"d1"}


def test_the_worker_deletes_the_files_and_nothing_outside_their_folder(filled: Filled, tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "d1.wav").write_bytes(b"RIFF")
    (tmp_path / "other.wav").write_bytes(b"RIFF")
    filled.store(*call("d1", filled.at))
    filled.store(("recording", facts.recording("r-x", call_id="d1", path="/rec/../other.wav")))
    filled.rig.start.wipe(ANNA, "anna", with_calls=True)
    nothing: Any = None
    settings, config = Settings(recordings_dir=str(folder)), CentreConfig(version=3, tenant="main", recordings_dir="/rec")
    around = Around(settings, filled.rig.engine, nothing, nothing, nothing, nothing, "worker", config=config)
    job = GoneFilesGo(around)
    for _ in range(3):
        job.run()
    assert (job.counts(), filled.files()) == ({"files_deleted": 1, "files_left": 1}, ["/rec/../other.wav"])
    assert ((folder / "d1.wav").exists(), (tmp_path / "other.wav").exists()) == (False, True)

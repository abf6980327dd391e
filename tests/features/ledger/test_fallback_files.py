"""Fallback files on a disk: partial lines, rotation, copies, and the books in both databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, func, select

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.events.facts import CallFact, RecordingFact, SegmentFact
from cti_server.features.ledger import model
from cti_server.features.ledger.fallback import Booking, Known
from cti_server.features.ledger.fallback_files import CHUNK, line_files
from cti_server.features.ledger.fallback_sql import SqlFallback
from cti_server.features.ledger.service import read_fact
from cti_server.features.ledger.sql import SqlLedger
from tests.features.ledger import ledger_facts as facts
from tests.features.ledger.test_fallback import CONFIG, line
from tests.migrated import migrated


def read_all(folder: Path) -> list[bytes]:
    return [raw for file in line_files(folder) for _, raw in file.lines(0)]


def test_only_whole_lines_of_readable_files(tmp_path: Path) -> None:
    assert line_files(tmp_path / "nowhere") == []
    book = tmp_path / "calls.jsonl"
    book.write_bytes(b'{"a":')
    assert line_files(tmp_path) == []
    book.write_bytes(b"one\ntwo\nthr")
    (tmp_path / "calls.jsonl.1").write_bytes(b"zero\n")
    (tmp_path / "calls.jsonl.2.gz").write_bytes(b"packed\n")
    assert read_all(tmp_path) == [b"zero", b"one", b"two"]
    _, file = line_files(tmp_path)
    assert (file.lines(4), file.count(8), file.count(5), file.lines(8)) == ([(8, b"two")], 2, 1, [])


def test_a_line_without_end_that_is_too_long_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "calls.jsonl").write_bytes(b"x" * (CHUNK + 10) + b"\nnext\n")
    (file,) = line_files(tmp_path)
    ((offset, piece),) = file.lines(0)
    assert (offset, len(piece)) == (CHUNK, CHUNK)
    assert [raw for _, raw in file.lines(offset)] == [b"x" * 10, b"next"]


@pytest.fixture(params=["sqlite", "mariadb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/cti.db" if request.param == "sqlite" else str(request.getfixturevalue("mariadb_url"))
    migrated(url)
    made = make_engine(url)
    yield made
    made.dispose()


def count(engine: Engine, model: Table) -> int:
    with transaction(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_each_line_is_one_call_across_rotation_copies_and_restarts(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "fallback"
    folder.mkdir()
    book = folder / "calls.jsonl"
    broken: list[int] = []

    def work(booking: Booking | None = None) -> Booking:
        booking = booking or Booking(SqlFallback(engine), lambda call_id: False, "main", lambda f, n, w: broken.append(n))
        booking.run(line_files(folder), CONFIG, 5)
        return booking

    def append(*raws: bytes) -> None:
        with book.open("ab") as file:
            file.write(b"".join(raw + b"\n" for raw in raws))

    append(line(uuid="u1"), line(uuid="u2"))
    booking = work()
    append(line(uuid="u3"))
    book.rename(folder / "calls.jsonl.1")  # written to just before, not read yet
    append(line(uuid="u4"))
    work(booking)
    assert count(engine, model.TABLES[CallFact]) == 4
    shutil.copy(book, folder / "calls.jsonl.2")  # copytruncate
    book.write_bytes(b"")
    append(b"{", line(uuid="u5"), line(uuid="u6", queue="q" * 33))
    work(booking)
    again = work()
    assert (count(engine, model.TABLES[CallFact]), booking.booked, again.booked, broken) == (6, 6, 0, [1])
    assert (count(engine, model.TABLES[SegmentFact]), count(engine, model.TABLES[RecordingFact])) == (12, 6)


def test_the_estimated_end_of_a_call_is_mended_once(engine: Engine) -> None:
    ledger, books = SqlLedger(engine), SqlFallback(engine)
    guess = facts.call(outcome="abandoned", estimated=True, first_agent="", first_team="", last_agent="", last_team="")
    queue = facts.segment("queue", 1_000, 5_000, "abandoned", estimated=True)
    ledger.write([read_fact(facts.raw("e-1", "call", guess)), read_fact(facts.raw("e-2", "segment", queue))], 9)
    assert books.known("nobody") is None
    assert books.known("c1") == Known("repair", 1_000)
    said = facts.fallback_line(answered_ms=20_000, ended_ms=60_000, hung_up_by="agent")
    assert books.mend(said, "1002", "day")
    assert not books.mend(said, "1002", "day")
    with transaction(engine) as session:
        call = session.execute(select(model.TABLES[CallFact])).one()
        segment = session.execute(select(model.TABLES[SegmentFact])).one()
    assert (call.outcome, call.ended_ms, call.last_agent, call.hung_up_by, call.estimated) == (
        "answered", 60_000, "1002", "agent", False,
    )  # fmt: skip
    assert (call.first_agent, call.first_team, call.last_team) == ("1002", "day", "day")
    assert (segment.outcome, segment.started_ms, segment.ended_ms, segment.estimated) == ("answered", 1_000, 20_000, False)


def test_who_had_the_customer_first_stays_the_first_of_a_mended_call(engine: Engine) -> None:
    ledger, books = SqlLedger(engine), SqlFallback(engine)
    ledger.write([read_fact(facts.raw("e-1", "call", facts.call(estimated=True)))], 9)
    assert books.mend(facts.fallback_line(answered_ms=20_000, ended_ms=60_000, hung_up_by="agent"), "1002", "night")
    with transaction(engine) as session:
        call = session.execute(select(model.TABLES[CallFact])).one()
    assert (call.first_agent, call.first_team, call.last_agent, call.last_team) == ("1001", "day", "1002", "night")


def test_a_call_that_was_seen_is_left_as_it_is(engine: Engine) -> None:
    ledger, books = SqlLedger(engine), SqlFallback(engine)
    ledger.write([read_fact(facts.raw("e-1", "call", facts.call())), read_fact(facts.raw("e-2", "audit", facts.audit()))], 9)
    assert books.known("c1") == Known("", 0)
    assert not books.mend(facts.fallback_line(answered_ms=0, ended_ms=2, hung_up_by="customer"), "", "")

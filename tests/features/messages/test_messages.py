"""A recording in a box becomes a message; it is new until somebody has heard it, and waits until it is done; the box's addresses
are told once, and later when the mail server was away."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from cti_server.adapters.keys import Keys
from cti_server.adapters.mail import MailAway
from cti_server.adapters.sql.database import transaction
from cti_server.domain.config import CentreConfig, TeamConfig, VoicemailBox
from cti_server.events.facts import RecordingFact
from cti_server.features.job import Around
from cti_server.features.ledger.model import TABLES
from cti_server.features.ledger.service import read_fact
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.messages.contract import NoSuchMessage
from cti_server.features.messages.jobs import BOOKED_MS, Messages
from cti_server.features.messages.sql import DAY_MS, SqlMessages, is_late
from cti_server.features.retention.sql import SqlOldRows
from cti_server.settings import Settings
from tests.features.entities.conftest import NOW_MS, Kit
from tests.features.ledger import ledger_facts as facts
from tests.webapp.fakes import FakeMail

BOXES = {
    "repair": VoicemailBox("repair", "Repair", "day", mail=("a@centre.example", "b@centre.example"), answer_days=2),
    "sales": VoicemailBox("sales", "Sales", "day"),
}
CONFIG = CentreConfig(version=1, tenant="main", teams={"day": TeamConfig("day", "Day")}, voicemail_boxes=BOXES)


def book(kit: Kit, kind: str, name: str, row: dict[str, Any]) -> None:
    SqlLedger(kit.engine).write([read_fact(facts.raw(name, kind, row))], 0)


def left(kit: Kit, name: str, box: str, at_ms: int = NOW_MS, call: bool = True) -> None:
    """A caller leaves a message."""
    more = {"recorded": "voicemail", "call_id": f"call-{name}", "agents": [], "ended_ms": at_ms, "length_ms": 7000}
    book(kit, "recording", name, facts.recording(name, box=box, **more))
    if call:
        book(kit, "call", f"c-{name}", facts.call(f"call-{name}", number="13900000000"))


def worker(kit: Kit, mail: FakeMail | None = None) -> Messages:
    nobody = cast(Any, None)  # neither Redis nor the engine is asked
    settings = Settings(page_url="https://desk.example/")
    around = Around(settings, kit.engine, nobody, Keys("main"), nobody, kit.clock, "w", config=CONFIG)
    return Messages(around, mail)


def ids(found: tuple[int, list[dict[str, Any]]]) -> list[str]:
    assert found[0] >= len(found[1])
    return [one["id"] for one in found[1]]


def test_from_new_to_done_and_back(both: Kit) -> None:
    store, job = SqlMessages(both.engine), worker(both)
    left(both, "none", "")
    left(both, "r1", "repair", NOW_MS - 5)
    left(both, "s1", "sales")
    job.run()
    job.run()
    assert ids(store.find(None, None, 0, 10)) == ["s1", "r1"]
    assert ids(store.find(None, None, 1, 10)) == ["r1"]
    assert ids(store.find(["repair"], "new", 0, 10)) == ["r1"]
    assert store.find([], None, 0, 10) == (0, [])
    assert store.waiting(None) == {"repair": (1, NOW_MS - 5), "sales": (1, NOW_MS)}
    store.heard("r1", "Li", NOW_MS + 1)
    store.heard("r1", "Wang", NOW_MS + 2)
    assert store.waiting(["repair"]) == {"repair": (0, NOW_MS - 5)}
    store.settle("r1", "Wang", NOW_MS + 3, True, "called back")
    store.settle("r1", "Li", NOW_MS + 4, True, None)
    assert store.waiting(["repair"]) == {}
    assert store.get("r1") == {
        "id": "r1", "call_id": "call-r1", "box": "repair", "number": "13900000000", "name": "张三", "at_ms": NOW_MS - 5,
        "length_ms": 7000, "problem": "", "state": "done", "heard_by": "Li", "heard_ms": NOW_MS + 1, "done_by": "Wang",
        "done_ms": NOW_MS + 3, "note": "called back",
    }  # fmt: skip
    store.settle("r1", "Li", NOW_MS + 5, False, None)
    again = store.get("r1")
    assert (again["state"], again["done_by"], again["note"]) == ("heard", "", "called back")
    for missing in (lambda: store.get("x"), lambda: store.settle("x", "Li", 1, True, None)):
        with pytest.raises(NoSuchMessage):
            missing()


def test_one_that_comes_into_the_books_out_of_turn_is_not_lost(both: Kit) -> None:
    left(both, "r1", "repair")
    left(both, "r2", "repair")
    table = TABLES[RecordingFact]
    with transaction(both.engine) as session:
        first = dict(session.execute(select(table).where(table.c.recording_id == "r1")).mappings().one())
        session.execute(table.delete().where(table.c.recording_id == "r1"))
    worker(both).run()
    with transaction(both.engine) as session:
        session.execute(table.insert().values(**first))
    worker(both).run()
    assert set(ids(SqlMessages(both.engine).find(None, None, 0, 9))) == {"r1", "r2"}


def test_a_message_goes_with_its_recording(both: Kit) -> None:
    left(both, "r1", "repair")
    left(both, "r2", "repair")
    worker(both).run()
    old = SqlOldRows(both.engine)
    (row, *_) = old.recordings(NOW_MS + 1, (0, 0), 10)
    old.delete_recordings([row["row_id"]])
    assert ids(SqlMessages(both.engine).find(None, None, 0, 9)) == ["r2"]


def test_what_waits_too_long() -> None:
    assert is_late(BOXES, "repair", NOW_MS - 2 * DAY_MS - 1, NOW_MS)
    assert not is_late(BOXES, "repair", NOW_MS - 2 * DAY_MS, NOW_MS)
    assert not is_late(BOXES, "sales", 0, NOW_MS)
    assert not is_late(BOXES, "gone", 0, NOW_MS)


def test_addresses_are_told_once_of_number_and_time_only(kit: Kit) -> None:
    mail = FakeMail()
    left(kit, "s1", "sales")
    left(kit, "r1", "repair")
    for _ in range(2):
        worker(kit, mail).run()
    ((to, subject, text),) = mail.sent
    assert to == "a@centre.example, b@centre.example"
    assert subject == "新留言：Repair / New message: Repair"
    for word in ("13900000000", "2026-11-18 19:06", "https://desk.example/#/messages"):
        assert word in text
    assert "张三" not in text


def test_a_mail_waits_for_the_call_and_for_the_mail_server_but_not_for_ever(kit: Kit) -> None:
    mail = FakeMail()
    job = worker(kit, mail)
    left(kit, "r1", "repair", call=False)
    job.run()
    assert mail.sent == []
    kit.clock.ms += BOOKED_MS
    mail.away = True
    with pytest.raises(MailAway):
        job.run()
    mail.away = False
    job.run()
    assert mail.sent == [], "it rests for a while"
    kit.clock.ms += BOOKED_MS
    job.run()
    assert len(mail.sent) == 1
    left(kit, "r2", "repair", kit.clock.ms - DAY_MS)
    job.run()
    assert len(mail.sent) == 1
    assert SqlMessages(kit.engine).untold() == []


def test_without_mail_nothing_is_owed(kit: Kit, tmp_path: Path) -> None:
    left(kit, "r1", "repair")
    worker(kit).run()
    mail = FakeMail()
    worker(kit, mail).run()
    assert mail.sent == []

"""Messages in SQL. They are taken in from the ledger's recordings; after that each is a row that people change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Engine, RowMapping, and_, case, func, select, update

from cti_server.adapters.sql.database import transaction
from cti_server.domain.config import VoicemailBox
from cti_server.events.facts import CallFact, RecordingFact
from cti_server.features.ledger.model import TABLES
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.messages.contract import NoSuchMessage, State
from cti_server.features.messages.model import MessageRow

DAY_MS = 24 * 3_600_000
MARK = "messages"
LATE = 1000
"""So many rows behind the newest one that was seen are looked at again: rows may come out of turn."""
BATCH = 200
_FILE, _CALL = TABLES[RecordingFact], TABLES[CallFact]
_STATES: Mapping[State, Any] = {
    "new": and_(MessageRow.done_ms == 0, MessageRow.heard_ms == 0),
    "heard": and_(MessageRow.done_ms == 0, MessageRow.heard_ms > 0),
    "done": MessageRow.done_ms > 0,
}
_OF_FILE = (_FILE.c.recording_id, _FILE.c.length_ms, _FILE.c.problem)
_OF_CALL = (_CALL.c.call_id, _CALL.c.number, _CALL.c.name)
Boxes = Mapping[str, VoicemailBox]


class SqlMessages:
    """Raises DatabaseAway from every method."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._ledger = engine, SqlLedger(engine)

    # ------------------------------------------------------------ for people

    def find(
        self, among: Collection[str] | None, state: State | None, first: int, count: int, message_id: str = ""
    ) -> tuple[int, list[dict[str, Any]]]:
        """How many there are in boxes ``among`` these (None: in all), and ``count`` of them from ``first`` on, newest first: what
        a Message has but for ``late``, ``detail``. ``message_id``: that one at most."""
        found = _in(select(MessageRow), among)
        if message_id:
            found = found.where(MessageRow.recording_id == message_id)
        if state:
            found = found.where(_STATES[state])
        page = found.order_by(MessageRow.at_ms.desc(), MessageRow.recording_id.desc()).limit(count).offset(first)
        with transaction(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
            rows = list(session.scalars(page))
            of_files, of_calls = [row.recording_id for row in rows], [row.call_id for row in rows]
            files, calls = select(*_OF_FILE).where(_OF_FILE[0].in_(of_files)), select(*_OF_CALL).where(_OF_CALL[0].in_(of_calls))
            found_files = {row["recording_id"]: row for row in session.execute(files).mappings()}
            found_calls = {row["call_id"]: row for row in session.execute(calls).mappings()}
        return total, [_message(row, found_files.get(row.recording_id), found_calls.get(row.call_id)) for row in rows]

    def get(self, message_id: str) -> dict[str, Any]:
        """Raises NoSuchMessage."""
        with transaction(self._engine) as session:
            row = session.get(MessageRow, message_id)
            if row is None:
                raise NoSuchMessage("there is no such message", {"message_id": message_id})
            file = session.execute(select(*_OF_FILE).where(_OF_FILE[0] == message_id)).mappings().first()
            call = session.execute(select(*_OF_CALL).where(_OF_CALL[0] == row.call_id)).mappings().first()
            return _message(row, file, call)

    def waiting(self, among: Collection[str] | None) -> dict[str, tuple[int, int]]:
        """Box -> how many are new, and when the oldest that is not done was left; boxes with none of them are left out."""
        new = func.sum(case((MessageRow.heard_ms == 0, 1), else_=0))
        found = _in(select(MessageRow.box, new, func.min(MessageRow.at_ms)), among).where(MessageRow.done_ms == 0)
        with transaction(self._engine) as session:
            return {box: (int(count), int(oldest)) for box, count, oldest in session.execute(found.group_by(MessageRow.box))}

    def heard(self, message_id: str, who: str, now_ms: int) -> None:
        """The first who hears it stands there; again changes nothing."""
        first = update(MessageRow).where(MessageRow.recording_id == message_id, MessageRow.heard_ms == 0)
        with transaction(self._engine) as session:
            session.execute(first.values(heard_by=who[:128], heard_ms=now_ms))

    def settle(self, message_id: str, who: str, now_ms: int, done: bool | None, note: str | None) -> None:
        """It is ``done``, or is not any more; who did it first stands there. None: as it is."""
        with transaction(self._engine) as session:
            row = session.get(MessageRow, message_id, with_for_update=True)
            if row is None:
                raise NoSuchMessage("there is no such message", {"message_id": message_id})
            if done is not None and done != (row.done_ms > 0):
                row.done_by, row.done_ms = (who[:128], now_ms) if done else ("", 0)
            if note is not None:
                row.note = note

    # ------------------------------------------------------------ for the worker

    def take_in(self, now_ms: int, mailed: Collection[str]) -> int:
        """New recordings in boxes become messages; -> how many. ``mailed``: boxes whose addresses are to be told."""
        seen = self._ledger.mark(MARK)
        new = (
            select(_FILE.c.id, _FILE.c.recording_id, _FILE.c.call_id, _FILE.c.box, _FILE.c.ended_ms)
            .outerjoin(MessageRow, MessageRow.recording_id == _FILE.c.recording_id)
            .where(_FILE.c.id > seen - LATE, _FILE.c.box != "", MessageRow.recording_id.is_(None))
            .order_by(_FILE.c.id)
            .limit(BATCH)
        )
        with transaction(self._engine) as session:
            rows = session.execute(new).all()
            session.add_all(
                MessageRow(
                    recording_id=row.recording_id, call_id=row.call_id, box=row.box, at_ms=row.ended_ms,
                    told_ms=0 if row.box in mailed else now_ms,
                )
                for row in rows
            )  # fmt: skip
        if rows and rows[-1].id > seen:
            self._ledger.set_mark(MARK, rows[-1].id)
        return len(rows)

    def untold(self) -> list[dict[str, Any]]:
        """Those to tell of, oldest first: recording_id, box, at_ms and the caller's number (None: the call is not booked yet)."""
        found = select(MessageRow.recording_id, MessageRow.box, MessageRow.at_ms, _CALL.c.number)
        found = found.outerjoin(_CALL, _CALL.c.call_id == MessageRow.call_id).where(MessageRow.told_ms == 0)
        with transaction(self._engine) as session:
            return [dict(row) for row in session.execute(found.order_by(MessageRow.at_ms).limit(BATCH)).mappings()]

    def told(self, message_id: str, now_ms: int) -> None:
        with transaction(self._engine) as session:
            session.execute(update(MessageRow).where(MessageRow.recording_id == message_id).values(told_ms=now_ms))


def is_late(boxes: Boxes, box: str, at_ms: int, now_ms: int) -> bool:
    """Whether a message of ``at_ms`` that is not done waits for longer than its box says."""
    days = boxes[box].answer_days if box in boxes else 0
    return bool(days) and now_ms - at_ms > days * DAY_MS


def _in(statement: Any, among: Collection[str] | None) -> Any:
    return statement if among is None else statement.where(MessageRow.box.in_(among))


def _message(row: MessageRow, file: RowMapping | None, call: RowMapping | None) -> dict[str, Any]:
    same = ("call_id", "box", "at_ms", "heard_by", "heard_ms", "done_by", "done_ms", "note")
    return {
        "id": row.recording_id,
        **{name: getattr(row, name) for name in same},
        "number": call["number"] if call else "",
        "name": call["name"] if call else "",
        "length_ms": file["length_ms"] if file else 0,
        "problem": file["problem"] if file else "missing",
        "state": "done" if row.done_ms else "heard" if row.heard_ms else "new",
    }

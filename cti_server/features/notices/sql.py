"""Notices for who reads them, and who has."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.domain.clock import Clock
from cti_server.features.centre.sql import InForce
from cti_server.features.notices.contract import NoSuchNotice, Notice, Reader
from cti_server.features.notices.entities import MOMENT
from cti_server.features.notices.model import NoticeReceipt, NoticeRow
from cti_server.features.users.model import User

ORDER = {"urgent": 0, "important": 1, "info": 2}
MOST_SHOWN = 50


class SqlNotices:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock, self._in_force = engine, clock, InForce("agents")

    def of(self, login: str, team: str, agent: str, everything: bool, zone: str) -> list[Notice]:
        """What this user is to know now, the most important first; ``everything``: whoever it is for. Raises DatabaseAway."""
        with transaction(self._engine) as session:
            return self._of(session, login, team, agent, everything, zone)

    def read(self, notice_id: str, version: int, login: str, team: str, agent: str, everything: bool, zone: str) -> None:
        """The user says so; again changes nothing. Raises NoSuchNotice, DatabaseAway."""
        with transaction(self._engine) as session:
            seen = {
                (one["id"], one["version"]): one["read_ms"] for one in self._of(session, login, team, agent, everything, zone)
            }
            if (notice_id, version) not in seen:
                raise NoSuchNotice("there is no such notice for this user now: look at the notices again")
            if not seen[notice_id, version]:
                at_ms = self._clock.now_ms()
                session.merge(NoticeReceipt(notice_id=notice_id, version=version, login=login[:64], at_ms=at_ms))

    def readers(self, notice_id: str, teams: Collection[str] | None) -> list[Reader]:
        """Its audience: who has not read it first; ``teams``: of these only. Raises NoSuchNotice, DatabaseAway."""
        with transaction(self._engine) as session:
            notice = session.get(NoticeRow, notice_id)
            if notice is None:
                raise NoSuchNotice(f"there is no notice {notice_id:.40}")
            asked = select(NoticeReceipt).where(NoticeReceipt.notice_id == notice_id, NoticeReceipt.version == notice.version)
            read = {row.login: row.at_ms for row in session.scalars(asked)}
            audience = select(User).where(User.disabled.is_(False)).order_by(User.name, User.login)
            if teams is not None:
                audience = audience.where(User.team_id.in_(teams))
            found = [
                Reader(login=row.login, name=row.name, read_ms=read.get(row.login, 0))
                for row in session.scalars(audience)
                if _is_for(notice, row.team_id or "", self._served(session, row.agent_id or ""))
            ]
            return sorted(found, key=lambda one: one["read_ms"] > 0)

    def _of(self, session: Session, login: str, team: str, agent: str, everything: bool, zone: str) -> list[Notice]:
        now = datetime.fromtimestamp(self._clock.now_ms() / 1000, ZoneInfo(zone)).strftime(MOMENT)
        table = NoticeRow
        due = select(table).where(table.begins <= now, or_(table.ends == "", table.ends > now))
        queues = self._served(session, agent)
        rows = [row for row in session.scalars(due) if everything or _is_for(row, team, queues)]
        asked = select(NoticeReceipt).where(NoticeReceipt.login == login, NoticeReceipt.notice_id.in_([row.id for row in rows]))
        read = {(row.notice_id, row.version): row.at_ms for row in session.scalars(asked)}
        rows.sort(key=lambda row: row.begins, reverse=True)
        rows.sort(key=lambda row: ORDER[row.importance])
        return [
            Notice(
                id=row.id, version=row.version, title=row.title, text=row.text, importance=row.importance, receipt=row.receipt,
                begins=row.begins, ends=row.ends, read_ms=read.get((row.id, row.version), 0),
            )
            for row in rows[:MOST_SHOWN]
        ]  # fmt: skip

    def _served(self, session: Session, agent: str) -> Collection[str]:
        queues: Collection[str] = self._in_force.records(session)["agents"].get(agent, {}).get("queues", ())
        return queues


def _is_for(row: NoticeRow, team: str, queues: Collection[str]) -> bool:
    if not row.teams and not row.queues:
        return True
    return (bool(team) and team in row.teams) or bool(set(queues) & set(row.queues))

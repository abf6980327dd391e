"""People as programs provision them (SCIM), in SQL: numbers instead of logins, and what the program itself calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.features.sign_in.model import ScimPerson
from cti_server.features.users.model import User


@dataclass(frozen=True, slots=True)
class Person:
    """``changed_ms``: 0 of one whom nobody has changed."""

    id: int
    external_id: str
    login: str
    name: str
    email: str
    role: str
    agent: str
    team: str
    group: str
    active: bool
    changed_ms: int


class SqlPeople:
    """Raises DatabaseAway from every method."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, wanted: Mapping[str, Any], first: int, count: int) -> tuple[int, Sequence[Person]]:
        """How many there are, and those from ``first`` (0, 1, ...) on. ``wanted``: of id, login, external_id; nothing: all."""
        columns: Mapping[str, Any] = {"id": User.id, "login": User.login, "external_id": ScimPerson.external_id}
        asked = select(User, ScimPerson.external_id).outerjoin(ScimPerson, ScimPerson.user_id == User.id)
        for name, value in wanted.items():
            asked = asked.where(columns[name] == value)
        with transaction(self._engine) as session:
            total = session.scalar(select(func.count()).select_from(asked.subquery())) or 0
            rows = session.execute(asked.order_by(User.id).offset(first).limit(count)) if count else ()
            return total, [_person(row.User, row.external_id or "") for row in rows]

    def one(self, user_id: int) -> Person | None:
        return next(iter(self.find({"id": user_id}, 0, 1)[1]), None)

    def members(self, groups: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[int, str]]]:
        """``groups``: group -> its teams. -> group -> (id, name) of who leads it, or belongs to one of its teams."""
        of_team = {team: group for group, teams in groups.items() for team in teams}
        found: dict[str, list[tuple[int, str]]] = {group: [] for group in groups}
        with transaction(self._engine) as session:
            for row in session.execute(select(User.id, User.name, User.team_id, User.group_id).order_by(User.id)):
                for group in {row.group_id, of_team.get(row.team_id, "")} & found.keys():
                    found[group].append((row.id, row.name))
        return found

    def call(self, login: str, external_id: str) -> None:
        """This is what the program calls that user, '' nothing."""
        with transaction(self._engine) as session:
            user_id = session.scalar(select(User.id).where(User.login == login))
            if user_id is not None:
                _call(session, user_id, external_id)


def _call(session: Session, user_id: int, external_id: str) -> None:
    if not external_id:
        session.execute(delete(ScimPerson).where(ScimPerson.user_id == user_id))
        return
    known = update(ScimPerson).where(ScimPerson.user_id == user_id).values(external_id=external_id)
    there = session.scalar(select(ScimPerson.user_id).where(ScimPerson.user_id == user_id))
    if there is None:
        session.execute(insert(ScimPerson), {"user_id": user_id, "external_id": external_id})
    else:
        session.execute(known)


def _person(row: User, external_id: str) -> Person:
    belongs = row.role, row.agent_id, row.team_id, row.group_id
    return Person(row.id, external_id, row.login, row.name, row.email, *belongs, not row.disabled, row.changed_ms)

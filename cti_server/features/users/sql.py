"""People from SQL. Implements the port Accounts."""

from __future__ import annotations

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from cti_server.adapters.sql.database import transaction
from cti_server.features.roles.contract import rights_of
from cti_server.features.roles.model import Role
from cti_server.features.users import model
from cti_server.features.users.service import Account


class SqlAccounts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_login(self, login: str) -> Account | None:
        """Logins are kept in lower case."""
        with transaction(self._engine) as session:
            return _found(session, session.scalar(select(model.User).where(model.User.login == login.strip().lower())))

    def by_id(self, user_id: int) -> Account | None:
        with transaction(self._engine) as session:
            return _found(session, session.get(model.User, user_id))

    def of_role(self, role: str) -> list[int]:
        with transaction(self._engine) as session:
            return list(session.scalars(select(model.User.id).where(model.User.role == role)))

    def known_roles(self) -> list[str]:
        with transaction(self._engine) as session:
            return list(session.scalars(select(Role.id)))

    def set_locale(self, user_id: int, locale: str) -> None:
        with transaction(self._engine) as session:
            session.execute(update(model.User).where(model.User.id == user_id).values(locale=locale))

    def set_password(self, user_id: int, password_hash: str) -> None:
        """``password_hash``: argon2's text."""
        with transaction(self._engine) as session:
            session.execute(update(model.User).where(model.User.id == user_id).values(password_hash=password_hash))


def account_of(session: Session, row: model.User) -> Account:
    role = session.get(Role, row.role)
    return Account(
        row.id, row.login, row.name, row.password_hash, row.role, row.agent_id, row.team_id, row.locale, row.disabled,
        row.email, row.locked_ms > 0, rights_of(role.id, role.rights) if role else {}, role.texts if role else {}, row.group_id,
    )  # fmt: skip


def _found(session: Session, row: model.User | None) -> Account | None:
    return None if row is None else account_of(session, row)

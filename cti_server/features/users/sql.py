"""People from SQL. Implements the port Accounts."""

from __future__ import annotations

from sqlalchemy import Engine, select, update

from cti_server.adapters.sql.database import transaction
from cti_server.features.users import model
from cti_server.features.users.service import Account


class SqlAccounts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_login(self, login: str) -> Account | None:
        """Logins are kept in lower case."""
        with transaction(self._engine) as session:
            row = session.scalar(select(model.User).where(model.User.login == login.strip().lower()))
            return account_of(row) if row else None

    def by_id(self, user_id: int) -> Account | None:
        with transaction(self._engine) as session:
            row = session.get(model.User, user_id)
            return account_of(row) if row else None

    def set_locale(self, user_id: int, locale: str) -> None:
        with transaction(self._engine) as session:
            session.execute(update(model.User).where(model.User.id == user_id).values(locale=locale))

    def set_password(self, user_id: int, password_hash: str) -> None:
        """``password_hash``: argon2's text."""
        with transaction(self._engine) as session:
            session.execute(update(model.User).where(model.User.id == user_id).values(password_hash=password_hash))


def account_of(row: model.User) -> Account:
    told = row.id, row.login, row.name, row.password_hash, row.role, row.agent_id, row.team_id, row.locale, row.disabled
    return Account(*told, row.email, row.locked_ms > 0)

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
            return _account(row)

    def by_id(self, user_id: int) -> Account | None:
        with transaction(self._engine) as session:
            return _account(session.get(model.User, user_id))

    def set_locale(self, user_id: int, locale: str) -> None:
        with transaction(self._engine) as session:
            session.execute(update(model.User).where(model.User.id == user_id).values(locale=locale))

    def set_password(self, user_id: int, password_hash: str) -> None:
        """``password_hash``: argon2's text."""
        with transaction(self._engine) as session:
            session.execute(update(model.User).where(model.User.id == user_id).values(password_hash=password_hash))


def _account(row: model.User | None) -> Account | None:
    if row is None:
        return None
    return Account(row.id, row.login, row.name, row.password_hash, row.role, row.agent_id, row.team_id, row.locale, row.disabled)

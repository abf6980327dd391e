"""People and phones from SQL. Implements services.users.Accounts and Phones."""

from __future__ import annotations

from sqlalchemy import Engine, select, update

from cti_server.adapters.sql import models
from cti_server.adapters.sql.database import transaction
from cti_server.services.users import Account, Phone


class SqlAccounts:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_login(self, login: str) -> Account | None:
        """Logins are kept in lower case."""
        with transaction(self._engine) as session:
            row = session.scalar(select(models.User).where(models.User.login == login.strip().lower()))
            return _account(row)

    def by_id(self, user_id: int) -> Account | None:
        with transaction(self._engine) as session:
            return _account(session.get(models.User, user_id))

    def set_locale(self, user_id: int, locale: str) -> None:
        with transaction(self._engine) as session:
            session.execute(update(models.User).where(models.User.id == user_id).values(locale=locale))

    def set_password(self, user_id: int, password_hash: str) -> None:
        """``password_hash``: argon2's text."""
        with transaction(self._engine) as session:
            session.execute(update(models.User).where(models.User.id == user_id).values(password_hash=password_hash))


class SqlPhones:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def phone(self, extension: str) -> Phone | None:
        with transaction(self._engine) as session:
            row = session.scalar(select(models.Agent).where(models.Agent.extension == extension))
            if row is not None:
                return Phone(row.extension, row.phone_password, row.id, row.name)
            seat = session.get(models.FreeSeat, extension)
            return Phone(seat.extension, seat.phone_password, "", seat.extension) if seat else None


def _account(row: models.User | None) -> Account | None:
    if row is None:
        return None
    return Account(row.id, row.login, row.name, row.password_hash, row.role, row.agent_id, row.team_id, row.locale, row.disabled)

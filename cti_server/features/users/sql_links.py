"""One-time links and locks in SQL: what administrators do to somebody's sign-in besides the record itself."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Engine, delete, insert, select, update

from cti_server.adapters.sql.database import transaction
from cti_server.domain.clock import Clock
from cti_server.features.users.model import PasswordLink, User
from cti_server.features.users.service import Account, Link, LinkKind, LinkOver, Lock
from cti_server.features.users.sql import account_of

LIVES_MS: Mapping[LinkKind, int] = {"invitation": 7 * 86_400_000, "reset": 86_400_000}
FORGOTTEN_MS = 3_600_000
"""How long a link counts, and one that people ask for themselves."""
STEP = 500
LONGEST_TOKEN = 100


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _mark_of(account: Account) -> str:
    """Another one with another password or address: who had the old ones keeps no link."""
    return hashlib.sha256(f"{account.password_hash}\0{account.email}".encode()).hexdigest()


class SqlLinks:
    """Raises DatabaseAway from every method."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def make(self, account: Account, by: str, life_ms: int = 0) -> tuple[str, Link]:
        """The token, which is kept nowhere, and what it is for. An older link of this person ends. ``life_ms`` 0: as usual."""
        (made,) = self._make([account], by, life_ms)
        return made

    def make_all(self, by: str, whom: Callable[[Account], bool]) -> list[tuple[str, Link]]:
        """For everybody of these who may come in and has no password."""
        with transaction(self._engine) as session:
            asked = (
                select(User).where(User.password_hash == "", User.disabled.is_(False), User.locked_ms == 0).order_by(User.login)
            )
            accounts = [one for row in session.scalars(asked).all() if whom(one := account_of(session, row))]
        return self._make(accounts, by) if accounts else []

    def _make(self, accounts: Sequence[Account], by: str, life_ms: int = 0) -> list[tuple[str, Link]]:
        now_ms, made, rows = self._clock.now_ms(), [], []
        for account in accounts:
            kind: LinkKind = "reset" if account.password_hash else "invitation"
            token = secrets.token_urlsafe(32)
            link = Link(account, kind, now_ms, now_ms + (life_ms or LIVES_MS[kind]), by[:128])
            hashes = {"token_hash": token_hash(token), "mark": _mark_of(account)}
            times = {"made_ms": now_ms, "expires_ms": link.expires_ms}
            made.append((token, link))
            rows.append({"user_id": account.id, "kind": kind, "made_by": link.made_by, **hashes, **times})
        with transaction(self._engine) as session:
            for at in range(0, len(rows), STEP):
                ids = [row["user_id"] for row in rows[at : at + STEP]]
                session.execute(delete(PasswordLink).where(PasswordLink.user_id.in_(ids)))
            session.execute(insert(PasswordLink), rows)
        return made

    def of(self, user_id: int) -> Link | None:
        """The one that this person has and could use now."""
        found = self._find(PasswordLink.user_id == user_id)
        return None if found is None or found.account.barred else found

    def find(self, token: str) -> Link:
        """Raises LinkOver."""
        found = self._find(PasswordLink.token_hash == token_hash(token)) if 0 < len(token) <= LONGEST_TOKEN else None
        if found is None or found.account.barred:
            raise LinkOver("this link does not count (any more): ask an administrator for a new one")
        return found

    def use(self, token: str, password_hash: str) -> Account:
        """Sets the password (argon2's text) of the person whose link this is; of two at once one does. Raises LinkOver."""
        link = self.find(token)
        with transaction(self._engine) as session:
            mine = delete(PasswordLink).where(PasswordLink.token_hash == token_hash(token))
            if not cast("Any", session.execute(mine)).rowcount:
                raise LinkOver("this link has just been used")
            session.execute(update(User).where(User.id == link.account.id).values(password_hash=password_hash))
        return link.account

    def revoke(self, user_id: int) -> bool:
        """Whether there was one."""
        with transaction(self._engine) as session:
            gone = session.execute(delete(PasswordLink).where(PasswordLink.user_id == user_id))
            return bool(cast("Any", gone).rowcount)

    def lock(self, user_id: int, by: str, reason: str) -> None:
        """An open link ends with it, whatever comes after."""
        values = {"locked_ms": self._clock.now_ms(), "locked_by": by[:128], "lock_reason": reason}
        with transaction(self._engine) as session:
            session.execute(update(User).where(User.id == user_id).values(**values))
            session.execute(delete(PasswordLink).where(PasswordLink.user_id == user_id))

    def unlock(self, user_id: int) -> None:
        values = {"locked_ms": 0, "locked_by": "", "lock_reason": ""}
        with transaction(self._engine) as session:
            session.execute(update(User).where(User.id == user_id).values(**values))

    def lock_of(self, user_id: int) -> Lock | None:
        with transaction(self._engine) as session:
            row = session.get(User, user_id)
            return Lock(row.locked_ms, row.locked_by, row.lock_reason) if row is not None and row.locked_ms else None

    def _find(self, which: Any) -> Link | None:
        asked = select(PasswordLink, User).join(User, User.id == PasswordLink.user_id).where(which)
        with transaction(self._engine) as session:
            row = session.execute(asked.where(PasswordLink.expires_ms > self._clock.now_ms())).first()
            if row is None or row.PasswordLink.mark != _mark_of(account_of(session, row.User)):
                return None
            link, user = row
            return Link(account_of(session, user), link.kind, link.made_ms, link.expires_ms, link.made_by)

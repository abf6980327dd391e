"""Providers and whom they vouch for, in SQL. People are changed as everybody changes them: with checks, history and audit."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cti_server.adapters.sealed import Sealer
from cti_server.adapters.sql.database import transaction
from cti_server.domain.clock import Clock
from cti_server.errors import CtiError
from cti_server.features.entities.contract import By, EntryExists, Outcome, Wish, sealed_for
from cti_server.features.entities.fields import EMAIL
from cti_server.features.entities.sql import Entities
from cti_server.features.roles.contract import ADMIN, rights_of
from cti_server.features.roles.model import Role
from cti_server.features.sign_in.contract import NoSuchProvider, NotKnownHere
from cti_server.features.sign_in.model import SignInIdentity, SignInProvider
from cti_server.features.sign_in.service import Provider, Vouched, role_of
from cti_server.features.users.model import User
from cti_server.features.users.service import Account
from cti_server.features.users.sql import account_of
from cti_server.rights import Rights

USERS = "users"


class SqlSignIn:
    """``sealer`` None: there is no key, so that no provider has a secret. Raises DatabaseAway from every method."""

    def __init__(self, engine: Engine, entities: Entities, clock: Clock, sealer: Sealer | None) -> None:
        self._engine, self._entities, self._clock, self._sealer = engine, entities, clock, sealer

    def providers(self) -> list[Provider]:
        """Those that are offered; without their secrets."""
        with transaction(self._engine) as session:
            asked = select(SignInProvider).where(SignInProvider.active).order_by(SignInProvider.id)
            return [_provider(row, "") for row in session.scalars(asked)]

    def provider(self, name: str) -> Provider:
        """Raises NoSuchProvider, CannotOpen."""
        with transaction(self._engine) as session:
            row = session.get(SignInProvider, name)
            if row is None or not row.active:
                raise NoSuchProvider(f"there is no way to log in that is called {name:.40}", {"provider": f"{name:.40}"})
            secret = row.secret and self._sealer is not None and self._sealer.open(row.secret, sealed_for(*_secret_of(row.id)))
            return _provider(row, secret or "")

    def only_by(self, account: Account) -> str:
        """The provider that is the only way in for this role, '' none. Of the administrators with a password the first one always
        may use it: where the provider is gone, somebody can say so."""
        with transaction(self._engine) as session:
            asked = select(SignInProvider).where(SignInProvider.active).order_by(SignInProvider.id)
            found = next((row.id for row in session.scalars(asked) if account.role in row.only_for), "")
            if found and account.role == ADMIN:
                may = (User.role == ADMIN, User.password_hash != "", User.disabled.is_(False), User.locked_ms == 0)
                if session.scalar(select(User.id).where(*may).order_by(User.id).limit(1)) == account.id:
                    return ""
            return found

    def enter(self, provider: Provider, who: Vouched, address: str) -> tuple[Account, Outcome | None]:
        """The user that this is, with the role that the provider's groups give now; and what was changed for that, or made.
        Raises NotKnownHere."""
        account, role, known = self._look(provider, who)
        if not role:
            raise _unknown("none of the groups gives a role here")
        by = By(f"provider:{provider.id}", f"provider {provider.id}", {"address": address, "subject": who.subject[:100]})
        said: dict[str, Any] = {"role": role}
        said |= {name: value for name, value in (("agent_id", who.agent), ("team_id", who.team)) if value}
        if account is None:
            if not provider.make_people:
                raise _unknown("nobody is known here by this login, and people are not made")
            said |= {"name": who.name[:128], "login": who.login, "email": who.email if EMAIL.fullmatch(who.email) else ""}
        elif account.barred:
            raise _unknown("this user is disabled or locked")
        login = who.login if account is None else account.login
        try:
            outcome = self._entities.change(USERS, Wish(login, said, create=account is None), by)
        except EntryExists as error:
            raise _unknown("somebody has just been made with this login: once more") from error
        except CtiError as error:
            if error.status is None or error.status >= 500:
                raise
            raise _unknown(f"the user cannot be made or changed so: {error.message}") from error
        return self._known(provider, who, login, known), None if outcome.fate == "same" else outcome

    # ------------------------------------------------------------ inside

    def _look(self, provider: Provider, who: Vouched) -> tuple[Account | None, str, bool]:
        """The user, the role that the groups give, and whether the provider has vouched for this user before. Raises
        NotKnownHere."""
        with transaction(self._engine) as session:
            role = role_of(provider, who.groups, lambda name: _rights(session, name))
            mine = session.get(SignInIdentity, _hash(provider, who.subject))
            if mine is not None:
                row = session.get(User, mine.user_id)
                return (account_of(session, row) if row is not None else None), role, True
            row = session.scalar(select(User).where(User.login == who.login)) if who.login else None
            if row is None:
                if not who.login:
                    raise _unknown("the provider tells no login")
                return None, role, False
            if not provider.match_logins:
                raise _unknown("a user has this login already, and logins do not say who somebody is")
            other = SignInIdentity.user_id == row.id, SignInIdentity.issuer_hash == _hash(provider, "")
            if session.scalar(select(SignInIdentity.subject).where(*other)) is not None:
                raise _unknown("the user with this login is somebody else there")
            return account_of(session, row), role, False

    def _known(self, provider: Provider, who: Vouched, login: str, known: bool) -> Account:
        """Raises NotKnownHere."""
        try:
            with transaction(self._engine) as session:
                row = session.scalar(select(User).where(User.login == login))
                if row is None:
                    raise _unknown("the user has just been removed")
                if not known:
                    about = {"provider": provider.id, "subject": who.subject, "issuer_hash": _hash(provider, "")}
                    about |= {"subject_hash": _hash(provider, who.subject)}
                    more = {"user_id": row.id, "made_ms": self._clock.now_ms()}
                    session.execute(insert(SignInIdentity), {**about, **more})
                return account_of(session, row)
        except IntegrityError as error:
            raise _unknown("this person is just coming in by another way: once more") from error


def _secret_of(key: str) -> tuple[str, str, str]:
    return "sign_in_providers", key, "secret"


def _provider(row: SignInProvider, secret: str) -> Provider:
    return Provider(
        row.id, row.texts, row.kind, row.url, row.client_id, tuple(row.scopes), row.base, row.login_claim, row.groups_claim,
        row.agent_claim, row.team_claim, row.roles, row.make_people, row.match_logins, tuple(row.second), row.signs_out, secret,
    )  # fmt: skip


def _rights(session: Session, name: str) -> Rights | None:
    role = session.get(Role, name)
    return rights_of(role.id, role.rights) if role is not None else None


def _hash(provider: Provider, subject: str) -> str:
    """Of another address, another one: who changes that takes over nobody."""
    return hashlib.sha256("\0".join((provider.id, provider.url.rstrip("/"), subject)).encode()).hexdigest()


def _unknown(why: str) -> NotKnownHere:
    return NotKnownHere("somebody who may not come in here", {"why": why})

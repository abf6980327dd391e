"""People's second factors in SQL: the sealed secret of an app, hashes of recovery codes, public keys of passkeys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cti_server.adapters.sealed import Sealer
from cti_server.adapters.sql.database import transaction
from cti_server.domain.clock import Clock
from cti_server.errors import CtiError
from cti_server.features.users.model import Passkey, RecoveryCode, User
from cti_server.features.users.second import hash_of, hashes_of, new_codes, step_of

MOST_PASSKEYS = 10


class NoSecretsKey(
    CtiError,
    id="no-secrets-key",
    status=409,
    en="Codes of an app are not set up here. Ask the operator.",
    zh="系统未启用动态验证码，请联系运维人员。",
):
    """CTI_SECRETS_KEY is not set."""


class TooManyPasskeys(
    CtiError,
    id="too-many-passkeys",
    status=409,
    en="There are too many passkeys. Remove one first.",
    zh="通行密钥过多，请先删除。",
):
    """Nobody needs so many."""


class NoSuchPasskey(CtiError, id="no-such-passkey", status=404, en="There is no such passkey.", zh="通行密钥不存在。"):
    """It was removed, or is somebody else's."""


@dataclass(frozen=True, slots=True)
class KnownPasskey:
    """``credential_id``, ``public_key``: base64url; times in UTC ms, ``used_ms`` 0: never."""

    id: int
    user_id: int
    credential_id: str
    public_key: str
    sign_count: int
    name: str
    made_ms: int
    used_ms: int


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """Of one person. ``recovery_left``: how many recovery codes were not used yet."""

    totp: bool
    recovery_left: int
    passkeys: tuple[KnownPasskey, ...]

    @property
    def any(self) -> bool:
        return self.totp or bool(self.passkeys)


class SqlSecondFactors:
    """``sealer`` None: there is no key, so nobody has codes of an app. Raises DatabaseAway from every method."""

    def __init__(self, engine: Engine, clock: Clock, sealer: Sealer | None) -> None:
        self._engine, self._clock, self._sealer = engine, clock, sealer

    @property
    def has_codes(self) -> bool:
        """Whether codes of an app can be set up here."""
        return self._sealer is not None

    def of(self, user_id: int) -> SecondFactors:
        with transaction(self._engine) as session:
            totp = session.scalar(select(User.totp).where(User.id == user_id)) or ""
            left = session.scalar(select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)) or 0
            rows = session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()
            return SecondFactors(bool(totp), left, tuple(_known(row) for row in rows))

    # ------------------------------------------------------------ codes

    def set_totp(self, user_id: int, secret: str, step: int) -> list[str]:
        """``step``: that of the code which has shown that the app is there. -> new recovery codes. Raises NoSecretsKey."""
        if self._sealer is None:
            raise NoSecretsKey("codes of an app need CTI_SECRETS_KEY, which seals their secrets")
        sealed = self._sealer.seal(secret, _whose(user_id))
        with transaction(self._engine) as session:
            session.execute(update(User).where(User.id == user_id).values(totp=sealed, totp_step=step))
            return _codes(session, user_id)

    def remove_totp(self, user_id: int) -> None:
        """With the recovery codes."""
        with transaction(self._engine) as session:
            _no_codes(session, user_id)

    def new_codes(self, user_id: int) -> list[str]:
        """Instead of the old recovery codes."""
        with transaction(self._engine) as session:
            return _codes(session, user_id)

    def take(self, user_id: int, code: str) -> str:
        """Whether this is a code of the person's app, later than the last one, or a recovery code: 'totp', 'recovery', ''
        neither. It counts once, also of two at the same time. Raises CannotOpen."""
        with transaction(self._engine) as session:
            row = session.execute(select(User.totp, User.totp_step).where(User.id == user_id)).first()
            if row is None:
                return ""
            step = 0
            if row.totp and self._sealer is not None:
                step = step_of(self._sealer.open(row.totp, _whose(user_id)), code, self._clock.now_ms(), row.totp_step)
            if step:
                mine = update(User).where(User.id == user_id, User.totp == row.totp, User.totp_step < step).values(totp_step=step)
                return "totp" if _changed(session, mine) else ""
            used = delete(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == hash_of(user_id, code))
            return "recovery" if _changed(session, used) else ""

    # ------------------------------------------------------------ passkeys

    def add_passkey(self, user_id: int, credential_id: str, public_key: str, sign_count: int, name: str) -> None:
        """Raises TooManyPasskeys, NoSuchPasskey for one that somebody has already."""
        try:
            with transaction(self._engine) as session:
                held = session.scalar(select(func.count()).select_from(Passkey).where(Passkey.user_id == user_id)) or 0
                if held >= MOST_PASSKEYS:
                    raise TooManyPasskeys(f"nobody has more than {MOST_PASSKEYS} passkeys: remove one first")
                times = {"made_ms": self._clock.now_ms(), "used_ms": 0}
                row = {
                    "credential_hash": credential_hash(credential_id),
                    "credential_id": credential_id,
                    "public_key": public_key,
                }
                session.execute(insert(Passkey), {"user_id": user_id, **row, "sign_count": sign_count, "name": name, **times})
        except IntegrityError as error:
            raise NoSuchPasskey("this passkey is known already") from error

    def passkey(self, credential_id: str) -> KnownPasskey | None:
        with transaction(self._engine) as session:
            row = session.scalar(select(Passkey).where(Passkey.credential_hash == credential_hash(credential_id)))
            return _known(row) if row is not None else None

    def used_passkey(self, passkey: KnownPasskey, sign_count: int) -> bool:
        """False: it was used at the same time, or is gone."""
        values = {"sign_count": sign_count, "used_ms": self._clock.now_ms()}
        same = Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count
        with transaction(self._engine) as session:
            return _changed(session, update(Passkey).where(*same).values(**values))

    def remove_passkey(self, user_id: int, passkey_id: int) -> None:
        """Raises NoSuchPasskey."""
        with transaction(self._engine) as session:
            if not _changed(session, delete(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)):
                raise NoSuchPasskey("there is no such passkey")

    def reset(self, user_id: int) -> None:
        """The person has no second factor any more."""
        with transaction(self._engine) as session:
            _no_codes(session, user_id)
            session.execute(delete(Passkey).where(Passkey.user_id == user_id))


def credential_hash(credential_id: str) -> str:
    return hashlib.sha256(credential_id.encode()).hexdigest()


def _known(row: Passkey) -> KnownPasskey:
    credential = row.credential_id, row.public_key, row.sign_count
    return KnownPasskey(row.id, row.user_id, *credential, row.name, row.made_ms, row.used_ms)


def _codes(session: Session, user_id: int) -> list[str]:
    made = new_codes()
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(insert(RecoveryCode), [{"user_id": user_id, "code_hash": one} for one in hashes_of(user_id, made)])
    return made


def _no_codes(session: Session, user_id: int) -> None:
    session.execute(update(User).where(User.id == user_id).values(totp="", totp_step=0))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _changed(session: Session, statement: Any) -> bool:
    return bool(cast("Any", session.execute(statement)).rowcount)


def _whose(user_id: int) -> str:
    return f"totp {user_id}"

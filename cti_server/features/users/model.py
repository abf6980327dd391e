"""The tables of the people who log in."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept
from cti_server.adapters.sql.types import RowId
from cti_server.features.users.service import LinkKind
from cti_server.words import Language


class User(Kept, Base):
    """Who logs in. ``agent_id``, ``team_id`` and ``group_id`` '' where the person has none; ``password_hash`` '': nobody logs in
    with a password.
    ``locked_ms``: since when an administrator keeps this person out, 0: nobody does. ``totp``: the sealed secret of the app that
    makes this person's codes, '' none; ``totp_step``: that of the last code that was used."""

    __tablename__ = "users"
    __table_args__ = (TABLE,)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(ID)
    agent_id: Mapped[str] = mapped_column(ID, default="")
    team_id: Mapped[str] = mapped_column(ID, default="")
    group_id: Mapped[str] = mapped_column(ID, default="", server_default="")
    locale: Mapped[Literal["", Language]] = mapped_column(String(16), default="zh-CN")
    disabled: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    locked_ms: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    locked_by: Mapped[str] = mapped_column(NAME, default="", server_default="")
    lock_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    totp: Mapped[str] = mapped_column(String(255), default="", server_default="")
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class RecoveryCode(Base):
    """One that was not used yet; a hash of it."""

    __tablename__ = "recovery_codes"
    __table_args__ = (TABLE,)
    user_id: Mapped[int] = mapped_column(RowId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    code_hash: Mapped[str] = mapped_column(CODE, primary_key=True)


class Passkey(Base):
    """``credential_hash``: of ``credential_id``, which is base64url as ``public_key``."""

    __tablename__ = "passkeys"
    __table_args__ = (TABLE,)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    user_id: Mapped[int] = mapped_column(RowId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_hash: Mapped[str] = mapped_column(CODE, unique=True)
    credential_id: Mapped[str] = mapped_column(String(1400))
    public_key: Mapped[str] = mapped_column(String(1400))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(CODE)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    used_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class PasswordLink(Base):
    """The one link with which somebody may set a password, once. Only its hash is kept; whoever used it or lost it has no row.
    ``mark``: of the password and the address that the person had."""

    __tablename__ = "password_links"
    __table_args__ = (TABLE,)
    user_id: Mapped[int] = mapped_column(RowId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(CODE, unique=True)
    mark: Mapped[str] = mapped_column(CODE)
    kind: Mapped[LinkKind] = mapped_column(String(16))
    made_ms: Mapped[int] = mapped_column(BigInteger)
    expires_ms: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[str] = mapped_column(NAME)

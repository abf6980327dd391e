"""Tables of the providers, and of whom they vouch for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept
from cti_server.adapters.sql.types import Json, RowId
from cti_server.features.sign_in.service import Kind

URL = String(500)
DN = String(255)


class SignInProvider(Kept, Base):
    """``secret``: sealed, of the client or of the account that searches; '' none."""

    __tablename__ = "sign_in_providers"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    texts: Mapped[Any] = mapped_column(Json)
    kind: Mapped[Kind] = mapped_column(String(16))
    active: Mapped[bool] = mapped_column(default=True)
    url: Mapped[str] = mapped_column(URL)
    client_id: Mapped[str] = mapped_column(DN)
    scopes: Mapped[Any] = mapped_column(Json)
    base: Mapped[str] = mapped_column(DN)
    login_claim: Mapped[str] = mapped_column(CODE)
    groups_claim: Mapped[str] = mapped_column(CODE)
    agent_claim: Mapped[str] = mapped_column(CODE)
    team_claim: Mapped[str] = mapped_column(CODE)
    roles: Mapped[Any] = mapped_column(Json)
    make_people: Mapped[bool] = mapped_column(default=False)
    match_logins: Mapped[bool] = mapped_column(default=False)
    only_for: Mapped[Any] = mapped_column(Json)
    second: Mapped[Any] = mapped_column(Json)
    signs_out: Mapped[bool] = mapped_column(default=False)
    secret: Mapped[str] = mapped_column(String(2000), default="")


class SignInIdentity(Base):
    """Who is whom at a provider. ``subject_hash``: of provider, its address, and subject."""

    __tablename__ = "sign_in_identities"
    __table_args__ = (TABLE,)
    subject_hash: Mapped[str] = mapped_column(CODE, primary_key=True)
    user_id: Mapped[int] = mapped_column(RowId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    issuer_hash: Mapped[str] = mapped_column(CODE)
    provider: Mapped[str] = mapped_column(ID)
    subject: Mapped[str] = mapped_column(String(255))
    made_ms: Mapped[int] = mapped_column(BigInteger)


class ScimPerson(Base):
    """What the program that provisions people calls them."""

    __tablename__ = "scim_people"
    __table_args__ = (TABLE,)
    user_id: Mapped[int] = mapped_column(RowId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    external_id: Mapped[str] = mapped_column(NAME, index=True)

"""The table of API tokens."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept


class ApiToken(Kept, Base):
    """``secret_hash``: SHA-256 (hex) of the whole token. ``used_ms``, ``used_from``: its last use, to a minute, and the address
    that it came from; 0 and '' never."""

    __tablename__ = "api_tokens"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    user: Mapped[str] = mapped_column(CODE, index=True)
    role: Mapped[str] = mapped_column(ID, default="")
    read_only: Mapped[bool] = mapped_column(default=False)
    until: Mapped[str] = mapped_column(String(10), default="")
    per_minute: Mapped[int] = mapped_column(default=600)
    secret_hash: Mapped[str] = mapped_column(CODE, unique=True)
    used_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    used_from: Mapped[str] = mapped_column(CODE, default="")

"""Notices, and who has read which version of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept
from cti_server.adapters.sql.types import Json, LongText
from cti_server.features.notices.contract import Importance


class NoticeRow(Kept, Base):
    """``begins`` and ``ends``: local, '2026-10-01 09:00', '' none; they compare as texts."""

    __tablename__ = "notices"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    title: Mapped[str] = mapped_column(NAME)
    text: Mapped[str] = mapped_column(LongText)
    importance: Mapped[Importance] = mapped_column(String(16))
    begins: Mapped[str] = mapped_column(String(16))
    ends: Mapped[str] = mapped_column(String(16))
    teams: Mapped[Any] = mapped_column(Json)
    queues: Mapped[Any] = mapped_column(Json)
    receipt: Mapped[bool] = mapped_column()


class NoticeReceipt(Base):
    __tablename__ = "notice_receipts"
    __table_args__ = (TABLE,)
    notice_id: Mapped[str] = mapped_column(ID, ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(CODE, primary_key=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)

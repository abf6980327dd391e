"""The one record of the centre's own look."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import ID, TABLE, Base, Kept
from cti_server.adapters.sql.types import LongText


class LookRow(Kept, Base):
    """Pictures as ``data:`` addresses."""

    __tablename__ = "look"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    accent: Mapped[str] = mapped_column(String(7))
    logo_light: Mapped[str] = mapped_column(LongText)
    logo_dark: Mapped[str] = mapped_column(LongText)
    icon: Mapped[str] = mapped_column(LongText)

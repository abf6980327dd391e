"""The table of the people who log in."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept
from cti_server.adapters.sql.types import RowId
from cti_server.words import Language


class User(Kept, Base):
    """Who logs in. ``agent_id``, ``team_id`` and ``group_id`` '' where the person has none."""

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

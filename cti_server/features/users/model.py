"""The table of the people who log in."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base
from cti_server.adapters.sql.types import RowId


class User(Base):
    """Who logs in. ``role``: agent, leader, admin. ``agent_id``/``team_id`` '' where the role has none."""

    __tablename__ = "users"
    __table_args__ = (TABLE,)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    agent_id: Mapped[str] = mapped_column(ID, default="")
    team_id: Mapped[str] = mapped_column(ID, default="")
    locale: Mapped[str] = mapped_column(String(16), default="zh-CN")
    disabled: Mapped[bool] = mapped_column(default=False)

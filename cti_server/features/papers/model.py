"""Scripts, the shelf's links, and the hosts they may lead to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept
from cti_server.adapters.sql.types import Json, LongText


class ScriptRow(Kept, Base):
    __tablename__ = "scripts"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    queue: Mapped[str] = mapped_column(ID, index=True)
    text: Mapped[str] = mapped_column(LongText)
    position: Mapped[int] = mapped_column()


class PaperRow(Kept, Base):
    __tablename__ = "shelf"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    title: Mapped[str] = mapped_column(NAME)
    link: Mapped[str] = mapped_column(String(1000))
    group: Mapped[str] = mapped_column(NAME)
    teams: Mapped[Any] = mapped_column(Json)
    queues: Mapped[Any] = mapped_column(Json)
    position: Mapped[int] = mapped_column()


class ShelfHost(Kept, Base):
    __tablename__ = "shelf_hosts"
    __table_args__ = (TABLE,)
    host: Mapped[str] = mapped_column(CODE, primary_key=True)
    about: Mapped[str] = mapped_column(NAME)

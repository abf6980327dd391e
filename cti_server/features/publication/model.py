"""Publications that wait for their time, and what became of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, TABLE, Base
from cti_server.adapters.sql.types import Json, LongText, RowId
from cti_server.features.publication.contract import State


class PlannedPublication(Base):
    """The draft as it was when it was planned: ``document`` to ``changes`` as of a version."""

    __tablename__ = "planned_publications"
    __table_args__ = (TABLE,)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(CODE)
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[State] = mapped_column(String(16))
    base: Mapped[int] = mapped_column()
    version: Mapped[int] = mapped_column(default=0)
    changes: Mapped[int] = mapped_column(default=0)
    problems: Mapped[Any] = mapped_column(Json)
    document: Mapped[str] = mapped_column(LongText)
    records: Mapped[str] = mapped_column(LongText)
    hidden: Mapped[str] = mapped_column(LongText)
    upto: Mapped[int] = mapped_column(BigInteger, default=0)

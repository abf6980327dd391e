"""The history of all entities."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, NAME, TABLE, Base
from cti_server.adapters.sql.types import Json, RowId
from cti_server.features.entities.contract import Change


class EntityVersion(Base):
    """One change: the record of ``version`` is ``after``, None: it is gone; ``before`` None: there was none. Secrets are in none;
    ``fields`` names what changed, secrets too."""

    __tablename__ = "entity_versions"
    __table_args__ = (UniqueConstraint("entity", "key", "version"), TABLE)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    entity: Mapped[str] = mapped_column(CODE)
    key: Mapped[str] = mapped_column(CODE)
    version: Mapped[int] = mapped_column()
    at_ms: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str] = mapped_column(NAME)
    what: Mapped[Change] = mapped_column(String(16))
    fields: Mapped[Any] = mapped_column(Json)
    before: Mapped[Any] = mapped_column(Json, nullable=True)
    after: Mapped[Any] = mapped_column(Json, nullable=True)

"""The table of roles."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import ID, TABLE, Base, Kept
from cti_server.adapters.sql.types import Json


class Role(Kept, Base):
    """``texts``: its name by language. ``rights``: as ``contract.kept_of`` gives them."""

    __tablename__ = "roles"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    texts: Mapped[Any] = mapped_column(Json)
    rights: Mapped[Any] = mapped_column(Json)

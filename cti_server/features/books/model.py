"""Who is in the address books."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept
from cti_server.features.books.contract import ContactKind


class Contact(Kept, Base):
    __tablename__ = "address_book"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME, index=True)
    number: Mapped[str] = mapped_column(CODE, index=True)
    kind: Mapped[ContactKind] = mapped_column(String(16))
    company: Mapped[str] = mapped_column(NAME)
    position: Mapped[str] = mapped_column(NAME)
    team: Mapped[str] = mapped_column(ID)

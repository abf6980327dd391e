"""Messages, and what people did with them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base


class MessageRow(Base):
    """``told_ms``: when the box's addresses were told, or would have been; 0: they still are to be."""

    __tablename__ = "messages"
    __table_args__ = (Index(None, "box", "at_ms"), Index(None, "done_ms", "box"), Index(None, "told_ms"), TABLE)
    recording_id: Mapped[str] = mapped_column(String(96), primary_key=True)
    call_id: Mapped[str] = mapped_column(CODE)
    box: Mapped[str] = mapped_column(ID)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    told_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    heard_by: Mapped[str] = mapped_column(NAME, default="")
    heard_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    done_by: Mapped[str] = mapped_column(NAME, default="")
    done_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[str] = mapped_column(String(500), default="")

"""The links of the chain over the audit's rows."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import TABLE, Base


class AuditLink(Base):
    """``audit_id``: the id of the audit's row; the link stays when the row is deleted by its age."""

    __tablename__ = "audit_links"
    __table_args__ = (TABLE,)
    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    audit_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    fingerprint: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

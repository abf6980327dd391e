"""Customers, the numbers they call from, their classes and own fields, and which of them were made one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept
from cti_server.adapters.sql.types import Json, LongText, RowId

FOUND = 700


class CustomerClass(Kept, Base):
    __tablename__ = "customer_classes"
    __table_args__ = (TABLE,)
    code: Mapped[str] = mapped_column(ID, primary_key=True)
    texts: Mapped[Any] = mapped_column(Json)
    position: Mapped[int] = mapped_column(default=0)


class CustomerField(Kept, Base):
    __tablename__ = "customer_fields"
    __table_args__ = (TABLE,)
    code: Mapped[str] = mapped_column(ID, primary_key=True)
    texts: Mapped[Any] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(16))
    choices: Mapped[Any] = mapped_column(Json)
    position: Mapped[int] = mapped_column(default=0)


class Customer(Kept, Base):
    """``found``: what a search looks at; the index holds all of it, so that a search reads no row."""

    __tablename__ = "customers"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    customer_class: Mapped[str] = mapped_column(ID, default="", index=True)
    tags: Mapped[Any] = mapped_column(Json)
    own_agent: Mapped[str] = mapped_column(ID, default="", index=True)
    own: Mapped[Any] = mapped_column(Json)
    notes: Mapped[str] = mapped_column(LongText)
    found: Mapped[str] = mapped_column(String(FOUND), index=True)
    lines: Mapped[list[CustomerNumber]] = relationship(
        order_by="CustomerNumber.position",
        collection_class=ordering_list("position"),
        cascade="all, delete-orphan",
        lazy="selectin",
    )
    numbers: AssociationProxy[list[str]] = association_proxy(
        "lines", "number", creator=lambda number: CustomerNumber(number=number)
    )


class CustomerNumber(Base):
    """As the number plan writes it; several customers may have it."""

    __tablename__ = "customer_numbers"
    __table_args__ = (TABLE,)
    number: Mapped[str] = mapped_column(CODE, primary_key=True)
    customer_id: Mapped[str] = mapped_column(ID, ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)


class CustomerMerge(Base):
    """``gone`` has become a part of ``kept``; the versions are those before it. ``undone_ms`` 0: it still is."""

    __tablename__ = "customer_merges"
    __table_args__ = (TABLE,)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    kept: Mapped[str] = mapped_column(ID, index=True)
    gone: Mapped[str] = mapped_column(ID)
    kept_version: Mapped[int] = mapped_column()
    gone_version: Mapped[int] = mapped_column()
    at_ms: Mapped[int] = mapped_column(BigInteger)
    who: Mapped[str] = mapped_column(NAME)
    undone_ms: Mapped[int] = mapped_column(BigInteger, default=0)

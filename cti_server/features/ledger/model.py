"""The ledger's tables, made of the facts' declarations. A fact that arrives twice is one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, TABLE, Base
from cti_server.adapters.sql.types import Json, LongText, RowId
from cti_server.domain.record import Text, Whole
from cti_server.events.declare import Argument
from cti_server.events.fact import Fact
from cti_server.events.facts import FACT_ID, FACTS

LONGEST_STRING = 1024
"""A text that may be longer is no VARCHAR."""


def _column(name: str, said: Argument) -> Column[Any]:
    """Of a fact: limits of texts and numbers are the column's size."""
    kind: Any = {int: BigInteger(), bool: Boolean()}.get(said.type, Json())
    if isinstance(said.limits, Text):
        kind = String(said.limits.longest) if said.limits.longest <= LONGEST_STRING else LongText
    elif isinstance(said.limits, Whole) and said.limits.largest < 2**31:
        kind = Integer()
    return Column(name, kind, nullable=False)


def _table(fact: type[Fact]) -> Table:
    return Table(
        fact.table,
        Base.metadata,
        Column("id", RowId, primary_key=True, autoincrement=True),
        Column("fact_id", String(FACT_ID), nullable=False),
        *(_column(name, said) for name, said in {**fact.declared, **fact.added}.items()),
        UniqueConstraint(*(fact.one_per or ("fact_id",))),
        *(Index(None, *columns) for columns in fact.indexes),
        **TABLE,
    )


TABLES: Mapping[type[Fact], Table] = {fact: _table(fact) for fact in FACTS}
"""Each fact's table."""


class Mark(Base):
    """How far something has come. 'ledger': until when (UTC ms) the ledger has everything, written with every batch.

    'fallback:HASH': how many bytes of that file of fallback calls are booked.
    """

    __tablename__ = "marks"
    __table_args__ = (TABLE,)
    name: Mapped[str] = mapped_column(CODE, primary_key=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)


GONE_FILES = Table(
    "gone_files",
    Base.metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("path", String(1024), nullable=False),
    **TABLE,
)
"""Files of recordings whose rows are gone, as the switch calls them: the worker deletes them."""

REPORT_STALE = Table(
    "report_stale",
    Base.metadata,
    Column("quarter_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("changes", BigInteger, nullable=False),
    **TABLE,
)
"""Quarters of an hour whose rolled-up rows may not be right, and how often facts came into them since."""

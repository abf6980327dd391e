"""The ledger's tables. Each carries the fact's id as unique key: a fact that arrives twice is one row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, FACT_ID, ID, LEG, NAME, TABLE, Base
from cti_server.adapters.sql.types import Json, LongText, RowId


class Call(Base):
    __tablename__ = "calls"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    fact_id: Mapped[str] = mapped_column(FACT_ID, unique=True)
    call_id: Mapped[str] = mapped_column(LEG)
    node: Mapped[str] = mapped_column(ID)
    direction: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(NAME)
    name: Mapped[str] = mapped_column(String(255))
    service_number: Mapped[str] = mapped_column(CODE)
    arrived_ms: Mapped[int] = mapped_column(BigInteger)
    ended_ms: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str] = mapped_column(CODE)
    last_queue: Mapped[str] = mapped_column(ID)
    last_agent: Mapped[str] = mapped_column(ID)
    hung_up_by: Mapped[str] = mapped_column(ID)
    cause: Mapped[str] = mapped_column(CODE)
    data: Mapped[Any] = mapped_column(Json)
    ivr_path: Mapped[Any] = mapped_column(Json)
    estimated: Mapped[bool]
    __table_args__ = (
        Index(None, "call_id"),
        Index(None, "arrived_ms"),
        Index(None, "last_queue", "arrived_ms"),
        Index(None, "last_agent", "arrived_ms"),
        Index(None, "number", "arrived_ms"),
        TABLE,
    )


class Segment(Base):
    """``counted_ms`` is domain.kpi.attributed_ms: the moment at which the segment counts for its queue."""

    __tablename__ = "segments"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    fact_id: Mapped[str] = mapped_column(FACT_ID, unique=True)
    call_id: Mapped[str] = mapped_column(LEG)
    segment: Mapped[str] = mapped_column(String(16))
    queue: Mapped[str] = mapped_column(ID)
    agent: Mapped[str] = mapped_column(ID)
    team: Mapped[str] = mapped_column(ID)
    leg: Mapped[str] = mapped_column(LEG)
    started_ms: Mapped[int] = mapped_column(BigInteger)
    ended_ms: Mapped[int] = mapped_column(BigInteger)
    counted_ms: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str] = mapped_column(CODE)
    estimated: Mapped[bool]
    detail: Mapped[Any] = mapped_column(Json)
    __table_args__ = (
        Index(None, "call_id"),
        Index(None, "counted_ms"),
        Index(None, "queue", "counted_ms"),
        Index(None, "agent", "counted_ms"),
        TABLE,
    )


class AgentInterval(Base):
    __tablename__ = "agent_intervals"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    fact_id: Mapped[str] = mapped_column(FACT_ID, unique=True)
    agent: Mapped[str] = mapped_column(ID)
    team: Mapped[str] = mapped_column(ID)
    status: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(CODE)
    queue: Mapped[str] = mapped_column(ID)
    call_id: Mapped[str] = mapped_column(LEG)
    started_ms: Mapped[int] = mapped_column(BigInteger)
    ended_ms: Mapped[int] = mapped_column(BigInteger)
    estimated: Mapped[bool]
    __table_args__ = (Index(None, "started_ms", "ended_ms"), Index(None, "ended_ms"), Index(None, "agent", "started_ms"), TABLE)


class Recording(Base):
    """``sha256`` '' and ``checked_ms`` 0 until the worker has seen the file; ``problem`` may be set by the engine or by it."""

    __tablename__ = "recordings"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    fact_id: Mapped[str] = mapped_column(FACT_ID, unique=True)
    recording_id: Mapped[str] = mapped_column(FACT_ID)
    call_id: Mapped[str] = mapped_column(LEG)
    node: Mapped[str] = mapped_column(ID)
    path: Mapped[str] = mapped_column(String(1024))
    queue: Mapped[str] = mapped_column(ID)
    agents: Mapped[Any] = mapped_column(Json)
    started_ms: Mapped[int] = mapped_column(BigInteger)
    ended_ms: Mapped[int] = mapped_column(BigInteger)
    length_ms: Mapped[int] = mapped_column(BigInteger)
    talk_ms: Mapped[int] = mapped_column(BigInteger)
    holds: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    problem: Mapped[str] = mapped_column(ID)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    checked_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    __table_args__ = (
        Index(None, "recording_id"),
        Index(None, "call_id"),
        Index(None, "checked_ms", "ended_ms"),
        Index(None, "ended_ms"),
        TABLE,
    )


class Disposition(Base):
    """One row per call and agent: the newest verdict."""

    __tablename__ = "dispositions"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    fact_id: Mapped[str] = mapped_column(FACT_ID)
    call_id: Mapped[str] = mapped_column(LEG)
    agent: Mapped[str] = mapped_column(ID)
    code: Mapped[str] = mapped_column(CODE)
    note: Mapped[str] = mapped_column(LongText)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (UniqueConstraint("call_id", "agent"), Index(None, "at_ms"), TABLE)


class Audit(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    fact_id: Mapped[str] = mapped_column(FACT_ID, unique=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    issuer: Mapped[str] = mapped_column(NAME)
    action: Mapped[str] = mapped_column(CODE)
    subject: Mapped[str] = mapped_column(NAME)
    detail: Mapped[Any] = mapped_column(Json)
    __table_args__ = (Index(None, "at_ms"), Index(None, "subject", "at_ms"), TABLE)


class Mark(Base):
    """How far something has come. 'ledger': until when (UTC ms) the ledger has everything, written with every batch.

    'fallback:HASH': how many bytes of that file of fallback calls are booked.
    """

    __tablename__ = "marks"
    __table_args__ = (TABLE,)
    name: Mapped[str] = mapped_column(CODE, primary_key=True)
    at_ms: Mapped[int] = mapped_column(BigInteger)


REPORT_STALE = Table(
    "report_stale",
    Base.metadata,
    Column("quarter_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("changes", BigInteger, nullable=False),
    **TABLE,
)
"""Quarters of an hour whose rolled-up rows may not be right, and how often facts came into them since."""

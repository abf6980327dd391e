"""The tables. Times are UTC ms (BIGINT), JSON is text, ids are short strings; a change here needs a migration.

Ledger tables carry the fact's id as unique key: a fact that arrives twice is one row.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, String, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from cti_server.adapters.sql.types import Json, LongText, RowId
from cti_server.domain.kpi import AGENT_PARTS, QUEUE_PARTS

MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
MARIADB = {key.replace("mysql", "mariadb"): value for key, value in MYSQL.items()}
TABLE: dict[str, Any] = {**MYSQL, **MARIADB}

ID = String(32)
FACT_ID = String(96)
LEG = String(64)
CODE = String(64)
NAME = String(128)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# ---------------------------------------------------------------- the centre


class Team(Base):
    __tablename__ = "teams"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)


class Agent(Base):
    __tablename__ = "agents"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    extension: Mapped[str] = mapped_column(ID, unique=True)
    phone_password: Mapped[str] = mapped_column(NAME)
    team_id: Mapped[str] = mapped_column(ID, ForeignKey("teams.id"))


class FreeSeat(Base):
    """A phone that nobody owns: whoever sits there logs in with it."""

    __tablename__ = "free_seats"
    __table_args__ = (TABLE,)
    extension: Mapped[str] = mapped_column(ID, primary_key=True)
    phone_password: Mapped[str] = mapped_column(NAME)


class User(Base):
    """Who logs in. ``role``: agent, leader, admin. ``agent_id``/``team_id`` '' where the role has none."""

    __tablename__ = "users"
    __table_args__ = (TABLE,)
    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    login: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    agent_id: Mapped[str] = mapped_column(ID, default="")
    team_id: Mapped[str] = mapped_column(ID, default="")
    locale: Mapped[str] = mapped_column(String(16), default="zh-CN")
    disabled: Mapped[bool] = mapped_column(default=False)


class Queue(Base):
    """Columns as in domain.config.QueueConfig."""

    __tablename__ = "queues"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    priority: Mapped[int] = mapped_column(default=0)
    ring_timeout_s: Mapped[int] = mapped_column(default=15)
    wrap_up_s: Mapped[int] = mapped_column(default=30)
    service_level_s: Mapped[int] = mapped_column(default=20)
    short_abandon_s: Mapped[int] = mapped_column(default=5)
    service_level_formula: Mapped[str] = mapped_column(CODE, default="answered-offered")
    max_wait_s: Mapped[int] = mapped_column(default=0)
    overflow_queue: Mapped[str] = mapped_column(ID, default="")
    max_length: Mapped[int] = mapped_column(default=0)
    music: Mapped[str] = mapped_column(String(255), default="local_stream://moh")
    record: Mapped[bool] = mapped_column(default=True)
    survey_flow: Mapped[str] = mapped_column(CODE, default="")
    unstaffed: Mapped[str] = mapped_column(CODE, default="wait")
    unstaffed_flow: Mapped[str] = mapped_column(CODE, default="")
    offer_failed: Mapped[Any] = mapped_column(Json)


class AgentQueue(Base):
    __tablename__ = "agent_queues"
    __table_args__ = (TABLE,)
    agent_id: Mapped[str] = mapped_column(ID, ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True)
    queue_id: Mapped[str] = mapped_column(ID, ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)


class ServiceNumber(Base):
    __tablename__ = "service_numbers"
    __table_args__ = (TABLE,)
    number: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    flow: Mapped[str] = mapped_column(CODE, default="")
    queue: Mapped[str] = mapped_column(ID, default="")
    caller_id: Mapped[str] = mapped_column(ID, default="")
    priority: Mapped[int] = mapped_column(default=0)


class Trunk(Base):
    __tablename__ = "trunks"
    __table_args__ = (TABLE,)
    name: Mapped[str] = mapped_column(CODE, primary_key=True)
    gateway: Mapped[str] = mapped_column(CODE)
    max_calls: Mapped[int] = mapped_column(default=0)
    calls_per_s: Mapped[int] = mapped_column(default=0)


class Hours(Base):
    """Columns as in domain.config.HoursConfig."""

    __tablename__ = "hours"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    zone: Mapped[str] = mapped_column(CODE)
    week: Mapped[Any] = mapped_column(Json)
    closed_days: Mapped[Any] = mapped_column(Json, default=list)
    special_days: Mapped[Any] = mapped_column(Json, default=dict)


class Reason(Base):
    """``kind``: not-ready or disposition. ``system``: given by the engine, not offered for choice."""

    __tablename__ = "reasons"
    __table_args__ = (TABLE,)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    texts: Mapped[Any] = mapped_column(Json)
    system: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)


class Setting(Base):
    """A field of CentreConfig that has no table of its own, by its name; the value is JSON."""

    __tablename__ = "settings"
    __table_args__ = (TABLE,)
    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


class ConfigVersion(Base):
    __tablename__ = "config_versions"
    __table_args__ = (TABLE,)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(CODE)
    document: Mapped[str] = mapped_column(LongText)


# ---------------------------------------------------------------- the ledger


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


# ---------------------------------------------------------------- rolled-up rows of reports


def _rolled(name: str, keys: tuple[str, ...], parts: tuple[str, ...]) -> Table:
    """Rows of domain.kpi's parts by quarter of an hour (services.quarters)."""
    return Table(
        name,
        Base.metadata,
        Column("quarter_ms", BigInteger, primary_key=True, autoincrement=False),
        *(Column(key, ID, primary_key=True) for key in keys),
        *(Column(part, BigInteger, nullable=False) for part in parts),
        **TABLE,
    )


REPORT_QUEUES = _rolled("report_queues", ("queue",), QUEUE_PARTS)
REPORT_AGENTS = _rolled("report_agents", ("agent", "team"), AGENT_PARTS)
REPORT_STALE = _rolled("report_stale", (), ("changes",))
"""Quarters whose rows may not be right, and how often facts came into them since."""

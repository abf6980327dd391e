"""The centre's tables: what a configuration document is made of, and the published documents."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base
from cti_server.adapters.sql.types import Json, LongText


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

"""The centre's tables: what a configuration document is made of, and the published documents."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, Literal, get_origin, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String, Table
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from cti_server.adapters.sql.base import CODE, ID, NAME, TABLE, Base, Kept, kept
from cti_server.adapters.sql.types import Json, LongText
from cti_server.domain.config import (
    AlarmRule,
    CalendarConfig,
    ClassOfService,
    DataLabel,
    GroupConfig,
    HoursConfig,
    NumberRule,
    QueueConfig,
    RecordingRule,
    ServiceConfig,
    ServiceNumberConfig,
    ShortNumber,
    SkillConfig,
    TeamConfig,
    TrunkConfig,
    TrunkGroup,
    VoicemailBox,
)


def _of(table: str, record: type, key: str, **sizes: String) -> Table:
    """Its columns are the fields of the configuration's record; a text without a size is a CODE."""
    hints = get_type_hints(record)  # numbers without their limits
    kinds: dict[Any, Any] = {int: Integer(), bool: Boolean()}
    kinds |= {hint: CODE for hint in hints.values() if hint is str or get_origin(hint) is Literal}
    defaults = {one.name: one.default for one in fields(record) if one.default is not MISSING}
    columns = (
        Column(name, sizes.get(name, kinds.get(hint, Json)), primary_key=name == key, nullable=False, default=defaults.get(name))
        for name, hint in hints.items()
    )
    return Table(table, Base.metadata, *columns, *kept(), **TABLE)


class Team(Base):
    __table__ = _of("teams", TeamConfig, "id", id=ID, name=NAME, group=ID)


class Group(Base):
    __table__ = _of("centre_groups", GroupConfig, "id", id=ID, name=NAME, parent=ID)


class Agent(Kept, Base):
    __tablename__ = "agents"
    __table_args__ = (TABLE,)
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    name: Mapped[str] = mapped_column(NAME)
    extension: Mapped[str] = mapped_column(ID, unique=True)
    phone_password: Mapped[str] = mapped_column(NAME)
    team: Mapped[str] = mapped_column("team_id", ID, ForeignKey("teams.id"))
    class_of_service: Mapped[str] = mapped_column(ID, default="")
    off_hook: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[Any] = mapped_column(Json, default=list)
    phones: Mapped[Any] = mapped_column(Json, default=list)
    levels: Mapped[dict[str, AgentQueue]] = relationship(
        collection_class=attribute_keyed_dict("queue_id"), cascade="all, delete-orphan", lazy="selectin"
    )
    queues: AssociationProxy[dict[str, int]] = association_proxy(
        "levels", "level", creator=lambda queue, level: AgentQueue(queue_id=queue, level=level)
    )
    """Queue id -> level."""
    can: Mapped[dict[str, AgentSkill]] = relationship(
        collection_class=attribute_keyed_dict("skill_id"), cascade="all, delete-orphan", lazy="selectin"
    )
    skills: AssociationProxy[dict[str, int]] = association_proxy(
        "can", "level", creator=lambda skill, level: AgentSkill(skill_id=skill, level=level)
    )
    """Skill id -> level."""


class FreeSeat(Kept, Base):
    """A phone that nobody owns: whoever sits there logs in with it."""

    __tablename__ = "free_seats"
    __table_args__ = (TABLE,)
    extension: Mapped[str] = mapped_column(ID, primary_key=True)
    phone_password: Mapped[str] = mapped_column(NAME)


class Queue(Base):
    __table__ = _of("queues", QueueConfig, "id", id=ID, name=NAME, overflow_queue=ID, music=String(255), whisper=String(255))


class AgentQueue(Base):
    __tablename__ = "agent_queues"
    __table_args__ = (TABLE,)
    agent_id: Mapped[str] = mapped_column(ID, ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True)
    queue_id: Mapped[str] = mapped_column(ID, ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)


class Skill(Base):
    __table__ = _of("skills", SkillConfig, "id", id=ID, name=NAME)


class AgentSkill(Base):
    __tablename__ = "agent_skills"
    __table_args__ = (TABLE,)
    agent_id: Mapped[str] = mapped_column(ID, ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[str] = mapped_column(ID, ForeignKey("skills.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[int] = mapped_column(default=1)


class ServiceNumber(Base):
    __table__ = _of(
        "service_numbers", ServiceNumberConfig, "number", number=ID, name=NAME, queue=ID, caller_id=ID, service=ID, hours=ID,
        language=String(16), music=String(255), trunk_group=ID,
    )  # fmt: skip


class Service(Base):
    __table__ = _of("services", ServiceConfig, "id", id=ID, name=NAME, team=ID, queue_1=ID, queue_2=ID, queue_3=ID)


class Trunk(Base):
    __table__ = _of("trunks", TrunkConfig, "name", prefix=ID, caller_id=ID, group=ID)


class TrunkGroupRow(Base):
    __table__ = _of("trunk_groups", TrunkGroup, "id", id=ID, name=NAME, next_group=ID)


class NumberRuleRow(Base):
    __table__ = _of("number_rules", NumberRule, "prefix", prefix=ID, full=ID, trunk_group=ID)


class ShortNumberRow(Base):
    __table__ = _of("short_numbers", ShortNumber, "code", code=ID, name=NAME, number=ID)


class ClassOfServiceRow(Base):
    __table__ = _of("classes_of_service", ClassOfService, "id", id=ID, name=NAME, trunk_group=ID)


class ForbiddenNumber(Kept, Base):
    """A number, or how numbers begin, that nobody may call; ``why`` is for people."""

    __tablename__ = "forbidden_numbers"
    __table_args__ = (TABLE,)
    number: Mapped[str] = mapped_column(ID, primary_key=True)
    why: Mapped[str] = mapped_column(NAME, default="")


class Prompt(Kept, Base):
    """A sound that flows play by its name, or music that queues do; its files are those of feature ``prompts``."""

    __tablename__ = "prompts"
    __table_args__ = (TABLE,)
    name: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(255))


class RecordingRuleRow(Base):
    __table__ = _of(
        "recording_rules", RecordingRule, "id", id=ID, name=NAME, direction=String(16), queue=ID, service_number=ID, team=ID
    )


class VoicemailBoxRow(Base):
    __table__ = _of("voicemail_boxes", VoicemailBox, "id", id=ID, name=NAME, team=ID)


class AlarmRuleRow(Base):
    __table__ = _of("alarm_rules", AlarmRule, "id", id=ID, name=NAME, queue=ID, team=ID)


class Hours(Base):
    __table__ = _of("hours", HoursConfig, "id", id=ID, calendar=ID)


class Calendar(Base):
    __table__ = _of("calendars", CalendarConfig, "id", id=ID, name=NAME)


class Reason(Kept, Base):
    """``kind``: not-ready or disposition. ``system``: given by the engine, not offered for choice. The limits are those of a
    not-ready reason, the place in the tree and the queues those of a disposition."""

    __tablename__ = "reasons"
    __table_args__ = (TABLE,)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[str] = mapped_column(CODE, primary_key=True)
    texts: Mapped[Any] = mapped_column(Json)
    system: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    longest_min: Mapped[int] = mapped_column(default=0)
    day_min: Mapped[int] = mapped_column(default=0)
    at_once: Mapped[int] = mapped_column(default=0)
    approval: Mapped[bool] = mapped_column(default=False)
    parent: Mapped[str] = mapped_column(CODE, default="")
    queues: Mapped[Any] = mapped_column(Json, default=list)


class DataLabelRow(Base):
    __table__ = _of("data_labels", DataLabel, "word", word=CODE)


class Setting(Kept, Base):
    """A field of CentreConfig that has no table of its own, by its name; the value is JSON."""

    __tablename__ = "settings"
    __table_args__ = (TABLE,)
    key: Mapped[str] = mapped_column(CODE, primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


class FlowRow(Kept, Base):
    """An IVR flow as its author wrote it."""

    __tablename__ = "flows"
    __table_args__ = (TABLE,)
    name: Mapped[str] = mapped_column(CODE, primary_key=True)
    document: Mapped[Any] = mapped_column(Json)


class FlowFile(Base):
    """What was last taken from a file of the flows' folder: the flow, and the checksum of its text."""

    __tablename__ = "flow_files"
    __table_args__ = (TABLE,)
    file: Mapped[str] = mapped_column(String(255), primary_key=True)
    flow: Mapped[str] = mapped_column(CODE)
    checksum: Mapped[str] = mapped_column(CODE)


class ConfigVersion(Base):
    """``document``: what the engine takes. ``records``: JSON {entity: {key: record}} of what people had set up, ``hidden``: the
    same of columns with passwords; None: of versions from before there were drafts. ``upto``: the newest row of the entities'
    history that is in it. ``changes``: in how many entries it differs from the version before."""

    __tablename__ = "config_versions"
    __table_args__ = (TABLE,)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(CODE)
    document: Mapped[str] = mapped_column(LongText)
    reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    records: Mapped[str | None] = mapped_column(LongText)
    hidden: Mapped[str | None] = mapped_column(LongText)
    upto: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    changes: Mapped[int] = mapped_column(default=0, server_default="0")

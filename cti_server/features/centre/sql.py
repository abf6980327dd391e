"""The centre's tables as a configuration document, and its published versions. Implements features.centre.service's port."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

import orjson
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import transaction
from cti_server.domain.config import (
    AgentConfig,
    AlarmRule,
    CalendarConfig,
    CentreConfig,
    ClassOfService,
    DataLabel,
    Disposition,
    GroupConfig,
    HoursConfig,
    NotReadyReason,
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
from cti_server.domain.dialling import Plan
from cti_server.errors import BadConfig
from cti_server.features.centre import model
from cti_server.features.centre.document import decode_record, refused
from cti_server.features.centre.draft import problems_of_draft
from cti_server.features.centre.service import Phone, encode_tables

SETTINGS = {f.name for f in fields(CentreConfig) if type(f.default) in (str, int, bool)}
"""Fields of CentreConfig that live in table ``settings``."""
PROMPTS_DIR = next(str(f.default) for f in fields(CentreConfig) if f.name == "prompts_dir")
A_SOUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""The name of a prompt or a music."""
Tables = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Entity -> key -> record, plain."""
_FLOW = (model.FlowRow.name, model.FlowRow.document)


class SqlConfigurations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self) -> bytes | None:
        with transaction(self._engine) as session:
            statement = select(model.ConfigVersion.document).order_by(model.ConfigVersion.version.desc()).limit(1)
            document = session.scalar(statement)
            return document.encode() if document is not None else None


class InForce:
    """Records of drafted entities as they are in force: entity -> key -> record. Read again when another version is."""

    def __init__(self, *names: str) -> None:
        self._read: tuple[int, dict[str, Any]] = 0, {name: {} for name in names}

    def records(self, session: Session) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        version = session.scalar(select(func.max(model.ConfigVersion.version))) or 0
        if version != self._read[0]:
            raw = session.scalar(select(model.ConfigVersion.records).where(model.ConfigVersion.version == version))
            found = orjson.loads(raw) if raw else {}
            self._read = version, {name: found.get(name, {}) for name in self._read[1]}
        return self._read[1]


class SqlPhones:
    """Phones as they are in force, and those that will be with the next publication."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._in_force: tuple[int, dict[str, Phone]] = 0, {}

    def phone(self, extension: str) -> Phone | None:
        with transaction(self._engine) as session:
            found = self._published(session).get(extension)
            if found is not None:
                kind: Any = model.Agent if found.agent_id else model.FreeSeat
                row = session.get(kind, found.agent_id or extension)
                return replace(found, password=row.phone_password) if row is not None else found
            row = session.scalar(select(model.Agent).where(model.Agent.extension == extension))
            if row is not None:
                return Phone(row.extension, row.phone_password, row.id, row.name)
            seat = session.get(model.FreeSeat, extension)
            return Phone(seat.extension, seat.phone_password, "", seat.extension) if seat else None

    def _published(self, session: Session) -> dict[str, Phone]:
        version = session.scalar(select(func.max(model.ConfigVersion.version))) or 0
        if version != self._in_force[0]:
            asked = select(model.ConfigVersion.records, model.ConfigVersion.hidden)
            raw = session.execute(asked.where(model.ConfigVersion.version == version)).one()
            records, hidden = (orjson.loads(one) if one else {} for one in raw)
            seats = {key: Phone(key, _password(hidden, "free_seats", key), "", key) for key in records.get("free_seats", ())}
            agents = {
                one["extension"]: Phone(one["extension"], _password(hidden, "agents", key), key, one["name"])
                for key, one in records.get("agents", {}).items()
            }
            self._in_force = version, {**seats, **agents}
        return self._in_force[1]


def _password(hidden: Mapping[str, Any], entity: str, key: str) -> str:
    return str(hidden.get(entity, {}).get(key, {}).get("phone_password", ""))


def tables_of(session: Session, tenant: str, read: Tables | None = None) -> CentreConfig:
    """The tables as a document of version 0; ``read``: what this transaction has read of large ones already. Raises BadConfig for
    an unknown setting."""
    read = read or {}
    settings = _settings(session)
    prompts_dir = settings.get("prompts_dir", PROMPTS_DIR)
    return CentreConfig(
        version=0,
        tenant=tenant,
        agents={key: AgentConfig(**row) for key, row in read["agents"].items()} if "agents" in read else _agents(session),
        teams=_records(session, model.Team, TeamConfig),
        skills=_records(session, model.Skill, SkillConfig, read.get("skills")),
        groups=_records(session, model.Group, GroupConfig),
        queues=_playing(_records(session, model.Queue, QueueConfig, read.get("queues")), prompts_dir),
        service_numbers=_playing(
            _records(session, model.ServiceNumber, ServiceNumberConfig, read.get("service_numbers")), prompts_dir
        ),
        trunks=_read(session, model.Trunk, TrunkConfig),
        trunk_groups=_records(session, model.TrunkGroupRow, TrunkGroup),
        classes_of_service=_read(session, model.ClassOfServiceRow, ClassOfService),
        number_rules=_records(session, model.NumberRuleRow, NumberRule),
        forbidden_numbers=tuple(session.scalars(select(model.ForbiddenNumber.number).order_by(model.ForbiddenNumber.number))),
        short_numbers=_records(session, model.ShortNumberRow, ShortNumber),
        services=_records(session, model.Service, ServiceConfig),
        recording_rules=_records(session, model.RecordingRuleRow, RecordingRule),
        voicemail_boxes=_read(session, model.VoicemailBoxRow, VoicemailBox),
        alarm_rules=_records(session, model.AlarmRuleRow, AlarmRule),
        hours=_read(session, model.Hours, HoursConfig),
        calendars=_read(session, model.Calendar, CalendarConfig),
        flows=flows_now(session),
        free_seating=tuple(session.scalars(select(model.FreeSeat.extension).order_by(model.FreeSeat.extension))),
        not_ready_reasons=tuple(
            NotReadyReason(row.code, row.texts, row.longest_min, row.day_min, row.at_once, row.approval)
            for row in _reasons(session, "not-ready")
        ),
        dispositions=tuple(
            Disposition(row.code, row.texts, row.parent, tuple(row.queues)) for row in _reasons(session, "disposition")
        ),
        data_labels=_records(session, model.DataLabelRow, DataLabel),
        **settings,
    )


def number_plan(session: Session) -> Plan:
    """Of the tables as they are now. Raises BadConfig."""
    rules = _records(session, model.NumberRuleRow, NumberRule)
    return Plan(CentreConfig(version=0, tenant="", number_rules=rules, **_settings(session)))


def flows_now(session: Session) -> dict[str, Any]:
    """As they are in the tables: name -> document."""
    return {row.name: row.document for row in session.execute(select(*_FLOW).order_by(model.FlowRow.name))}


def problems_now(session: Session) -> list[str]:
    """Why the tables as they are now cannot be published; each text names its place. [] when all is well."""
    try:
        return problems_of_draft(encode_tables(tables_of(session, "check")))
    except BadConfig as error:
        return list(error.details["problems"])


_OF_AGENTS = ("id", "name", "extension", "team_id", "class_of_service", "off_hook", "languages", "phones")


def _agents(session: Session) -> dict[str, AgentConfig]:
    levels = _levels(session, model.AgentQueue, "queue_id")
    skills = _levels(session, model.AgentSkill, "skill_id")
    table = model.Agent.__table__.c
    return {
        row.id: AgentConfig(
            row.id,
            row.name,
            row.extension,
            row.team_id,
            levels.get(row.id, {}),
            row.class_of_service,
            row.off_hook,
            skills.get(row.id, {}),
            tuple(row.languages),
            tuple(row.phones),
        )
        for row in session.execute(select(*(table[name] for name in _OF_AGENTS)))
    }


def _levels(session: Session, model: type[Base], what: str) -> dict[str, dict[str, int]]:
    """Agent -> what he has of it -> level; without the cost of objects."""
    table, found = model.__table__.c, dict[str, dict[str, int]]()
    for agent, one, level in session.execute(select(table.agent_id, table[what], table.level).order_by(table[what])):
        found.setdefault(agent, {})[one] = level
    return found


def _rows(session: Session, model: type[Base], kind: Any) -> dict[str, dict[str, Any]]:
    """Key -> what is of the record in the row."""
    table = model.__table__
    (key,) = inspect(model).primary_key
    columns = [table.c[one.name] for one in fields(kind)]
    return {row[key.name]: dict(row) for row in session.execute(select(*columns)).mappings()}


def _records(
    session: Session, model: type[Base], kind: Any, read: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    return {key: kind(**row) for key, row in (_rows(session, model, kind) if read is None else read).items()}


def _read(session: Session, model: type[Base], kind: Any) -> dict[str, Any]:
    """Of records with lists in them. Raises BadConfig."""
    rows = _rows(session, model, kind).items()
    return {key: decode_record(kind, row, f"{model.__table__}.{key}") for key, row in rows}


def _playing(records: dict[str, Any], prompts_dir: str) -> dict[str, Any]:
    """A music that is set up is played from the folder of prompts."""
    musics = {key: f"{prompts_dir}/music/{one.music}.wav" for key, one in records.items() if A_SOUND.fullmatch(one.music)}
    return {key: replace(one, music=musics.get(key, one.music)) for key, one in records.items()}


def _reasons(session: Session, kind: str) -> Iterator[model.Reason]:
    """System reasons are not listed: nobody chooses them."""
    statement = select(model.Reason).where(model.Reason.kind == kind).order_by(model.Reason.position, model.Reason.code)
    return (row for row in session.scalars(statement) if not row.system)


def _settings(session: Session) -> dict[str, Any]:
    values = {row.key: row.value for row in session.scalars(select(model.Setting))}
    if unknown := sorted(values.keys() - SETTINGS):
        raise refused([f"settings.{key}: is no setting" for key in unknown])
    return values

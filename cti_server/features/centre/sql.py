"""The centre's tables as a configuration document, and its published versions. Implements features.centre.service's port."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import transaction
from cti_server.domain import border
from cti_server.domain.config import (
    AgentConfig,
    CalendarConfig,
    CentreConfig,
    ClassOfService,
    HoursConfig,
    NotReadyReason,
    NumberRule,
    QueueConfig,
    Reason,
    ServiceConfig,
    ServiceNumberConfig,
    SkillConfig,
    TeamConfig,
    TrunkConfig,
)
from cti_server.domain.dialling import Plan
from cti_server.domain.ivr_nodes import Known
from cti_server.domain.ivr_parse import FlowError, parse_flow
from cti_server.errors import BadConfig, CtiError
from cti_server.features.centre import model
from cti_server.features.centre.document import decode_config, decode_record, refused
from cti_server.features.centre.service import Phone, encode_tables

SETTINGS = {f.name for f in fields(CentreConfig) if type(f.default) in (str, int, bool)}
"""Fields of CentreConfig that live in table ``settings``."""
PROMPTS_DIR = next(str(f.default) for f in fields(CentreConfig) if f.name == "prompts_dir")
A_SOUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""The name of a prompt or a music."""


class ConfigRace(CtiError, id="config-race"):
    """Another process published at the same moment: publish again."""


class SqlConfigurations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_tables(self, tenant: str) -> CentreConfig:
        """Raises BadConfig for an unknown setting, DatabaseAway."""
        with transaction(self._engine) as session:
            return tables_of(session, tenant)

    def newest(self) -> bytes | None:
        with transaction(self._engine) as session:
            statement = select(model.ConfigVersion.document).order_by(model.ConfigVersion.version.desc()).limit(1)
            document = session.scalar(statement)
            return document.encode() if document is not None else None

    def newest_version(self) -> int:
        with transaction(self._engine) as session:
            return session.scalar(select(func.max(model.ConfigVersion.version))) or 0

    def add_version(self, version: int, at_ms: int, author: str, document: bytes) -> None:
        """Raises ConfigRace when this version exists, DatabaseAway."""
        try:
            with transaction(self._engine) as session:
                session.add(model.ConfigVersion(version=version, at_ms=at_ms, author=author, document=document.decode()))
        except IntegrityError as error:
            raise ConfigRace(f"version {version} was published by another process; publish again") from error


class SqlPhones:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def phone(self, extension: str) -> Phone | None:
        with transaction(self._engine) as session:
            row = session.scalar(select(model.Agent).where(model.Agent.extension == extension))
            if row is not None:
                return Phone(row.extension, row.phone_password, row.id, row.name)
            seat = session.get(model.FreeSeat, extension)
            return Phone(seat.extension, seat.phone_password, "", seat.extension) if seat else None


def tables_of(session: Session, tenant: str) -> CentreConfig:
    """As ``Configurations.read_tables``, in a transaction that is under way."""
    settings = _settings(session)
    prompts_dir = settings.get("prompts_dir", PROMPTS_DIR)
    return CentreConfig(
        version=0,
        tenant=tenant,
        agents=_agents(session),
        teams=_records(session, model.Team, TeamConfig),
        skills=_records(session, model.Skill, SkillConfig),
        queues=_playing(_records(session, model.Queue, QueueConfig), prompts_dir),
        service_numbers=_playing(_records(session, model.ServiceNumber, ServiceNumberConfig), prompts_dir),
        trunks=_read(session, model.Trunk, TrunkConfig),
        classes_of_service=_read(session, model.ClassOfServiceRow, ClassOfService),
        number_rules=_records(session, model.NumberRuleRow, NumberRule),
        forbidden_numbers=tuple(session.scalars(select(model.ForbiddenNumber.number).order_by(model.ForbiddenNumber.number))),
        services=_records(session, model.Service, ServiceConfig),
        hours=_read(session, model.Hours, HoursConfig),
        calendars=_read(session, model.Calendar, CalendarConfig),
        free_seating=tuple(session.scalars(select(model.FreeSeat.extension).order_by(model.FreeSeat.extension))),
        not_ready_reasons=tuple(
            NotReadyReason(row.code, row.texts, row.longest_min, row.day_min, row.at_once, row.approval)
            for row in _reasons(session, "not-ready")
        ),
        dispositions=tuple(Reason(row.code, row.texts) for row in _reasons(session, "disposition")),
        **settings,
    )


def number_plan(session: Session) -> Plan:
    """Of the tables as they are now. Raises BadConfig."""
    rules = _records(session, model.NumberRuleRow, NumberRule)
    return Plan(CentreConfig(version=0, tenant="", number_rules=rules, **_settings(session)))


def flows_in_force(session: Session) -> Mapping[str, Any]:
    """Of the newest published document; {} where there is none, or one that no longer fits."""
    document = session.scalar(select(model.ConfigVersion.document).order_by(model.ConfigVersion.version.desc()).limit(1))
    try:
        return border.mapping(border.document(document, "config"), "flows") if document else {}
    except border.BadInput:
        return {}  # of a document that no longer fits nothing is in force


def problems_now(session: Session) -> list[str]:
    """Why the next publication would refuse the tables as they are now, or a flow in force would no longer fit them; each text
    names its place. [] when all is well."""
    flows = flows_in_force(session)
    try:
        config = decode_config(encode_tables(replace(tables_of(session, "check"), flows=flows)))
    except BadConfig as error:
        return list(error.details["problems"])
    known = Known(config.queues.keys(), config.hours.keys(), flows.keys())
    found: list[str] = []
    for name, flow in flows.items():
        try:
            parse_flow(flow, f"flow {name}", known)
        except FlowError as error:
            found += [str(problem) for problem in error.problems if not problem.warning]
    return found


def _agents(session: Session) -> dict[str, AgentConfig]:
    levels: dict[str, dict[str, int]] = {}
    for row in session.scalars(select(model.AgentQueue).order_by(model.AgentQueue.queue_id)):
        levels.setdefault(row.agent_id, {})[row.queue_id] = row.level
    skills: dict[str, dict[str, int]] = {}
    for one in session.scalars(select(model.AgentSkill).order_by(model.AgentSkill.skill_id)):
        skills.setdefault(one.agent_id, {})[one.skill_id] = one.level
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
        )
        for row in session.execute(
            select(table.id, table.name, table.extension, table.team_id, table.class_of_service, table.off_hook)
        )
    }


def _rows(session: Session, model: type[Base], kind: Any) -> dict[str, dict[str, Any]]:
    """Key -> what is of the record in the row."""
    table = model.__table__
    (key,) = inspect(model).primary_key
    columns = [table.c[one.name] for one in fields(kind)]
    return {row[key.name]: dict(row) for row in session.execute(select(*columns)).mappings()}


def _records(session: Session, model: type[Base], kind: Any) -> dict[str, Any]:
    return {key: kind(**row) for key, row in _rows(session, model, kind).items()}


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

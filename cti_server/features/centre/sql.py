"""The centre's tables as a configuration document, and its published versions. Implements features.centre.service's port."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import transaction
from cti_server.domain.config import (
    AgentConfig,
    CentreConfig,
    ClassOfService,
    HoursConfig,
    NumberRule,
    QueueConfig,
    Reason,
    ServiceNumberConfig,
    TeamConfig,
    TrunkConfig,
)
from cti_server.errors import CtiError
from cti_server.features.centre import model
from cti_server.features.centre.document import decode_record, refused
from cti_server.features.centre.service import Phone

SETTINGS = {f.name for f in fields(CentreConfig) if type(f.default) in (str, int, bool)}
"""Fields of CentreConfig that live in table ``settings``."""


class ConfigRace(CtiError, id="config-race"):
    """Another process published at the same moment: publish again."""


class SqlConfigurations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read_tables(self, tenant: str) -> CentreConfig:
        """Raises BadConfig for an unknown setting, DatabaseAway."""
        with transaction(self._engine) as session:
            return CentreConfig(
                version=0,
                tenant=tenant,
                agents=_agents(session),
                teams=_records(session, model.Team, TeamConfig),
                queues=_records(session, model.Queue, QueueConfig),
                service_numbers=_records(session, model.ServiceNumber, ServiceNumberConfig),
                trunks=_read(session, model.Trunk, TrunkConfig),
                classes_of_service=_read(session, model.ClassOfServiceRow, ClassOfService),
                number_rules=_records(session, model.NumberRuleRow, NumberRule),
                forbidden_numbers=tuple(
                    session.scalars(select(model.ForbiddenNumber.number).order_by(model.ForbiddenNumber.number))
                ),
                hours=_read(session, model.Hours, HoursConfig),
                free_seating=tuple(session.scalars(select(model.FreeSeat.extension).order_by(model.FreeSeat.extension))),
                not_ready_reasons=_reasons(session, "not-ready"),
                dispositions=_reasons(session, "disposition"),
                **_settings(session),
            )

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


def _agents(session: Session) -> dict[str, AgentConfig]:
    levels: dict[str, dict[str, int]] = {}
    for row in session.scalars(select(model.AgentQueue).order_by(model.AgentQueue.queue_id)):
        levels.setdefault(row.agent_id, {})[row.queue_id] = row.level
    return {
        row.id: AgentConfig(
            row.id, row.name, row.extension, row.team_id, levels.get(row.id, {}), row.class_of_service, row.off_hook
        )
        for row in session.scalars(select(model.Agent))
    }


def _rows(session: Session, model: type[Base]) -> dict[str, dict[str, Any]]:
    """Key -> row."""
    (key,) = model.__table__.primary_key
    return {row[key.name]: dict(row) for row in session.execute(select(model.__table__)).mappings()}


def _records(session: Session, model: type[Base], kind: Any) -> dict[str, Any]:
    return {key: kind(**row) for key, row in _rows(session, model).items()}


def _read(session: Session, model: type[Base], kind: Any) -> dict[str, Any]:
    """Of records with lists in them. Raises BadConfig."""
    rows = _rows(session, model).items()
    return {key: decode_record(kind, row, f"{model.__table__}.{key}") for key, row in rows}


def _reasons(session: Session, kind: str) -> tuple[Reason, ...]:
    """System reasons are not listed: nobody chooses them."""
    statement = select(model.Reason).where(model.Reason.kind == kind).order_by(model.Reason.position, model.Reason.code)
    return tuple(Reason(row.code, row.texts) for row in session.scalars(statement) if not row.system)


def _settings(session: Session) -> dict[str, Any]:
    values = {row.key: row.value for row in session.scalars(select(model.Setting))}
    if unknown := sorted(values.keys() - SETTINGS):
        raise refused([f"settings.{key}: is no setting" for key in unknown])
    return values

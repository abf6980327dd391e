"""Writes the demo centre into an empty database. A centre that has a team already is left as it is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cti_server.adapters.sql import models
from cti_server.services import seed


def is_empty(session: Session) -> bool:
    return not session.scalar(select(func.count()).select_from(models.Team))


def seed_demo(session: Session, password_hash: str, settings: Mapping[str, Any]) -> None:
    """Add teams, people, queues, numbers, trunks, hours and reasons.

    ``password_hash`` (argon2) is every login's; each phone gets its own password.

    ``settings``: fields of CentreConfig without a table (folders, zone, realm) and their values.
    """
    session.add_all(models.Team(**asdict(team)) for team in seed.TEAMS)
    session.add_all(models.Queue(**asdict(queue)) for queue in seed.QUEUES)
    session.flush()
    session.add_all(
        models.Agent(
            id=agent.id, name=agent.name, extension=agent.extension, team_id=agent.team, phone_password=secrets.token_urlsafe(12)
        )
        for agent in seed.AGENTS
    )
    session.flush()
    session.add_all(
        models.AgentQueue(agent_id=agent.id, queue_id=queue, level=level)
        for agent in seed.AGENTS
        for queue, level in agent.queues.items()
    )
    session.add_all(
        models.User(
            login=user.login,
            name=user.name,
            role=user.role,
            agent_id=user.agent_id,
            team_id=user.team,
            locale=user.locale,
            password_hash=password_hash,
        )
        for user in seed.USERS
    )
    session.add_all(models.ServiceNumber(**asdict(line)) for line in seed.SERVICE_NUMBERS)
    session.add_all(models.Trunk(**asdict(trunk)) for trunk in seed.TRUNKS)
    session.add_all(models.Hours(**asdict(hours)) for hours in seed.HOURS)
    session.add_all(
        models.Reason(
            kind=reason.kind,
            code=reason.code,
            texts={"en": reason.english, "zh-CN": reason.chinese},
            system=reason.system,
            position=position,
        )
        for position, reason in enumerate(seed.REASONS)
    )
    session.add_all(models.Setting(key=key, value=value) for key, value in settings.items())

"""Writes the demo centre, or a centre with nothing but an administrator, into an empty database. A centre that has a team or
somebody who logs in is left as it is."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cti_server.domain.config import TrunkConfig
from cti_server.features.centre import model, seed
from cti_server.features.centre.seed_calendars import CALENDARS
from cti_server.features.entities.model import EntityVersion
from cti_server.features.roles.contract import SHIPPED
from cti_server.features.roles.model import Role
from cti_server.features.users.model import User


def is_empty(session: Session) -> bool:
    return not any(session.scalar(select(func.count()).select_from(kind)) for kind in (model.Team, User))


def seed_empty(session: Session, login: str, settings: Mapping[str, Any]) -> None:
    """An administrator without a password, and what every centre has: reasons, calendars, ``settings``."""
    seed_calendars(session)
    seed_roles(session)
    session.flush()
    session.add(User(login=login, name=login, role="admin", password_hash="", locale=""))
    _seed_reasons(session, settings, seed.DEMO_CODES)


def seed_roles(session: Session) -> None:
    """The shipped ones, for a tenant that has none yet."""
    if not session.scalar(select(func.count()).select_from(Role)):
        session.add_all(Role(id=role, texts=words.texts(), rights={}) for role, words in SHIPPED.items())


def seed_demo(session: Session, password_hashes: Mapping[str, str], settings: Mapping[str, Any]) -> None:
    """Add teams, people, queues, numbers, trunks, hours and reasons.

    ``password_hashes`` (argon2): of each login; each phone gets its own password.

    ``settings``: fields of CentreConfig without a table (folders, zone, realm) and their values.
    """
    seed_calendars(session)
    seed_roles(session)
    session.add_all(model.Team(**asdict(team)) for team in seed.TEAMS)
    session.add_all(model.Queue(**asdict(queue)) for queue in seed.QUEUES)
    session.add_all(model.Skill(**asdict(skill)) for skill in seed.SKILLS)
    session.add_all(model.ClassOfServiceRow(**asdict(granted)) for granted in seed.CLASSES_OF_SERVICE)
    session.flush()
    session.add_all(
        model.Agent(
            id=agent.id,
            name=agent.name,
            extension=agent.extension,
            team=agent.team,
            phone_password=secrets.token_urlsafe(12),
            class_of_service=agent.class_of_service,
            off_hook=agent.off_hook,
            languages=list(agent.languages),
            phones=list(agent.phones),
            skills=dict(agent.skills),
        )
        for agent in seed.AGENTS
    )
    session.add_all(model.FreeSeat(extension=seat, phone_password=secrets.token_urlsafe(12)) for seat in seed.FREE_SEATS)
    session.flush()
    session.add_all(
        model.AgentQueue(agent_id=agent.id, queue_id=queue, level=level)
        for agent in seed.AGENTS
        for queue, level in agent.queues.items()
    )
    session.add_all(User(**asdict(user), password_hash=password_hashes[user.login]) for user in seed.USERS)
    session.add_all(model.Service(**asdict(service)) for service in seed.SERVICES)
    session.add_all(model.ServiceNumber(**asdict(line)) for line in seed.SERVICE_NUMBERS)
    session.add_all(model.VoicemailBoxRow(**asdict(box)) for box in seed.VOICEMAIL_BOXES)
    session.add_all(model.Trunk(**asdict(trunk)) for trunk in seed.TRUNKS)
    session.add_all(model.Hours(**asdict(hours)) for hours in seed.HOURS)
    _seed_reasons(session, settings)


def _seed_reasons(session: Session, settings: Mapping[str, Any], without: Collection[str] = ()) -> None:
    wanted = [(position, reason) for position, reason in enumerate(seed.REASONS) if reason["code"] not in without]
    session.add_all(model.Reason(**reason, position=position) for position, reason in wanted)
    session.add_all(model.Setting(key=key, value=value) for key, value in settings.items())


def seed_calendars(session: Session) -> None:
    """The calendars that the product knows, where there never was one."""
    known = session.scalar(select(func.count()).select_from(model.Calendar))
    known = known or session.scalar(select(func.count()).where(EntityVersion.entity == "calendars"))
    if not known:
        session.add_all(model.Calendar(**asdict(calendar)) for calendar in CALENDARS)


def fit_switch(session: Session, settings: Mapping[str, Any], trunks: Iterable[str]) -> None:
    """The rows that must say what the switch's own configuration says: ``settings``, and a trunk for each gateway of ``trunks``.

    The demo's own trunks go when the switch has no such gateway; every other row stays.
    """
    for key, value in settings.items():
        session.merge(model.Setting(key=key, value=value))
    names = list(trunks)
    if not names:
        return
    seeded = {trunk.name: trunk for trunk in seed.TRUNKS}
    limits = {trunk.name: (trunk.gateway, trunk.max_calls, trunk.calls_per_s) for trunk in seed.TRUNKS}
    stored: Iterable[Any] = session.scalars(select(model.Trunk))
    rows = {row.gateway: row for row in stored}
    for name, row in rows.items():
        if name not in names and limits.get(row.name) == (row.gateway, row.max_calls, row.calls_per_s):
            session.delete(row)
    for name in names:
        if name not in rows:
            session.add(model.Trunk(**asdict(seeded.get(name, TrunkConfig(name, name)))))


def password_hashes(session: Session) -> dict[str, str]:
    """Those of the demo's people who are still there: login -> hash."""
    asked = User.login.in_([user.login for user in seed.USERS])
    return {row.login: row.password_hash for row in session.execute(select(User.login, User.password_hash).where(asked))}


def set_passwords(session: Session, hashes: Mapping[str, str]) -> None:
    for row in session.scalars(select(User).where(User.login.in_(list(hashes)))):
        row.password_hash = hashes[row.login]

"""What people set up, for the fake server: the real routes and checks over a database of its own, which is gone afterwards."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Mapping
from pathlib import Path

from flask import g

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.features.centre import seed
from cti_server.features.centre.seed_sql import seed_demo
from cti_server.features.entities.sql import Entities
from cti_server.features.registry import ENTITIES
from webapp.audit import Audit
from webapp.auth.sessions import Session, User
from webapp.blueprint import Blueprint
from webapp.features.entities.routes import routes


class NoAudit(Audit):
    """Nobody asks the fake centre who exported what."""

    def __init__(self) -> None:
        """Without a Redis."""

    def write(self, action: str, subject: str, detail: Mapping[str, object]) -> None:
        return None


def setup() -> Blueprint:
    """``g.fake_user``: who is logged in."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    engine = make_engine(f"sqlite:///{Path(folder.name) / 'setup.db'}")
    Base.metadata.create_all(engine)
    with transaction(engine) as session:
        seed_demo(session, {user.login: "none" for user in seed.USERS}, {"area_code": "755"})
    blueprint = routes(Entities(engine, ENTITIES, SystemClock()), ENTITIES, NoAudit(), {})

    @blueprint.before_request
    def who() -> None:
        g.cti_session_row = Session("fake", User(**g.fake_user), "token", 0, 0, 0, "")
        g.cti_address = "127.0.0.1"

    return blueprint

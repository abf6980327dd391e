"""The demo centre in a database of each kind, and who changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.events.facts import AuditFact
from cti_server.features.centre import seed
from cti_server.features.centre.document import decode_config
from cti_server.features.centre.flow_files import read_flows
from cti_server.features.centre.seed_sql import seed_demo
from cti_server.features.entities.contract import By, Outcome, Wish
from cti_server.features.entities.model import EntityVersion
from cti_server.features.entities.sql import Entities
from cti_server.features.ledger.model import TABLES
from cti_server.features.publication.contract import NothingToPublish, PublishRefused
from cti_server.features.publication.files import FILES, take_files
from cti_server.features.publication.sql import Publications
from cti_server.features.registry import ENTITIES
from cti_server.settings import OWN_FLOWS
from tests.migrated import migrated

EVE, ADAM = By("user:6", "eve", {"login": "eve", "address": "10.0.0.1"}), By("user:7", "adam")
NOW_MS = 1_795_000_000_000


class Clock:
    ms = NOW_MS

    def now_ms(self) -> int:
        return self.ms


@dataclass
class Kit:
    engine: Engine
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.entities = Entities(self.engine, ENTITIES, self.clock)
        self.publications = Publications(self.engine, self.entities, ENTITIES, self.clock, "main")

    def add(self, name: str, key: str, by: By = EVE, /, **values: Any) -> Outcome:
        return self.entities.change(name, Wish(key, values, create=True), by)

    def set(self, name: str, key: str, version: int | None = None, by: By = EVE, /, **values: Any) -> Outcome:
        return self.entities.change(name, Wish(key, values, version), by)

    def remove(self, name: str, key: str, version: int | None = None) -> Outcome:
        return self.entities.change(name, Wish(key, None, version), EVE)

    def values(self, name: str, key: str) -> dict[str, Any]:
        return dict(self.entities.get(name, key).values)

    def publish(self) -> tuple[str, ...]:
        """What a publication refuses; what it publishes decodes."""
        try:
            self.publications.publish(EVE, "a test")
        except NothingToPublish:
            pass
        except PublishRefused as error:
            return tuple(f"{one['entity']}.{one['key']}.{one['field']}: {one['text']}" for one in error.details["problems"])
        decode_config(self.publications.newest()[1])
        return ()

    def audits(self) -> list[Any]:
        """Of changes by people."""
        table = TABLES[AuditFact]
        asked = select(table).where(table.c.action.like("entity.%"), table.c.issuer != FILES.issuer).order_by(table.c.id)
        with transaction(self.engine) as session:
            return list(session.execute(asked).mappings())

    def traces(self) -> tuple[int, int, list[Any]]:
        """Rows of history and audit, and all records."""
        with transaction(self.engine) as session:
            versions = len(session.scalars(select(EntityVersion.id)).all())
            held = [entity.place.held(row) for entity in ENTITIES.values() for row in _rows(session, entity)]
        return versions, len(self.audits()), held


def _rows(session: Any, entity: Any) -> list[Any]:
    if entity.single:
        return [entity.place.row(session, entity.single)]
    return list(session.scalars(entity.place._all().order_by(entity.place._key)))


def filled(url: str) -> Kit:
    migrated(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        seed_demo(session, {user.login: "$argon2id$test" for user in seed.USERS}, {"area_code": "755"})
    kit = Kit(engine)
    assert take_files(engine, kit.entities, read_flows(OWN_FLOWS)) == []
    assert kit.publish() == ()
    return kit


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a filled SQLite."""
    file = tmp_path_factory.mktemp("template") / "cti.db"
    kit = filled(f"sqlite:///{file}")
    with kit.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    kit.engine.dispose()
    return file


@pytest.fixture
def kit(template: Path, tmp_path: Path) -> Iterator[Kit]:
    shutil.copy(template, tmp_path / "cti.db")
    made = Kit(make_engine(f"sqlite:///{tmp_path}/cti.db"))
    yield made
    made.engine.dispose()


@pytest.fixture(params=["sqlite", "mariadb"])
def both(request: pytest.FixtureRequest) -> Iterator[Kit]:
    if request.param == "sqlite":
        yield request.getfixturevalue("kit")
        return
    made = filled(str(request.getfixturevalue("mariadb_url")))
    yield made
    made.engine.dispose()

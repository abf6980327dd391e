"""An empty centre and the demo, as the entities' tests have their databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cti_server.adapters.clock import SystemClock
from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.features.bootstrap import BOOTSTRAP
from cti_server.features.centre.seed_sql import seed_empty
from cti_server.features.entities.sql import Entities
from cti_server.features.publication.sql import Publications
from cti_server.features.registry import ENTITIES
from cti_server.features.start.files import shipped
from cti_server.features.start.sql import SqlStart


class Rig:
    def __init__(self, url: str) -> None:
        migrate(url)
        self.engine = make_engine(url)
        with transaction(self.engine) as session:
            seed_empty(session, "anna", {"time_zone": "Asia/Shanghai"})
        self.entities = Entities(self.engine, ENTITIES, SystemClock())
        self.publications = Publications(self.engine, self.entities, ENTITIES, SystemClock(), "main")
        self.start = SqlStart(self.engine, self.entities, self.publications, shipped, ())
        self.publications.first(BOOTSTRAP)

    def keys(self, name: str) -> set[str]:
        with transaction(self.engine) as session:
            return set(ENTITIES[name].place.every(session))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(f"sqlite:///{tmp_path / 'cti.db'}")
    yield made
    made.engine.dispose()

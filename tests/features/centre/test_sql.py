"""The centre's tables in both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti_server.adapters.sql.database import make_engine, transaction
from cti_server.domain.config import NumberRule
from cti_server.features.centre import model, seed
from cti_server.features.centre.seed_sql import fit_switch, seed_demo
from cti_server.features.centre.sql import tables_of
from tests.migrated import migrated


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
def test_who_may_call_outside_and_how_is_read_as_it_was_written(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/cti.db" if kind == "sqlite" else str(request.getfixturevalue("mariadb_url"))
    migrated(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        seed_demo(session, {user.login: "$argon2id$test" for user in seed.USERS}, {"area_code": "755"})
        session.add(model.NumberRuleRow(prefix="+86", kind="national", shortest=11, longest=13, full=""))
        session.add(model.ForbiddenNumber(number="138", why="a test"))
    with transaction(engine) as session:
        config = tables_of(session, "main")
    assert config.trunks == {trunk.name: trunk for trunk in seed.TRUNKS}
    assert config.classes_of_service == {granted.id: granted for granted in seed.CLASSES_OF_SERVICE}
    assert {agent.id: agent.class_of_service for agent in config.agents.values()} == {
        agent.id: agent.class_of_service for agent in seed.AGENTS
    }
    assert config.number_rules == {"+86": NumberRule("+86", "national", 11, 13)}
    assert (config.forbidden_numbers, config.area_code) == (("138",), "755")
    with transaction(engine) as session:
        fit_switch(session, {}, ["carrier"])
        trunks = tables_of(session, "main").trunks
    assert list(trunks) == ["carrier"], "the demo's own trunks go"
    assert trunks["carrier"].kinds, "a trunk that is found carries all kinds; who may call is another matter"
    engine.dispose()

"""Two tenants in one database see nothing of each other, whatever the statement."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Engine,
    column,
    delete,
    event,
    exists,
    func,
    insert,
    select,
    table,
    text,
    true,
    update,
)
from sqlalchemy.orm import aliased

import cti_server.features.registry  # noqa: F401 - it declares the tables
from cti_server.adapters.sql.confined import Unconfined
from cti_server.adapters.sql.database import make_engine, migrate, transaction
from cti_server.events.facts import AuditFact, CallFact
from cti_server.features.centre.model import Agent, AgentQueue, Queue, Setting, Team
from cti_server.features.ledger.model import TABLES, Mark
from cti_server.features.ledger.sql import SqlLedger
from cti_server.features.users.model import User
from tests.confined import of_everybody

ROOT = Path(__file__).resolve().parents[2]
AUDIT = TABLES[AuditFact]


@pytest.fixture(params=["sqlite", "mariadb"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Engine, Engine]:
    url = str(request.getfixturevalue("mariadb_url")) if request.param == "mariadb" else f"sqlite:///{tmp_path}/cti.db"
    migrate(url)
    engines = make_engine(url, "north"), make_engine(url, "south")
    for engine, name in zip(engines, ("North", "South"), strict=True):
        with transaction(engine) as session:
            session.add_all([Team(id="day", name=name), Queue(id="repair", name=name, **QUEUE)])
            session.flush()
            agent = Agent(id="1001", name=name, extension="1001", phone_password=name, team="day")
            agent.queues = {"repair": 3 if name == "North" else 5}
            session.add_all([agent, Setting(key="zone", value=name), Mark(name="m", at_ms=1)])
            session.execute(insert(AUDIT), [fact(name)])
    return engines


QUEUE: dict[str, Any] = {
    name: {} if name in ("offer_failed",) else 0
    for name in Queue.__table__.columns.keys()  # noqa: SIM118 - columns are no mapping
    if name not in ("id", "name", "tenant", "version", "changed_ms", "changed_by")
}


def fact(name: str) -> dict[str, Any]:
    return {"fact_id": "same", "at_ms": 1, "issuer": name, "action": "a", "subject": "s", "detail": {}}


def test_each_sees_its_own(two: tuple[Engine, Engine]) -> None:
    queue, team = aliased(Queue), Team.__table__.alias("t")
    agents, levels = Agent.__table__, AgentQueue.__table__
    for engine, name, level in zip(two, ("North", "South"), (3, 5), strict=True):
        with transaction(engine) as session:
            assert session.get_one(Team, "day").name == name
            agent = session.get_one(Agent, "1001")
            assert (agent.name, dict(agent.queues)) == (name, {"repair": level})
            for statement in (
                select(Team.name),
                select(queue.name),
                select(team.c.name),
                select(AUDIT.c.issuer),
                select(Team.name).join(Agent, Agent.team == Team.id),
                select(Agent.name).join(AgentQueue, AgentQueue.agent_id == Agent.id, isouter=True),
                select(team.c.name, agents.c.name).where(team.c.id == agents.c.team_id),
                select(agents.c.name).select_from(agents.outerjoin(levels.join(Queue.__table__, true()), true())),
                select(func.max(Team.name)),
                select(select(Team.name).subquery().c.name),
                select(select(Team.name).cte().c.name),
                select(select(Team.name).scalar_subquery()),
                select(Team.name).union_all(select(Team.name).where(Team.id == "none")),
                select(Team.name).where(exists().where(Agent.team == Team.id)),
                select(Team.name).where(Team.id.in_(select(Agent.team))),
            ):
                assert [row[0] for row in session.execute(statement)] == [name], statement
            assert session.scalar(select(func.count()).select_from(AgentQueue)) == 1


def test_each_changes_its_own(two: tuple[Engine, Engine]) -> None:
    north, south = two
    with transaction(north) as session:
        session.execute(update(Team).values(name="x"))
        session.execute(update(AUDIT).values(issuer="x"))
        session.merge(Setting(key="zone", value="x"))
        session.get_one(Agent, "1001").queues = {}
        session.get_one(Queue, "repair").name = "x"
    with transaction(south) as session:
        assert session.scalars(select(Team.name)).all() == session.scalars(select(AUDIT.c.issuer)).all() == ["South"]
        assert session.get_one(Setting, "zone").value == session.get_one(Queue, "repair").name == "South"
        assert dict(session.get_one(Agent, "1001").queues) == {"repair": 5}
    with transaction(north) as session:
        session.delete(session.get_one(Agent, "1001"))
        session.execute(delete(Queue))
        session.execute(delete(AUDIT))
        session.flush()
        session.execute(delete(Team.__table__))
    with transaction(south) as session:
        assert [session.scalar(select(func.count()).select_from(one)) for one in (Team, Queue, Agent, AgentQueue, AUDIT)] == [
            1
        ] * 5


def test_a_reference_leads_to_the_same_tenant(two: tuple[Engine, Engine]) -> None:
    with transaction(two[0]) as session:
        session.add(Team(id="night", name="x"))
    with pytest.raises(Exception, match=r"(?i)foreign key"), transaction(two[1]) as session:
        session.add(Agent(id="1002", name="x", extension="1002", phone_password="", team="night"))


def test_the_writer_counts_its_own_rows(two: tuple[Engine, Engine]) -> None:
    north = SqlLedger(two[0])
    with transaction(two[0]) as session:
        assert north._add(session, AuditFact, [fact("North")]) == 0
        assert north._add(session, AuditFact, [{**fact("North"), "fact_id": str(n)} for n in range(3)]) == 3
    with transaction(two[1]) as session:
        session.execute(insert(AUDIT), [{**fact("South"), "fact_id": str(n)} for n in range(9)])
    with transaction(two[0]) as session:
        assert north._add(session, AuditFact, [{**fact("North"), "fact_id": "new"}, fact("North")]) == 1
        session.execute(delete(AUDIT))
        assert north._add(session, AuditFact, [{**fact("North"), "fact_id": str(n)} for n in range(2)]) == 2


def test_sqlite_finds_rows_by_what_chooses_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cti.db"
    migrate(url)
    engine, calls = make_engine(url), TABLES[CallFact]
    told: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.startswith("SELECT"):
            rows = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            told.append(rows[0][3])

    ledger = SqlLedger(engine)
    with transaction(engine) as session:
        session.execute(select(calls).where(calls.c.call_id.in_(["a", "b"]))).all()
        ledger._add(session, AuditFact, [fact("x")])
        assert ledger._add(session, AuditFact, [{**fact("x"), "fact_id": "y"}]) == 1
    assert "call_id=?" in told[0]
    assert all("rowid>?" in told[at] for at in (1, 3, 4, 5)), told


def test_logins_may_be_the_same(two: tuple[Engine, Engine]) -> None:
    for engine in two:
        with transaction(engine) as session:
            session.add(User(login="li", name="", password_hash="", role="admin"))
            session.flush()
            assert session.scalars(select(User.login)).all() == ["li"]


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT name FROM teams"),
        text("DELETE FROM `teams`"),
        text('update "teams" set name = 1'),
        select(table("teams", column("name"))),
        select(Team.name).join(Agent, true(), full=True),
        delete(Team.__table__).where(Team.__table__.c.id == Agent.__table__.c.team_id),
        update(Team.__table__).values(name="x").where(Team.__table__.c.id == Agent.__table__.c.team_id),
    ],
)
def test_what_cannot_be_confined_is_refused(statement: Any, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cti.db"
    migrate(url)
    with pytest.raises(Unconfined), make_engine(url).connect() as connection:
        connection.execute(statement)


def test_the_look_at_statements_finds_one_that_is_of_everybody() -> None:
    assert of_everybody("SELECT a.x FROM calls AS a WHERE a.tenant = 'main'") == []
    assert of_everybody("SELECT a.x FROM calls AS a, teams WHERE a.tenant = 'main'") == ["teams"]
    assert of_everybody("SELECT a.x FROM calls AS a JOIN calls AS b ON 1 WHERE likely(a.tenant = 'main')") == ["b"]
    assert of_everybody("UPDATE calls SET x=? WHERE calls.id = ?") == ["calls"]
    assert of_everybody("INSERT INTO calls (id, x) VALUES (?, ?)") == ["calls"]
    assert of_everybody("INSERT INTO calls (id, tenant) VALUES (?, ?)") == []


def test_the_product_goes_no_other_way_to_the_database_and_says_its_tenant() -> None:
    found = []
    for file in (*ROOT.glob("cti_server/**/*.py"), *ROOT.glob("webapp/**/*.py"), *ROOT.glob("scripts/cti/**/*.py")):
        if "migrations" in file.parts or file.name == "database.py" or "node_modules" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("bare_engine", "create_engine", "exec_driver_sql", "raw_connection"):
                found.append(f"{file.relative_to(ROOT)}:{node.lineno}: {name}")
            if name == "make_engine" and "tenant" not in ast.unparse(node):
                found.append(f"{file.relative_to(ROOT)}:{node.lineno}: make_engine without a tenant")
    assert found == []

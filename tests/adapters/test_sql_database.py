"""Migrations and URLs on both databases: the schema is the models', twice is once, and a bad URL is one masked line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pymysql
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, TEXT, Boolean, Column, Engine, Integer, MetaData, String, event, inspect, make_url, select, text
from sqlalchemy.exc import OperationalError

import cti_server.features.registry  # noqa: F401 - it declares the tables
from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import MIGRATIONS, bare_engine, check_schema, make_engine, migrate, transaction
from cti_server.errors import CtiError
from cti_server.features.centre.model import ConfigVersion, Hours, Team
from cti_server.features.reports.sql import SqlRolledRows
from scripts.mariadb import MariaServer


@pytest.fixture(params=["sqlite", "mariadb"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new folder/cti.db"
    return str(request.getfixturevalue("mariadb_url"))


def test_the_migrated_schema_is_the_models_and_twice_is_once(database_url: str) -> None:
    engine = make_engine(database_url)
    with pytest.raises(CtiError, match="database-not-migrated"):
        check_schema(engine)
    assert migrate(database_url) == migrate(database_url) != ""
    check_schema(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_filled_database_of_the_first_schema_is_migrated(database_url: str) -> None:
    engine = bare_engine(database_url)
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO hours VALUES ('office', 'Asia/Shanghai', '[[],[],[],[],[],[],[]]', '[\"2026-10-01\"]')")
        )
        segment = "'f1', 'c1', 'queue', 'repair', '', '', '', 1900000, 1900001, 1900000, 'answered', 0, '{}'"
        connection.execute(text(f"INSERT INTO segments VALUES (1, {segment})"))
        interval = "'f2', '1001', 'day', 'ready', 'idle', '', '', '', 1000000, 1800000, 0"
        connection.execute(text(f"INSERT INTO agent_intervals VALUES (1, {interval})"))
        published = text("INSERT INTO config_versions VALUES (:version, 1, 'x', :document)")
        for version, document in enumerate(('{"domain":"main","version":1}', "no document"), 1):
            connection.execute(published, {"version": version, "document": document})
        connection.commit()
    migrate(database_url)
    with transaction(make_engine(database_url)) as session:
        hours = session.get(Hours, "office")
        assert hours is not None
        assert (hours.closed_days, hours.special_days) == (["2026-10-01"], {})
        documents = session.scalars(select(ConfigVersion.document).order_by(ConfigVersion.version)).all()
        assert documents == ['{"tenant":"main","version":1}', "no document"]
    assert SqlRolledRows(make_engine(database_url)).changes() == {900_000: 1, 1_800_000: 1}
    engine.dispose()


def test_rows_from_before_0016_are_the_published_tenants(database_url: str) -> None:
    engine = bare_engine(database_url)
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0015")
        for version, document in enumerate(("no document", '{"tenant":"north"}'), 1):
            connection.execute(text(f"INSERT INTO config_versions VALUES ({version}, 1, 'x', '{document}')"))
        connection.execute(text("INSERT INTO teams VALUES ('a', 'A', 1, 0, '')"))
        connection.commit()
    migrate(database_url)
    for tenant, expected in (("north", ["a"]), ("main", [])):
        with transaction(make_engine(database_url, tenant)) as session:
            assert session.scalars(select(Team.id)).all() == expected
    engine.dispose()


def test_calls_and_recordings_from_before_0011_say_who_was_first_and_what_they_are_of(database_url: str) -> None:
    engine = bare_engine(database_url)
    quarter = 900_000
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        tables = MetaData()
        tables.reflect(connection, only=["calls", "segments", "recordings", "report_stale", "report_agents"])

        def add(table: str, name: str, **values: Any) -> None:
            of = tables.tables[table]
            empty = {
                column.name: "" if isinstance(column.type, (String, TEXT)) else 0 for column in of.columns if column.name != "id"
            }
            jsons = {name: "{}" for name in ("data", "ivr_path", "detail", "agents") if name in of.columns}
            fact = {"fact_id": name} if "fact_id" in of.columns else {}
            connection.execute(of.insert().values({**empty, **jsons, **fact, **values}))

        def talk(name: str, call_id: str, agent: str, team: str, started_ms: int, segment: str = "talk", **more: Any) -> None:
            where = {"call_id": call_id, "agent": agent, "team": team, "counted_ms": started_ms}
            add("segments", name, segment=segment, started_ms=started_ms, **{**where, **more})

        for n, (call_id, last, direction) in enumerate(
            (("passed", "1003", "inbound"), ("old", "1002", "inbound"), ("lost", "", "inbound"), ("inside", "1001", "internal"))
        ):
            add("calls", call_id, call_id=call_id, last_agent=last, direction=direction, arrived_ms=n * quarter + 5)
        talk("s1", "passed", "1003", "night", 300, "conference", queue="sales", counted_ms=20 * quarter)
        talk("s2", "passed", "1001", "day", 200)
        talk("s3", "passed", "1003", "late", 250)
        talk("s4", "passed", "1009", "x", 100, "consult")
        talk("s5", "lost", "1009", "x", 100)
        for name in ("c_r", "c_r-message", "c_r-consult"):
            add("recordings", name, path=f"/r/{name}.wav")
        add("report_stale", "", quarter_ms=quarter, changes=7)
        add("report_agents", "", quarter_ms=0, agent="1001", team="day", answered=3)
        connection.commit()
    migrate(database_url)
    with engine.connect() as connection:
        who = text("SELECT call_id, first_agent, first_team, last_agent, last_team FROM calls ORDER BY id")
        assert [tuple(row) for row in connection.execute(who)] == [
            ("passed", "1001", "day", "1003", "night"),
            ("old", "1002", "", "1002", ""),
            ("lost", "", "", "", ""),
            ("inside", "1001", "", "1001", ""),
        ]
        recorded = connection.execute(text("SELECT recorded FROM recordings ORDER BY id")).scalars().all()
        assert recorded == ["call", "voicemail", "consult"]
        rolled = connection.execute(text("SELECT answered, first_in, last_in, passed_on FROM report_agents")).all()
        assert [tuple(row) for row in rolled] == [(3, 0, 0, 0)]
    assert SqlRolledRows(make_engine(database_url)).changes() == {0: 1, quarter: 7, 20 * quarter: 1}
    engine.dispose()


def test_no_migration_loses_a_row_of_any_table(database_url: str) -> None:
    engine = bare_engine(database_url)
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        first = MetaData()
        first.reflect(connection)
        for table in first.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert().values({column.name: _any_value(column) for column in table.columns}))
        connection.commit()
    migrate(database_url)
    with engine.connect() as connection:
        rows = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in first.tables}
        assert rows == dict.fromkeys(first.tables, 1)
        if engine.dialect.name == "sqlite":
            assert list(connection.execute(text("PRAGMA foreign_key_check"))) == []
    engine.dispose()


def test_the_newest_migrations_go_back_and_forth(database_url: str) -> None:
    migrate(database_url)
    engine = bare_engine(database_url)
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        newest, columns = set(inspect(connection).get_table_names()), inspect(connection).get_columns("users")
        command.downgrade(config, "0018")
        connection.commit()
        gone = newest - set(inspect(connection).get_table_names())
        assert {"webhooks", "passkeys", "recovery_codes", "password_links"} <= gone
        assert "totp" not in {column["name"] for column in inspect(connection).get_columns("users")}
        command.upgrade(config, "head")
        connection.commit()
        assert set(inspect(connection).get_table_names()) == newest
        assert [one["name"] for one in inspect(connection).get_columns("users")] == [one["name"] for one in columns]
    engine.dispose()


def _any_value(column: Column[Any]) -> object:
    """One that fits the column's type; ids of all tables are the same, so that rows refer to each other."""
    if isinstance(column.type, (Integer, Boolean)):
        return 1
    return "{}" if isinstance(column.type, (JSON, TEXT)) else "x"


def test_a_migration_of_sqlite_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/cti.db"
    engine = make_engine(url)
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
        before = connection.execute(text("SELECT sql FROM sqlite_master ORDER BY name")).all()

    def broken(*_: object) -> None:
        raise OperationalError("", {}, Exception("the disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("alembic.operations.Operations.create_index", broken)
        with pytest.raises(CtiError, match="the disk is full"):
            migrate(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT sql FROM sqlite_master ORDER BY name")).all() == before
    migrate(url)
    check_schema(engine)
    engine.dispose()


def test_ids_are_compared_byte_by_byte_and_names_keep_every_character(database_url: str) -> None:
    migrate(database_url)
    engine = make_engine(database_url)
    with transaction(engine) as session:
        session.add_all([Team(id="a", name="呼入一组 🎧"), Team(id="A", name="x")])
    with transaction(engine) as session:
        found = session.get(Team, "a")
        assert found is not None
        assert found.name == "呼入一组 🎧"


def test_sqlite_is_set_up_for_several_processes(tmp_path: Path) -> None:
    with make_engine(f"sqlite:///{tmp_path}/cti.db").connect() as connection:
        asked = ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        assert [connection.execute(text(f"PRAGMA {name}")).scalar() for name in asked] == ["wal", 5000, 1, 1]


def test_a_new_sqlite_file_is_for_its_owner_only_and_an_old_one_keeps_its_rights(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        engine = make_engine(f"sqlite:///{tmp_path}/cti.db")
        assert list(tmp_path.iterdir()) == []  # an engine alone makes no file
        with engine.connect() as connection:
            connection.execute(text("CREATE TABLE t (a INTEGER)"))
            connection.commit()
            assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {
                "cti.db": 0o600, "cti.db-wal": 0o600, "cti.db-shm": 0o600,
            }  # fmt: skip
        (tmp_path / "cti.db").chmod(0o640)
        with make_engine(f"sqlite:///{tmp_path}/cti.db").connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 0
        assert (tmp_path / "cti.db").stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)


def test_mariadb_refuses_what_does_not_fit(mariadb_url: str) -> None:
    with make_engine(mariadb_url).connect() as connection:
        assert "STRICT_ALL_TABLES" in str(connection.execute(text("SELECT @@sql_mode")).scalar())
        assert connection.execute(text("SELECT @@tx_isolation")).scalar() == "READ-COMMITTED"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://cti:s3cr3t@db/cti",
        "mysql+pymysql://cti:s3cr3t@127.0.0.1:1/cti",
        "mysql://cti:s3cr3t@127.0.0.1:1/cti",
        "mysql+pymysql://cti:s3cr3t@127.0.0.1",
        "cti:s3cr3t@db",
        "://cti:s3cr3t@db",
        "sqlite://",
        "sqlite:////dev/null/x/cti.db",
        "",
    ],
)
def test_a_broken_url_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(CtiError) as caught:
        migrate(url)
    assert caught.value.error_id == "bad-database"
    assert "s3cr3t" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "cti.db").write_text("this is a letter, not a database" * 100)
    with pytest.raises(CtiError, match="not a database"):
        migrate(f"sqlite:///{tmp_path}/cti.db")


def test_a_server_that_is_away_is_its_own_error() -> None:
    engine = make_engine("mysql+pymysql://cti:s3cr3t@127.0.0.1:1/cti")
    with pytest.raises(CtiError, match="database-away") as caught, transaction(engine) as session:
        session.execute(text("SELECT 1"))
    assert "s3cr3t" not in str(caught.value)


def test_a_server_that_became_read_only_is_left(mariadb_server: MariaServer, mariadb_url: str) -> None:
    """As after a fail-over: the old primary stays up, and the address leads to another server."""
    migrate(mariadb_url)
    plain = make_url(mariadb_url)
    root = pymysql.connect(unix_socket=mariadb_server.socket, user="root", autocommit=True)
    with root.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE USER cti@localhost")
        cursor.execute("GRANT ALL ON cti.* TO cti@localhost")
        engine = make_engine(str(plain.set(username="cti")))
        opened: list[object] = []
        event.listen(engine, "connect", lambda connection, record: opened.append(connection))
        with transaction(engine) as session:
            session.add(Team(id="before", name="x"))
        cursor.execute("SET GLOBAL read_only = 1")
        try:
            with pytest.raises(CtiError, match="database-away"), transaction(engine) as session:
                session.add(Team(id="lost", name="x"))
        finally:
            cursor.execute("SET GLOBAL read_only = 0")
    with transaction(engine) as session:
        session.add(Team(id="after", name="x"))
    assert len(opened) == 2, "the connection to the read-only server was dropped"
    with transaction(engine) as session:
        assert sorted(team.id for team in session.query(Team)) == ["after", "before"]


def test_no_connection_grows_old_where_only_reads_pass(mariadb_url: str) -> None:
    assert make_engine(mariadb_url).pool._recycle <= 60


class Interrupted(BaseException):
    """As gevent.Timeout: not an Exception."""


def add_and_fail(engine: Engine, team: str, error: BaseException, used: list[object]) -> None:
    with transaction(engine) as session:
        session.add(Team(id=team, name="x"))
        session.flush()
        used.append(session.connection().connection.dbapi_connection)
        raise error


def test_an_interrupted_transaction_leaves_neither_rows_nor_its_connection(database_url: str) -> None:
    migrate(database_url)
    engine = make_engine(database_url)
    used: list[object] = []
    for team in ("a", "b"):
        with pytest.raises(Interrupted):
            add_and_fail(engine, team, Interrupted(), used)
    for team in ("c", "d"):
        with pytest.raises(ZeroDivisionError):
            add_and_fail(engine, team, ZeroDivisionError(), used)
    assert used[0] is not used[1]
    assert used[2] is used[3]
    with transaction(engine) as session:
        assert session.query(Team).count() == 0

"""Engines and migrations for SQLite (embedded, one machine) and MariaDB or MySQL (production); every failure is one clear line.

``transaction`` is the way to the database: a session that commits at the end, with DatabaseAway when the
server cannot be reached.

A server that refuses to write because it is (or has become) read-only is the wrong one: every connection to it is dropped and
the address resolved anew. Reads do not notice such a thing, so no connection is older than RECYCLE_S.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import orjson
import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from cti_server.adapters.sql.confined import confine
from cti_server.domain import border
from cti_server.domain.border import BadInput
from cti_server.domain.tenant import SHIPPED
from cti_server.errors import CtiError, DatabaseAway, Misuse
from cti_server.settings import masked

log = structlog.get_logger(__name__)

MIGRATIONS = Path(__file__).with_name("migrations")
EXAMPLES = "sqlite:///var/cti.db or mysql+pymysql://cti:PASSWORD@127.0.0.1:3306/cti"
LOCK_TIMEOUT_S = 60
RECYCLE_S = 60
STEPS = 1000
"""Of SQLite's machine between two looks at the time."""
TOO_LONG = frozenset({1969, 3024})
"""MariaDB's and MySQL's errors for a statement that took longer than it may."""
WRONG_SERVER = frozenset({1047, 1053, 1290, 1792, 1836})
"""MariaDB's and MySQL's errors: a cluster's node without its cluster, shutdown in progress, --read-only, read-only transaction,
read-only mode."""


class SearchTooLong(
    CtiError,
    id="search-too-long",
    status=422,
    en="This search takes too long. Choose fewer days.",
    zh="搜索时间过长，请缩短日期范围。",
):
    """A search was stopped."""


class DatabaseNotMigrated(CtiError, id="database-not-migrated"):
    """The database has another version's schema."""


class BadDatabase(Misuse, id="bad-database"):
    """A database URL that cannot be used."""


def make_engine(url: str, tenant: str = SHIPPED, threads: bool = False) -> Engine:
    """An engine that connects at its first use, and reads and writes the rows of one tenant. Raises BadDatabase for a URL that
    cannot be used.

    ``threads``: SQLite is used from real threads of a process whose locks are gevent's: a transaction has its own connection.
    """
    engine = bare_engine(url, threads)
    confine(engine.dialect, tenant)
    return engine


def migrate(url: str) -> str:
    """Bring the database to the newest schema (creates it when empty) and give its revision; doing it again changes nothing.

    Raises BadDatabase with one line that says what to do; a password in the URL is never shown.
    """
    engine = bare_engine(url)
    try:
        if engine.dialect.name == "sqlite":
            _migrate_as_one(engine)
        with engine.connect() as connection, _alone(connection):
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
            return MigrationContext.configure(connection).get_current_revision() or ""
    except SQLAlchemyError as error:
        raise BadDatabase(f"CTI_DATABASE_URL={masked(url)}: {_reason(error)}. {_advice(engine.url)}") from error
    except CommandError as error:  # its revision is none that this version knows
        text = "its schema is of a newer version of this product (or of another): install that version, or restore a backup"
        raise BadDatabase(f"CTI_DATABASE_URL={masked(url)}: {text} ({error})") from error
    finally:
        engine.dispose()


def check_schema(engine: Engine) -> None:
    """Raises DatabaseNotMigrated when the schema is not the one of this version, DatabaseAway without server."""
    head = ScriptDirectory.from_config(_alembic()).get_current_head()
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise away(error) from error
    if current != head:
        raise DatabaseNotMigrated(f"the database has schema {current or 'none'}, this version needs {head}: migrate it")


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction. Raises DatabaseAway when the server is gone or locked; any exception rolls back.

    What interrupts from outside (gevent.Timeout, an abandoned generator) may leave the connection in the middle of an answer:
    it is thrown away, and the server rolls back.
    """
    session = Session(engine, expire_on_commit=False)
    try:
        yield session
        session.commit()
    except (OperationalError, InterfaceError) as error:
        session.rollback()
        raise away(error) from error
    except Exception as error:
        session.rollback()
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise away(error) from error
        raise
    except BaseException:
        session.invalidate()
        raise
    finally:
        session.close()


@contextmanager
def limited(session: Session, seconds: float) -> Iterator[None]:
    """The statements in it may take so long together (SQLite) or each (a server). Raises SearchTooLong."""
    connection = session.connection()
    raw: Any = connection.connection.driver_connection
    end, dialect = monotonic() + seconds, connection.dialect
    mariadb = getattr(dialect, "is_mariadb", False)
    name, most = ("max_statement_time", f"{seconds:f}") if mariadb else ("max_execution_time", f"{seconds * 1000:.0f}")
    try:
        if dialect.name == "sqlite":
            raw.set_progress_handler(lambda: monotonic() > end, STEPS)
        else:
            session.execute(text(f"SET {name} = {most}"))
        yield
    except DBAPIError as error:
        if str(error.orig) != "interrupted" and error.orig.args[0] not in TOO_LONG:  # type: ignore[union-attr]
            raise
        raise SearchTooLong(f"the search was stopped after {seconds:g} s: narrow it by days") from error
    finally:
        if dialect.name == "sqlite":
            raw.set_progress_handler(None, 0)
        elif not connection.invalidated:
            session.execute(text(f"SET {name} = DEFAULT"))


def away(error: SQLAlchemyError) -> CtiError:
    return DatabaseAway(f"the database does not answer: {_reason(error)}")


# ---------------------------------------------------------------- engines


def bare_engine(url: str, threads: bool = False) -> Engine:
    """One that sees every tenant's rows: for migrations, never for a query of the product."""
    parsed = _parse(url)
    return _sqlite(parsed, threads) if parsed.get_backend_name() == "sqlite" else _mariadb(parsed)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise BadDatabase(f"CTI_DATABASE_URL={masked(url)!r} is no database URL; write {EXAMPLES}") from error
    if parsed.port is not None and not 0 < parsed.port <= 65535:
        raise BadDatabase(f"CTI_DATABASE_URL={masked(url)!r}: {parsed.port} is no port")
    known = ("sqlite", "sqlite+pysqlite", "mysql+pymysql", "mariadb+pymysql")
    if parsed.drivername in ("mysql", "mariadb"):
        parsed = parsed.set(drivername=f"{parsed.drivername}+pymysql")
    if parsed.drivername not in known or not parsed.database or parsed.database == ":memory:":
        raise BadDatabase(f"CTI_DATABASE_URL={masked(url)!r} names no SQLite file and no MariaDB; write {EXAMPLES}")
    return parsed


def _sqlite(url: URL, threads: bool) -> Engine:
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadDatabase(f"the folder {folder} of the SQLite file cannot be made: {error.strerror}") from error
    pool: dict[str, Any] = {"poolclass": NullPool} if threads else {}
    engine = create_engine(url, connect_args={"timeout": 5}, json_deserializer=_document, **pool)

    @event.listens_for(engine, "do_connect")
    def create(dialect: Any, record: Any, arguments: Any, options: Any) -> None:
        _create_private(Path(str(url.database)))

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    event.listen(engine, "handle_error", _leave_wrong_server)
    return engine


def _create_private(file: Path) -> None:
    """A new SQLite file is its owner's only: it holds passwords of phones and who called. SQLite gives its -wal and -shm the
    same rights. A file that is there is not even opened, for closing it would end this process's SQLite locks on it."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return  # it is there, or cannot be made: then SQLite says so


def _mariadb(url: URL) -> Engine:
    if "charset" not in url.query:
        url = url.update_query_dict({"charset": "utf8mb4"})
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=8,
        pool_timeout=10,
        pool_recycle=RECYCLE_S,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        json_deserializer=_document,
        connect_args={
            "connect_timeout": 5,
            "read_timeout": 60,
            "write_timeout": 60,
            "init_command": "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'",
        },
    )
    event.listen(engine, "handle_error", _leave_wrong_server)
    return engine


def _document(raw: str | bytes) -> Any:
    """A JSON column; one that somebody broke reads as {} and costs its own row, not the report or the table that it is in."""
    try:
        found = orjson.loads(raw)
        border.check_depth([found], "column")
    except (BadInput, orjson.JSONDecodeError) as error:
        log.error("a column of the database is no JSON: read as empty", start=repr(raw[:60]), error=str(error))
        return {}
    return found


def _leave_wrong_server(context: ExceptionContext) -> None:
    """A SQLite file that was moved away under its readers is such a server, too."""
    error = context.original_exception
    code = error.args[0] if error.args else None
    if code in WRONG_SERVER or "readonly database" in str(code):
        context.is_disconnect = True  # SQLAlchemy drops the whole pool then


# ---------------------------------------------------------------- migrations


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _migrate_as_one(engine: Engine) -> None:
    """All migrations of SQLite are one transaction, alone on the file. A table is changed there by copying and dropping it, which
    must delete no row of a table that refers to it: so foreign keys are not looked at meanwhile."""

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # else the driver begins before changes of rows only, not before those of tables
        connection.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _alone(connection: Any) -> Iterator[None]:
    """Two processes that migrate at once take turns (SQLite's own lock does it there)."""
    if connection.dialect.name == "sqlite":
        yield
        return
    connection.execute(text("SELECT GET_LOCK('cti-migrate', :wait)"), {"wait": LOCK_TIMEOUT_S})
    try:
        yield
    finally:
        connection.execute(text("SELECT RELEASE_LOCK('cti-migrate')"))


def _reason(error: SQLAlchemyError) -> str:
    """The driver's words in one line, without SQL and without parameters."""
    origin = getattr(error, "orig", None)
    if origin is None:
        return " ".join(str(error).split())[:200]
    words = origin.args[1] if len(origin.args) > 1 else str(origin)
    return " ".join(str(words).split())[:200]


def _advice(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"Check that {url.database} is a SQLite file of this product and that its folder can be written"
    place = url.query.get("unix_socket") or f"{url.host or 'localhost'}:{url.port or 3306}"
    return f"Check that MariaDB runs at {place}, that the database {url.database} exists and that user and password are right"

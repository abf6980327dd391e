"""What every table is made of. Times are UTC ms (BIGINT), JSON is text, ids are short strings; a change of a table needs a
migration. The tables themselves are their features': ``features/NAME/model.py``.

Every table has the column ``tenant`` without a word of its own: it leads the primary key (unless the database counts it), the
unique keys, the indexes and the foreign keys. A mapped class is known by the rest of its key, for whoever looks sees one tenant
only (``confined.py``): ``session.get(Queue, "repair")``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, mapped_column

MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
MARIADB = {key.replace("mysql", "mariadb"): value for key, value in MYSQL.items()}
TABLE: dict[str, Any] = {**MYSQL, **MARIADB}

ID = String(32)
CODE = String(64)
NAME = String(128)
TENANT = "tenant"


def kept() -> list[Column[Any]]:
    """Columns of every table of an entity: its version, which counts up, who changed it last, and when (UTC ms; 0: nobody)."""
    return [
        Column("version", Integer, nullable=False, default=1, server_default="1"),
        Column("changed_ms", BigInteger, nullable=False, default=0, server_default="0"),
        Column("changed_by", NAME, nullable=False, default="", server_default=""),
    ]


def whose(dialect: Dialect) -> str:
    """The tenant of an engine. Raises LookupError: it has none, and so neither reads nor writes these tables."""
    tenant: str | None = getattr(dialect.statement_compiler, TENANT, None)
    if tenant is None:
        raise LookupError("this engine is of no tenant")
    return tenant


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    @classmethod
    def __mapper_cls__(cls, mapped: type[Any], table: Table, **options: Any) -> Mapper[Any]:
        keys = [column for column in table.primary_key.columns if column.name != TENANT]
        return Mapper(mapped, table, **{"primary_key": keys, **options})


@event.listens_for(Table, "after_parent_attach")
def _of_a_tenant(table: Table, metadata: MetaData) -> None:
    if metadata is not Base.metadata:
        return
    tenant: Column[str] = Column(TENANT, CODE, nullable=False, default=lambda context: whose(context.dialect))
    table.append_column(tenant)
    if table.autoincrement_column is None:
        keys = list(table.primary_key.columns)
        for column in keys:
            column.primary_key = False  # until it is in the new key
        table.append_constraint(PrimaryKeyConstraint(tenant, *keys))
    for old in list(table.constraints):
        if isinstance(old, UniqueConstraint):
            table.constraints.discard(old)
            table.append_constraint(UniqueConstraint(tenant, *old.columns))
        elif isinstance(old, ForeignKeyConstraint) and isinstance(old.columns[0].type, String):
            _refer_within(table, old)
    for index in list(table.indexes):
        table.indexes.discard(index)
        Index(None, tenant, *index.expressions, unique=index.unique)


def _refer_within(table: Table, old: ForeignKeyConstraint) -> None:
    """To a row of the same tenant. (A number that the database counted is one tenant's anyhow.)"""
    names, targets = old.column_keys, [one.target_fullname for one in old.elements]
    for one in old.elements:
        one.parent.foreign_keys.discard(one)
        table.foreign_keys.discard(one)
    table.constraints.discard(old)
    of = targets[0].partition(".")[0]
    name = f"fk_{table.name}_{names[0]}"
    table.append_constraint(
        ForeignKeyConstraint(
            [TENANT, *names], [f"{of}.{TENANT}", *targets], name=name, ondelete=old.ondelete, onupdate=old.onupdate
        )
    )


@event.listens_for(Base, "before_insert", propagate=True)
def _has_a_tenant(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    row.tenant = whose(connection.dialect)


class Kept:
    """The same for tables that are classes."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_ms: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    changed_by: Mapped[str] = mapped_column(NAME, default="", server_default="")

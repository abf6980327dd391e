"""What every table is made of. Times are UTC ms (BIGINT), JSON is text, ids are short strings; a change of a table needs a
migration. The tables themselves are their features': ``features/NAME/model.py``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
MARIADB = {key.replace("mysql", "mariadb"): value for key, value in MYSQL.items()}
TABLE: dict[str, Any] = {**MYSQL, **MARIADB}

ID = String(32)
CODE = String(64)
NAME = String(128)


def kept() -> list[Column[Any]]:
    """Columns of every table of an entity: its version, which counts up, who changed it last, and when (UTC ms; 0: nobody)."""
    return [
        Column("version", Integer, nullable=False, default=1, server_default="1"),
        Column("changed_ms", BigInteger, nullable=False, default=0, server_default="0"),
        Column("changed_by", NAME, nullable=False, default="", server_default=""),
    ]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Kept:
    """The same for tables that are classes."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")
    changed_ms: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    changed_by: Mapped[str] = mapped_column(NAME, default="", server_default="")

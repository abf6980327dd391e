"""What every table is made of. Times are UTC ms (BIGINT), JSON is text, ids are short strings; a change of a table needs a
migration. The tables themselves are their features': ``features/NAME/model.py``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData, String
from sqlalchemy.orm import DeclarativeBase

MYSQL = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
MARIADB = {key.replace("mysql", "mariadb"): value for key, value in MYSQL.items()}
TABLE: dict[str, Any] = {**MYSQL, **MARIADB}

ID = String(32)
CODE = String(64)
NAME = String(128)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

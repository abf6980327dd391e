"""Column types that mean the same on SQLite and MariaDB: times in ms, JSON as text, names compared byte by byte."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, Text
from sqlalchemy.dialects.mysql import MEDIUMBLOB, MEDIUMTEXT
from sqlalchemy.types import TypeDecorator

LongText = Text().with_variant(MEDIUMTEXT(), "mysql", "mariadb")
"""Up to 16 MiB of text."""

LongBytes = LargeBinary().with_variant(MEDIUMBLOB(), "mysql", "mariadb")
"""Up to 16 MiB of bytes."""

RowId = BigInteger().with_variant(Integer(), "sqlite")
"""A row number that the database gives (SQLite counts only INTEGER by itself)."""


class Json(TypeDecorator[Any]):
    """A JSON-able value as text; no query looks inside."""

    impl = LongText
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)

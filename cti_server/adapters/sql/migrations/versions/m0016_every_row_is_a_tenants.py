"""Every row is a tenant's; what is there is that of the newest published configuration, or the shipped one's.

The tenant leads keys, unique keys, indexes and references.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

TENANT = sa.String(64)
Names = list[str]
_VERSIONS = sa.table("config_versions", sa.column("version"), sa.column("document"))


def upgrade() -> None:
    tables, whose = _tables(), _whose()
    for table in tables:
        op.add_column(table, sa.Column("tenant", TENANT, nullable=False, server_default=whose))
    _rebuild(tables, lambda names: ["tenant", *names])
    for table in tables:
        with op.batch_alter_table(table) as batch:
            batch.alter_column("tenant", existing_type=TENANT, existing_nullable=False, server_default=None)


def downgrade() -> None:
    """What others than the shipped tenant have is lost."""
    tables = _tables()
    for table in tables:
        op.execute(sa.delete(sa.table(table, sa.column("tenant"))).where(sa.column("tenant") != "main"))
    _rebuild(tables, lambda names: names[1:])
    for table in tables:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("tenant")


def _tables() -> Names:
    return [name for name in sa.inspect(op.get_bind()).get_table_names() if name != "alembic_version"]


def _whose() -> str:
    """Until now a tenant had a database of its own."""
    newest = sa.select(_VERSIONS.c.document).order_by(_VERSIONS.c.version.desc()).limit(1)
    try:
        found = orjson.loads(op.get_bind().scalar(newest) or "{}")
    except orjson.JSONDecodeError:
        return "main"
    tenant = found.get("tenant") if isinstance(found, dict) else None
    return tenant if isinstance(tenant, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", tenant) else "main"


def _rebuild(tables: Names, new: Callable[[Names], Names]) -> None:
    """All that is made of columns, of ``new`` ones. A key that the database counts is nobody else's, and stays alone."""
    look = sa.inspect(op.get_bind())
    references = {table: look.get_foreign_keys(table) for table in tables}
    keys: dict[str, Any] = {table: look.get_pk_constraint(table) for table in tables}
    uniques = {table: {str(one["name"]): one["column_names"] for one in look.get_unique_constraints(table)} for table in tables}
    numbers = {(table, one["name"]) for table in tables for one in look.get_columns(table) if isinstance(one["type"], sa.Integer)}
    counted = {table: keys[table]["constrained_columns"] == ["id"] and (table, "id") in numbers for table in tables}
    indexes = {table: look.get_indexes(table) for table in tables}
    for table in tables:
        if references[table]:
            with op.batch_alter_table(table) as batch:
                for one in references[table]:
                    batch.drop_constraint(str(one["name"]), type_="foreignkey")
    for table in tables:
        with op.batch_alter_table(table) as batch:
            for index in indexes[table]:
                if index["name"] not in uniques[table]:
                    batch.drop_index(str(index["name"]))
            for name in uniques[table]:
                batch.drop_constraint(name, type_="unique")
            if counted[table]:
                continue
            batch.drop_constraint(f"pk_{table}", type_="primary")
            batch.create_primary_key(f"pk_{table}", new(keys[table]["constrained_columns"]))
    for table in tables:
        with op.batch_alter_table(table) as batch:
            for columns in uniques[table].values():
                batch.create_unique_constraint("_".join(("uq", table, *new(columns))), new(columns))
            for index in indexes[table]:
                if index["name"] not in uniques[table] and not str(index["name"]).startswith("fk_"):
                    names = new([str(name) for name in index["column_names"]])
                    batch.create_index("_".join(("ix", table, *names)), names)
    for table in tables:
        with op.batch_alter_table(table) as batch:
            for one in references[table]:
                names, of = new(one["constrained_columns"]), new(one["referred_columns"])
                batch.create_foreign_key(str(one["name"]), one["referred_table"], names, of, **_options(one))


def _options(reference: Any) -> dict[str, Any]:
    return {name: value for name, value in reference.get("options", {}).items() if name == "ondelete"}

"""Every table has its tenant, and the migrations make what the models declare."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint, inspect

import cti_server.features.registry  # noqa: F401 - it declares the tables
from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import bare_engine, migrate


def test_every_table_has_its_tenant_and_the_database_has_the_same_keys(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/cti.db"
    migrate(url)
    engine = bare_engine(url)
    look = inspect(engine)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == [], "make migration"
    assert Base.metadata.tables
    for name, of in Base.metadata.tables.items():
        keys = look.get_pk_constraint(name)["constrained_columns"]
        assert keys == [one.name for one in of.primary_key.columns], name
        assert "tenant" in of.columns, name
        assert keys[0] == "tenant" or of.autoincrement_column is not None, name
        for rule in of.constraints:
            if isinstance(rule, UniqueConstraint):
                assert rule.columns[0].name == "tenant", rule
            if isinstance(rule, ForeignKeyConstraint) and isinstance(list(rule.columns)[-1].type, String):
                assert rule.column_keys[0] == "tenant", rule
                assert rule.elements[0].target_fullname.endswith(".tenant"), rule
        for index in of.indexes:
            assert index.columns[0].name == "tenant", index

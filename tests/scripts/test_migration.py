"""The next migration is made from the declared tables."""

from __future__ import annotations

import ast

import pytest
import sqlalchemy as sa

from cti_server.adapters.sql.base import Base
from cti_server.adapters.sql.database import MIGRATIONS
from cti_server.adapters.sql.types import Json
from scripts.migration import newest, skeleton

FOLDER = MIGRATIONS / "versions"


def test_the_tables_are_as_the_migrations_make_them() -> None:
    assert skeleton("nothing", FOLDER) == ""


def test_a_new_table_is_made_and_dropped() -> None:
    columns = sa.Column("id", sa.Integer, primary_key=True), sa.Column("hand", sa.String(64), nullable=False, index=True)
    table = sa.Table("waves", Base.metadata, *columns, sa.Column("fingers", Json, nullable=False))
    try:
        text = skeleton("people wave", FOLDER)
    finally:
        Base.metadata.remove(table)
    ast.parse(text)
    last = newest(FOLDER)
    assert text.startswith('"""People wave."""')
    assert f'revision = "{last + 1:04}"\ndown_revision = "{last:04}"' in text
    up, down = text.split("def downgrade")
    assert "op.create_table('waves'" in up
    assert "\nfrom cti_server.adapters.sql.types import Json\n\nrevision" in up
    assert "sa.Column('fingers', Json()," in up
    assert "ix_waves_tenant_hand" in up
    assert "op.drop_table('waves')" in down
    assert "###" not in text


def test_it_needs_a_reason(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from scripts import migration

    monkeypatch.setattr("sys.argv", ["migration"])
    with pytest.raises(SystemExit):
        migration.main()
    assert "why" in capsys.readouterr().err

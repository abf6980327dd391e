"""Who may call outside, the number plan, and which trunk takes which numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.migrations.versions.m0001_first import column, key, table
from cti_server.adapters.sql.types import Json

revision = "0007"
down_revision = "0006"

_ALL = '["emergency","local","national","international","premium"]'
_TRUNKS = (
    ("position", sa.Integer(), "1"),
    ("weight", sa.Integer(), "1"),
    ("number_form", sa.String(64), "'national'"),
    ("prefix", sa.String(32), "''"),
    ("caller_id", sa.String(32), "''"),
)


def upgrade() -> None:
    table(
        "classes_of_service",
        key("id", sa.String(32)),
        column("name", sa.String(128)),
        column("dial", Json),
        column("transfer", Json),
        column("at_once", sa.Integer()),
        column("per_minute", sa.Integer()),
        column("record", sa.Boolean()),
    )
    table(
        "number_rules",
        key("prefix", sa.String(32)),
        column("kind", sa.String(64)),
        column("shortest", sa.Integer()),
        column("longest", sa.Integer()),
        column("full", sa.String(32)),
    )
    table("forbidden_numbers", key("number", sa.String(32)), column("why", sa.String(128)))
    op.add_column("trunks", sa.Column("kinds", Json, nullable=True))
    op.execute(sa.text("UPDATE trunks SET kinds = :all").bindparams(all=_ALL))
    for name, kind, value in _TRUNKS:
        op.add_column("trunks", sa.Column(name, kind, nullable=False, server_default=sa.text(value)))
    op.add_column("agents", sa.Column("class_of_service", sa.String(32), nullable=False, server_default=""))
    with op.batch_alter_table("trunks") as trunks:
        trunks.alter_column("kinds", existing_type=Json, nullable=False)
        for name, kind, _ in _TRUNKS:
            trunks.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("agents") as agents:
        agents.alter_column("class_of_service", existing_type=sa.String(32), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("agents") as agents:
        agents.drop_column("class_of_service")
    with op.batch_alter_table("trunks") as trunks:
        for name in ("kinds", *(name for name, _, _ in _TRUNKS)):
            trunks.drop_column(name)
    for name in ("forbidden_numbers", "number_rules", "classes_of_service"):
        op.drop_table(name)

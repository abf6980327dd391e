"""Trunk groups, and who names one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

NAMED = {"trunks": "group", "number_rules": "trunk_group", "service_numbers": "trunk_group", "classes_of_service": "trunk_group"}


def upgrade() -> None:
    op.create_table(
        "trunk_groups",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("next_group", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_by", sa.String(length=128), server_default="", nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_trunk_groups")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    for table, column in NAMED.items():
        op.add_column(table, sa.Column(column, sa.String(length=32), nullable=False, server_default=""))


def downgrade() -> None:
    for table, column in NAMED.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
    op.drop_table("trunk_groups")

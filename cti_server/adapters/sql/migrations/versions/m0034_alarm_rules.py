"""Alarm rules."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "alarm_rules",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("trunk", sa.String(length=64), nullable=False),
        sa.Column("figure_1", sa.String(length=64), nullable=False),
        sa.Column("is_1", sa.String(length=64), nullable=False),
        sa.Column("limit_1", sa.Integer(), nullable=False),
        sa.Column("figure_2", sa.String(length=64), nullable=False),
        sa.Column("is_2", sa.String(length=64), nullable=False),
        sa.Column("limit_2", sa.Integer(), nullable=False),
        sa.Column("figure_3", sa.String(length=64), nullable=False),
        sa.Column("is_3", sa.String(length=64), nullable=False),
        sa.Column("limit_3", sa.Integer(), nullable=False),
        sa.Column("match", sa.String(length=64), nullable=False),
        sa.Column("for_s", sa.Integer(), nullable=False),
        sa.Column("clear_s", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_by", sa.String(length=128), server_default="", nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_alarm_rules")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )


def downgrade() -> None:
    op.drop_table("alarm_rules")

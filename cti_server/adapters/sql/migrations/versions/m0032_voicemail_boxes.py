"""Voicemail boxes, and which one a message is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import LongText

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "voicemail_boxes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("greeting", sa.String(length=64), nullable=False),
        sa.Column("max_s", sa.Integer(), nullable=False),
        sa.Column("mail", LongText, nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_by", sa.String(length=128), server_default="", nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_voicemail_boxes")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.add_column("recordings", sa.Column("box", sa.String(length=32), nullable=False, server_default=""))
    with op.batch_alter_table("recordings") as batch:
        batch.alter_column("box", existing_type=sa.String(length=32), existing_nullable=False, server_default=None)
        batch.create_index("ix_recordings_tenant_box_ended_ms", ["tenant", "box", "ended_ms"])


def downgrade() -> None:
    with op.batch_alter_table("recordings") as batch:
        batch.drop_index("ix_recordings_tenant_box_ended_ms")
        batch.drop_column("box")
    op.drop_table("voicemail_boxes")

"""Messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "messages",
        sa.Column("recording_id", sa.String(length=96), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("box", sa.String(length=32), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
        sa.Column("heard_by", sa.String(length=128), nullable=False),
        sa.Column("heard_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_by", sa.String(length=128), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "recording_id", name=op.f("pk_messages")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_tenant_box_at_ms"), ["tenant", "box", "at_ms"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_tenant_done_ms_box"), ["tenant", "done_ms", "box"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_tenant_told_ms"), ["tenant", "told_ms"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_tenant_told_ms"))
        batch_op.drop_index(batch_op.f("ix_messages_tenant_done_ms_box"))
        batch_op.drop_index(batch_op.f("ix_messages_tenant_box_at_ms"))

    op.drop_table("messages")

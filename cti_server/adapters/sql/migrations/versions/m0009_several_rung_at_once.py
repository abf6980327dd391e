"""So many agents of a queue are rung at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("queues", sa.Column("ring_at_once", sa.Integer(), nullable=False, server_default=sa.text("1")))
    with op.batch_alter_table("queues") as queues:
        queues.alter_column("ring_at_once", existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("queues") as queues:
        queues.drop_column("ring_at_once")

"""Agents whose phones stay off hook, and how their queues name themselves to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("agents", sa.Column("off_hook", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("queues", sa.Column("whisper", sa.String(255), nullable=False, server_default=""))
    with op.batch_alter_table("agents") as agents:
        agents.alter_column("off_hook", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("queues") as queues:
        queues.alter_column("whisper", existing_type=sa.String(255), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("queues") as queues:
        queues.drop_column("whisper")
    with op.batch_alter_table("agents") as agents:
        agents.drop_column("off_hook")

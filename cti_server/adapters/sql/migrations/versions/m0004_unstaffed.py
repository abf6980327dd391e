"""Queues say what becomes of callers while nobody is logged in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for name, value in (("unstaffed", "wait"), ("unstaffed_flow", "")):
        op.add_column("queues", sa.Column(name, sa.String(64), nullable=False, server_default=value))
    with op.batch_alter_table("queues") as table:
        for name in ("unstaffed", "unstaffed_flow"):
            table.alter_column(name, existing_type=sa.String(64), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("queues") as table:
        table.drop_column("unstaffed_flow")
        table.drop_column("unstaffed")

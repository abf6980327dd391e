"""Consulting time of agents: none in the rows that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("report_agents") as table:
        table.add_column(sa.Column("consult_ms", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("report_agents") as table:
        table.alter_column("consult_ms", existing_type=sa.BigInteger(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("report_agents") as table:
        table.drop_column("consult_ms")

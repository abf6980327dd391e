"""Dispositions stand below others, and are offered for the calls of some queues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import Json

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    with op.batch_alter_table("reasons") as altered:
        altered.add_column(sa.Column("parent", sa.String(64), nullable=False, server_default=""))
        altered.add_column(sa.Column("queues", Json(), nullable=True))
    op.execute(sa.update(sa.table("reasons", sa.column("queues"))).values(queues="[]"))
    with op.batch_alter_table("reasons") as altered:
        altered.alter_column("parent", existing_type=sa.String(64), existing_nullable=False, server_default=None)
        altered.alter_column("queues", existing_type=Json(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("reasons") as altered:
        altered.drop_column("queues")
        altered.drop_column("parent")

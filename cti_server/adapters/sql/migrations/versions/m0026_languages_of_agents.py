"""In which languages agents talk, and how long a queue looks for one who speaks the caller's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import Json

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("agents", sa.Column("languages", Json(), nullable=True))
    op.execute(sa.text("UPDATE agents SET languages = '[]'"))
    with op.batch_alter_table("agents") as agents:
        agents.alter_column("languages", existing_type=Json(), nullable=False)
    op.add_column("queues", sa.Column("language_wait_s", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("queues") as queues:
        queues.alter_column("language_wait_s", existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("queues") as queues:
        queues.drop_column("language_wait_s")
    with op.batch_alter_table("agents") as agents:
        agents.drop_column("languages")

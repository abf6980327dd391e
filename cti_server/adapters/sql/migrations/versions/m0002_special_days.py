"""Opening hours know days with openings of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import Json

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("hours", sa.Column("special_days", Json, nullable=True))
    op.execute("UPDATE hours SET special_days = '{}'")
    with op.batch_alter_table("hours") as table:
        table.alter_column("special_days", existing_type=Json, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("hours") as table:
        table.drop_column("special_days")

"""At which phones agents may log in, besides their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import Json

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.add_column("agents", sa.Column("phones", Json(), nullable=True))
    op.execute(sa.text("UPDATE agents SET phones = '[]'"))
    with op.batch_alter_table("agents") as agents:
        agents.alter_column("phones", existing_type=Json(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("agents") as agents:
        agents.drop_column("phones")

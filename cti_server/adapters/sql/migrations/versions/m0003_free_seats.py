"""Phones that nobody owns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.migrations.versions.m0001_first import TABLE

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "free_seats",
        sa.Column("extension", sa.String(32), nullable=False),
        sa.Column("phone_password", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("extension", name="pk_free_seats"),
        **TABLE,
    )


def downgrade() -> None:
    op.drop_table("free_seats")

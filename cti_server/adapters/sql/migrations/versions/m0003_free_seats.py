"""Phones that nobody owns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.migrations.versions.m0001_first import column, key, table

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    table("free_seats", key("extension", sa.String(32)), column("phone_password", sa.String(128)))


def downgrade() -> None:
    op.drop_table("free_seats")

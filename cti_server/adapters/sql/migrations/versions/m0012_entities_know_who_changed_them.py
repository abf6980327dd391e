"""What people set up has a version and knows who changed it last and when; the history of all of it is a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import LongText

revision = "0012"
down_revision = "0011"

TABLES = (
    "agents", "classes_of_service", "forbidden_numbers", "free_seats", "hours", "number_rules", "queues", "reasons",
    "service_numbers", "settings", "teams", "trunks", "users",
)  # fmt: skip
COLUMNS: dict[str, tuple[sa.Integer | sa.BigInteger | sa.String, str]] = {
    "version": (sa.Integer(), "1"),
    "changed_ms": (sa.BigInteger(), "0"),
    "changed_by": (sa.String(128), "''"),
}


def upgrade() -> None:
    for table in TABLES:
        for name, (kind, value) in COLUMNS.items():
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=sa.text(value)))
    op.create_table(
        "entity_versions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("entity", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("fields", LongText, nullable=False),
        sa.Column("before", LongText, nullable=True),
        sa.Column("after", LongText, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_entity_versions"),
        sa.UniqueConstraint("entity", "key", "version", name="uq_entity_versions_entity_key_version"),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )


def downgrade() -> None:
    op.drop_table("entity_versions")
    for table in reversed(TABLES):
        with op.batch_alter_table(table) as altered:
            for name in reversed(COLUMNS):
                altered.drop_column(name)

"""Service numbers lead where a service is switched to and have hours, a greeting and music of their own; calendars; not-ready
reasons with limits; agents have skills, queues ask for them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import Json

revision = "0017"
down_revision = "0016"

TABLE: dict[str, Any] = {
    "mariadb_charset": "utf8mb4", "mariadb_collate": "utf8mb4_bin", "mariadb_engine": "InnoDB", "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB",
}  # fmt: skip
Kind = sa.String | sa.Integer | sa.Boolean
TEXT, NUMBER, FLAG = sa.String, sa.Integer(), sa.Boolean()
PLAIN: dict[str, dict[str, tuple[Kind, str]]] = {
    "service_numbers": {
        "service": (TEXT(32), ""), "hours": (TEXT(32), ""), "closed_flow": (TEXT(64), ""), "greeting": (TEXT(64), ""),
        "language": (TEXT(16), ""), "music": (TEXT(255), ""),
    },
    "hours": {"calendar": (TEXT(32), "")},
    "reasons": {"longest_min": (NUMBER, "0"), "day_min": (NUMBER, "0"), "at_once": (NUMBER, "0"), "approval": (FLAG, "0")},
    "queues": {"widen_after_s": (NUMBER, "0"), "order": (TEXT(64), "level")},
}  # fmt: skip
"""Columns with what old rows have."""
LISTS = {"hours": ("holiday", "[]"), "queues": ("skills", "{}")}


def upgrade() -> None:
    _entity("calendars", sa.Column("holidays", Json(), nullable=False), sa.Column("workdays", Json(), nullable=False))
    _entity("skills")
    parts = [(name, no) for no in (1, 2, 3) for name in ("name", "flow", "queue")]
    leads = (sa.Column(f"{name}_{no}", sa.String(32 if name == "queue" else 64), nullable=False) for name, no in parts)
    _entity("services", sa.Column("team", sa.String(32), nullable=False), *leads)
    op.create_table(
        "agent_skills",
        sa.Column("agent_id", sa.String(32), nullable=False),
        sa.Column("skill_id", sa.String(32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["tenant", f"{one}_id"], [f"{one}s.tenant", f"{one}s.id"], name=f"fk_agent_skills_{one}_id", ondelete="CASCADE"
            )
            for one in ("agent", "skill")
        ),
        sa.PrimaryKeyConstraint("tenant", "agent_id", "skill_id", name="pk_agent_skills"),
        **TABLE,
    )
    for table, columns in PLAIN.items():
        with op.batch_alter_table(table) as altered:
            for name, (kind, value) in columns.items():
                altered.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table) as altered:
            for name, (kind, _) in columns.items():
                altered.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    for table, (name, value) in LISTS.items():
        op.add_column(table, sa.Column(name, Json, nullable=True))
        op.execute(sa.update(sa.table(table, sa.column(name))).values({name: value}))
        with op.batch_alter_table(table) as altered:
            altered.alter_column(name, existing_type=Json, nullable=False)


def _entity(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        *columns,
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("changed_by", sa.String(128), nullable=False, server_default=""),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=f"pk_{table}"),
        **TABLE,
    )


def downgrade() -> None:
    for table, (name, _) in LISTS.items():
        with op.batch_alter_table(table) as altered:
            altered.drop_column(name)
    for table, columns in PLAIN.items():
        with op.batch_alter_table(table) as altered:
            for name in columns:
                altered.drop_column(name)
    for table in ("agent_skills", "skills", "services", "calendars"):
        op.drop_table(table)

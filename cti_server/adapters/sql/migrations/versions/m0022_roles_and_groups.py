"""What people may is said by their role, of which there is a table: those that are shipped have what the product says, until
somebody changes it. Teams belong to groups, which stand in each other without end; somebody leads one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import Json

revision = "0022"
down_revision = "0021"

SHIPPED = {
    "agent": ("Agent", "坐席"),
    "back_office": ("Back office", "后台处理"),
    "quality": ("Quality", "质检"),
    "leader": ("Team leader", "班长"),
    "campaign_manager": ("Campaign manager", "外呼经理"),
    "admin": ("Administrator", "管理员"),
    "operator": ("Operator", "运维"),
    "auditor": ("Auditor", "审计"),
}
USERS = sa.table("users", sa.column("tenant"))


def upgrade() -> None:
    roles = op.create_table(
        "roles",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("texts", Json(), nullable=False),
        sa.Column("rights", Json(), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_roles"),
        **OPTIONS,
    )
    tenants = op.get_bind().scalars(sa.select(USERS.c.tenant).distinct()).all() or ["main"]
    rows = [
        {"tenant": tenant, "id": role, "texts": {"en": en, "zh-CN": zh}, "rights": {}}
        for tenant in tenants
        for role, (en, zh) in SHIPPED.items()
    ]
    op.bulk_insert(roles, rows)
    for name in ("users", "api_tokens"):
        with op.batch_alter_table(name) as altered:
            altered.alter_column("role", existing_type=sa.String(16), type_=sa.String(32), existing_nullable=False)
    op.create_table(
        "centre_groups",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("parent", sa.String(32), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("tenant", "id", name="pk_centre_groups"),
        **OPTIONS,
    )
    with op.batch_alter_table("teams") as altered:
        altered.add_column(sa.Column("group", sa.String(32), nullable=False, server_default=""))
    op.add_column("users", sa.Column("group_id", sa.String(32), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("users") as altered:
        altered.drop_column("group_id")
    with op.batch_alter_table("teams") as altered:
        altered.drop_column("group")
    op.drop_table("centre_groups")
    for name in ("api_tokens", "users"):
        with op.batch_alter_table(name) as altered:
            altered.alter_column("role", existing_type=sa.String(32), type_=sa.String(16), existing_nullable=False)
    op.drop_table("roles")


OPTIONS: dict[str, Any] = {
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_bin",
    "mariadb_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_engine": "InnoDB",
}


def _kept() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_by", sa.String(128), server_default="", nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
    ]

"""Drafts and publications: what is published has its records, reason and place in the history; flows are in a table."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import LongText, RowId

revision = "0021"
down_revision = "0020"

TENANT = sa.String(64)
NEW: dict[str, sa.Column[Any]] = {
    "reason": sa.Column("reason", sa.String(500), server_default="", nullable=False),
    "records": sa.Column("records", LongText, nullable=True),
    "hidden": sa.Column("hidden", LongText, nullable=True),
    "upto": sa.Column("upto", sa.BigInteger(), server_default="0", nullable=False),
    "changes": sa.Column("changes", sa.Integer(), server_default="0", nullable=False),
}
OPTIONS: dict[str, Any] = {
    f"{kind}_{name}": value
    for kind in ("mariadb", "mysql")
    for name, value in (("charset", "utf8mb4"), ("collate", "utf8mb4_bin"), ("engine", "InnoDB"))
}
_VERSIONS = sa.table("config_versions", sa.column("tenant"), sa.column("version"), sa.column("document"))
_FLOWS = sa.table("flows", sa.column("tenant"), sa.column("name"), sa.column("document"))
_SOUNDS, _PROMPTS = (sa.table(one, sa.column("tenant"), sa.column("name")) for one in ("sound_files", "prompts"))


def upgrade() -> None:
    op.create_table(
        "flow_files",
        sa.Column("tenant", TENANT, nullable=False),
        sa.Column("file", sa.String(255), nullable=False),
        sa.Column("flow", sa.String(64), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "file", name="pk_flow_files"),
        **OPTIONS,
    )
    op.create_table(
        "flows",
        sa.Column("tenant", TENANT, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("document", LongText, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_by", sa.String(128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("tenant", "name", name="pk_flows"),
        **OPTIONS,
    )
    op.create_table(
        "planned_publications",
        sa.Column("tenant", TENANT, nullable=False),
        sa.Column("id", RowId, autoincrement=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("problems", LongText, nullable=False),
        sa.Column("document", LongText, nullable=False),
        sa.Column("records", LongText, nullable=False),
        sa.Column("hidden", LongText, nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_planned_publications"),
        **OPTIONS,
    )
    for column in NEW.values():
        op.add_column("config_versions", column)
    with op.batch_alter_table("sound_files") as altered:  # a prompt that is no more in the draft is in force still
        altered.drop_constraint("fk_sound_files_name", type_="foreignkey")
    _flows_in_force()


def downgrade() -> None:
    there = sa.select(_PROMPTS.c.name).where(_PROMPTS.c.tenant == _SOUNDS.c.tenant)
    op.execute(sa.delete(_SOUNDS).where(_SOUNDS.c.name.not_in(there)))
    with op.batch_alter_table("sound_files") as altered:
        altered.create_foreign_key(
            "fk_sound_files_name", "prompts", ["tenant", "name"], ["tenant", "name"], ondelete="CASCADE"
        )
    with op.batch_alter_table("config_versions") as altered:
        for name in reversed(NEW):
            altered.drop_column(name)
    for table in ("planned_publications", "flows", "flow_files"):
        op.drop_table(table)


def _flows_in_force() -> None:
    """Those of each tenant's newest document, so that one whose file is bad or gone stays."""
    connection = op.get_bind()
    newest: dict[str, str] = {}
    for tenant, document in connection.execute(sa.select(_VERSIONS.c.tenant, _VERSIONS.c.document).order_by(_VERSIONS.c.version)):
        newest[tenant] = document
    for tenant, document in newest.items():
        try:
            flows = orjson.loads(document).get("flows", {})
        except (orjson.JSONDecodeError, AttributeError):
            continue  # of a document that does not fit nothing is in force
        found = {name: flow for name, flow in flows.items() if isinstance(flow, dict)} if isinstance(flows, dict) else {}
        rows = [{"tenant": tenant, "name": name, "document": orjson.dumps(flow).decode()} for name, flow in found.items()]
        if rows:
            connection.execute(sa.insert(_FLOWS), rows)

"""People come in by providers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import Json

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "sign_in_providers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("texts", Json(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("scopes", Json(), nullable=False),
        sa.Column("base", sa.String(length=255), nullable=False),
        sa.Column("login_claim", sa.String(length=64), nullable=False),
        sa.Column("groups_claim", sa.String(length=64), nullable=False),
        sa.Column("agent_claim", sa.String(length=64), nullable=False),
        sa.Column("team_claim", sa.String(length=64), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("make_people", sa.Boolean(), nullable=False),
        sa.Column("match_logins", sa.Boolean(), nullable=False),
        sa.Column("only_for", Json(), nullable=False),
        sa.Column("second", Json(), nullable=False),
        sa.Column("signs_out", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("changed_by", sa.String(length=128), server_default="", nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("pk_sign_in_providers")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "scim_people",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_scim_people_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant", "user_id", name=op.f("pk_scim_people")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("scim_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scim_people_tenant_external_id"), ["tenant", "external_id"], unique=False)

    op.create_table(
        "sign_in_identities",
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer_hash", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_identities_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant", "subject_hash", name=op.f("pk_sign_in_identities")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mariadb_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    with op.batch_alter_table("sign_in_identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_identities_tenant_user_id"), ["tenant", "user_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sign_in_identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_identities_tenant_user_id"))

    op.drop_table("sign_in_identities")
    with op.batch_alter_table("scim_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scim_people_tenant_external_id"))

    op.drop_table("scim_people")
    op.drop_table("sign_in_providers")

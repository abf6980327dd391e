"""The first schema: the centre's tables and the ledger."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.types import Json, LongText, RowId

revision = "0001"
down_revision = None

TABLE: dict[str, Any] = {
    f"{server}_{option}": value
    for server in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_bin"))
}
column = partial(sa.Column, nullable=False)


def upgrade() -> None:
    op.create_table(
        "agent_intervals",
        column("id", RowId, autoincrement=True),
        column("fact_id", sa.String(96)),
        column("agent", sa.String(32)),
        column("team", sa.String(32)),
        column("status", sa.String(16)),
        column("state", sa.String(16)),
        column("reason", sa.String(64)),
        column("queue", sa.String(32)),
        column("call_id", sa.String(64)),
        column("started_ms", sa.BigInteger()),
        column("ended_ms", sa.BigInteger()),
        column("estimated", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_agent_intervals"),
        sa.UniqueConstraint("fact_id", name="uq_agent_intervals_fact_id"),
        **TABLE,
    )
    op.create_index("ix_agent_intervals_agent_started_ms", "agent_intervals", ["agent", "started_ms"])
    op.create_index("ix_agent_intervals_ended_ms", "agent_intervals", ["ended_ms"])
    op.create_index("ix_agent_intervals_started_ms_ended_ms", "agent_intervals", ["started_ms", "ended_ms"])
    op.create_table(
        "audit",
        column("id", RowId, autoincrement=True),
        column("fact_id", sa.String(96)),
        column("at_ms", sa.BigInteger()),
        column("issuer", sa.String(128)),
        column("action", sa.String(64)),
        column("subject", sa.String(128)),
        column("detail", Json),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("fact_id", name="uq_audit_fact_id"),
        **TABLE,
    )
    op.create_index("ix_audit_at_ms", "audit", ["at_ms"])
    op.create_index("ix_audit_subject_at_ms", "audit", ["subject", "at_ms"])
    op.create_table(
        "calls",
        column("id", RowId, autoincrement=True),
        column("fact_id", sa.String(96)),
        column("call_id", sa.String(64)),
        column("node", sa.String(32)),
        column("direction", sa.String(16)),
        column("number", sa.String(128)),
        column("name", sa.String(255)),
        column("service_number", sa.String(64)),
        column("arrived_ms", sa.BigInteger()),
        column("ended_ms", sa.BigInteger()),
        column("outcome", sa.String(64)),
        column("last_queue", sa.String(32)),
        column("last_agent", sa.String(32)),
        column("hung_up_by", sa.String(32)),
        column("cause", sa.String(64)),
        column("data", Json),
        column("ivr_path", Json),
        column("estimated", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("fact_id", name="uq_calls_fact_id"),
        **TABLE,
    )
    op.create_index("ix_calls_arrived_ms", "calls", ["arrived_ms"])
    op.create_index("ix_calls_call_id", "calls", ["call_id"])
    op.create_index("ix_calls_last_agent_arrived_ms", "calls", ["last_agent", "arrived_ms"])
    op.create_index("ix_calls_last_queue_arrived_ms", "calls", ["last_queue", "arrived_ms"])
    op.create_index("ix_calls_number_arrived_ms", "calls", ["number", "arrived_ms"])
    op.create_table(
        "config_versions",
        column("version", sa.Integer(), autoincrement=False),
        column("at_ms", sa.BigInteger()),
        column("author", sa.String(64)),
        column("document", LongText),
        sa.PrimaryKeyConstraint("version", name="pk_config_versions"),
        **TABLE,
    )
    op.create_table(
        "dispositions",
        column("id", RowId, autoincrement=True),
        column("fact_id", sa.String(96)),
        column("call_id", sa.String(64)),
        column("agent", sa.String(32)),
        column("code", sa.String(64)),
        column("note", LongText),
        column("at_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_dispositions"),
        sa.UniqueConstraint("call_id", "agent", name="uq_dispositions_call_id_agent"),
        **TABLE,
    )
    op.create_index("ix_dispositions_at_ms", "dispositions", ["at_ms"])
    op.create_table(
        "hours",
        column("id", sa.String(32)),
        column("zone", sa.String(64)),
        column("week", Json),
        column("closed_days", Json),
        sa.PrimaryKeyConstraint("id", name="pk_hours"),
        **TABLE,
    )
    op.create_table(
        "marks",
        column("name", sa.String(64)),
        column("at_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
        **TABLE,
    )
    op.create_table(
        "queues",
        column("id", sa.String(32)),
        column("name", sa.String(128)),
        column("priority", sa.Integer()),
        column("ring_timeout_s", sa.Integer()),
        column("wrap_up_s", sa.Integer()),
        column("service_level_s", sa.Integer()),
        column("short_abandon_s", sa.Integer()),
        column("service_level_formula", sa.String(64)),
        column("max_wait_s", sa.Integer()),
        column("overflow_queue", sa.String(32)),
        column("max_length", sa.Integer()),
        column("music", sa.String(255)),
        column("record", sa.Boolean()),
        column("survey_flow", sa.String(64)),
        column("offer_failed", Json),
        sa.PrimaryKeyConstraint("id", name="pk_queues"),
        **TABLE,
    )
    op.create_table(
        "reasons",
        column("kind", sa.String(16)),
        column("code", sa.String(64)),
        column("texts", Json),
        column("system", sa.Boolean()),
        column("position", sa.Integer()),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_reasons"),
        **TABLE,
    )
    op.create_table(
        "recordings",
        column("id", RowId, autoincrement=True),
        column("fact_id", sa.String(96)),
        column("recording_id", sa.String(96)),
        column("call_id", sa.String(64)),
        column("node", sa.String(32)),
        column("path", sa.String(1024)),
        column("queue", sa.String(32)),
        column("agents", Json),
        column("started_ms", sa.BigInteger()),
        column("ended_ms", sa.BigInteger()),
        column("length_ms", sa.BigInteger()),
        column("talk_ms", sa.BigInteger()),
        column("holds", sa.Integer()),
        column("size", sa.BigInteger()),
        column("problem", sa.String(32)),
        column("sha256", sa.String(64)),
        column("checked_ms", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("fact_id", name="uq_recordings_fact_id"),
        **TABLE,
    )
    op.create_index("ix_recordings_call_id", "recordings", ["call_id"])
    op.create_index("ix_recordings_checked_ms_ended_ms", "recordings", ["checked_ms", "ended_ms"])
    op.create_index("ix_recordings_recording_id", "recordings", ["recording_id"])
    op.create_table(
        "segments",
        column("id", RowId, autoincrement=True),
        column("fact_id", sa.String(96)),
        column("call_id", sa.String(64)),
        column("segment", sa.String(16)),
        column("queue", sa.String(32)),
        column("agent", sa.String(32)),
        column("team", sa.String(32)),
        column("leg", sa.String(64)),
        column("started_ms", sa.BigInteger()),
        column("ended_ms", sa.BigInteger()),
        column("counted_ms", sa.BigInteger()),
        column("outcome", sa.String(64)),
        column("estimated", sa.Boolean()),
        column("detail", Json),
        sa.PrimaryKeyConstraint("id", name="pk_segments"),
        sa.UniqueConstraint("fact_id", name="uq_segments_fact_id"),
        **TABLE,
    )
    op.create_index("ix_segments_agent_counted_ms", "segments", ["agent", "counted_ms"])
    op.create_index("ix_segments_call_id", "segments", ["call_id"])
    op.create_index("ix_segments_counted_ms", "segments", ["counted_ms"])
    op.create_index("ix_segments_queue_counted_ms", "segments", ["queue", "counted_ms"])
    op.create_table(
        "service_numbers",
        column("number", sa.String(32)),
        column("name", sa.String(128)),
        column("flow", sa.String(64)),
        column("queue", sa.String(32)),
        column("caller_id", sa.String(32)),
        column("priority", sa.Integer()),
        sa.PrimaryKeyConstraint("number", name="pk_service_numbers"),
        **TABLE,
    )
    op.create_table(
        "settings",
        column("key", sa.String(64)),
        column("value", Json),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
        **TABLE,
    )
    op.create_table(
        "teams",
        column("id", sa.String(32)),
        column("name", sa.String(128)),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        **TABLE,
    )
    op.create_table(
        "trunks",
        column("name", sa.String(64)),
        column("gateway", sa.String(64)),
        column("max_calls", sa.Integer()),
        column("calls_per_s", sa.Integer()),
        sa.PrimaryKeyConstraint("name", name="pk_trunks"),
        **TABLE,
    )
    op.create_table(
        "users",
        column("id", RowId, autoincrement=True),
        column("login", sa.String(64)),
        column("name", sa.String(128)),
        column("password_hash", sa.String(255)),
        column("role", sa.String(16)),
        column("agent_id", sa.String(32)),
        column("team_id", sa.String(32)),
        column("locale", sa.String(16)),
        column("disabled", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("login", name="uq_users_login"),
        **TABLE,
    )
    op.create_table(
        "agents",
        column("id", sa.String(32)),
        column("name", sa.String(128)),
        column("extension", sa.String(32)),
        column("phone_password", sa.String(128)),
        column("team_id", sa.String(32)),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_agents_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("extension", name="uq_agents_extension"),
        **TABLE,
    )
    op.create_table(
        "agent_queues",
        column("agent_id", sa.String(32)),
        column("queue_id", sa.String(32)),
        column("level", sa.Integer()),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_agent_queues_agent_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_agent_queues_queue_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("agent_id", "queue_id", name="pk_agent_queues"),
        **TABLE,
    )


def downgrade() -> None:
    for table in (
        "agent_queues",
        "agents",
        "users",
        "trunks",
        "teams",
        "settings",
        "service_numbers",
        "segments",
        "recordings",
        "reasons",
        "queues",
        "marks",
        "hours",
        "dispositions",
        "config_versions",
        "calls",
        "audit",
        "agent_intervals",
    ):
        op.drop_table(table)

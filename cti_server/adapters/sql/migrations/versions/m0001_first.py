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
key = partial(column, primary_key=True)
Columns = tuple[str, ...]


def table(name: str, *columns: Any, unique: Columns = (), indexes: tuple[Columns, ...] = ()) -> sa.Table:
    keys = [one.name for one in columns if isinstance(one, sa.Column) and one.primary_key]
    rules: list[Any] = [sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}")]
    if unique:
        rules.append(sa.UniqueConstraint(*unique, name="_".join(("uq", name, *unique))))
    made = op.create_table(name, *columns, *rules, **TABLE)
    for of in indexes:
        op.create_index("_".join(("ix", name, *of)), name, list(of))
    return made


def _facts(name: str, *columns: Any, unique: Columns = ("fact_id",), indexes: tuple[Columns, ...]) -> None:
    fact_id = column("fact_id", sa.String(96))
    table(name, key("id", RowId, autoincrement=True), fact_id, *columns, unique=unique, indexes=indexes)


def upgrade() -> None:
    _facts(
        "agent_intervals",
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
        indexes=(("agent", "started_ms"), ("ended_ms",), ("started_ms", "ended_ms")),
    )
    _facts(
        "audit",
        column("at_ms", sa.BigInteger()),
        column("issuer", sa.String(128)),
        column("action", sa.String(64)),
        column("subject", sa.String(128)),
        column("detail", Json),
        indexes=(("at_ms",), ("subject", "at_ms")),
    )
    _facts(
        "calls",
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
        indexes=(
            ("arrived_ms",),
            ("call_id",),
            ("last_agent", "arrived_ms"),
            ("last_queue", "arrived_ms"),
            ("number", "arrived_ms"),
        ),
    )
    table(
        "config_versions",
        key("version", sa.Integer(), autoincrement=False),
        column("at_ms", sa.BigInteger()),
        column("author", sa.String(64)),
        column("document", LongText),
    )
    _facts(
        "dispositions",
        column("call_id", sa.String(64)),
        column("agent", sa.String(32)),
        column("code", sa.String(64)),
        column("note", LongText),
        column("at_ms", sa.BigInteger()),
        unique=("call_id", "agent"),
        indexes=(("at_ms",),),
    )
    table(
        "hours",
        key("id", sa.String(32)),
        column("zone", sa.String(64)),
        column("week", Json),
        column("closed_days", Json),
    )
    table(
        "marks",
        key("name", sa.String(64)),
        column("at_ms", sa.BigInteger()),
    )
    table(
        "queues",
        key("id", sa.String(32)),
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
    )
    table(
        "reasons",
        key("kind", sa.String(16)),
        key("code", sa.String(64)),
        column("texts", Json),
        column("system", sa.Boolean()),
        column("position", sa.Integer()),
    )
    _facts(
        "recordings",
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
        indexes=(("call_id",), ("checked_ms", "ended_ms"), ("recording_id",)),
    )
    _facts(
        "segments",
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
        indexes=(("agent", "counted_ms"), ("call_id",), ("counted_ms",), ("queue", "counted_ms")),
    )
    table(
        "service_numbers",
        key("number", sa.String(32)),
        column("name", sa.String(128)),
        column("flow", sa.String(64)),
        column("queue", sa.String(32)),
        column("caller_id", sa.String(32)),
        column("priority", sa.Integer()),
    )
    table(
        "settings",
        key("key", sa.String(64)),
        column("value", Json),
    )
    table(
        "teams",
        key("id", sa.String(32)),
        column("name", sa.String(128)),
    )
    table(
        "trunks",
        key("name", sa.String(64)),
        column("gateway", sa.String(64)),
        column("max_calls", sa.Integer()),
        column("calls_per_s", sa.Integer()),
    )
    table(
        "users",
        key("id", RowId, autoincrement=True),
        column("login", sa.String(64)),
        column("name", sa.String(128)),
        column("password_hash", sa.String(255)),
        column("role", sa.String(16)),
        column("agent_id", sa.String(32)),
        column("team_id", sa.String(32)),
        column("locale", sa.String(16)),
        column("disabled", sa.Boolean()),
        unique=("login",),
    )
    table(
        "agents",
        key("id", sa.String(32)),
        column("name", sa.String(128)),
        column("extension", sa.String(32)),
        column("phone_password", sa.String(128)),
        column("team_id", sa.String(32)),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_agents_team_id"),
        unique=("extension",),
    )
    table(
        "agent_queues",
        key("agent_id", sa.String(32)),
        key("queue_id", sa.String(32)),
        column("level", sa.Integer()),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_agent_queues_agent_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["queue_id"], ["queues.id"], name="fk_agent_queues_queue_id", ondelete="CASCADE"),
    )


def downgrade() -> None:
    for name in (
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
        op.drop_table(name)

"""Rolled-up rows of reports by quarter of an hour, and which quarters have none that are right yet."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TABLE: dict[str, Any] = {
    f"{server}_{option}": value
    for server in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_bin"))
}
QUARTER_MS = 15 * 60_000
QUEUE_PARTS = (
    "answered", "abandoned", "short_abandoned", "overflowed", "failed", "answered_in_sl", "abandoned_in_sl", "wait_ms", "talk_ms",
    "hold_ms", "wrap_up_ms", "handled",
)  # fmt: skip
AGENT_PARTS = (
    "answered", "rona", "ring_ms", "talk_ms", "hold_ms", "wrap_up_ms", "idle_ms", "not_ready_ms", "logged_in_ms",
)  # fmt: skip
column = partial(sa.Column, nullable=False)


def upgrade() -> None:
    quarter = partial(column, "quarter_ms", sa.BigInteger(), autoincrement=False)
    stale = op.create_table(
        "report_stale",
        quarter(),
        column("changes", sa.BigInteger()),
        sa.PrimaryKeyConstraint("quarter_ms", name="pk_report_stale"),
        **TABLE,
    )
    op.create_table(
        "report_queues",
        quarter(),
        column("queue", sa.String(32)),
        *(column(part, sa.BigInteger()) for part in QUEUE_PARTS),
        sa.PrimaryKeyConstraint("quarter_ms", "queue", name="pk_report_queues"),
        **TABLE,
    )
    op.create_table(
        "report_agents",
        quarter(),
        column("agent", sa.String(32)),
        column("team", sa.String(32)),
        *(column(part, sa.BigInteger()) for part in AGENT_PARTS),
        sa.PrimaryKeyConstraint("quarter_ms", "agent", "team", name="pk_report_agents"),
        **TABLE,
    )
    op.create_index("ix_recordings_ended_ms", "recordings", ["ended_ms"])
    _mark_all(stale)


def _mark_all(stale: sa.Table) -> None:
    """Whatever the ledger has is rolled up by the worker, the newest first."""
    bind = op.get_bind()
    bounds = []
    for table, start, end in (("segments", "counted_ms", "counted_ms"), ("agent_intervals", "started_ms", "ended_ms")):
        first = bind.execute(sa.text(f"SELECT MIN({start}) FROM {table} WHERE {start} > 0")).scalar()  # noqa: S608 - names from above
        last = bind.execute(sa.text(f"SELECT MAX({end}) FROM {table}")).scalar()  # noqa: S608
        bounds += [at for at in (first, last) if at]
    if bounds:
        first, last = (int(at) // QUARTER_MS * QUARTER_MS for at in (min(bounds), max(bounds)))
        first = max(first, last - 10 * 366 * 96 * QUARTER_MS)
        op.bulk_insert(stale, [{"quarter_ms": at, "changes": 1} for at in range(first, last + 1, QUARTER_MS)])


def downgrade() -> None:
    op.drop_index("ix_recordings_ended_ms", "recordings")
    for table in ("report_agents", "report_queues", "report_stale"):
        op.drop_table(table)

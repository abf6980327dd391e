"""Rolled-up rows of reports by quarter of an hour, and which quarters have none that are right yet."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op

from cti_server.adapters.sql.migrations.versions.m0001_first import column, key, table

revision = "0005"
down_revision = "0004"

QUARTER_MS = 15 * 60_000
QUEUE_PARTS = (
    "answered", "abandoned", "short_abandoned", "overflowed", "failed", "answered_in_sl", "abandoned_in_sl", "wait_ms", "talk_ms",
    "hold_ms", "wrap_up_ms", "handled",
)  # fmt: skip
AGENT_PARTS = (
    "answered", "rona", "ring_ms", "talk_ms", "hold_ms", "wrap_up_ms", "idle_ms", "not_ready_ms", "logged_in_ms",
)  # fmt: skip


def upgrade() -> None:
    quarter = partial(key, "quarter_ms", sa.BigInteger(), autoincrement=False)
    queue, agent, team = (key(name, sa.String(32)) for name in ("queue", "agent", "team"))
    stale = table("report_stale", quarter(), column("changes", sa.BigInteger()))
    table("report_queues", quarter(), queue, *(column(part, sa.BigInteger()) for part in QUEUE_PARTS))
    table("report_agents", quarter(), agent, team, *(column(part, sa.BigInteger()) for part in AGENT_PARTS))
    op.create_index("ix_recordings_ended_ms", "recordings", ["ended_ms"])
    _mark_all(stale)


def _mark_all(stale: sa.Table) -> None:
    """Whatever the ledger has is rolled up by the worker, the newest first."""
    bind = op.get_bind()
    bounds = []
    for facts, start, end in (("segments", "counted_ms", "counted_ms"), ("agent_intervals", "started_ms", "ended_ms")):
        first = bind.execute(sa.text(f"SELECT MIN({start}) FROM {facts} WHERE {start} > 0")).scalar()  # noqa: S608 - names from above
        last = bind.execute(sa.text(f"SELECT MAX({end}) FROM {facts}")).scalar()  # noqa: S608
        bounds += [at for at in (first, last) if at]
    if bounds:
        first, last = (int(at) // QUARTER_MS * QUARTER_MS for at in (min(bounds), max(bounds)))
        first = max(first, last - 10 * 366 * 96 * QUARTER_MS)
        op.bulk_insert(stale, [{"quarter_ms": at, "changes": 1} for at in range(first, last + 1, QUARTER_MS)])


def downgrade() -> None:
    op.drop_index("ix_recordings_ended_ms", "recordings")
    for name in ("report_agents", "report_queues", "report_stale"):
        op.drop_table(name)

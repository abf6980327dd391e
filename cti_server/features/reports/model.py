"""Rolled-up rows: domain.kpi's parts by quarter of an hour."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from cti_server.adapters.sql.base import ID, TABLE, Base
from cti_server.domain.kpi import AGENT_PARTS, QUEUE_PARTS


def _rolled(name: str, keys: tuple[str, ...], parts: tuple[str, ...]) -> Table:
    """Rows of domain.kpi's parts by quarter of an hour (features.ledger.quarters)."""
    return Table(
        name,
        Base.metadata,
        Column("quarter_ms", BigInteger, primary_key=True, autoincrement=False),
        *(Column(key, ID, primary_key=True) for key in keys),
        *(Column(part, BigInteger, nullable=False) for part in parts),
        **TABLE,
    )


REPORT_QUEUES = _rolled("report_queues", ("queue",), QUEUE_PARTS)
REPORT_AGENTS = _rolled("report_agents", ("agent", "team"), AGENT_PARTS)

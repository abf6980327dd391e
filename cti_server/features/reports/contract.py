"""Columns of the reports, in the order of their files: whose figures, from when to when, and the figures of domain.kpi."""

from __future__ import annotations

from cti_server.domain.columns import Column
from cti_server.domain.kpi import AGENT_FIGURES, QUEUE_FIGURES
from cti_server.rights import SCOPES, right
from cti_server.words import Words, family, once

SEE = right(
    "reports.see", "See reports", "查看报表", SCOPES, leader="tenant", quality="tenant", campaign_manager="tenant",
    auditor="tenant",
)  # fmt: skip
_SPAN = (Column("start_ms", "minute", Words("From", "开始")), Column("end_ms", "minute", Words("To", "结束")))
QUEUE_COLUMNS: tuple[Column, ...] = (Column("queue", "queue", Words("Queue", "队列")), *_SPAN, *QUEUE_FIGURES)
AGENT_COLUMNS: tuple[Column, ...] = (Column("agent", "agent", Words("Agent", "坐席")), *_SPAN, *AGENT_FIGURES)
COLUMNS = {**once((one.id, one) for one in QUEUE_COLUMNS), **once((one.id, one) for one in AGENT_COLUMNS)}
family("column", {column.id: column.words for column in COLUMNS.values()})

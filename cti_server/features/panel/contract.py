"""Who sees what happens now."""

from __future__ import annotations

from cti_server.rights import right

SEE = right(
    "panel.see", "See agents, queues and calls live", "实时查看坐席、队列和通话", ("tenant",), leader="tenant", quality="tenant",
    campaign_manager="tenant", operator="tenant",
)  # fmt: skip
NETWORK = right(
    "panel.network", "See alarms, trunks and switches", "查看告警、中继和交换机", leader="tenant", campaign_manager="tenant",
    operator="tenant",
)  # fmt: skip

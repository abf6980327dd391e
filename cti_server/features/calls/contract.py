"""What lists of calls have in common, wherever they are shown; their columns in the order of files."""

from __future__ import annotations

from typing import Annotated

from cti_server.domain.columns import Column
from cti_server.domain.record import Text, Whole
from cti_server.features.reports.contract import COLUMNS
from cti_server.rights import SCOPES, right
from cti_server.words import Words, family

SEE = right(
    "calls.see", "See past calls", "查看历史通话", SCOPES, agent="own", leader="tenant", quality="tenant",
    back_office="tenant", campaign_manager="tenant",
)  # fmt: skip
MOST_PER_PAGE = 500
Word = Annotated[str, Text(0, 100)]
Moment = Annotated[int, Whole(0, 253_402_300_799_000)]
"""Until the end of the year 9999."""
Page = Annotated[int, Whole(1, 1_000_000)]
PerPage = Annotated[int, Whole(1, MOST_PER_PAGE)]
CALL_COLUMNS = (
    Column("arrived_ms", "moment", Words("Arrived", "呼入时间")),
    Column("ended_ms", "moment", Words("Ended", "结束时间")),
    Column("direction", "direction", Words("Direction", "方向")),
    Column("number", "text", Words("Number", "号码")),
    Column("name", "text", Words("Name", "姓名")),
    Column("service_number", "text", Words("Called number", "被叫号码")),
    *(COLUMNS[one] for one in ("queue", "agent")),
    Column("outcome", "outcome", Words("Outcome", "结果")),
    *(COLUMNS[one] for one in ("wait_ms", "talk_ms", "hold_ms", "wrap_up_ms")),
    Column("disposition", "disposition", Words("Disposition", "处理结果")),
    Column("note", "text", Words("Note", "备注")),
    Column("recording_id", "present", Words("Recording", "录音")),
    Column("id", "text", Words("Call id", "通话编号")),
)
family("callColumn", {column.id: column.words for column in CALL_COLUMNS if column.id not in COLUMNS})

"""Trouble of the shell that people must know of: it stands until the shell says that it is over, also over a restart of the
engine: then the shell says it anew."""

from __future__ import annotations

from cti_server.engine.kernel.alarms import Alarm
from cti_server.engine.kernel.core import Core
from cti_server.engine.kernel.messages import Noticed

DISK = Alarm(
    "disk-unwritable", "critical", "daemon", str, lasting=True, single=True, detail=True,
    en="The disk of call control cannot be written", zh="呼叫控制的磁盘无法写入",
)  # fmt: skip
INPUT_LOG = Alarm(
    "input-log", "minor", "daemon", str, lasting=True, single=True, detail=True,
    en="The record of what call control was told has gaps", zh="呼叫控制的输入记录不完整",
)  # fmt: skip
FACTS_WAIT = Alarm(
    "facts-wait", "major", "daemon", str, lasting=True, single=True, detail=True,
    en="Reports and call records fall behind: they are not taken into the database", zh="报表和通话记录滞后：尚未写入数据库",
)  # fmt: skip
JOURNAL = Alarm(
    "journal-unwritable", "critical", "daemon", str, lasting=True, single=True, detail=True,
    en="Call records cannot be saved on disk", zh="通话记录无法保存到磁盘",
)  # fmt: skip
SET_ASIDE = Alarm(
    "entries-set-aside", "major", "daemon", str, lasting=True, single=True, detail=True,
    en="Parts of the saved state could not be read", zh="部分保存的状态无法读取",
)  # fmt: skip
WEBHOOK = Alarm(
    "webhook-stopped", "major", "daemon", str, lasting=True, detail=True,
    en="Webhook {subject} failed too often and is switched off", zh="Webhook {subject} 连续失败过多，已停用",
)  # fmt: skip


def noticed(core: Core, item: Noticed) -> None:
    alarm = Alarm.declared[item.alarm]
    if item.text:
        core.alarm(alarm, "", item.text)
    else:
        core.clear(alarm, "")

"""What downloaded files say besides their columns and declared ids."""

from __future__ import annotations

from collections.abc import Mapping

from cti_server.words import Words

WORDS: Mapping[str, Words] = {
    "report": Words("Report", "报表"),
    "report.queues": Words("By queue", "按队列"),
    "report.agents": Words("By agent", "按坐席"),
    "report.calls": Words("Calls", "通话记录"),
    "report.audit": Words("Audit", "审计"),
    "audit.time": Words("Time", "时间"),
    "audit.who": Words("Who", "操作人"),
    "audit.action": Words("What", "操作"),
    "audit.subject": Words("With whom or what", "对象"),
    "audit.detail": Words("Details", "详情"),
    "days": Words("Days", "日期"),
    "zone": Words("Time zone", "时区"),
    "as_of": Words("Complete until", "数据截至"),
    "never": Words("Nothing yet", "尚无数据"),
    "total": Words("Total", "合计"),
    "own_formula": Words("Each queue's own", "各队列按各自公式"),
    "all.queue": Words("All queues", "全部队列"),
    "all.agent": Words("All agents", "全部坐席"),
    "first_rows": Words("Only the newest", "仅含最近的记录"),
    "yes": Words("Yes", "有"),
    "running": Words("Still running", "进行中"),
}

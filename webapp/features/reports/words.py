"""The words of downloaded files in the page's languages: what people read, not what programs read."""

from __future__ import annotations

from collections.abc import Mapping

from cti_server.words import LANGUAGES

# key: (zh-CN, en)
WORDS: Mapping[str, tuple[str, str]] = {
    "report": ("报表", "Report"),
    "report.queues": ("按队列", "By queue"),
    "report.agents": ("按坐席", "By agent"),
    "report.calls": ("通话记录", "Calls"),
    "days": ("日期", "Days"),
    "zone": ("时区", "Time zone"),
    "as_of": ("数据截至", "Complete until"),
    "never": ("尚无数据", "Nothing yet"),
    "total": ("合计", "Total"),
    "formula.": ("各队列按各自公式", "Each queue's own"),
    "all.queue": ("全部队列", "All queues"),
    "all.agent": ("全部坐席", "All agents"),
    "first_rows": ("仅含最近的通话", "Only the newest calls"),
    "queue": ("队列", "Queue"),
    "agent": ("坐席", "Agent"),
    "start_ms": ("开始", "From"),
    "end_ms": ("结束", "To"),
    "offered": ("呼入", "Offered"),
    "answered": ("接听", "Answered"),
    "abandoned": ("放弃", "Abandoned"),
    "short_abandoned": ("短时放弃", "Short abandons"),
    "overflowed": ("溢出", "Overflowed"),
    "failed": ("失败", "Failed"),
    "answered_in_sl": ("达标接听", "Answered in time"),
    "abandoned_in_sl": ("时限内放弃", "Abandoned in time"),
    "handled": ("处理量", "Handled"),
    "wait_ms": ("等待", "Wait"),
    "talk_ms": ("通话", "Talk"),
    "hold_ms": ("保持", "Hold"),
    "wrap_up_ms": ("话后", "Wrap-up"),
    "ring_ms": ("振铃", "Ringing"),
    "idle_ms": ("空闲", "Idle"),
    "not_ready_ms": ("示忙", "Not ready"),
    "logged_in_ms": ("签入时长", "On shift"),
    "rona": ("未接", "Missed"),
    "service_level": ("服务水平", "Service level"),
    "formula": ("服务水平公式", "Service level formula"),
    "asa_s": ("平均等待", "Avg. wait (ASA)"),
    "aht_s": ("平均处理", "Handle time (AHT)"),
    "abandon_rate": ("放弃率", "Abandon rate"),
    "occupancy": ("占用率", "Occupancy"),
    "formula.answered-offered": (
        "达标接听 /（接听 + 放弃 − 短时放弃）",
        "Answered in time / (answered + abandoned − short abandons)",
    ),
    "formula.ignore-abandons": (
        "达标接听 /（接听 + 放弃 − 时限内放弃）",
        "Answered in time / (answered + abandoned − abandoned in time)",
    ),
    "formula.negative": ("达标接听 /（接听 + 放弃）", "Answered in time / (answered + abandoned)"),
    "formula.positive": ("（达标接听 + 时限内放弃）/（接听 + 放弃）", "(Answered + abandoned in time) / (answered + abandoned)"),
    "formula.of-answered": ("达标接听 / 接听", "Answered in time / answered"),
    "arrived_ms": ("呼入时间", "Arrived"),
    "ended_ms": ("结束时间", "Ended"),
    "direction": ("方向", "Direction"),
    "number": ("号码", "Number"),
    "name": ("姓名", "Name"),
    "service_number": ("被叫号码", "Called number"),
    "outcome": ("结果", "Outcome"),
    "disposition": ("处理结果", "Disposition"),
    "note": ("备注", "Note"),
    "recording_id": ("录音", "Recording"),
    "id": ("通话编号", "Call id"),
    "yes": ("有", "Yes"),
    "running": ("进行中", "Still running"),
}


def word(key: str, language: str) -> str:
    """The word in ``language``; a code that has none stays what it is."""
    found = WORDS.get(key)
    return key.rpartition(".")[2] if found is None else found[LANGUAGES.index(language)]

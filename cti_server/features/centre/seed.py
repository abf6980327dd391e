"""The demo centre as plain data: a small utility's service line with people of two languages. It never closes.

The desks that wait for visitors (1001, 1002, 1005) are each queue's first level, the virtual colleagues its second: a visitor who
goes ready gets the next caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cti_server.domain.config import (
    AgentConfig,
    ClassOfService,
    HoursConfig,
    QueueConfig,
    ServiceConfig,
    ServiceNumberConfig,
    SkillConfig,
    TeamConfig,
    TrunkConfig,
    VoicemailBox,
)

DEMO_PASSWORD = "demo"  # noqa: S105 - documented; for a simulated switch on loopback only


DIRECT_LINE = "4008000001"
"""Without a menu: who calls it stands in line at once."""

VISITORS = ("1001", "1002", "1005")
"""Agents whose desks wait for a person."""


@dataclass(frozen=True, slots=True)
class SeedUser:
    login: str
    name: str
    role: str
    agent_id: str = ""
    team_id: str = ""
    locale: str = "zh-CN"


def _reason(kind: str, code: str, english: str, chinese: str, system: bool = False) -> dict[str, Any]:
    return {"kind": kind, "code": code, "texts": {"en": english, "zh-CN": chinese}, "system": system}


TEAMS = (TeamConfig("day", "日班一组"), TeamConfig("care", "Customer Care"))

CLASSES_OF_SERVICE = (ClassOfService("inland", "国内电话", dial=("local", "national"), transfer=("local", "national")),)
"""Who has none may dial nothing but emergency numbers."""

AGENTS = (
    AgentConfig("1001", "李伟", "1001", "day", {"billing": 1, "repair": 1, "complaints": 1}, "inland", skills={"mandarin": 10}),
    AgentConfig("1002", "王芳", "1002", "day", {"repair": 1, "billing": 1}, "inland"),
    AgentConfig("1003", "张敏", "1003", "day", {"repair": 2, "complaints": 2}),
    AgentConfig("1004", "刘洋", "1004", "day", {"billing": 2, "repair": 2}),
    AgentConfig("1005", "Emma Clarke", "1005", "care", {"billing": 1, "complaints": 1}, "inland", skills={"english": 10}),
    AgentConfig("1006", "Daniel Novak", "1006", "care", {"repair": 2, "complaints": 2}),
    AgentConfig("1007", "陈静", "1007", "care", {"billing": 2, "repair": 2, "complaints": 2}),
    AgentConfig("1008", "Sofia Rossi", "1008", "care", {"repair": 2, "billing": 2, "complaints": 2}),
)

FREE_SEATS = ("1101", "1102")

USERS = (
    SeedUser("li.wei", "李伟", "agent", "1001", "day"),
    SeedUser("wang.fang", "王芳", "agent", "1002", "day"),
    SeedUser("zhang.min", "张敏", "agent", "1003", "day"),
    SeedUser("liu.yang", "刘洋", "agent", "1004", "day"),
    SeedUser("emma.clarke", "Emma Clarke", "agent", "1005", "care", "en"),
    SeedUser("daniel.novak", "Daniel Novak", "agent", "1006", "care", "en"),
    SeedUser("chen.jing", "陈静", "agent", "1007", "care"),
    SeedUser("sofia.rossi", "Sofia Rossi", "agent", "1008", "care", "en"),
    SeedUser("zhao.lei", "赵磊", "leader", "", "day"),
    SeedUser("grace.miller", "Grace Miller", "leader", "", "care", "en"),
    SeedUser("admin", "系统管理员", "admin"),
)

SKILLS = (SkillConfig("english", "英语"), SkillConfig("mandarin", "普通话"))

QUEUES = (
    QueueConfig("billing", "缴费咨询"),
    QueueConfig("repair", "故障报修", priority=5, service_level_s=15),
    QueueConfig("complaints", "Customer Care", wrap_up_s=60),
)

SERVICES = (
    ServiceConfig(
        "hotline",
        "供电服务热线",
        "day",
        name_1="日常",
        flow_1="main_menu",
        queue_1="repair",
        name_2="抢险",
        queue_2="repair",
    ),
)
"""In a storm nobody is asked what they want."""

SERVICE_NUMBERS = (
    ServiceNumberConfig("95598", "供电服务热线", "", "", "95598", service="hotline"),
    ServiceNumberConfig("4008000000", "Customer line", "sales", "complaints", "4008000000"),
    ServiceNumberConfig(DIRECT_LINE, "大客户专线", "", "billing", DIRECT_LINE),
)

VOICEMAIL_BOXES = (
    VoicemailBox("hotline", "热线留言", "day", "leave_message", answer_days=1),
    VoicemailBox("sales", "Sales messages", "care", "leave_message", max_s=180),
)

TRUNKS = (
    TrunkConfig("telco", "telco", max_calls=120, calls_per_s=30, caller_id="95598"),
    TrunkConfig("backup", "backup", max_calls=30, calls_per_s=10, position=2, caller_id="95598"),
)

HOURS = (
    HoursConfig("office", "Asia/Shanghai", ((("00:00", "24:00"),),) * 7),
    HoursConfig(
        "counter",
        "Asia/Shanghai",
        (*(((("09:00", "12:00"), ("13:30", "18:00")),) * 5), (), ()),
        closed_days=("01-01", "05-01", "10-01", "10-02", "10-03"),
        special_days={"12-31": (("09:00", "12:00"),)},
        calendar="cn",
    ),
)
"""``counter`` shows the forms: days of every year, and a half day."""

REASONS = (
    _reason("not-ready", "lunch", "Lunch", "午餐"),
    _reason("not-ready", "meeting", "Meeting", "会议"),
    {**_reason("not-ready", "training", "Training", "培训"), "approval": True},
    {**_reason("not-ready", "break", "Short break", "小休"), "longest_min": 15, "day_min": 60, "at_once": 3},
    _reason("not-ready", "no-answer", "Did not answer", "未接来电", system=True),
    _reason("not-ready", "rejected", "Rejected a call", "拒接来电", system=True),
    _reason("not-ready", "busy", "Phone was busy", "话机占线", system=True),
    _reason("not-ready", "unreachable", "Phone was unreachable", "话机不可用", system=True),
    _reason("not-ready", "on-hook", "Phone was hung up", "话机已挂断", system=True),
    _reason("not-ready", "connection-lost", "Connection lost", "连接中断", system=True),
    _reason("disposition", "resolved", "Resolved", "已解决"),
    _reason("disposition", "follow-up", "Follow-up needed", "需要跟进"),
    _reason("disposition", "wrong-number", "Wrong number", "误拨"),
    _reason("disposition", "complaint", "Complaint", "投诉"),
    {**_reason("disposition", "payment", "Payment", "缴费"), "queues": ["billing"]},
    {**_reason("disposition", "paid", "Paid", "已缴费"), "parent": "payment"},
    {**_reason("disposition", "promised", "Promised to pay", "承诺缴费"), "parent": "payment"},
    {**_reason("disposition", "disputed", "Disputes the bill", "对账单有异议"), "parent": "payment"},
)
DEMO_CODES = frozenset(one["code"] for one in REASONS if one.get("queues") or one.get("parent"))
"""Of dispositions that are about the demo's queues; every centre begins with the other reasons."""
